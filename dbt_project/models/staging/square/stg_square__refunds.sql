-- Money given back. One row for each order that takes back goods, tips or charges, dated as the order; what its lines
-- give back without naming goods is in it. One row for each refund that gives more than its order holds, or whose
-- order holds nothing but an amount, dated as the refund.
with

return_orders as (
    select * from {{ ref('base_square__return_orders') }}
),

refunds as (
    select * from {{ source('raw_square', 'refunds') }}
    {{ of_changed_records('square', ['order_id', "'refund:' || id"]) }}
),

-- those that were given back, whether or not they changed: a refund may be told again without its payment
payments as (
    select * from {{ source('raw_square', 'payments') }}
    where (connection_id, id) in (select (refunds.connection_id, refunds.payment_id) from refunds)
),

locations as (
    select * from {{ ref('base_square__locations') }}
),

-- what an order holds covers its refunds in the order of their making; the rest is unitemised
completed_refunds as (
    select
        refunds.connection_id,
        refunds.id,
        refunds.created_at,
        refunds.loaded_at,
        return_orders.source_name,
        return_orders.native_order_id as native_return_order_id,
        coalesce(return_orders.sale_order_id, {{ unified_key('refunds.connection_id', 'payments.order_id') }})
            as order_id,
        {{ unified_key('refunds.connection_id', store_or_none('refunds.location_id, payments.location_id')) }}
            as location_id,
        coalesce(refunds.currency, locations.currency) as currency,
        {{ business_date('refunds.created_at', 'locations.timezone', 'locations.business_day_cutoff_minutes') }}
            as business_date,
        {{ minor_units('refunds.amount', 'coalesce(refunds.currency, locations.currency)') }} as amount,
        coalesce(return_orders.covered, 0) as covered,
        sum({{ minor_units('refunds.amount', 'coalesce(refunds.currency, locations.currency)') }}) over (
            -- a refund without a return order stands alone
            partition by refunds.connection_id, coalesce(return_orders.return_id, refunds.id)
            order by refunds.created_at, refunds.id
            rows between unbounded preceding and current row
        ) as running_amount
    from refunds
    left join return_orders
        on
            refunds.connection_id = return_orders.connection_id
            and refunds.order_id = return_orders.native_order_id
    left join payments
        on
            refunds.connection_id = payments.connection_id
            and refunds.payment_id = payments.id
    left join locations
        on
            refunds.connection_id = locations.connection_id
            and {{ store_or_none('refunds.location_id, payments.location_id') }} = locations.id
    where refunds.status = 'COMPLETED'
),

unitemised as (
    select
        *,
        case
            when running_amount - amount >= covered then amount
            else running_amount - covered
        end as unitemised_amount
    from completed_refunds
    where running_amount > covered
)

select
    connection_id,
    native_order_id as native_id,
    {{ unified_key('connection_id', 'native_order_id') }} as record_id,
    return_id,
    sale_order_id as order_id,
    location_id,
    currency,
    recognised_at as refunded_at,
    business_date,
    goods,
    tax - unitemised_tax as tax,
    tips,
    service_charges,
    gift_cards,
    rounding,
    unitemised_amount as unitemized_amount,
    source_name as channel,
    loaded_at
from return_orders
where is_itemised or unitemised_amount > 0

union all

select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', "coalesce(native_return_order_id, 'refund:' || id)") }} as record_id,
    {{ unified_key('connection_id', 'id') }} as return_id,
    order_id,
    location_id,
    currency,
    created_at as refunded_at,
    business_date,
    0 as goods,
    0 as tax,
    0 as tips,
    0 as service_charges,
    0 as gift_cards,
    0 as rounding,
    unitemised_amount as unitemized_amount,
    source_name as channel,
    loaded_at
from unitemised
