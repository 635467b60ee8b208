-- A sale that only gives goods back is an order without lines and amounts; what it gives back is a refund. In an
-- exchange the two stand in one sale: what R states for the whole is put right by what was given back.
with

sales as (
    select * from {{ ref('base_lightspeed_r__sales') }}
),

given_back as (
    select * from {{ ref('base_lightspeed_r__given_back') }}
),

fees as (
    select
        connection_id,
        sale_id,
        sum(gross - discounts) as amount
    from {{ ref('base_lightspeed_r__lines') }}
    where line_kind = 'fee' and not is_given_back
    group by connection_id, sale_id
),

payments as (
    select
        connection_id,
        sale_id,
        sum(case when tip > 0 then tip else 0 end) as tips,
        sum(case when tip < 0 then -tip else 0 end) as tips_given_back,
        sum(case when amount < 0 then -amount else 0 end) as paid_out
    from {{ ref('base_lightspeed_r__payments') }}
    where not is_archived
    group by connection_id, sale_id
)

select
    sales.connection_id,
    sales.id as native_id,
    sales.order_id,
    sales.order_id as record_id,
    sales.location_id,
    cast(null as text) as dining_option,
    cast(null as text) as revenue_center,
    cast(null as integer) as guests,
    sales.created_at as ordered_at,
    sales.completed_at as closed_at,
    sales.business_date,
    sales.state,
    sales.is_sale,
    sales.channel,
    sales.customer_key,
    sales.tax + {{ lightspeed_r_cents('coalesce(given_back.tax, 0)') }} as tax,
    coalesce(payments.tips, 0) as tips,
    {{ lightspeed_r_cents('coalesce(fees.amount, 0)') }} as service_charges,
    0 as shipping,
    0 as rounding,
    -- R completes a sale only when it is paid in full
    case when sales.is_sale then 0 else sales.balance end as unpaid_balance,
    sales.currency,
    sales.version_at as source_updated_at,
    sales.displayable_total + {{ lightspeed_r_cents('coalesce(given_back.total, 0)') }}
    + sales.tips + coalesce(payments.tips_given_back, 0) as stated_total,
    sales.payments + coalesce(payments.paid_out, 0) as stated_paid,
    sales.loaded_at
from sales
left join given_back
    on
        sales.connection_id = given_back.connection_id
        and sales.id = given_back.sale_id
left join fees
    on
        sales.connection_id = fees.connection_id
        and sales.id = fees.sale_id
left join payments
    on
        sales.connection_id = payments.connection_id
        and sales.id = payments.sale_id
