{# An average times the number that it is taken over is the total, but for its rounding to four places; over nothing there
   is none. #}
{% test average_is_total_by_number(model, average, total, number) %}
select *
from {{ model }}
where
    ({{ average }} is null) <> ({{ number }} = 0)
    or abs(cast({{ average }} as decimal(38, 4)) * {{ number }} - {{ total }}) > 0.00005 * {{ number }}
{% endtest %}
