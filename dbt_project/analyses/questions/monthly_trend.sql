-- How did each month go?
-- Net sales and orders of each month of the range, one row a month and currency. Months are shown whole where the
-- range cuts them, and are partial where not all of their days are known. The change is that of the stores that
-- traded for the whole month, and for the whole month before or the same month last year.
-- Bars: net_sales
with

-- how months compare is looked up before the range is cut out
compared as (
    select
        *,
        lag(is_partial, 1) over own_months as is_partial_previous_month,
        lag(is_partial, 12) over own_months as is_partial_last_year
    from {{ ref('monthly_revenue') }}
    where {{ in_asked_stores() }}
    window own_months as (partition by location_id, currency order by month_start)
),

months as (
    select
        currency,
        month_start,
        max(days) as days,
        bool_or(is_partial) as is_partial,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        cast(sum(orders) as bigint) as orders,
        {{ change_of_sums('net_sales', 'net_sales_previous_month', 'not (is_partial or is_partial_previous_month)') }}
            as monthly_change,
        {{ change_of_sums('net_sales', 'net_sales_same_month_last_year', 'not (is_partial or is_partial_last_year)') }}
            as yearly_change
    from compared
    where month_start between date_trunc('month', {{ first_day() }}) and {{ last_day() }}
    group by currency, month_start
)

select
    currency,
    month_start,
    days,
    is_partial,
    net_sales,
    orders,
    {{ divide('net_sales', 'orders') }} as average_order_value,
    monthly_change,
    yearly_change
from months
order by currency, month_start
