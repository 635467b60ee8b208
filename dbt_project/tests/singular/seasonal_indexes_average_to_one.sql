-- The mean over an item's weekdays, or months, is what an index of 1 means; indexes are rounded to four places.
{{ config(meta={'dagster': {'ref': {'name': 'item_seasonality'}}}) }}

select
    location_key,
    item_key,
    period_kind,
    avg(seasonal_index) as mean_index
from {{ ref('item_seasonality') }}
group by location_key, item_key, period_kind
having abs(avg(seasonal_index) - 1) > 0.0001
