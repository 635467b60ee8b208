-- The charges on the checks that count: gratuity, cash rounding and donations are told apart from service charges.
with

charges as (
    select * from {{ source('raw_toast', 'service_charges') }}
    {{ of_changed_records('toast', 'order_guid') }}
),

orders as (
    select * from {{ ref('base_toast__orders') }}
),

checks as (
    select * from {{ ref('base_toast__checks') }}
)

select
    charges.connection_id,
    charges.order_guid,
    charges.check_guid,
    orders.order_id,
    orders.is_live,
    case
        when charges.category = 'CASH_ROUNDING' then 'rounding'
        when charges.category = 'FUNDRAISING_CAMPAIGN' then 'donation'
        when coalesce(charges.gratuity, false) then 'gratuity'
        else 'service_charge'
    end as kind,
    {{ to_decimal('coalesce(charges.charge_amount, 0)') }} as amount,
    charges.refund_transaction_guid,
    {{ to_decimal('coalesce(charges.refund_amount, 0)') }} as refund_amount,
    {{ to_decimal('coalesce(charges.refund_tax_amount, 0)') }} as refund_tax_amount
from charges
inner join orders
    on
        charges.connection_id = orders.connection_id
        and charges.order_guid = orders.guid
        and charges.order_modified_at = orders.modified_at
inner join checks
    on
        charges.connection_id = checks.connection_id
        and charges.order_guid = checks.order_guid
        and charges.check_guid = checks.guid
