-- One merchant is one store.
with

properties as (
    select * from {{ source('raw_clover', 'properties') }}
),

merchants as (
    select * from {{ source('raw_clover', 'merchants') }}
)

select
    properties.connection_id,
    properties.merchant_id as native_id,
    {{ unified_key('properties.connection_id', 'properties.merchant_id') }} as location_id,
    merchants.name,
    coalesce(properties.set_timezone, properties.timezone, 'UTC') as timezone,
    properties.currency,
    coalesce(properties.set_cutoff_minutes, properties.summary_hour * 60, 0) as business_day_cutoff_minutes,
    true as is_active,
    properties.loaded_at
from properties
left join merchants
    on
        properties.connection_id = merchants.connection_id
        and properties.merchant_id = merchants.id
