with challengers as (
    select * from {{ ref('forecast_challengers') }}
),

errors as (
    select *
    from {{ ref('forecast_error') }}
    where span = 0 and comparable_days = protection_days
),

compared as (
    select
        challengers.location_key,
        challengers.item_key,
        challengers.candidate,
        count(*) as origins,
        sum(power(errors.actual - challengers.expected, 2)) as challenger_error,
        sum(power(errors.residual, 2)) as own_error
    from challengers
    inner join errors
        on
            challengers.location_key = errors.location_key
            and challengers.item_key = errors.item_key
            and challengers.origin_weeks_ago = errors.origin_weeks_ago
    group by challengers.location_key, challengers.item_key, challengers.candidate
),

pooled as (
    select
        candidate,
        {{ ratio('sum(challenger_error)', 'sum(own_error)') }} as score
    from compared
    group by candidate
),

-- The same contest as that of the levels: an item's own errors are drawn to those of all items.
scored as (
    select
        compared.location_key,
        compared.item_key,
        compared.candidate,
        {{ drawn_to(
            'pooled.score',
            'case when compared.own_error > 0.000001 then compared.challenger_error / compared.own_error else 1.0 end',
            'compared.origins',
            forecast_constant('contest_prior_origins')
        ) }} as score
    from compared
    inner join pooled on compared.candidate = pooled.candidate
),

ranked as (
    select
        *,
        row_number() over (
            partition by location_key, item_key
            order by score, candidate
        ) as place
    from scored
    where score < 1
)

select
    ranked.location_key,
    ranked.item_key,
    ranked.candidate,
    challengers.expected as demand_mean,
    sqrt(ranked.score) as spread_ratio
from ranked
inner join challengers
    on
        ranked.location_key = challengers.location_key
        and ranked.item_key = challengers.item_key
        and ranked.candidate = challengers.candidate
        and challengers.origin_weeks_ago = 0
where ranked.place = 1
