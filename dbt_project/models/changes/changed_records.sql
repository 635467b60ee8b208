-- The records that this build replaces: see macros/changes.sql. A view, so that what is deleted is always what is then
-- written anew.
{{ config(materialized='view') }}
-- depends_on: {{ ref('this_build') }}
{{ union_of_pos('changed_records') }}
