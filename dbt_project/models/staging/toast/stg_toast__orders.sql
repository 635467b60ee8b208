with

orders as (
    select * from {{ ref('base_toast__orders') }}
),

checks as (
    select * from {{ ref('base_toast__checks') }}
),

dining_options as (
    select * from {{ source('raw_toast', 'dining_options') }}
),

revenue_centers as (
    select * from {{ source('raw_toast', 'revenue_centers') }}
),

check_charges as (
    select
        connection_id,
        order_guid,
        check_guid,
        sum(case when kind = 'gratuity' then amount else 0 end) as gratuity,
        sum(case when kind = 'service_charge' then amount else 0 end) as service_charges,
        sum(case when kind = 'rounding' then amount else 0 end) as rounding,
        sum(case when kind = 'donation' then amount else 0 end) as donations
    from {{ ref('base_toast__charges') }}
    group by connection_id, order_guid, check_guid
),

check_totals as (
    select
        checks.order_id,
        count(*) as checks,
        sum(case when checks.payment_status = 'CLOSED' then 1 else 0 end) as closed_checks,
        sum(checks.tax_amount) as tax,
        sum(coalesce(check_charges.gratuity, 0)) as gratuity,
        sum(coalesce(check_charges.service_charges, 0)) as service_charges,
        sum(coalesce(check_charges.rounding, 0)) as rounding,
        sum(coalesce(check_charges.donations, 0)) as donations,
        -- whether a check's total holds its gratuity is not documented: where it does not, it is added
        sum(
            checks.total_amount
            + case
                when checks.total_amount = checks.amount + checks.tax_amount then coalesce(check_charges.gratuity, 0)
                else 0
            end
        ) as total,
        min(checks.customer_key) as customer_key
    from checks
    left join check_charges
        on
            checks.connection_id = check_charges.connection_id
            and checks.order_guid = check_charges.order_guid
            and checks.guid = check_charges.check_guid
    group by checks.order_id
),

payments as (
    select
        order_id,
        sum(case when status in ('completed', 'pending') then tip else 0 end) as tips,
        sum(case when status = 'completed' then amount + tip else 0 end) as paid
    from {{ ref('base_toast__payments') }}
    group by order_id
),

added_up as (
    select
        orders.*,
        {{ to_decimal('coalesce(check_totals.tax, 0)') }} as tax,
        {{ to_decimal('coalesce(payments.tips, 0)') }} as tips,
        {{ to_decimal('coalesce(check_totals.gratuity + check_totals.service_charges, 0)') }} as service_charges,
        {{ to_decimal('coalesce(check_totals.rounding, 0)') }} as rounding,
        {{ to_decimal('coalesce(check_totals.donations, 0)') }} as donations,
        {{ to_decimal('coalesce(check_totals.total, 0) + coalesce(payments.tips, 0)') }} as owed,
        {{ to_decimal('coalesce(payments.paid, 0)') }} as paid,
        check_totals.customer_key,
        check_totals.checks is not null as has_checks,
        check_totals.checks = check_totals.closed_checks as is_closed
    from orders
    left join check_totals
        on orders.order_id = check_totals.order_id
    left join payments
        on orders.order_id = payments.order_id
)

select
    added_up.connection_id,
    added_up.guid as native_id,
    added_up.order_id as record_id,
    added_up.order_id,
    added_up.location_id,
    dining_options.name as dining_option,
    revenue_centers.name as revenue_center,
    added_up.guests,
    added_up.opened_at as ordered_at,
    added_up.closed_at,
    added_up.business_date,
    added_up.state,
    added_up.is_live and added_up.has_checks as is_sale,
    added_up.source as channel,
    added_up.customer_key,
    added_up.tax,
    added_up.tips,
    added_up.service_charges,
    0 as shipping,
    added_up.rounding,
    greatest(added_up.owed - added_up.paid, 0) as unpaid_balance,
    added_up.currency,
    added_up.modified_at as source_updated_at,
    -- a donation is passed on: it is part of what a guest pays, and of no figure of the restaurant's
    added_up.owed - added_up.donations as stated_total,
    -- nothing is owed any more on a check that is closed; of others Toast states nothing
    case when added_up.is_closed then added_up.owed end as stated_paid,
    added_up.loaded_at
from added_up
left join dining_options
    on
        added_up.connection_id = dining_options.connection_id
        and added_up.restaurant_guid = dining_options.restaurant_guid
        and added_up.dining_option_guid = dining_options.guid
left join revenue_centers
    on
        added_up.connection_id = revenue_centers.connection_id
        and added_up.restaurant_guid = revenue_centers.restaurant_guid
        and added_up.revenue_center_guid = revenue_centers.guid
