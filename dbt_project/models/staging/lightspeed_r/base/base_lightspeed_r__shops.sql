-- R's shops, and one for sales that name none: shop 0 is no shop. A table, because every sale asks for its shop.
{{ config(materialized='table') }}

with

listed as (
    select
        connection_id,
        id,
        name,
        timezone,
        currency,
        business_day_cutoff_minutes,
        coalesce(archived, 'false') = 'false' as is_active,
        loaded_at
    from {{ source('raw_lightspeed_r', 'shops') }}
),

mentioned as (
    select
        connection_id,
        {{ lightspeed_r_key('shop_id') }} as id,
        loaded_at
    from {{ source('raw_lightspeed_r', 'sales') }}
)

{{ listed_and_mentioned_stores('listed', 'mentioned') }}
