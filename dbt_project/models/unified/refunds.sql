{{ replaces_changed_records() }}

with

refunds as (
    {{ union_of_pos('refunds') }}
)

select
    *,
    cast(
        goods + tax + tips + service_charges + gift_cards + rounding + unitemized_amount as {{ decimal_type() }}
    ) as total,
    {{ build_time() }} as built_at
from refunds
