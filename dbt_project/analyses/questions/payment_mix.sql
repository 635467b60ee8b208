-- How do customers pay?
-- Completed payments, their amount and tips, and the share of everything paid, one row a method and currency.
-- Bars: total
with

payment_mix as (
    select * from {{ ref('payment_mix') }}
    where {{ on_asked_days() }} and {{ in_asked_stores() }}
),

methods as (
    select
        currency,
        method,
        cast(sum(payments) as bigint) as payments,
        {{ to_decimal('sum(amount)') }} as amount,
        {{ to_decimal('sum(tip)') }} as tip,
        {{ to_decimal('sum(total)') }} as total
    from payment_mix
    group by currency, method
)

select
    *,
    {{ share('total', 'sum(total) over (partition by currency)') }} as total_share
from methods
order by currency asc, total desc, method asc
