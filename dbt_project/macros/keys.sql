{# A key of the unified layer: the connection, then the vendor's own id (several parts where the vendor's id is
   unique only inside its parent). Null when a part is null. #}
{% macro unified_key(connection_id, native_parts) -%}
    {{ connection_id }} || ':' || {{ native_id(native_parts) }}
{%- endmacro %}

{# The vendor's own id of a row, its parts joined by a colon. #}
{% macro native_id(parts) -%}
    {{ ([parts] if parts is string else parts) | join(" || ':' || ") }}
{%- endmacro %}

{# A value that is ordered by a first column, and where that is equal by a second. #}
{% macro in_order(first, second) -%}
    {{ return(adapter.dispatch('in_order')(first, second)) }}
{%- endmacro %}

{% macro default__in_order(first, second) -%}
    row({{ first }}, {{ second }})
{%- endmacro %}

{% macro spark__in_order(first, second) -%}
    struct({{ first }}, {{ second }})
{%- endmacro %}
