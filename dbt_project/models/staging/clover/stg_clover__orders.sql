with

orders as (
    select * from {{ ref('base_clover__orders') }}
),

row_totals as (
    select
        order_id,
        min(order_tax) as tax,
        sum(case when is_order_fee then gross else 0 end) as fees,
        max(case when is_refunded or is_exchanged then 1 else 0 end) = 1 as has_gone_back
    from {{ ref('base_clover__rows') }}
    group by order_id
),

order_customers as (
    select * from {{ source('raw_clover', 'order_customers') }}
    {{ of_changed_records('clover', 'order_id') }}
),

customers as (
    select
        orders.order_id,
        min(order_customers.customer_key) as customer_key
    from order_customers
    inner join orders
        on
            order_customers.connection_id = orders.connection_id
            and order_customers.order_id = orders.id
            and order_customers.order_modified_ms >= orders.modified_ms
    group by orders.order_id
),

order_types as (
    select * from {{ source('raw_clover', 'order_types') }}
)

select
    orders.connection_id,
    orders.id as native_id,
    orders.order_id,
    orders.order_id as record_id,
    orders.location_id,
    order_types.label as dining_option,
    cast(null as text) as revenue_center,
    cast(null as integer) as guests,
    orders.ordered_at,
    orders.closed_at,
    orders.business_date,
    case
        when orders.is_deleted then 'deleted'
        when orders.test_mode then 'test'
        else coalesce(lower(orders.payment_state), 'open')
    end as state,
    orders.is_sale,
    cast(null as text) as channel,
    customers.customer_key,
    {{ minor_units('coalesce(row_totals.tax, orders.paid_tax)', 'orders.currency') }} as tax,
    {{ minor_units('orders.tips', 'orders.currency') }} as tips,
    {{ minor_units('orders.charges + coalesce(row_totals.fees, 0)', 'orders.currency') }} as service_charges,
    0 as shipping,
    0 as rounding,
    {{ minor_units('greatest(orders.total - orders.paid, 0)', 'orders.currency') }} as unpaid_balance,
    orders.currency,
    {{ clover_time('orders.modified_ms') }} as source_updated_at,
    -- Clover does not say whether these two still hold what was given back
    case
        when not coalesce(row_totals.has_gone_back, false)
            then {{ minor_units('orders.total + orders.tips', 'orders.currency') }}
    end as stated_total,
    case
        when not coalesce(row_totals.has_gone_back, false)
            then {{ minor_units('orders.total + orders.tips - orders.unpaid_balance', 'orders.currency') }}
    end as stated_paid,
    orders.loaded_at
from orders
left join row_totals
    on orders.order_id = row_totals.order_id
left join customers
    on orders.order_id = customers.order_id
left join order_types
    on
        orders.connection_id = order_types.connection_id
        and orders.order_type_id = order_types.id
