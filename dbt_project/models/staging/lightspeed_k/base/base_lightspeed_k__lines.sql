-- What was sold or given back, one row an item with its modifiers in it, in the currency's smallest unit. K tells up to
-- six decimal places, so the lines of an account are rounded one after the other, each with the fraction that those
-- before it left. It holds the lines of all accounts, not of those alone that changed: items are read from them.
{{ replaces_changed_records() }}

with

lines as (
    select * from {{ source('raw_lightspeed_k', 'sale_lines') }}
    {{ of_changed_records('lightspeed_k', 'sale_id') }}
),

sales as (
    select * from {{ ref('base_lightspeed_k__sales') }}
),

-- a line of an account that was closed again since is not part of it any more
current_lines as (
    select
        lines.*,
        sales.order_id,
        sales.currency as sale_currency,
        sales.is_refund,
        sum(coalesce(lines.net_amount_without_tax, 0)) over up_to_here as net_so_far,
        sum(coalesce(lines.discount_amount, 0)) over up_to_here as discount_so_far,
        sum(coalesce(lines.tax_amount, 0)) over up_to_here as tax_so_far,
        sum(coalesce(lines.service_charge, 0)) over up_to_here as charge_so_far
    from lines
    inner join sales
        on
            lines.connection_id = sales.connection_id
            and lines.sale_id = sales.id
            and lines.sale_closed_at = sales.closed_at
    window up_to_here as (
        partition by lines.connection_id, lines.sale_id
        order by lines.time_of_sale, lines.id
        rows between unbounded preceding and current row
    )
),

in_units as (
    select
        *,
        {{ smallest_units('net_so_far', 'sale_currency') }}
        - {{ smallest_units('net_so_far - coalesce(net_amount_without_tax, 0)', 'sale_currency') }} as net_units,
        {{ smallest_units('discount_so_far', 'sale_currency') }}
        - {{ smallest_units('discount_so_far - coalesce(discount_amount, 0)', 'sale_currency') }} as discount_units,
        {{ smallest_units('tax_so_far', 'sale_currency') }}
        - {{ smallest_units('tax_so_far - coalesce(tax_amount, 0)', 'sale_currency') }} as tax_units,
        {{ smallest_units('charge_so_far', 'sale_currency') }}
        - {{ smallest_units('charge_so_far - coalesce(service_charge, 0)', 'sale_currency') }} as charge_units
    from current_lines
),

-- modifiers, and the modifiers of modifiers, belong to the item that they were ordered with
rooted as (
    select
        in_units.*,
        coalesce(grandparents.id, parents.id, in_units.id) as root_id
    from in_units
    left join in_units as parents
        on
            in_units.order_id = parents.order_id
            and in_units.parent_line_id = parents.id
    left join in_units as grandparents
        on
            parents.order_id = grandparents.order_id
            and parents.parent_line_id = grandparents.id
),

folded as (
    select
        connection_id,
        sale_id,
        order_id,
        root_id as id,
        is_refund,
        sale_currency as currency,
        max(case when id = root_id then sku end) as sku,
        max(case when id = root_id then name end) as name,
        max(case when id = root_id then accounting_group end) as accounting_group,
        max(case when id = root_id then revenue_center end) as revenue_center,
        max(case when id = root_id then unit_cost_price end) as unit_cost_price,
        max(case when id = root_id then time_of_sale end) as time_of_sale,
        sum(case when id = root_id then quantity else 0 end) as quantity,
        sum(net_units) as net_units,
        sum(discount_units) as discount_units,
        sum(tax_units) as tax_units,
        sum(charge_units) as charge_units,
        max(loaded_at) as loaded_at
    from rooted
    group by connection_id, sale_id, order_id, root_id, is_refund, sale_currency
)

select
    connection_id,
    sale_id,
    order_id,
    order_id as record_id,
    id,
    is_refund,
    currency,
    sku,
    name,
    accounting_group,
    revenue_center,
    unit_cost_price,
    time_of_sale,
    -- a line that holds a service charge and nothing else is that charge
    sku is null and net_units = 0 and discount_units = 0 and charge_units <> 0 as is_charge,
    -- of a refund every amount is positive
    case when is_refund then -1 else 1 end * quantity as quantity,
    case when is_refund then -1 else 1 end * (net_units + discount_units) as gross_units,
    case when is_refund then -1 else 1 end * discount_units as discount_units,
    case when is_refund then -1 else 1 end * tax_units as tax_units,
    case when is_refund then -1 else 1 end * charge_units as charge_units,
    loaded_at,
    {{ build_time() }} as built_at
from folded
