{{ replaces_changed_records() }}

with

return_lines as (
    {{ union_of_pos('return_lines') }}
)

select
    *,
    cast(gross_amount - discounts as {{ decimal_type() }}) as amount,
    {{ build_time() }} as built_at
from return_lines
