-- An order or a return is a record, and so is a payment or a refund from a list of its own. A payment counts in the
-- store and on the day of its order, and an order is held against all its payments, so that these go together; so does
-- the order that a payment was of before it was corrected.
{{ config(materialized='table') }}
{% set held = held_payments() %}

with

new_state as (
    {{ new_state('generic') }}
),

touched as (
    {{ touched_records('generic') }}
),

payments as (
    select
        connection_id,
        order_id,
        'payment:' || payment_id as payment_record
    from {{ source('raw_generic', 'payments') }}
    where order_id is not null
),

paid as (
    select * from touched
    union
    select
        payments.connection_id,
        payments.order_id as native_id
    from payments
    inner join touched
        on
            payments.connection_id = touched.connection_id
            and payments.payment_record = touched.native_id
    {% if held %}
        union
        select
            held.connection_id,
            substring(held.order_id, length(held.connection_id) + 2) as native_id
        from {{ held }} as held
        inner join touched
            on
                held.connection_id = touched.connection_id
                and held.native_id = substring(touched.native_id, length('payment:') + 1)
        where held.order_id is not null and touched.native_id like 'payment:%'
    {% endif %}
),

changed as (
    select * from paid
    union
    select
        payments.connection_id,
        payments.payment_record as native_id
    from payments
    inner join paid
        on
            payments.connection_id = paid.connection_id
            and payments.order_id = paid.native_id
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from changed
