"""Years of a small chain's Square sales, written into the raw tables: as many order lines as asked for.

The chain stays the same whatever the length of its history: five stores, the same items, as many orders a
day. The database makes the rows from their numbers, so that ten million lines take a minute and are the same
each time.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

STORES = 5
ITEMS = 200
ORDERS_PER_DAY = 913
LINES_PER_ORDER = 3
LINES_PER_DAY = ORDERS_PER_DAY * LINES_PER_ORDER
RETURNED_EVERY = 50
"""Of each so many-th order a line comes back three days later, as an order of its own."""

CHILDREN = (
    "order_lines",
    "order_line_modifiers",
    "order_tenders",
    "order_returns",
    "order_return_lines",
    "payments",
)

SHOP = f"""
    insert into raw_square.locations by name
    select
        'square' as connection_id, 'S' || i as id, 'Store ' || i as name, 'ACTIVE' as status,
        'America/New_York' as timezone, 'USD' as currency, 0 as business_day_cutoff_minutes,
        now() as loaded_at
    from range({STORES}) as stores (i);
    insert into raw_square.catalog_categories by name
    select
        'square' as connection_id, 'C' || i as id, 1 as version, 'Category ' || i as name,
        now() as loaded_at
    from range(10) as categories (i);
    insert into raw_square.catalog_items by name
    select
        'square' as connection_id, 'I' || i as id, 1 as version, 'Item ' || i as name,
        'REGULAR' as product_type, 'C' || i % 10 as category_id, now() as loaded_at
    from range({ITEMS}) as items (i);
    insert into raw_square.catalog_variations by name
    select
        'square' as connection_id, 'V' || i as id, 'I' || i as item_id, 1 as version, 'SKU-' || i as sku,
        250 + 25 * (i % 40) as price_amount, 'USD' as price_currency, true as track_inventory,
        now() as loaded_at
    from range({ITEMS}) as variations (i);
    insert into raw_square.catalog_variation_vendors by name
    select
        'square' as connection_id, 'V' || i as variation_id, 1 as variation_version,
        'VENDOR' as vendor_id, 100 + 10 * (i % 40) as unit_cost_amount, 'USD' as unit_cost_currency,
        now() as loaded_at
    from range({ITEMS}) as variations (i);
    insert into raw_square.vendors by name
    select 'square' as connection_id, 'VENDOR' as id, 1 as version, 'Vendor' as name, now() as loaded_at
"""

ROWS = """
    create or replace temp table totals as
    select i, sum(gross - discount) as total, sum(discount) as discount from lines group by i;
    insert into raw_square.orders by name
    select
        connection_id, id, location_id, 'COMPLETED' as state, version, 'Point of Sale' as source_name,
        case when i % 4 = 0 then 'customer ' || i % 5000 end as customer_key,
        sold_at as created_at, sold_at as updated_at, sold_at as closed_at, 'USD' as currency,
        total as total_amount, discount as discount_amount, loaded_at
    from numbered inner join totals using (i)
    union all by name
    select
        connection_id, return_id as id, location_id, 'COMPLETED' as state, version,
        'Point of Sale' as source_name, returned_at as created_at, returned_at as updated_at,
        returned_at as closed_at, 'USD' as currency, 0 as total_amount, 0 as discount_amount, loaded_at
    from numbered where comes_back;
    insert into raw_square.order_lines by name
    select
        connection_id, id as order_id, version as order_version, 'l' || place as uid, catalog_object_id,
        'ITEM' as item_type, 'Item' as item_name, quantity, gross as gross_sales_amount,
        gross // quantity as base_price_amount, 0 as tax_amount, discount as discount_amount,
        gross - discount as total_amount, loaded_at
    from lines;
    insert into raw_square.order_line_modifiers by name
    select
        connection_id, id as order_id, version as order_version, 'l' || place as line_uid, 'm' as uid,
        'Extra' as name, 1 as quantity, 0 as total_price_amount, loaded_at
    from lines where i % 10 = 0 and place = 0;
    insert into raw_square.order_tenders by name
    select
        connection_id, id as order_id, version as order_version, 'p' || i as id, 'P' || i as payment_id,
        case i % 3 when 0 then 'CASH' else 'CARD' end as type, sold_at as created_at, total as amount,
        0 as tip_amount, loaded_at
    from numbered inner join totals using (i);
    insert into raw_square.payments by name
    select
        connection_id, 'P' || i as id, id as order_id, location_id, 'COMPLETED' as status,
        case i % 3 when 0 then 'CASH' else 'CARD' end as source_type, sold_at as created_at,
        sold_at as updated_at, 'USD' as currency, total as amount, 0 as tip_amount, total as total_amount,
        loaded_at
    from numbered inner join totals using (i);
    insert into raw_square.order_returns by name
    select
        connection_id, return_id as order_id, version as order_version, 'r' as uid, id as source_order_id,
        gross - discount as total_amount, loaded_at
    from lines where comes_back and place = 0;
    insert into raw_square.order_return_lines by name
    select
        connection_id, return_id as order_id, version as order_version, 'r' as return_uid,
        id as source_order_id, 'l0' as uid, 'l0' as source_line_uid, catalog_object_id,
        'ITEM' as item_type, quantity, gross as gross_return_amount, discount as discount_amount,
        gross - discount as total_amount, loaded_at
    from lines where comes_back and place = 0
"""


@dataclass(frozen=True)
class Orders:
    """A run of orders.

    Attributes:
        first: Number of the first order.
        count: How many.
        version: Their version; a later one replaces an earlier one.
        loaded_at: When they were loaded, UTC.
    """

    first: int
    count: int
    version: int
    loaded_at: str


def first_day(lines: int, ends: date) -> date:
    """The first day of a history of so many lines that ends before `ends`."""
    return ends - timedelta(days=round(lines / LINES_PER_DAY))


def write_history(connection: duckdb.DuckDBPyConnection, began: date, ends: date) -> None:
    """Writes the shop, and all that happened from `began` on and before `ends`."""
    days, loaded_at = (ends - began).days, f"{ends} 07:30:00+00"
    connection.execute(SHOP)
    write_orders(connection, began, Orders(0, days * ORDERS_PER_DAY, 1, loaded_at))
    count_stock(connection, began, days, loaded_at)


def write_changes(connection: duckdb.DuckDBPyConnection, began: date, ends: date, lines: int) -> None:
    """Writes one more day, and rewrites so many lines of the days before that as many lines changed."""
    number, loaded_at = (ends - began).days * ORDERS_PER_DAY, f"{ends + timedelta(days=1)} 07:30:00+00"
    edited = lines // LINES_PER_ORDER - ORDERS_PER_DAY
    write_orders(connection, began, Orders(number - edited, edited, 2, loaded_at))
    write_orders(connection, began, Orders(number, ORDERS_PER_DAY, 1, loaded_at))
    count_stock(connection, ends, 1, loaded_at)


def write_orders(connection: duckdb.DuckDBPyConnection, began: date, orders: Orders) -> None:
    """Writes orders with their lines, payments and returns; orders of the same numbers are replaced."""
    connection.execute(
        f"""
        create or replace temp table numbered as
        select
            *, sold_at + interval 3 day as returned_at
        from (
            select
                i, 'O' || i as id, 'R' || i as return_id, 'S' || i % {STORES} as location_id,
                i % {RETURNED_EVERY} = 0 as comes_back,
                timestamptz '{began} 14:00:00+00' + interval 1 day * (i // {ORDERS_PER_DAY})
                + interval 40 second * (i % {ORDERS_PER_DAY}) as sold_at,
                'square' as connection_id, {orders.version} as version,
                timestamptz '{orders.loaded_at}' as loaded_at
            from range({orders.first}, {orders.first + orders.count}) as numbers (i)
        ) as orders;
        create or replace temp table lines as
        select
            *, 'V' || item as catalog_object_id, quantity * (250 + 25 * (item % 40)) as gross,
            case when i % 7 = 0 then 50 else 0 end as discount
        from (
            select
                *, hash(i, place) % {ITEMS} as item,
                1 + cast(hash(place, i) % 3 as integer) as quantity
            from numbered, range({LINES_PER_ORDER}) as places (place)
        ) as numbered_lines
        """
    )
    if orders.version > 1:
        for table in ("orders", *CHILDREN):
            key = "id" if table == "orders" else "order_id"
            connection.execute(
                f"delete from raw_square.{table} where {key} in"
                " (select id from numbered union all select return_id from numbered where comes_back)"
            )
    connection.execute(ROWS)


def count_stock(connection: duckdb.DuckDBPyConnection, began: date, days: int, loaded_at: str) -> None:
    """Writes what lay on each shelf on each of these days."""
    connection.execute(
        f"""
        insert into raw_square.inventory_counts by name
        select
            'square' as connection_id, 'V' || item as catalog_object_id, 'S' || store as location_id,
            'IN_STOCK' as state, 5 + cast(hash(item, store, day) % 30 as integer) as quantity,
            timestamptz '{began} 06:00:00+00' + interval 1 day * day as calculated_at,
            cast(date '{began}' + cast(day as integer) as varchar) as observed_on,
            timestamptz '{began} 06:00:00+00' + interval 1 day * day as observed_at,
            timestamptz '{loaded_at}' as loaded_at
        from range({days}) as days (day), range({ITEMS}) as items (item), range({STORES}) as stores (store)
        """
    )
