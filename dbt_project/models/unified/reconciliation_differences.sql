-- Orders that do not add up, with both figures. Only what the vendor states is compared.
{{ replaces_changed_records() }}

with

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale and {{ is_of_changed_record() }}
),

payments as (
    select * from {{ ref('payments') }}
    where status = 'completed' and {{ is_of_changed_record() }}
),

received as (
    select
        order_id,
        sum(amount + tip) as amount
    from payments
    group by order_id
),

compared as (
    select
        pos,
        connection_id,
        native_id,
        order_id,
        record_id,
        'lines_against_order' as rule,
        stated_total as expected,
        total as found,
        currency,
        loaded_at
    from orders

    union all

    select
        orders.pos,
        orders.connection_id,
        orders.native_id,
        orders.order_id,
        orders.record_id,
        'payments_against_total' as rule,
        orders.stated_paid as expected,
        {{ to_decimal('coalesce(received.amount, 0)') }} as found,
        orders.currency,
        orders.loaded_at
    from orders
    left join received
        on orders.order_id = received.order_id
)

select
    pos,
    connection_id,
    native_id,
    order_id,
    record_id,
    rule,
    expected,
    found,
    {{ to_decimal('found - expected') }} as difference,
    currency,
    loaded_at,
    {{ build_time() }} as built_at
from compared
where found <> expected
