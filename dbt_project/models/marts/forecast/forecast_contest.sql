{%- set candidates = forecast_candidates() -%}
with backtest as (
    select * from {{ ref('forecast_backtest') }}
),

levels as (
    select * from {{ ref('forecast_level') }}
),

seasons as (
    select * from {{ ref('forecast_season') }}
),

settings as (
    select * from {{ ref('replenishment_settings') }}
),

candidate_levels as (
    select
        levels.*,
        {{ carried_on('level_28d', 'level_126d', 'settings.protection_days') }} as level_trend,
        {{ carried_on('level_7d', 'level_28d', 'settings.protection_days') }} as level_turn,
        levels.level_14d * seasons.season_ratio as level_season,
        (
            {% for level in forecast_levels() %}
                levels.{{ level.name }}{% if not loop.last %} + {% endif %}
            {% endfor %}
        ) / {{ forecast_levels() | length }} as level_average
    from levels
    inner join seasons
        on
            levels.location_key = seasons.location_key
            and levels.item_key = seasons.item_key
            and levels.origin_weeks_ago = seasons.origin_weeks_ago
    inner join settings
        on
            levels.location_key = settings.location_key
            and levels.item_key = settings.item_key
),

-- Squared errors of past intervals, recent ones weighing more; known from the week in which the interval was over.
-- Their weight counts from as_of_date for every origin: it cancels where they are compared.
weekly_errors as (
    select
        backtest.location_key,
        backtest.item_key,
        backtest.known_weeks_ago,
        {%- set weight = 'backtest.weight * ' ~ age_weight(
            'backtest.origin_weeks_ago', forecast_constant('contest_half_life_weeks')
        ) %}
        sum({{ weight }}) as weight,
        {%- for candidate in candidates %}
            sum(
                {{ weight }} * power(
                    backtest.actual - candidate_levels.{{ candidate.name }} * backtest.day_factor, 2
                )
            ) as {{ candidate.name }}_error
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from backtest
    inner join candidate_levels
        on
            backtest.location_key = candidate_levels.location_key
            and backtest.item_key = candidate_levels.item_key
            and backtest.origin_weeks_ago = candidate_levels.origin_weeks_ago
    group by backtest.location_key, backtest.item_key, backtest.known_weeks_ago
),

known_errors as (
    select
        candidate_levels.location_key,
        candidate_levels.item_key,
        candidate_levels.origin_weeks_ago,
        coalesce(sum(weekly_errors.weight) over known, 0.0) / {{ age_weight(
            'candidate_levels.origin_weeks_ago', forecast_constant('contest_half_life_weeks')
        ) }} as origins,
        {%- for candidate in candidates %}
            coalesce(sum(weekly_errors.{{ candidate.name }}_error) over known, 0.0) as {{ candidate.name }}_error
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from candidate_levels
    left join weekly_errors
        on
            candidate_levels.location_key = weekly_errors.location_key
            and candidate_levels.item_key = weekly_errors.item_key
            and candidate_levels.origin_weeks_ago = weekly_errors.known_weeks_ago
    window known as (
        partition by candidate_levels.location_key, candidate_levels.item_key
        order by candidate_levels.origin_weeks_ago desc
        rows between unbounded preceding and current row
    )
),

pooled_errors as (
    select
        origin_weeks_ago,
        {%- for candidate in candidates %}
            coalesce({{ ratio(
                'sum(least(' ~ candidate.name ~ '_error, '
                ~ forecast_constant('contest_worst_ratio') ~ ' * level_average_error))',
                'sum(level_average_error)'
            ) }}, 1.0)
                as {{ candidate.name }}_score
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from known_errors
    group by origin_weeks_ago
),

-- An item's own errors, against those of the average, drawn to those of all items. Errors of less than a thousandth of
-- a unit are those of the arithmetic.
scored as (
    select
        known_errors.location_key,
        known_errors.item_key,
        known_errors.origin_weeks_ago,
        known_errors.origins,
        {%- for candidate in candidates %}
            {{ drawn_to(
                'pooled_errors.' ~ candidate.name ~ '_score',
                'case when known_errors.level_average_error > 0.000001 then '
                ~ 'known_errors.' ~ candidate.name ~ '_error / known_errors.level_average_error else 1.0 end',
                'known_errors.origins',
                forecast_constant('contest_prior_origins')
            ) }} as {{ candidate.name }}_score
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from known_errors
    inner join pooled_errors on known_errors.origin_weeks_ago = pooled_errors.origin_weeks_ago
),

best as (
    select
        *,
        least(
            {%- for candidate in candidates %}
                {{ candidate.name }}_score
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        ) as best_score
    from scored
),

weighted as (
    select
        location_key,
        item_key,
        origin_weeks_ago,
        best_score,
        {%- for candidate in candidates %}
            {{ candidate.name }}_score,
            exp({{ forecast_constant('contest_sharpness') }} * (best_score - {{ candidate.name }}_score))
                as {{ candidate.name }}_weight
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from best
)

select
    weighted.location_key,
    weighted.item_key,
    weighted.origin_weeks_ago,
    (
        {%- for candidate in candidates %}
            weighted.{{ candidate.name }}_weight * candidate_levels.{{ candidate.name }}
            {%- if not loop.last %} + {% endif %}
        {%- endfor %}
    ) / (
        {%- for candidate in candidates %}
            weighted.{{ candidate.name }}_weight
            {%- if not loop.last %} + {% endif %}
        {%- endfor %}
    ) as level,
    -- Of equals the first, whatever the last bits of their sums are in this run.
    case
        {%- for candidate in candidates[:-1] %}
            when weighted.{{ candidate.name }}_score < weighted.best_score + 0.000001
                then '{{ candidate.name }}'
        {%- endfor %}
        else '{{ candidates[-1].name }}'
    end as best_candidate
from weighted
inner join candidate_levels
    on
        weighted.location_key = candidate_levels.location_key
        and weighted.item_key = candidate_levels.item_key
        and weighted.origin_weeks_ago = candidate_levels.origin_weeks_ago
