{# The constants of the demand forecast, each said once. They hold for every shop; what a shop decides is in its
   replenishment settings. #}
{% macro forecast_constant(name) -%}
    {{ return({
        'half_life_days': 28,
        'backtest_origins': 26,
        'new_item_days': 28,
        'new_item_weight_days': 14,
        'minimum_origin_days': 14,
        'item_index_sale_days': 60,
        'category_index_sale_days': 200,
        'open_share_days': 56,
        'minimum_law_items': 10,
        'spread_half_life_weeks': 6,
        'spread_weight_origins': 8,
        'minimum_class_residuals': 300,
        'minimum_residuals': 60,
    }[name]) }}
{%- endmacro %}
