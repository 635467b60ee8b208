-- The selections of each order as it stands now. The price is for the whole quantity, after the selection's own
-- discounts and its share of the check's, with modifiers, without tax; before discounts it is pre_discount_price.
with

selections as (
    select * from {{ source('raw_toast', 'selections') }}
    {{ of_changed_records('toast', 'order_guid') }}
),

orders as (
    select * from {{ ref('base_toast__orders') }}
),

checks as (
    select * from {{ ref('base_toast__checks') }}
)

select
    selections.connection_id,
    selections.order_guid,
    selections.check_guid,
    selections.guid,
    orders.order_id,
    orders.location_id,
    orders.currency,
    {{ unified_key('selections.connection_id', ['selections.order_guid', 'selections.guid']) }} as order_line_id,
    {{ unified_key('selections.connection_id', 'selections.item_guid') }} as item_id,
    {{ toast_line_kind('selections.selection_type', 'selections.deferred', 'selections.item_guid') }} as line_kind,
    {{ to_decimal('coalesce(selections.quantity, 1)') }} as quantity,
    {{ to_decimal('selections.receipt_line_price') }} as unit_price,
    {{ to_decimal('coalesce(selections.pre_discount_price, selections.price, 0)') }} as gross,
    {{ to_decimal('coalesce(selections.price, 0)') }} as price,
    {{ to_decimal('coalesce(selections.tax, 0)') }} as tax,
    checks.guid is null or coalesce(selections.voided, false) as is_voided,
    orders.is_live,
    selections.refund_transaction_guid,
    {{ to_decimal('coalesce(selections.refund_amount, 0)') }} as refund_amount,
    {{ to_decimal('coalesce(selections.refund_tax_amount, 0)') }} as refund_tax_amount,
    selections.loaded_at
from selections
inner join orders
    on
        selections.connection_id = orders.connection_id
        and selections.order_guid = orders.guid
        and selections.order_modified_at = orders.modified_at
left join checks
    on
        selections.connection_id = checks.connection_id
        and selections.order_guid = checks.order_guid
        and selections.check_guid = checks.guid
