{%- set windows = [7, 28, 90] -%}
{%- set rank_windows = [7, 30, 90] -%}

with daily_sales as (
    select
        *,
        {{ days_between('business_date', as_of_date()) }} as days_ago,
        is_store_open and coalesce(is_in_stock, true) as could_be_sold
    from {{ ref('item_daily_sales') }}
),

item_attributes as (
    select * from {{ ref('item_attributes') }}
),

-- the tables of every day do not reach back to the first sale of an old item
sold_spans as (
    select
        location_key,
        item_key,
        min(business_date) as first_sold_on,
        max(case when units > 0 then business_date end) as last_sold_on
    from {{ ref('item_daily_revenue') }}
    where item_key is not null and business_date < {{ as_of_date() }}
    group by location_key, item_key
),

windowed as (
    select
        location_key,
        item_key,
        min(currency) as currency,
        {%- for days in windows %}
            count(case when days_ago <= {{ days }} and could_be_sold then 1 end) as sellable_days_{{ days }}d,
        {%- endfor %}
        count(case when days_ago <= 7 and units_sold > 0 then 1 end) as sale_days_7d,
        {%- for days in [7, 28, 30, 90] %}
            coalesce(sum(case when days_ago <= {{ days }} then units_sold end), 0) as units_{{ days }}d,
        {%- endfor %}
        {%- for days in rank_windows %}
            coalesce(sum(case when days_ago <= {{ days }} then net_sales end), 0) as net_sales_{{ days }}d,
        {%- endfor %}
        coalesce(sum(case when days_ago <= 90 then units_sold - units_returned end), 0) as net_units_90d
    from daily_sales
    group by location_key, item_key
),

-- Variability is that of whole weeks: days of one item are too often 0 to compare.
weekly_units as (
    select
        location_key,
        item_key,
        floor((days_ago - 1) / 7) as weeks_ago,
        sum(units_sold) as units
    from daily_sales
    where days_ago <= 84
    group by location_key, item_key, floor((days_ago - 1) / 7)
    having count(*) = 7
),

variability as (
    select
        location_key,
        item_key,
        count(*) as weeks,
        {{ to_places(ratio('stddev_samp(cast(units as double))', 'avg(cast(units as double))')) }}
            as weekly_variation
    from weekly_units
    group by location_key, item_key
),

rates as (
    select
        windowed.*,
        sold_spans.first_sold_on,
        sold_spans.last_sold_on,
        {%- for days in windows %}
            coalesce({{ ratio('units_' ~ days ~ 'd', 'sellable_days_' ~ days ~ 'd') }}, 0) as velocity_{{ days }}d,
        {%- endfor %}
        {{ days_between('sold_spans.last_sold_on', as_of_date()) }} as days_since_last_sale,
        {{ days_between('sold_spans.first_sold_on', as_of_date()) }} as days_since_first_sale
    from windowed
    inner join sold_spans
        on
            windowed.location_key = sold_spans.location_key
            and windowed.item_key = sold_spans.item_key
),

ranked as (
    select
        *,
        {%- for days in rank_windows %}
            rank() over (partition by location_key order by units_{{ days }}d desc) as rank_units_{{ days }}d,
            rank() over (partition by location_key order by net_sales_{{ days }}d desc) as rank_net_sales_{{ days }}d,
        {%- endfor %}
        sum(case when net_sales_90d > 0 then net_sales_90d else 0 end)
            over (partition by location_key) as location_net_sales_90d,
        sum(case when net_sales_90d > 0 then net_sales_90d else 0 end) over (
            partition by location_key
            order by net_sales_90d desc, item_key asc
            rows between unbounded preceding and current row
        ) as cumulated_net_sales_90d
    from rates
),

-- Cost counts only in the currency of the sales.
costs as (
    select
        item_key,
        unit_cost,
        cost_currency
    from item_attributes
    where unit_cost is not null
)

select
    ranked.location_key,
    ranked.item_key,
    ranked.currency,
    {%- for days in windows %}
        ranked.velocity_{{ days }}d,
        cast(ranked.sellable_days_{{ days }}d as integer) as sellable_days_{{ days }}d,
    {%- endfor %}
    {{ ratio('ranked.velocity_7d', 'ranked.velocity_28d') }} - 1 as trend_7_against_28,
    {%- for days in rank_windows %}
        {{ to_decimal('ranked.units_' ~ days ~ 'd') }} as units_{{ days }}d,
        case when ranked.currency is not null then {{ to_decimal('ranked.net_sales_' ~ days ~ 'd') }} end
            as net_sales_{{ days }}d,
        cast(ranked.rank_units_{{ days }}d as integer) as rank_units_{{ days }}d,
        case when ranked.currency is not null then cast(ranked.rank_net_sales_{{ days }}d as integer) end
            as rank_net_sales_{{ days }}d,
    {%- endfor %}
    case
        when ranked.currency is null then null
        when ranked.net_sales_90d <= 0 then 0.0
        else {{ ratio('ranked.net_sales_90d', 'ranked.location_net_sales_90d') }}
    end as net_sales_share_90d,
    -- The item that crosses a border still belongs to the class above it.
    case
        when ranked.net_sales_90d <= 0 then 'C'
        when ranked.cumulated_net_sales_90d - ranked.net_sales_90d < 0.80 * ranked.location_net_sales_90d then 'A'
        when ranked.cumulated_net_sales_90d - ranked.net_sales_90d < 0.95 * ranked.location_net_sales_90d then 'B'
        else 'C'
    end as abc_class,
    variability.weekly_variation,
    case
        when variability.weeks < 4 or variability.weekly_variation is null then 'Z'
        when variability.weekly_variation <= 0.5 then 'X'
        when variability.weekly_variation <= 1.0 then 'Y'
        else 'Z'
    end as xyz_class,
    ranked.first_sold_on,
    ranked.last_sold_on,
    cast(ranked.days_since_last_sale as integer) as days_since_last_sale,
    -- velocity_7d >= 1.5 * velocity_28d, multiplied out, so that no binary fraction decides
    ranked.days_since_first_sale > 28
    and ranked.sale_days_7d >= 3
    and 2 * ranked.units_7d * ranked.sellable_days_28d >= 3 * ranked.units_28d * ranked.sellable_days_7d
        as is_trending,
    ranked.days_since_first_sale > 28
    and ranked.units_28d <= 0
    and ranked.sellable_days_28d > 0 as is_slow_moving,
    case
        when ranked.net_sales_90d > 0
            then {{ ratio('ranked.net_sales_90d - ranked.net_units_90d * costs.unit_cost', 'ranked.net_sales_90d') }}
    end as gross_margin_90d
from ranked
left join variability
    on
        ranked.location_key = variability.location_key
        and ranked.item_key = variability.item_key
left join costs
    on
        ranked.item_key = costs.item_key
        and ranked.currency = costs.cost_currency
