-- Selections that were given back, whole or in part. Toast tells of them an amount after discounts, and no quantity: of
-- a part the quantity is the part's share of the price.
with

selections as (
    select * from {{ ref('base_toast__selections') }}
    where is_live and not is_voided and refund_transaction_guid is not null
),

refunds as (
    select * from {{ ref('base_toast__refunds') }}
)

select
    selections.connection_id,
    {{ native_id(['selections.order_guid', 'selections.guid']) }} as native_id,
    {{ unified_key('selections.connection_id', 'selections.order_guid') }} as record_id,
    selections.order_line_id as return_line_id,
    refunds.return_id,
    selections.order_id,
    selections.order_line_id,
    selections.location_id,
    selections.item_id,
    selections.line_kind,
    selections.currency,
    case
        when selections.refund_amount = selections.price then selections.quantity
        else {{ to_decimal(
            'cast(selections.quantity as double) * '
            ~ ratio('selections.refund_amount', 'selections.price')
        ) }}
    end as quantity,
    case
        when selections.refund_amount = selections.price then selections.gross
        else selections.refund_amount
    end as gross_amount,
    case
        when selections.refund_amount = selections.price then selections.gross - selections.price
        else 0
    end as discounts,
    selections.refund_tax_amount as tax,
    refunds.refunded_at as returned_at,
    refunds.business_date,
    cast(null as boolean) as restocked,
    selections.loaded_at
from selections
inner join refunds
    on
        selections.connection_id = refunds.connection_id
        and selections.order_guid = refunds.order_guid
        and selections.refund_transaction_guid = refunds.refund_transaction_guid
