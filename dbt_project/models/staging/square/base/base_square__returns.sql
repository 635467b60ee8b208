-- What an order took back, one row a sale that the goods came from.
-- A return whose refunds are all still pending, or failed, has not happened: nothing was given back for it. In an
-- exchange the goods given back have already paid for the new ones.
with

returns as (
    select * from {{ source('raw_square', 'order_returns') }}
    {{ of_changed_records('square', 'order_id') }}
),

orders as (
    select * from {{ ref('base_square__orders') }}
),

refunds as (
    select
        connection_id,
        order_id,
        max(case when status = 'COMPLETED' then 1 else 0 end) as has_completed_refund
    from {{ source('raw_square', 'refunds') }}
    group by connection_id, order_id
)

select
    returns.connection_id,
    returns.order_id as native_order_id,
    returns.uid as return_uid,
    returns.source_order_id,
    orders.order_id as return_id,
    {{ unified_key('returns.connection_id', 'returns.source_order_id') }} as sale_order_id,
    orders.location_id,
    orders.source_name,
    orders.recognised_at,
    orders.business_date,
    orders.currency,
    {{ minor_units('coalesce(returns.total_amount, 0)', 'orders.currency') }} as total,
    {{ minor_units('coalesce(returns.tax_amount, 0)', 'orders.currency') }} as tax,
    {{ minor_units('coalesce(returns.tip_amount, 0)', 'orders.currency') }} as tips,
    {{ minor_units('coalesce(returns.service_charge_amount, 0)', 'orders.currency') }} as service_charges,
    {{ minor_units('coalesce(returns.rounding_amount, 0)', 'orders.currency') }} as rounding,
    returns.loaded_at
from returns
inner join orders
    on
        returns.connection_id = orders.connection_id
        and returns.order_id = orders.id
        and returns.order_version = orders.version
left join refunds
    on
        returns.connection_id = refunds.connection_id
        and returns.order_id = refunds.order_id
where
    orders.state = 'COMPLETED'
    and (orders.total <> 0 or coalesce(refunds.has_completed_refund, 1) = 1)
