-- Dense: a row for every day from an item's first sale on, as far back as the variable item_history_days says.
with

-- no select of all columns: this scans what was sold on every day there ever was
item_days_sold as (
    select
        location_key,
        item_key,
        business_date,
        currency,
        units,
        units_returned,
        gross_sales,
        discounts,
        returns,
        net_sales
    from {{ ref('item_daily_revenue') }}
    where item_key is not null and business_date < {{ as_of_date() }}
),

revenue_by_hour as (
    select * from {{ ref('revenue_by_hour') }}
),

opening_stock as (
    select * from {{ ref('item_opening_stock') }}
),

-- Two currencies are never added: a location_key that joins shops of two currencies has units, but no money.
location_currencies as (
    select
        location_key,
        case when count(distinct currency) = 1 then min(currency) end as currency
    from item_days_sold
    group by location_key
),

open_days as (
    select distinct
        location_key,
        business_date
    from revenue_by_hour
    where orders > 0
),

traded_days as (
    select
        location_key,
        item_key,
        business_date,
        sum(units) as units_sold,
        sum(units_returned) as units_returned,
        sum(gross_sales) as gross_sales,
        sum(discounts) as discounts,
        sum(returns) as returns,
        sum(net_sales) as net_sales
    from item_days_sold
    where business_date >= {{ first_item_day() }}
    group by location_key, item_key, business_date
),

first_days as (
    select
        location_key,
        item_key,
        greatest(min(business_date), {{ first_item_day() }}) as first_day
    from item_days_sold
    group by location_key, item_key
),

calendar as (
    {{ date_spine('(select min(first_day) from first_days)', add_days(as_of_date(), -1)) }}
),

item_days as (
    select
        first_days.location_key,
        first_days.item_key,
        calendar.date_day as business_date
    from first_days
    inner join calendar on first_days.first_day <= calendar.date_day
),

joined as (
    select
        item_days.location_key,
        item_days.item_key,
        item_days.business_date,
        location_currencies.currency,
        coalesce(traded_days.units_sold, 0) as units_sold,
        coalesce(traded_days.units_returned, 0) as units_returned,
        coalesce(traded_days.gross_sales, 0) as gross_sales,
        coalesce(traded_days.discounts, 0) as discounts,
        coalesce(traded_days.returns, 0) as returns,
        coalesce(traded_days.net_sales, 0) as net_sales,
        opening_stock.on_hand as opening_on_hand,
        open_days.business_date is not null as is_store_open
    from item_days
    inner join location_currencies on item_days.location_key = location_currencies.location_key
    left join traded_days
        on
            item_days.location_key = traded_days.location_key
            and item_days.item_key = traded_days.item_key
            and item_days.business_date = traded_days.business_date
    left join open_days
        on
            item_days.location_key = open_days.location_key
            and item_days.business_date = open_days.business_date
    left join opening_stock
        on
            item_days.location_key = opening_stock.location_key
            and item_days.item_key = opening_stock.item_key
            and item_days.business_date = opening_stock.business_date
)

select
    location_key,
    item_key,
    business_date,
    currency,
    {{ to_decimal('units_sold') }} as units_sold,
    {{ to_decimal('units_returned') }} as units_returned,
    {{ to_decimal('case when currency is not null then gross_sales end') }} as gross_sales,
    {{ to_decimal('case when currency is not null then discounts end') }} as discounts,
    {{ to_decimal('case when currency is not null then returns end') }} as returns,
    {{ to_decimal('case when currency is not null then net_sales end') }} as net_sales,
    case when opening_on_hand is not null then opening_on_hand > 0 or units_sold > 0 end as is_in_stock,
    opening_on_hand is not null as in_stock_known,
    is_store_open
from joined
