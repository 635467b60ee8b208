-- A SKU under which several barcodes are sold joins nothing: either the SKU or a barcode is wrong.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'items'}}}) }}

select
    upper(trim(sku)) as sku,
    min(barcode) as first_barcode,
    max(barcode) as last_barcode
from {{ ref('items') }}
where nullif(trim(sku), '') is not null
group by upper(trim(sku))
having min({{ normalised_barcode('barcode') }}) <> max({{ normalised_barcode('barcode') }})
