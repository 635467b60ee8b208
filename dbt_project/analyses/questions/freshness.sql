-- How fresh are the figures?
-- When each connection was last loaded, its newest sale and its newest record of any kind by the vendor's own clock,
-- and the records that could not be read, as of the last build; one row a connection.
with

data_freshness as (
    select * from {{ ref('data_freshness') }}
    where {{ in_asked_stores('connection_id') }}
),

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale and {{ in_asked_stores() }}
),

connections as (
    select
        pos,
        connection_id,
        max(last_loaded_at) as last_loaded_at,
        max(last_record_at) as last_record_at,
        cast(sum(row_count) as bigint) as raw_rows,
        cast(sum(rejected_count) as bigint) as rejected_rows
    from data_freshness
    group by pos, connection_id
),

newest_sales as (
    select
        connection_id,
        max(coalesce(closed_at, ordered_at)) as last_sale_at
    from orders
    group by connection_id
)

select
    connections.pos,
    connections.connection_id,
    connections.last_loaded_at,
    newest_sales.last_sale_at,
    connections.last_record_at,
    connections.raw_rows,
    connections.rejected_rows
from connections
left join newest_sales on connections.connection_id = newest_sales.connection_id
order by connections.pos, connections.connection_id
