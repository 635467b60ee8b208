with errors as (
    select * from {{ ref('forecast_error') }}
),

spreads as (
    select * from {{ ref('forecast_spread') }}
),

spread_laws as (
    select * from {{ ref('forecast_spread_law') }}
),

classes as (
    select * from {{ ref('forecast_class') }}
),

-- The spread that was known at the origin: how far the forecast misses what it did not know.
spread_out as (
    select
        errors.location_key,
        errors.item_key,
        errors.origin_weeks_ago,
        errors.span,
        errors.known_weeks_ago,
        errors.whole_expected,
        errors.residual,
        {{ lawful_spread('errors.whole_expected', 'errors.deviation') }} as lawful_spread,
        spreads.mean_squared_error,
        spreads.independent_spans
    from errors
    inner join spreads
        on
            errors.location_key = spreads.location_key
            and errors.item_key = spreads.item_key
            and errors.origin_weeks_ago = spreads.origin_weeks_ago
    inner join spread_laws as law on errors.origin_weeks_ago = law.origin_weeks_ago
    where spreads.spans >= {{ forecast_constant('minimum_law_spans') }}
),

judged as (
    select
        *,
        {{ drawn_spread('mean_squared_error', 'independent_spans', 'lawful_spread') }} as spread
    from spread_out
)

select
    judged.location_key,
    judged.item_key,
    judged.origin_weeks_ago,
    judged.span,
    judged.known_weeks_ago,
    classes.abc_class,
    {{ demand_size('judged.whole_expected') }} as demand_size,
    judged.spread,
    judged.residual / judged.spread as standard_residual
from judged
inner join classes
    on
        judged.location_key = classes.location_key
        and judged.item_key = classes.item_key
        and judged.origin_weeks_ago = classes.origin_weeks_ago
where judged.spread > 0
