-- An order's sales are what its lines say; tax, tips, charges and rounding are what the order says.
{{ replaces_changed_records() }}

with

orders as (
    {{ union_of_pos('orders') }}
),

line_totals as (
    select
        order_id,
        count(*) as line_count,
        sum(case when line_kind <> 'gift_card' then gross_sales else 0 end) as gross_sales,
        sum(case when line_kind <> 'gift_card' then discounts else 0 end) as discounts,
        sum(case when line_kind <> 'gift_card' then net_sales else 0 end) as net_sales_before_returns,
        sum(case when line_kind = 'gift_card' then net_sales else 0 end) as gift_cards_sold
    from {{ ref('order_lines') }}
    where not is_voided and {{ is_of_changed_record() }}
    group by order_id
),

added_up as (
    select
        orders.*,
        coalesce(line_totals.line_count, 0) as line_count,
        {{ to_decimal('coalesce(line_totals.gross_sales, 0)') }} as gross_sales,
        {{ to_decimal('coalesce(line_totals.discounts, 0)') }} as discounts,
        {{ to_decimal('coalesce(line_totals.net_sales_before_returns, 0)') }} as net_sales_before_returns,
        {{ to_decimal('coalesce(line_totals.gift_cards_sold, 0)') }} as gift_cards_sold
    from orders
    left join line_totals
        on orders.order_id = line_totals.order_id
),

totalled as (
    select
        *,
        {{ to_decimal(
            'net_sales_before_returns + tax + tips + service_charges + shipping + gift_cards_sold + rounding'
        ) }} as total
    from added_up
)

select
    pos,
    connection_id,
    native_id,
    order_id,
    record_id,
    location_id,
    dining_option,
    revenue_center,
    guests,
    ordered_at,
    closed_at,
    business_date,
    state,
    -- an order that only takes goods back sells nothing
    is_sale and (line_count > 0 or total <> 0) as counts_as_sale,
    channel,
    customer_key,
    gross_sales,
    discounts,
    net_sales_before_returns,
    tax,
    tips,
    service_charges,
    shipping,
    gift_cards_sold,
    rounding,
    total,
    unpaid_balance,
    currency,
    source_updated_at,
    stated_total,
    stated_paid,
    loaded_at,
    {{ build_time() }} as built_at
from totalled
