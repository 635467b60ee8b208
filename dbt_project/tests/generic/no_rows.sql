{# The model lists what is wrong; each of its rows is a finding. #}
{% test no_rows(model) %}
select *
from {{ model }}
{% endtest %}
