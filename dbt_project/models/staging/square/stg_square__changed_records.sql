-- A payment and the tender that names it are one record, the order's. A refund goes with its payment and its return. A
-- return is worked out from the orders that its goods were sold in, so these are read with it.
{{ config(materialized='table') }}

with recursive

new_state as (
    {{ new_state('square') }}
),

touched as (
    {{ touched_records('square') }}
),

-- without the word before it, so that no text is put together for each tender there ever was
touched_payments as (
    select
        connection_id,
        replace(native_id, 'payment:', '') as payment_id
    from touched
    where native_id like 'payment:%'
),

tenders as (
    select
        connection_id,
        order_id,
        payment_id
    from {{ source('raw_square', 'order_tenders') }}
    where payment_id is not null
),

paid as (
    select * from touched
    union
    select
        tenders.connection_id,
        tenders.order_id as native_id
    from tenders
    inner join touched_payments
        on
            tenders.connection_id = touched_payments.connection_id
            and tenders.payment_id = touched_payments.payment_id
    union
    select
        tenders.connection_id,
        'payment:' || tenders.payment_id as native_id
    from tenders
    inner join touched
        on
            tenders.connection_id = touched.connection_id
            and tenders.order_id = touched.native_id
),

refund_keys as (
    {% for key in ["'refund:' || id", "'payment:' || payment_id", 'order_id'] %}
        select
            connection_id,
            id,
            order_id,
            {{ key }} as native_id
        from {{ source('raw_square', 'refunds') }}
        where {{ key }} is not null
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
),

touched_refunds as (
    select refund_keys.*
    from refund_keys
    inner join paid
        on
            refund_keys.connection_id = paid.connection_id
            and refund_keys.native_id = paid.native_id
),

refunded as (
    select * from paid
    union
    select
        connection_id,
        'refund:' || id as native_id
    from touched_refunds
    union
    select
        connection_id,
        order_id as native_id
    from touched_refunds
    where order_id is not null
),

sources as (
    select
        connection_id,
        order_id,
        source_order_id
    from {{ source('raw_square', 'order_return_lines') }}
    where source_order_id is not null
    group by connection_id, order_id, source_order_id
),

returned as (
    select * from refunded
    union
    select
        sources.connection_id,
        sources.order_id as native_id
    from sources
    inner join refunded
        on
            sources.connection_id = refunded.connection_id
            and sources.source_order_id = refunded.native_id
),

-- what was sold in an exchange may come back, too: an order that goods came from may itself have taken goods back
sold as (
    select * from returned
    union
    select
        sources.connection_id,
        sources.source_order_id as native_id
    from sources
    inner join sold
        on
            sources.connection_id = sold.connection_id
            and sources.order_id = sold.native_id
)

select
    connection_id,
    native_id,
    {{ unified_key('connection_id', 'native_id') }} as record_id
from sold
