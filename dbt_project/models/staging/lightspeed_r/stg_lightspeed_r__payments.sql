-- Money received. Negative payments are none: they give money back or put value on a gift card.
select
    connection_id,
    id as native_id,
    {{ unified_key('connection_id', 'id') }} as payment_id,
    order_id,
    order_id as record_id,
    location_id,
    method,
    amount - tip as amount,
    tip,
    currency,
    case
        when is_archived then 'canceled'
        when sale_state = 'open' then 'pending'
        else 'completed'
    end as status,
    created_at as paid_at,
    loaded_at
from {{ ref('base_lightspeed_r__payments') }}
where amount >= 0
