{%- set levels = quantile_levels() -%}
{%- set named_levels = [] -%}
{%- for prefix in ['', 'naive_'] -%}
    {%- for quantile in levels -%}
        {%- do named_levels.append((prefix ~ quantile.name, quantile.level)) -%}
    {%- endfor -%}
{%- endfor -%}
{%- set grains = [
    ['location_key', 'item_key', 'abc_class'], ['location_key', 'abc_class'], ['location_key'],
] -%}
with history as (
    select * from {{ ref('forecast_history') }}
),

backtest as (
    select * from {{ ref('forecast_backtest') }}
),

daily_sales as (
    select * from {{ ref('item_daily_sales') }}
),

-- An interval that a stock-out cut short tells less than its forecast was about.
whole_intervals as (
    select *
    from backtest
    where span = 0 and comparable_days = protection_days
),

weekly_sales as (
    select
        location_key,
        item_key,
        {{ week_ago(days_between('business_date', as_of_date())) }} as week,
        count(*) as days,
        sum(cast(units_sold as double)) as units,
        sum(cast(units_sold as double) * cast(units_sold as double)) as squared_units
    from daily_sales
    group by location_key, item_key, {{ week_ago(days_between('business_date', as_of_date())) }}
),

recent_sales as (
    select
        history.location_key,
        history.item_key,
        history.origin_weeks_ago,
        sum(weekly_sales.days) as days,
        sum(weekly_sales.units) / sum(weekly_sales.days) as daily_units,
        sum(weekly_sales.squared_units) as squared_units
    from history
    inner join weekly_sales
        on
            history.location_key = weekly_sales.location_key
            and history.item_key = weekly_sales.item_key
            and history.origin_weeks_ago <= weekly_sales.week
            and history.origin_weeks_ago + 3 >= weekly_sales.week
    group by history.location_key, history.item_key, history.origin_weeks_ago
),

-- The rule that most shops use: mean of the last 28 days, and z x their standard deviation x root of the days.
naive as (
    select
        location_key,
        item_key,
        origin_weeks_ago,
        daily_units,
        sqrt(greatest(0.0, (squared_units - days * daily_units * daily_units) / greatest(1, days - 1))) as daily_sd
    from recent_sales
),

compared as (
    select
        history.location_key,
        history.item_key,
        current_classes.abc_class,
        history.origin_weeks_ago,
        whole_intervals.actual,
        history.demand_mean as expected,
        naive.daily_units * history.protection_days as naive_expected,
        latest_intervals.actual as latest_actual,
        {%- for quantile in levels %}
            history.{{ quantile.name }},
            greatest(
                0.0,
                naive.daily_units * history.protection_days
                + {{ quantile.score }} * naive.daily_sd * sqrt(history.protection_days)
            ) as naive_{{ quantile.name }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from history
    inner join whole_intervals
        on
            history.location_key = whole_intervals.location_key
            and history.item_key = whole_intervals.item_key
            and history.origin_weeks_ago = whole_intervals.origin_weeks_ago
    inner join naive
        on
            history.location_key = naive.location_key
            and history.item_key = naive.item_key
            and history.origin_weeks_ago = naive.origin_weeks_ago
    inner join history as current_classes
        on
            history.location_key = current_classes.location_key
            and history.item_key = current_classes.item_key
            and current_classes.origin_weeks_ago = 0
    left join whole_intervals as latest_intervals
        on
            history.location_key = latest_intervals.location_key
            and history.item_key = latest_intervals.item_key
            and history.origin_weeks_ago = latest_intervals.known_weeks_ago
    where
        history.backtest_origins >= {{ forecast_constant('minimum_law_spans') }}
        and history.observable_days >= {{ forecast_constant('new_item_days') }}
),

summed as (
    {%- for grain in grains %}
        select
            location_key,
            {%- for column in ['item_key', 'abc_class'] %}
                {{ column if column in grain else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as {{ column }},
            {%- endfor %}
            count(distinct origin_weeks_ago) as origins,
            count(*) as forecasts,
            sum(actual) as actual,
            sum(expected) as expected,
            sum(abs(actual - expected)) as absolute_error,
            sum(abs(actual - naive_expected)) as naive_absolute_error,
            sum(case when latest_actual is not null then abs(actual - expected) end) as comparable_error,
            {%- for name, level in named_levels %}
                sum({{ pinball('actual', name, level) }}) as {{ name }}_pinball,
                avg(cast(actual <= {{ name }} as integer)) as {{ name }}_coverage,
            {%- endfor %}
            sum(abs(actual - latest_actual)) as latest_error
        from compared
        group by
            {%- for column in grain %}
                {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
)

select
    location_key,
    case
        when item_key is not null then 'item'
        when abc_class is not null then 'class'
        else 'location'
    end as grain,
    item_key,
    abc_class,
    cast(origins as integer) as origins,
    cast(forecasts as bigint) as forecasts,
    actual,
    {{ ratio('absolute_error', 'actual') }} as wape,
    {{ ratio('naive_absolute_error', 'actual') }} as naive_wape,
    {{ ratio('expected - actual', 'actual') }} as bias,
    {{ ratio('comparable_error', 'latest_error') }} as mase,
    {%- for name, _ in named_levels %}
        {{ ratio(name ~ '_pinball', 'actual') }} as {{ name }}_pinball,
        {{ name }}_coverage
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
from summed
