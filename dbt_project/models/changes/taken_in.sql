-- What the raw tables held when everything that follows changes was last built from them: the loads, and a fingerprint
-- of what records depend on besides. Where not all of that was built, it stays as it was.
{% set followers = [
    'orders', 'order_lines', 'order_line_modifiers', 'return_lines', 'refunds', 'payments', 'sales_lines',
    'reconciliation_differences', 'changed_records',
] %}
{% set names = [] %}
{% for follower in followers %}
    {% do names.append(ref(follower).identifier) %}
{% endfor %}
{% set built = selected_resources | map('replace', 'model.pos_warehouse.', '') | list %}
{% set unbuilt = names | reject('in', built) | list %}

{% if execute and unbuilt and taken_in() is not none %}
select * from {{ taken_in() }}
{% else %}
with

state as (
    {% for pos in var('pos') %}
        {{ raw_state(pos) }}
        {% if not loop.last %}
            union all
        {% endif %}
    {% endfor %}
)

select * from state
{% if execute and unbuilt %}
where 1 = 0
{% endif %}
{% endif %}
