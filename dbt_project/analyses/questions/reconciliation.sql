-- Do the figures add up?
-- Three comparisons and what differs in each: orders against the vendor's own totals, days against the sum of their
-- lines, days against the vendor's own report. One row a comparison, system and currency.
with

orders as (
    select * from {{ ref('orders') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

reconciliation_differences as (
    select * from {{ ref('reconciliation_differences') }}
),

daily_revenue as (
    select * from {{ ref('daily_revenue') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

fct_sales_lines as (
    select * from {{ ref('fct_sales_lines') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

vendor_reconciliation as (
    select * from {{ ref('vendor_reconciliation') }}
    where
        {{ on_asked_days() }}
        and case
            when location_id is null
                then {{ asked('location', 'text') }} is null and {{ in_asked_stores('connection_id') }}
            else {{ in_asked_stores() }}
        end
),

order_differences as (
    select
        order_id,
        sum(difference) as difference
    from reconciliation_differences
    group by order_id
),

order_comparison as (
    select
        'orders against the vendor''s totals' as comparison,
        orders.pos,
        orders.currency,
        order_differences.order_id is not null as differs,
        order_differences.difference
    from orders
    left join order_differences on orders.order_id = order_differences.order_id
),

line_days as (
    select
        location_id,
        currency,
        business_date,
        sum(gross_sales - discounts - returns) as net_sales
    from fct_sales_lines
    group by location_id, currency, business_date
),

line_comparison as (
    select
        'days against their lines' as comparison,
        daily_revenue.pos,
        daily_revenue.currency,
        daily_revenue.gross_sales - daily_revenue.discounts - daily_revenue.returns
        <> coalesce(line_days.net_sales, 0) as differs,
        daily_revenue.gross_sales - daily_revenue.discounts - daily_revenue.returns
        - coalesce(line_days.net_sales, 0) as difference
    from daily_revenue
    left join line_days
        on
            daily_revenue.location_id = line_days.location_id
            and daily_revenue.currency = line_days.currency
            and daily_revenue.business_date = line_days.business_date
),

vendor_comparison as (
    select
        'days against the vendor''s report' as comparison,
        pos,
        currency,
        differs,
        net_sales_difference as difference
    from vendor_reconciliation
),

comparisons as (
    select * from order_comparison
    union all
    select * from line_comparison
    union all
    select * from vendor_comparison
)

select
    comparison,
    pos,
    currency,
    count(*) as compared,
    count(case when differs then 1 end) as differing,
    {{ to_decimal('coalesce(sum(difference), 0)') }} as difference
from comparisons
group by comparison, pos, currency
order by comparison, pos, currency
