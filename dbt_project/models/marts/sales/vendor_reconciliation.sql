-- Our figures beside the vendor's own report, for each day that the vendor tells.
{% set measures = ['gross_sales', 'discounts', 'returns', 'net_sales', 'tax', 'tips'] %}
with

vendor_totals as (
    select * from {{ ref('vendor_totals') }}
),

our_days as (
    select
        connection_id,
        location_id,
        currency,
        business_date,
        gross_sales,
        discounts,
        returns,
        net_sales,
        tax - refunded_tax as tax,
        tips - refunded_tips as tips
    from {{ ref('daily_revenue') }}
),

-- a report of the whole account stands beside the sum of its stores
our_levels as (
    select * from our_days
    union all
    select
        connection_id,
        cast(null as text) as location_id,
        currency,
        business_date,
        sum(gross_sales) as gross_sales,
        sum(discounts) as discounts,
        sum(returns) as returns,
        sum(net_sales) as net_sales,
        sum(tax) as tax,
        sum(tips) as tips
    from our_days
    group by connection_id, currency, business_date
)

select
    vendor_totals.pos,
    vendor_totals.connection_id,
    vendor_totals.location_id,
    vendor_totals.currency,
    vendor_totals.business_date,
    {% for measure in measures %}
        {{ to_decimal('coalesce(our_levels.' ~ measure ~ ', 0)') }} as {{ measure }},
        vendor_totals.{{ measure }} as vendor_{{ measure }},
        {{ to_decimal('coalesce(our_levels.' ~ measure ~ ', 0) - vendor_totals.' ~ measure) }}
            as {{ measure }}_difference,
    {% endfor %}
    {% for measure in measures -%}
        {{ 'or ' if not loop.first }}coalesce(vendor_totals.{{ measure }}, our_levels.{{ measure }}, 0)
        <> coalesce(our_levels.{{ measure }}, 0)
    {% endfor %}
        as differs
from vendor_totals
left join our_levels
    on
        vendor_totals.connection_id = our_levels.connection_id
        and coalesce(vendor_totals.location_id, '') = coalesce(our_levels.location_id, '')
        and vendor_totals.currency = our_levels.currency
        and vendor_totals.business_date = our_levels.business_date
