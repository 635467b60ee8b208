with backtest as (
    select * from {{ ref('forecast_backtest') }}
),

spreads as (
    select * from {{ ref('forecast_spread') }}
),

classes as (
    select 'smooth' as demand_class
    union all
    select 'erratic' as demand_class
    union all
    select 'intermittent' as demand_class
    union all
    select 'lumpy' as demand_class
    union all
    select 'no_sales' as demand_class
),

standardised as (
    select
        spreads.demand_class,
        backtest.residual / spreads.spread as residual
    from backtest
    inner join spreads
        on
            backtest.location_key = spreads.location_key
            and backtest.item_key = spreads.item_key
    where spreads.spread > 0
),

class_quantiles as (
    select
        demand_class,
        {%- for quantile in quantile_levels() %}
            {{ continuous_quantile('residual', quantile.level) }} as {{ quantile.name }},
        {%- endfor %}
        count(*) as residuals
    from standardised
    group by demand_class
),

all_quantiles as (
    select
        {%- for quantile in quantile_levels() %}
            {{ continuous_quantile('residual', quantile.level) }} as {{ quantile.name }},
        {%- endfor %}
        count(*) as residuals
    from standardised
)

-- A class with few residuals takes those of all classes; where even these are few, the normal distribution.
select
    classes.demand_class,
    case
        when class_quantiles.residuals >= {{ forecast_constant('minimum_class_residuals') }} then 'class'
        when all_quantiles.residuals >= {{ forecast_constant('minimum_residuals') }} then 'all'
        else 'normal'
    end as source,
    {%- for quantile in quantile_levels() %}
        cast(
            case
                when class_quantiles.residuals >= {{ forecast_constant('minimum_class_residuals') }}
                    then class_quantiles.{{ quantile.name }}
                when all_quantiles.residuals >= {{ forecast_constant('minimum_residuals') }}
                    then all_quantiles.{{ quantile.name }}
                else {{ quantile.score }}
            end as double
        ) as {{ quantile.name }},
    {%- endfor %}
    cast(coalesce(class_quantiles.residuals, 0) as bigint) as residuals
from classes
cross join all_quantiles
left join class_quantiles on classes.demand_class = class_quantiles.demand_class
