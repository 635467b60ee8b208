-- The records that this build replaces: see macros/changes.sql.
{{ union_of_pos('changed_records') }}
