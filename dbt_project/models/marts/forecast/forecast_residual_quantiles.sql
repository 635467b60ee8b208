{%- set levels = quantile_levels() -%}
{%- set groups = [none, 'abc_class', 'demand_size', 'wide_size'] -%}
with residuals as (
    select * from {{ ref('forecast_residual') }}
),

spread_laws as (
    select * from {{ ref('forecast_spread_law') }}
),

weeks as (
    {{ numbers_up_to(forecast_constant('residual_weeks') - 1) }}
),

size_numbers as (
    {{ numbers_up_to(26) }}
),

-- An origin knows the residuals of intervals that were over by then; the last thirteen weeks of them count.
known as (
    select
        residuals.known_weeks_ago - weeks.number as origin_weeks_ago,
        residuals.abc_class,
        residuals.demand_size,
        {{ wide_size('residuals.demand_size') }} as wide_size,
        residuals.standard_residual
    from residuals
    cross join weeks
    where residuals.known_weeks_ago >= weeks.number
),

pooled as (
    {%- for group in groups %}
        select
            origin_weeks_ago,
            {%- for column in ['abc_class', 'demand_size', 'wide_size'] %}
                {{ column if column == group else 'null' }} as {{ column }},
            {%- endfor %}
            {%- for quantile in levels %}
                {{ continuous_quantile('standard_residual', quantile.level) }} as {{ quantile.name }},
            {%- endfor %}
            count(*) as residuals
        from known
        group by origin_weeks_ago{% if group %}, {{ group }}{% endif %}
        {%- if not loop.last %}
            union all
        {%- endif %}
    {%- endfor %}
),

classes as (
    select 'A' as abc_class
    union all
    select 'B' as abc_class
    union all
    select 'C' as abc_class
),

sizes as (
    select
        number - 6 as demand_size,
        {{ wide_size('number - 6') }} as wide_size
    from size_numbers
),

-- Where few residuals speak, those of a wider group are mixed in: those of all sizes and classes, and at last the
-- normal distribution.
all_quantiles as (
    select
        spread_laws.origin_weeks_ago,
        {%- for quantile in levels %}
            {{ drawn_to(
                'cast(' ~ quantile.score ~ ' as double)', 'coalesce(pooled.' ~ quantile.name ~ ', 0.0)', 'coalesce(pooled.residuals, 0)',
                forecast_constant('normal_prior')
            ) }} as {{ quantile.name }},
        {%- endfor %}
        coalesce(pooled.residuals, 0) as residuals
    from spread_laws
    left join pooled
        on
            spread_laws.origin_weeks_ago = pooled.origin_weeks_ago
            and pooled.abc_class is null
            and pooled.demand_size is null
            and pooled.wide_size is null
),

class_quantiles as (
    select
        all_quantiles.origin_weeks_ago,
        classes.abc_class,
        {%- for quantile in levels %}
            {{ drawn_to(
                'all_quantiles.' ~ quantile.name, 'coalesce(pooled.' ~ quantile.name ~ ', 0.0)',
                'coalesce(pooled.residuals, 0)', forecast_constant('residual_prior')
            ) }} as {{ quantile.name }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from all_quantiles
    cross join classes
    left join pooled
        on
            all_quantiles.origin_weeks_ago = pooled.origin_weeks_ago
            and classes.abc_class = pooled.abc_class
),

wide_quantiles as (
    select
        all_quantiles.origin_weeks_ago,
        sizes.demand_size,
        {%- for quantile in levels %}
            {{ drawn_to(
                'all_quantiles.' ~ quantile.name, 'coalesce(pooled.' ~ quantile.name ~ ', 0.0)',
                'coalesce(pooled.residuals, 0)', forecast_constant('residual_prior')
            ) }} as {{ quantile.name }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from all_quantiles
    cross join sizes
    left join pooled
        on
            all_quantiles.origin_weeks_ago = pooled.origin_weeks_ago
            and sizes.wide_size = pooled.wide_size
),

size_quantiles as (
    select
        wide_quantiles.origin_weeks_ago,
        wide_quantiles.demand_size,
        {%- for quantile in levels %}
            {{ drawn_to(
                'wide_quantiles.' ~ quantile.name, 'coalesce(pooled.' ~ quantile.name ~ ', 0.0)',
                'coalesce(pooled.residuals, 0)', forecast_constant('residual_prior')
            ) }} as {{ quantile.name }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from wide_quantiles
    left join pooled
        on
            wide_quantiles.origin_weeks_ago = pooled.origin_weeks_ago
            and wide_quantiles.demand_size = pooled.demand_size
)

select
    class_quantiles.origin_weeks_ago,
    class_quantiles.abc_class,
    cast(size_quantiles.demand_size as integer) as demand_size,
    {%- for quantile in levels %}
        0.5 * (class_quantiles.{{ quantile.name }} + size_quantiles.{{ quantile.name }}) as {{ quantile.name }},
    {%- endfor %}
    cast(all_quantiles.residuals as bigint) as residuals
from class_quantiles
inner join size_quantiles on class_quantiles.origin_weeks_ago = size_quantiles.origin_weeks_ago
inner join all_quantiles on class_quantiles.origin_weeks_ago = all_quantiles.origin_weeks_ago
