with

refunds as (
    {{ union_of_pos('refunds') }}
)

select
    *,
    cast(
        goods + tax + tips + service_charges + gift_cards + rounding + unitemized_amount as {{ decimal_type() }}
    ) as total
from refunds
