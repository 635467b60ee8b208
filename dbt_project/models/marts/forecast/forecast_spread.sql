with errors as (
    select * from {{ ref('forecast_error') }}
),

contest as (
    select * from {{ ref('forecast_contest') }}
),

-- Recent origins tell more of the spread to come. The weight counts from as_of_date for every origin: it cancels.
weekly_errors as (
    select
        location_key,
        item_key,
        known_weeks_ago,
        {%- set weight = age_weight('origin_weeks_ago', forecast_constant('spread_half_life_weeks')) %}
        sum({{ weight }}) as weight,
        sum({{ weight }} * {{ weight }}) as squared_weight,
        sum({{ weight }} * residual * residual) as weighted_square,
        count(*) as spans,
        count(distinct origin_weeks_ago) as origins,
        sum(residual * residual) as squared_residual,
        sum(whole_expected) as expected,
        sum(deviation) as deviation,
        max(protection_days) as protection_days
    from errors
    group by location_key, item_key, known_weeks_ago
),

known as (
    select
        contest.location_key,
        contest.item_key,
        contest.origin_weeks_ago,
        sum(weekly_errors.weight) over seen as weight,
        sum(weekly_errors.squared_weight) over seen as squared_weight,
        sum(weekly_errors.weighted_square) over seen as weighted_square,
        coalesce(sum(weekly_errors.spans) over seen, 0) as spans,
        coalesce(sum(weekly_errors.origins) over seen, 0) as origins,
        sum(weekly_errors.squared_residual) over seen as squared_residual,
        sum(weekly_errors.expected) over seen as expected,
        sum(weekly_errors.deviation) over seen as deviation,
        max(weekly_errors.protection_days) over seen as protection_days
    from contest
    left join weekly_errors
        on
            contest.location_key = weekly_errors.location_key
            and contest.item_key = weekly_errors.item_key
            and contest.origin_weeks_ago = weekly_errors.known_weeks_ago
    window seen as (
        partition by contest.location_key, contest.item_key
        order by contest.origin_weeks_ago desc
        rows between unbounded preceding and current row
    )
)

-- Spans that overlap tell the same days twice.
select
    location_key,
    item_key,
    origin_weeks_ago,
    cast(spans as integer) as spans,
    cast(origins as integer) as origins,
    coalesce({{ ratio('weighted_square', 'weight') }}, 0.0) as mean_squared_error,
    coalesce({{ ratio('weight * weight', 'squared_weight') }} * least(1.0, 7.0 / protection_days), 0.0)
        as independent_spans,
    {{ ratio('squared_residual', 'spans') }} as plain_squared_error,
    {{ ratio('expected', 'spans') }} as mean_expected,
    {{ ratio('deviation', 'spans') }} as mean_deviation
from known
