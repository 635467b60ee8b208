-- The checks of each order as it stands now; those that were struck out count nowhere.
with

checks as (
    select * from {{ source('raw_toast', 'checks') }}
    {{ of_changed_records('toast', 'order_guid') }}
),

orders as (
    select * from {{ ref('base_toast__orders') }}
)

select
    checks.connection_id,
    checks.order_guid,
    checks.guid,
    orders.order_id,
    checks.customer_key,
    checks.payment_status,
    coalesce(checks.amount, 0) as amount,
    coalesce(checks.tax_amount, 0) as tax_amount,
    coalesce(checks.total_amount, 0) as total_amount
from checks
inner join orders
    on
        checks.connection_id = orders.connection_id
        and checks.order_guid = orders.guid
        and checks.order_modified_at = orders.modified_at
where coalesce(checks.voided, false) = false and coalesce(checks.deleted, false) = false
