-- A table, because every other model of a sale reads it.
{{ config(materialized='table') }}

with

sales as (
    select
        *,
        -- sales of the years before R kept the time of change have none
        coalesce(updated_at, time_stamp) as version_at,
        coalesce(completed_at, created_at) as recognised_at,
        case
            when voided = 'true' then 'voided'
            when archived = 'true' then 'archived'
            when completed = 'true' then 'completed'
            else 'open'
        end as state
    from {{ source('raw_lightspeed_r', 'sales') }}
    {{ of_changed_records('lightspeed_r', 'id') }}
),

shops as (
    select * from {{ ref('base_lightspeed_r__shops') }}
)

select
    sales.connection_id,
    sales.id,
    sales.version_at,
    {{ unified_key('sales.connection_id', 'sales.id') }} as order_id,
    {{ unified_key('sales.connection_id', store_or_none(lightspeed_r_key('sales.shop_id'))) }} as location_id,
    sales.state,
    sales.state = 'completed' as is_sale,
    sales.is_tax_inclusive = 'true' as is_tax_inclusive,
    coalesce(sales.reference_number_source, 'Register') as channel,
    sales.customer_key,
    sales.created_at,
    sales.completed_at,
    sales.recognised_at,
    {{ business_date('sales.recognised_at', 'shops.timezone', 'shops.business_day_cutoff_minutes') }} as business_date,
    shops.currency,
    {{ to_decimal('coalesce(sales.tax1, 0) + coalesce(sales.tax2, 0)') }} as tax,
    {{ to_decimal('coalesce(sales.displayable_total, sales.total, 0)') }} as displayable_total,
    {{ to_decimal('coalesce(sales.tips, 0)') }} as tips,
    {{ to_decimal('coalesce(sales.payments, 0)') }} as payments,
    {{ to_decimal('coalesce(sales.balance, 0)') }} as balance,
    sales.loaded_at
from sales
left join shops
    on
        sales.connection_id = shops.connection_id
        and {{ store_or_none(lightspeed_r_key('sales.shop_id')) }} = shops.id
