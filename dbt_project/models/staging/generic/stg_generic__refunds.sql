-- One row for each completed record that gives goods back, and one for each refund that names none. A return without
-- lines gives back its total without saying for what.
with

orders as (
    select
        *,
        direction = 'return' as is_return
    from {{ ref('base_generic__order_sums') }}
    where (direction = 'return' or returned_lines > 0) and state = 'completed'
),

returns as (
    select
        *,
        case when is_return then coalesce(tip, 0) else 0 end + returned_tips as given_tips,
        case when is_return then coalesce(service_charge, 0) else 0 end + returned_service_charges
            as given_service_charges,
        case when is_return then coalesce(rounding, 0) else 0 end as given_rounding,
        case
            when tells_returned_tax or not is_return or returned_lines = 0 then returned_tax
            else coalesce(tax, 0)
        end as given_tax,
        case when is_return then coalesce(shipping, 0) else 0 end as given_shipping
    from orders
),

all_refunds as (
    select * from {{ source('raw_generic', 'refunds') }}
    {{ of_changed_records('generic', "'refund:' || refund_id") }}
),

refunds as (
    select * from all_refunds
    where status = 'completed'
),

locations as (
    select * from {{ ref('stg_generic__locations') }}
)

select
    connection_id,
    native_id,
    order_id as return_id,
    order_id as record_id,
    original_order_id as order_id,
    location_id,
    currency,
    sold_at as refunded_at,
    business_date,
    returned_goods as goods,
    given_tax as tax,
    given_tips as tips,
    given_service_charges as service_charges,
    returned_gift_cards as gift_cards,
    given_rounding as rounding,
    case
        when returned_lines = 0
            then coalesce(total, 0) - given_tips - given_service_charges - given_rounding
        else unitemised + given_shipping
    end as unitemized_amount,
    channel,
    loaded_at
from returns

union all

select
    refunds.connection_id,
    'refund:' || refunds.refund_id as native_id,
    {{ unified_key('refunds.connection_id', "'refund:' || refunds.refund_id") }} as return_id,
    {{ unified_key('refunds.connection_id', "'refund:' || refunds.refund_id") }} as record_id,
    {{ unified_key('refunds.connection_id', 'refunds.order_id') }} as order_id,
    {{ unified_key('refunds.connection_id', 'refunds.location_id') }} as location_id,
    coalesce(refunds.currency, locations.currency) as currency,
    refunds.refunded_at,
    {{ business_date('refunds.refunded_at', 'locations.timezone', 'locations.business_day_cutoff_minutes') }}
        as business_date,
    0 as goods,
    0 as tax,
    0 as tips,
    0 as service_charges,
    0 as gift_cards,
    0 as rounding,
    {{ generic_money('refunds.amount', 'coalesce(refunds.currency, locations.currency)', 'refunds.amounts_in') }}
        as unitemized_amount,
    cast(null as text) as channel,
    refunds.loaded_at
from refunds
left join locations
    on
        refunds.connection_id = locations.connection_id
        and refunds.location_id = locations.native_id
