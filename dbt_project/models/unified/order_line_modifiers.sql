{{ replaces_changed_records() }}

with

modifiers as (
    {{ union_of_pos('order_line_modifiers') }}
)

select
    *,
    {{ build_time() }} as built_at
from modifiers
