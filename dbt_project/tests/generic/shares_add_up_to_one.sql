{# The shares of each whole add up to 1; `parts` says which rows are parts of it. A whole that is not positive has none. #}
{% test shares_add_up_to_one(model, share, wholes, parts='true') %}
select
    {{ wholes | join(', ') }},
    sum({{ share }}) as sum_of_shares
from {{ model }}
where {{ parts }}
group by {{ wholes | join(', ') }}
having abs(sum({{ share }}) - 1) > 0.000001
{% endtest %}
