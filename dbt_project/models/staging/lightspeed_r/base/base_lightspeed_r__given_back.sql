-- What each sale gave back: the lines with a negative quantity, all together.
select
    connection_id,
    sale_id,
    sum(-total) as total,
    sum(-tax) as tax,
    sum(case when is_itemised then -tax else 0 end) as itemised_tax,
    sum(case when is_itemised and line_kind <> 'fee' then discounts - gross else 0 end) as goods,
    sum(case when line_kind = 'fee' then discounts - gross else 0 end) as service_charges,
    sum(case when is_itemised then 0 else -total end) as unitemised_amount,
    -- a sale that takes goods back from several others belongs to none of them
    case when min(sold_order_id) = max(sold_order_id) then min(sold_order_id) end as sold_order_id
from {{ ref('base_lightspeed_r__lines') }}
where is_given_back
group by connection_id, sale_id
