with

orders as (
    select * from {{ ref('base_square__orders') }}
),

charges as (
    select * from {{ source('raw_square', 'order_service_charges') }}
    {{ of_changed_records('square', 'order_id') }}
),

returns as (
    select
        return_id,
        sum(total) as total
    from {{ ref('base_square__returns') }}
    group by return_id
),

-- Square's total of service charges holds the tax that is inside them. Of a charge spread over lines that tax is
-- counted with the lines, so only charges that stand alone are lowered here.
inclusive_charge_tax as (
    select
        orders.order_id,
        sum(
            {{ minor_units('charges.tax_amount - (charges.total_amount - charges.applied_amount)', 'orders.currency') }}
        ) as amount
    from charges
    inner join orders
        on
            charges.connection_id = orders.connection_id
            and charges.order_id = orders.id
            and charges.order_version = orders.version
    where coalesce(charges.treatment_type, 'LINE_ITEM_TREATMENT') = 'LINE_ITEM_TREATMENT'
    group by orders.order_id
)

select
    orders.connection_id,
    orders.id as native_id,
    orders.order_id,
    orders.order_id as record_id,
    orders.location_id,
    cast(null as text) as dining_option,
    cast(null as text) as revenue_center,
    cast(null as integer) as guests,
    orders.created_at as ordered_at,
    orders.closed_at,
    orders.business_date,
    lower(orders.state) as state,
    orders.state = 'COMPLETED' as is_sale,
    orders.source_name as channel,
    orders.customer_key,
    orders.tax,
    orders.tips,
    orders.service_charges - coalesce(inclusive_charge_tax.amount, 0) as service_charges,
    0 as shipping,
    orders.rounding,
    orders.net_amount_due as unpaid_balance,
    orders.currency,
    orders.updated_at as source_updated_at,
    orders.total as stated_total,
    -- goods given back in the same order pay for a part of it, up to all of it
    case
        when orders.total - orders.net_amount_due > coalesce(returns.total, 0)
            then orders.total - orders.net_amount_due - coalesce(returns.total, 0)
        else 0
    end as stated_paid,
    orders.loaded_at
from orders
left join inclusive_charge_tax
    on orders.order_id = inclusive_charge_tax.order_id
left join returns
    on orders.order_id = returns.return_id
