-- What a giving-back says of goods and gift cards is the sum of its lines.
{{ config(meta={'dagster': {'ref': {'name': 'refunds'}}}) }}

with

line_totals as (
    select
        return_id,
        sum(case when line_kind <> 'gift_card' then amount else 0 end) as goods,
        sum(case when line_kind = 'gift_card' then amount else 0 end) as gift_cards
    from {{ ref('return_lines') }}
    group by return_id
)

select
    refunds.return_id,
    refunds.goods,
    line_totals.goods as goods_of_lines
from {{ ref('refunds') }} as refunds
left join line_totals
    on refunds.return_id = line_totals.return_id
where
    refunds.goods <> coalesce(line_totals.goods, 0)
    or refunds.gift_cards <> coalesce(line_totals.gift_cards, 0)
