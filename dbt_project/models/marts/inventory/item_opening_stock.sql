with inventory_levels as (
    select
        location_id,
        item_id,
        on_hand,
        observed_at,
        observed_on
    from {{ ref('inventory_levels') }}
    where observed_on >= {{ first_item_day() }}
),

inventory_movements as (
    select
        location_id,
        item_id,
        kind,
        quantity,
        occurred_at
    from {{ ref('inventory_movements') }}
    where cast(occurred_at as date) >= {{ first_item_day() }}
),

locations as (
    select * from {{ ref('locations') }}
),

items as (
    select * from {{ ref('items') }}
),

-- A movement belongs to the business day of its store; a level to the day on which it was seen.
movements as (
    select
        inventory_movements.location_id,
        inventory_movements.item_id,
        inventory_movements.occurred_at as happened_at,
        {{ business_date(
            'inventory_movements.occurred_at', 'locations.timezone', 'locations.business_day_cutoff_minutes'
        ) }} as business_date,
        inventory_movements.kind,
        inventory_movements.quantity as moved,
        cast(null as {{ decimal_type() }}) as observed
    from inventory_movements
    inner join locations on inventory_movements.location_id = locations.location_id
    where inventory_movements.kind <> 'count'
),

-- A count says what is there, as a level does.
counts as (
    select
        inventory_movements.location_id,
        inventory_movements.item_id,
        inventory_movements.occurred_at as happened_at,
        {{ business_date(
            'inventory_movements.occurred_at', 'locations.timezone', 'locations.business_day_cutoff_minutes'
        ) }} as business_date,
        cast(0 as {{ decimal_type() }}) as moved,
        inventory_movements.quantity as observed
    from inventory_movements
    inner join locations on inventory_movements.location_id = locations.location_id
    where inventory_movements.kind = 'count'
),

levels as (
    select
        location_id,
        item_id,
        observed_at as happened_at,
        observed_on as business_date,
        cast(0 as {{ decimal_type() }}) as moved,
        on_hand as observed
    from inventory_levels
    where on_hand is not null
),

events as (
    select
        location_id,
        item_id,
        happened_at,
        business_date,
        moved,
        observed
    from movements
    union all
    select * from counts
    union all
    select * from levels
),

-- Movements add up to the stock except for one constant: what was there before the first of them.
-- An observation reveals it.
balances as (
    select
        *,
        sum(moved) over (
            partition by location_id, item_id
            order by happened_at, case when observed is null then 0 else 1 end
            rows between unbounded preceding and current row
        ) as moved_so_far
    from events
),

day_movements as (
    select
        location_id,
        item_id,
        business_date,
        sum(moved) as moved,
        sum(case when kind = 'sale' then moved else 0 end) as moved_by_sales,
        sum(case when kind <> 'sale' and moved > 0 then moved else 0 end) as came_in
    from movements
    group by location_id, item_id, business_date
),

day_starts as (
    select
        location_id,
        item_id,
        business_date,
        observed - moved_so_far as starting_stock,
        row_number() over (
            partition by location_id, item_id, business_date
            order by happened_at
        ) as observation_of_day
    from balances
    where observed is not null
),

day_observations as (
    select
        location_id,
        item_id,
        business_date,
        starting_stock
    from day_starts
    where observation_of_day = 1
),

first_movements as (
    select
        location_id,
        item_id,
        min(business_date) as first_day
    from day_movements
    group by location_id, item_id
),

tracked as (
    select
        day_observations.location_id,
        day_observations.item_id,
        first_movements.first_day is not null as has_movements,
        coalesce(first_movements.first_day, min(day_observations.business_date)) as first_day
    from day_observations
    left join first_movements
        on
            day_observations.location_id = first_movements.location_id
            and day_observations.item_id = first_movements.item_id
    group by day_observations.location_id, day_observations.item_id, first_movements.first_day
),

calendar as (
    {{ date_spine('(select min(first_day) from tracked)', as_of_date()) }}
),

tracked_days as (
    select
        tracked.location_id,
        tracked.item_id,
        tracked.has_movements,
        calendar.date_day as business_date
    from tracked
    inner join calendar on tracked.first_day <= calendar.date_day
),

accumulated as (
    select
        tracked_days.location_id,
        tracked_days.item_id,
        tracked_days.has_movements,
        tracked_days.business_date,
        day_observations.starting_stock,
        coalesce(day_movements.moved_by_sales, 0) as moved_by_sales,
        coalesce(day_movements.came_in, 0) as came_in,
        coalesce(
            sum(day_movements.moved) over (
                partition by tracked_days.location_id, tracked_days.item_id
                order by tracked_days.business_date
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as moved_before
    from tracked_days
    left join day_movements
        on
            tracked_days.location_id = day_movements.location_id
            and tracked_days.item_id = day_movements.item_id
            and tracked_days.business_date = day_movements.business_date
    left join day_observations
        on
            tracked_days.location_id = day_observations.location_id
            and tracked_days.item_id = day_observations.item_id
            and tracked_days.business_date = day_observations.business_date
),

last_observations as (
    select
        location_id,
        item_id,
        starting_stock,
        row_number() over (
            partition by location_id, item_id
            order by business_date desc
        ) as recency
    from day_observations
),

-- The observation that follows a day most closely tells best what was there; after the last one, that one.
reconstructed as (
    select
        accumulated.location_id,
        accumulated.item_id,
        accumulated.business_date,
        accumulated.has_movements,
        accumulated.starting_stock as seen_that_day,
        accumulated.moved_before,
        accumulated.moved_by_sales,
        accumulated.came_in,
        lead(accumulated.starting_stock) over (
            partition by accumulated.location_id, accumulated.item_id
            order by accumulated.business_date
        ) as seen_next_day,
        coalesce(
            first_value(accumulated.starting_stock ignore nulls) over (
                partition by accumulated.location_id, accumulated.item_id
                order by accumulated.business_date
                rows between current row and unbounded following
            ),
            last_observations.starting_stock
        ) as starting_stock
    from accumulated
    inner join last_observations
        on
            accumulated.location_id = last_observations.location_id
            and accumulated.item_id = last_observations.item_id
            and last_observations.recency = 1
),

-- Without movements a level says something about its own day only, and the next day's what was left of it.
known_days as (
    select
        location_id,
        item_id,
        business_date,
        starting_stock + moved_before as on_hand,
        starting_stock + moved_before + came_in as offered,
        case
            when has_movements then starting_stock + moved_before + came_in + moved_by_sales
            else seen_next_day
        end as unsold
    from reconstructed
    where has_movements or seen_that_day is not null
)

select
    locations.location_key,
    items.item_key,
    known_days.business_date,
    {{ to_decimal('sum(known_days.on_hand)') }} as on_hand,
    {{ to_decimal('sum(known_days.offered)') }} as offered,
    case when count(known_days.unsold) = count(*) then {{ to_decimal('sum(known_days.unsold)') }} end as unsold
from known_days
inner join locations on known_days.location_id = locations.location_id
inner join items on known_days.item_id = items.item_id
group by locations.location_key, items.item_key, known_days.business_date
