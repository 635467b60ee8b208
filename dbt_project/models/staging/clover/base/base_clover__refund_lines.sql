-- The rows that a refund gives back. A row is given back once: a second refund that names it pays out a part of it.
with

refunds as (
    select * from {{ ref('base_clover__refunds') }}
),

refund_lines as (
    select * from {{ source('raw_clover', 'refund_lines') }}
    where (connection_id, refund_id) in (select (refunds.connection_id, refunds.id) from refunds)
),

rows_sold as (
    select * from {{ ref('base_clover__rows') }}
),

named as (
    select
        refunds.connection_id,
        refunds.id as refund_id,
        refunds.return_id,
        refunds.record_id,
        refunds.refunded_at,
        refunds.business_date,
        rows_sold.id as line_id,
        rows_sold.native_order_id,
        rows_sold.order_id,
        rows_sold.location_id,
        rows_sold.item_id,
        rows_sold.currency,
        rows_sold.unit_qty,
        rows_sold.is_revenue,
        rows_sold.gross,
        rows_sold.discount,
        rows_sold.tax,
        refund_lines.loaded_at,
        row_number() over (
            partition by refunds.connection_id, rows_sold.native_order_id, rows_sold.id
            order by refunds.refunded_at, refunds.id
        ) as times
    from refund_lines
    inner join refunds
        on
            refund_lines.connection_id = refunds.connection_id
            and refund_lines.refund_id = refunds.id
            -- a refund that names other lines than before was read again as a whole
            and refund_lines.loaded_at = refunds.loaded_at
    inner join rows_sold
        on
            refunds.connection_id = rows_sold.connection_id
            and refunds.native_order_id = rows_sold.native_order_id
            and refund_lines.line_id = rows_sold.id
    where refunds.has_happened and not rows_sold.is_exchanged
)

select * from named
where times = 1
