with

raw_tables as (
    {{ union_of_pos('raw_tables') }}
)

select
    pos,
    connection_id,
    table_name,
    loaded_at as last_loaded_at,
    last_record_at,
    row_count,
    rejected_count
from raw_tables
