-- Orders that do not add up, with both figures. Only what the vendor states is compared.
with

stated as (
    {{ union_of_pos('orders') }}
),

orders as (
    select * from {{ ref('orders') }}
    where counts_as_sale
),

received as (
    select
        order_id,
        sum(amount + tip) as amount
    from {{ ref('payments') }}
    where status = 'completed'
    group by order_id
),

compared as (
    select
        orders.pos,
        orders.connection_id,
        orders.native_id,
        orders.order_id,
        'lines_against_order' as rule,
        stated.stated_total as expected,
        orders.total as found,
        orders.currency,
        orders.loaded_at
    from orders
    inner join stated
        on orders.order_id = stated.order_id

    union all

    select
        orders.pos,
        orders.connection_id,
        orders.native_id,
        orders.order_id,
        'payments_against_total' as rule,
        stated.stated_paid as expected,
        {{ to_decimal('coalesce(received.amount, 0)') }} as found,
        orders.currency,
        orders.loaded_at
    from orders
    inner join stated
        on orders.order_id = stated.order_id
    left join received
        on orders.order_id = received.order_id
)

select
    pos,
    connection_id,
    native_id,
    order_id,
    rule,
    expected,
    found,
    {{ to_decimal('found - expected') }} as difference,
    currency,
    loaded_at
from compared
where found <> expected
