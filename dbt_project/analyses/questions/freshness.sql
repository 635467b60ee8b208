-- How fresh are the figures?
-- When each connection was last loaded, its newest record by the vendor's own clock, and the records that could not be
-- read, as of the last build; one row a connection.
with

data_freshness as (
    select * from {{ ref('data_freshness') }}
    where {{ in_asked_stores('connection_id') }}
)

select
    pos,
    connection_id,
    max(last_loaded_at) as last_loaded_at,
    max(last_record_at) as last_record_at,
    cast(sum(row_count) as bigint) as raw_rows,
    cast(sum(rejected_count) as bigint) as rejected_rows
from data_freshness
group by pos, connection_id
order by pos, connection_id
