{{ replaces_changed_records() }}

with

order_lines as (
    {{ union_of_pos('order_lines') }}
)

select
    *,
    cast(gross_sales - discounts as {{ decimal_type() }}) as net_sales,
    {{ build_time() }} as built_at
from order_lines
