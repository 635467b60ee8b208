with

orders as (
    select * from {{ ref('base_shopify__orders') }}
),

sales as (
    select * from {{ ref('base_shopify__sales') }}
    where not is_giving_back
),

-- one row for each order, and one for what an edit added to it on a later day
sold as (
    select
        order_id,
        native_sold_id,
        is_added_later,
        {{ to_decimal('sum(tax)') }} as tax,
        {{ to_decimal(shopify_sum('net', ['TIP'])) }} as tips,
        {{ to_decimal(shopify_sum('net', ['SHIPPING'])) }} as shipping,
        {{ to_decimal(shopify_sum('net', shopify_fee_types() + ['ADJUSTMENT'])) }} as service_charges,
        min(happened_at) as happened_at,
        min(business_date) as business_date
    from sales
    group by order_id, native_sold_id, is_added_later
),

additions as (
    select
        order_id,
        count(*) as addition_count
    from sold
    where is_added_later
    group by order_id
),

originals as (
    select
        orders.*,
        sold.tax,
        sold.tips,
        sold.shipping,
        sold.service_charges,
        coalesce(additions.addition_count, 0) as addition_count
    from orders
    left join sold
        on
            orders.order_id = sold.order_id
            and not sold.is_added_later
    left join additions
        on orders.order_id = additions.order_id
)

select
    connection_id,
    native_id,
    order_id,
    record_id,
    location_id,
    cast(null as text) as dining_option,
    cast(null as text) as revenue_center,
    cast(null as integer) as guests,
    processed_at as ordered_at,
    processed_at as closed_at,
    business_date,
    state,
    is_sale,
    source_name as channel,
    customer_key,
    coalesce(tax, 0) as tax,
    coalesce(tips, 0) as tips,
    coalesce(service_charges, 0) as service_charges,
    coalesce(shipping, 0) as shipping,
    cash_rounding as rounding,
    case when total_price > total_received then total_price - total_received else 0 end as unpaid_balance,
    currency,
    updated_at as source_updated_at,
    -- Shopify's total holds what was added later too
    case when addition_count = 0 then total_price + cash_rounding end as stated_total,
    total_received + cash_rounding as stated_paid,
    loaded_at
from originals

union all

select
    orders.connection_id,
    sold.native_sold_id as native_id,
    {{ unified_key('orders.connection_id', 'sold.native_sold_id') }} as order_id,
    orders.record_id,
    orders.location_id,
    cast(null as text) as dining_option,
    cast(null as text) as revenue_center,
    cast(null as integer) as guests,
    sold.happened_at as ordered_at,
    sold.happened_at as closed_at,
    sold.business_date,
    orders.state,
    orders.is_sale,
    orders.source_name as channel,
    orders.customer_key,
    sold.tax,
    sold.tips,
    sold.service_charges,
    sold.shipping,
    0 as rounding,
    0 as unpaid_balance,
    orders.currency,
    orders.updated_at as source_updated_at,
    null as stated_total,
    null as stated_paid,
    orders.loaded_at
from sold
inner join orders
    on sold.order_id = orders.order_id
where sold.is_added_later
