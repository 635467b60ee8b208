-- How did each week go?
-- Net sales and orders of each week of the range, one row a week and currency. Weeks are shown whole where the
-- range cuts them, and are partial where not all of their days are known. The change is that of the stores that
-- traded for the whole week, and for the whole week before or the same week last year.
-- Bars: net_sales
with

-- how weeks compare is looked up before the range is cut out
compared as (
    select
        *,
        lag(is_partial, 1) over own_weeks as is_partial_previous_week,
        lag(is_partial, 52) over own_weeks as is_partial_last_year
    from {{ ref('weekly_revenue') }}
    where {{ in_asked_stores() }}
    window own_weeks as (partition by location_id, currency order by week_start)
),

weeks as (
    select
        currency,
        week_start,
        max(days) as days,
        bool_or(is_partial) as is_partial,
        {{ to_decimal('sum(net_sales)') }} as net_sales,
        cast(sum(orders) as bigint) as orders,
        {{ change_of_sums('net_sales', 'net_sales_previous_week', 'not (is_partial or is_partial_previous_week)') }}
            as weekly_change,
        {{ change_of_sums('net_sales', 'net_sales_same_week_last_year', 'not (is_partial or is_partial_last_year)') }}
            as yearly_change
    from compared
    where week_start between date_trunc('week', {{ first_day() }}) and {{ last_day() }}
    group by currency, week_start
)

select
    currency,
    week_start,
    days,
    is_partial,
    net_sales,
    orders,
    {{ divide('net_sales', 'orders') }} as average_order_value,
    weekly_change,
    yearly_change
from weeks
order by currency, week_start
