-- Square's stores, and one for what names none. A table, because orders, refunds and stores read it.
{{ config(materialized='table') }}

with

listed as (
    select
        connection_id,
        id,
        name,
        timezone,
        currency,
        coalesce(business_day_cutoff_minutes, 0) as business_day_cutoff_minutes,
        coalesce(status, 'ACTIVE') = 'ACTIVE' as is_active,
        loaded_at
    from {{ source('raw_square', 'locations') }}
),

mentioned as (
    select
        connection_id,
        location_id as id,
        max(loaded_at) as loaded_at
    from {{ source('raw_square', 'orders') }}
    group by connection_id, location_id
    union all
    select
        refunds.connection_id,
        coalesce(refunds.location_id, payments.location_id) as id,
        max(refunds.loaded_at) as loaded_at
    from {{ source('raw_square', 'refunds') }} as refunds
    left join {{ source('raw_square', 'payments') }} as payments
        on
            refunds.connection_id = payments.connection_id
            and refunds.payment_id = payments.id
    group by refunds.connection_id, coalesce(refunds.location_id, payments.location_id)
)

{{ listed_and_mentioned_stores('listed', 'mentioned') }}
