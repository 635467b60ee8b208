-- Money given back, one row a sale that does so, dated as that sale.
with

sales as (
    select * from {{ ref('base_lightspeed_r__sales') }}
),

given_back as (
    select * from {{ ref('base_lightspeed_r__given_back') }}
),

tips as (
    select
        connection_id,
        sale_id,
        sum(-tip) as amount
    from {{ ref('base_lightspeed_r__payments') }}
    where tip < 0 and not is_archived
    group by connection_id, sale_id
)

select
    sales.connection_id,
    sales.id as native_id,
    sales.order_id as return_id,
    sales.order_id as record_id,
    given_back.sold_order_id as order_id,
    sales.location_id,
    sales.currency,
    sales.recognised_at as refunded_at,
    sales.business_date,
    {{ to_decimal('coalesce(given_back.goods, 0)') }} as goods,
    {{ lightspeed_r_cents('coalesce(given_back.itemised_tax, 0)') }} as tax,
    coalesce(tips.amount, 0) as tips,
    {{ lightspeed_r_cents('coalesce(given_back.service_charges, 0)') }} as service_charges,
    0 as gift_cards,
    0 as rounding,
    {{ lightspeed_r_cents('coalesce(given_back.unitemised_amount, 0)') }} as unitemized_amount,
    sales.channel,
    sales.loaded_at
from sales
left join given_back
    on
        sales.connection_id = given_back.connection_id
        and sales.id = given_back.sale_id
left join tips
    on
        sales.connection_id = tips.connection_id
        and sales.id = tips.sale_id
where
    sales.is_sale
    and (given_back.sale_id is not null or tips.sale_id is not null)
