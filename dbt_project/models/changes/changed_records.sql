-- The records that this build replaces: see macros/changes.sql.
-- depends_on: {{ ref('this_build') }}
{{ union_of_pos('changed_records') }}
