with daily_sales as (
    select * from {{ ref('item_daily_sales') }}
),

levels as (
    select * from {{ ref('forecast_level') }}
),

weeks as (
    select
        location_key,
        item_key,
        {{ week_ago(days_between('business_date', as_of_date())) }} as week,
        sum(cast(net_sales as double)) as net_sales,
        sum(cast(units_sold as double)) as units,
        max(case when units_sold = floor(units_sold) then 0 else 1 end) as has_parts_of_units
    from daily_sales
    group by location_key, item_key, {{ week_ago(days_between('business_date', as_of_date())) }}
),

recent_weeks as (
    select
        levels.location_key,
        levels.item_key,
        levels.origin_weeks_ago,
        greatest(0.0, coalesce(sum(weeks.net_sales) over recent, 0.0)) as net_sales,
        coalesce(sum(weeks.units) over recent, 0.0) as units,
        coalesce(max(weeks.has_parts_of_units) over known, 0) = 0 as is_counted
    from levels
    left join weeks
        on
            levels.location_key = weeks.location_key
            and levels.item_key = weeks.item_key
            and levels.origin_weeks_ago = weeks.week
    window
        known as (
            partition by levels.location_key, levels.item_key
            order by levels.origin_weeks_ago desc
            rows between unbounded preceding and current row
        ),
        recent as (
            partition by levels.location_key, levels.item_key
            order by levels.origin_weeks_ago
            rows between current row and {{ forecast_constant('class_weeks') - 1 }} following
        )
),

-- Where nothing has a price, units stand for it.
valued as (
    select
        *,
        case
            when sum(net_sales) over (partition by location_key, origin_weeks_ago) > 0 then net_sales
            else units
        end as turnover
    from recent_weeks
),

cumulated as (
    select
        location_key,
        item_key,
        origin_weeks_ago,
        is_counted,
        turnover,
        sum(turnover) over (partition by location_key, origin_weeks_ago) as turnover_of_all,
        sum(turnover) over (
            partition by location_key, origin_weeks_ago
            order by turnover desc, item_key asc
            rows between unbounded preceding and current row
        ) as cumulated_turnover
    from valued
)

select
    location_key,
    item_key,
    origin_weeks_ago,
    case
        when cumulated_turnover - turnover < 0.80 * turnover_of_all then 'A'
        when cumulated_turnover - turnover < 0.95 * turnover_of_all then 'B'
        else 'C'
    end as abc_class,
    is_counted
from cumulated
