{# The constants of the demand forecast, each said once. They hold for every shop; what a shop decides is in its
   replenishment settings. How they were chosen stands in benchmarks/README.md. #}
{% macro forecast_constant(name) -%}
    {{ return({
        'backtest_origins': 26,
        'new_item_days': 28,
        'new_item_weight_days': 3,
        'minimum_origin_days': 14,
        'item_index_sale_days': 60,
        'category_index_sale_days': 200,
        'open_share_days': 56,
        'class_weeks': 13,
        'season_prior_units': 30,
        'season_category_prior_units': 300,
        'season_minimum_days': 14,
        'contest_half_life_weeks': 13,
        'contest_prior_origins': 4,
        'contest_worst_ratio': 2,
        'contest_sharpness': 20,
        'minimum_law_items': 10,
        'minimum_law_spans': 4,
        'spread_half_life_weeks': 6,
        'spread_prior_origins': 32,
        'residual_weeks': 13,
        'residual_prior': 300,
        'normal_prior': 60,
    }[name]) }}
{%- endmacro %}

{# The levels of demand of an item's own days: days weighted half for every so many days that they lie back, or all
   alike. #}
{% macro forecast_levels() -%}
    {{ return([
        {'name': 'level_7d', 'half_life': 7},
        {'name': 'level_14d', 'half_life': 14},
        {'name': 'level_28d', 'half_life': 28},
        {'name': 'level_56d', 'half_life': 56},
        {'name': 'level_126d', 'half_life': 126},
        {'name': 'level_mean', 'half_life': none},
    ]) }}
{%- endmacro %}

{# What takes part in the contest: these levels, their plain average, levels carried on by a slow trend and by a quick
   one, and that of 14 days carried on by the season of the year before. #}
{% macro forecast_candidates() -%}
    {{ return(forecast_levels() + [
        {'name': 'level_trend'}, {'name': 'level_turn'}, {'name': 'level_season'}, {'name': 'level_average'},
    ]) }}
{%- endmacro %}

{# The levels between which trends are read. #}
{% macro trend_levels() -%}
    {{ return(['level_7d', 'level_28d', 'level_126d']) }}
{%- endmacro %}

{# A level carried on, from the mean age of its days to the middle of the interval, at the rate at which it left a
   longer one. A rate is trusted up to a doubling, and not carried on for longer than it was seen. #}
{% macro carried_on(level, longer_level, protection_days) -%}
    {{ level }} * power(
        least(2.0, greatest(0.5, coalesce({{ ratio(level, longer_level) }}, 1.0))),
        least(
            1.0,
            coalesce(
                ({{ level }}_age + {{ protection_days }} / 2.0) / nullif({{ longer_level }}_age - {{ level }}_age, 0),
                0.0
            )
        )
    )
{%- endmacro %}

{# The weight of a day by its age. #}
{% macro age_weight(days_ago, half_life) -%}
    {%- if half_life is none -%} cast(1 as double) {%- else -%} power(2.0, -({{ days_ago }}) / {{ half_life }}.0) {%- endif -%}
{%- endmacro %}

{# The week before as_of_date in which a day lies: its last day is so many times seven days ago, and one. An origin
   of that number knows it. #}
{% macro week_ago(days_ago) -%}
    cast(floor(({{ days_ago }} - 1) / 7) as integer)
{%- endmacro %}

{# Weeks that a protection interval reaches into: so long after its origin is its total known. #}
{% macro protection_weeks(protection_days) -%}
    cast(ceil({{ protection_days }} / 7.0) as integer)
{%- endmacro %}

{# Intervals of that length that fit into the week after an origin, at least one: short ones are tried several
   times, so that every weekday is among them. #}
{% macro spans_an_origin(protection_days) -%}
    greatest(1, cast(floor(7.0 / {{ protection_days }}) as integer))
{%- endmacro %}

{# The spread that the law of all items expects of a total: log-linear in its mean and in what the item's days
   deviate; the relation `law` is one of forecast_spread_law's rows. An item whose days never differed counts as
   deviating by a hundredth. #}
{% macro lawful_spread(mean_demand, deviation) -%}
    case
        when {{ mean_demand }} > 0
            then exp(
                law.intercept + law.mean_slope * ln({{ mean_demand }})
                + law.deviation_slope * ln(greatest({{ deviation }}, 0.01 * {{ mean_demand }}))
            )
        else 0.0
    end
{%- endmacro %}

{# The spread of a total: an item's own mean squared error drawn to that of the law, which counts as some origins
   more. Of days on which nothing is expected, such as closed ones, there is none. #}
{% macro drawn_spread(mean_demand, own_squared_error, own_origins, lawful_spread) -%}
    case
        when {{ mean_demand }} > 0
            then sqrt({{ drawn_to(
                '(' ~ lawful_spread ~ ') * (' ~ lawful_spread ~ ')', own_squared_error, own_origins,
                forecast_constant('spread_prior_origins')
            ) }})
        else 0.0
    end
{%- endmacro %}

{# The size of a total, in half octaves, for pooling with totals of its like; four of them are a wide size. #}
{% macro demand_size(mean_demand) -%}
    cast(greatest(-6, least(20, floor(2 * ln(greatest({{ mean_demand }}, 0.001)) / ln(2.0)))) as integer)
{%- endmacro %}

{% macro wide_size(size) -%}
    cast(floor(({{ size }} + 6) / 4.0) as integer)
{%- endmacro %}
