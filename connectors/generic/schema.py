"""What the records of any custom API become: typed rows in the words of the unified layer.

Paths are those of the records as `records.py` puts them down, which holds mapped fields only. Amounts are in
the currency's own unit or in its smallest, as `amounts_in` says on every row.
"""

from connectors.core.tables import BOOLEAN, DECIMAL, INTEGER, TEXT, TIMESTAMP, Column, Table

RECORDS = "records"
FAULT = "fault"

OF_THE_CONNECTION = (
    ("amounts_in", TEXT),  # major or minor
    ("default_currency", TEXT),
    ("default_timezone", TEXT),
    ("business_day_cutoff_minutes", INTEGER),
    ("store_name", TEXT),
)
"""What the settings say, for rows that say nothing themselves."""


def texts(*names: str) -> tuple[Column, ...]:
    """Columns of text."""
    return tuple(Column(name, name) for name in names)


def decimals(*names: str) -> tuple[Column, ...]:
    """Columns of amounts or quantities."""
    return tuple(Column(name, name, DECIMAL) for name in names)


def moments(*names: str) -> tuple[Column, ...]:
    """Columns of times."""
    return tuple(Column(name, name, TIMESTAMP) for name in names)


OF_ORDER = (
    Column("record_kind", "../record_kind"),
    Column("order_id", "../order_id"),
    Column("order_version", "../version"),
    Column("order_updated_at", "../updated_at", TIMESTAMP),
)
"""A child row carries its order's version: a line of an older version was edited away and does not count."""

ITEM_NAMES = texts("item_id", "item_name", "variation_name", "sku", "barcode", "category")

ORDERS = Table(
    name="orders",
    records=RECORDS,
    key=("order_id", "record_kind"),
    newest_by="updated_at",
    fault=FAULT,
    constants=OF_THE_CONNECTION,
    description="An order or a return as it stands now; record_kind: the kind of list it stands in.",
    columns=(
        *texts(
            "record_kind",
            "order_id",
            "version",
            "direction",
            "original_order_id",
            "location_id",
            "state",
            "currency",
        ),
        *texts("channel", "dining_option", "revenue_center", "business_date"),
        Column("customer_key", "customer_id", hashed=True),
        Column("guests", "guests", INTEGER),
        *moments("sold_at", "ordered_at", "updated_at"),
        *decimals("order_discount", "tax", "tip", "service_charge", "shipping", "rounding"),
        *decimals("total", "paid", "unpaid_balance"),
    ),
)

ORDER_LINES = Table(
    name="order_lines",
    records=f"{RECORDS}/lines",
    key=("order_id", "record_kind", "line_id"),
    newest_by="order_updated_at",
    description="A line of an order or a return. Its numbers are never negative: direction says which way.",
    columns=(
        *OF_ORDER,
        *texts("line_id", "direction", "original_line_id", "line_kind"),
        *ITEM_NAMES,
        *decimals("quantity", "unit_price", "gross_sales", "net_sales", "discount", "tax", "tip"),
        *decimals("service_charge", "unit_cost"),
        Column("prices_include_tax", "prices_include_tax", BOOLEAN),
        Column("is_voided", "is_voided", BOOLEAN),
        Column("restocked", "restocked", BOOLEAN),
    ),
)

ORDER_PAYMENTS = Table(
    name="order_payments",
    records=f"{RECORDS}/payments",
    key=("order_id", "record_kind", "payment_id"),
    newest_by="order_updated_at",
    description="A payment inside an order's record.",
    columns=(
        *OF_ORDER,
        *texts("payment_id", "method", "status"),
        *moments("paid_at"),
        *decimals("amount", "tip"),
    ),
)

PAYMENTS = Table(
    name="payments",
    records=RECORDS,
    key=("payment_id",),
    newest_by="updated_at",
    fault=FAULT,
    constants=OF_THE_CONNECTION,
    description="A payment from a list of its own.",
    columns=(
        *texts("payment_id", "order_id", "location_id", "method", "status", "currency"),
        *moments("paid_at", "updated_at"),
        *decimals("amount", "tip"),
    ),
)

REFUNDS = Table(
    name="refunds",
    records=RECORDS,
    key=("refund_id",),
    newest_by="updated_at",
    fault=FAULT,
    constants=OF_THE_CONNECTION,
    description="Money given back without naming goods.",
    columns=(
        *texts("refund_id", "order_id", "location_id", "status", "currency"),
        *moments("refunded_at", "updated_at"),
        *decimals("amount"),
    ),
)

ITEMS = Table(
    name="items",
    records=RECORDS,
    key=("item_id",),
    newest_by="updated_at",
    fault=FAULT,
    constants=OF_THE_CONNECTION,
    description="An item of the catalogue.",
    columns=(
        *ITEM_NAMES,
        *texts("currency"),
        *moments("updated_at"),
        *decimals("unit_price", "unit_cost"),
        Column("tracks_inventory", "tracks_inventory", BOOLEAN),
        Column("is_active", "is_active", BOOLEAN),
        Column("is_gift_card", "is_gift_card", BOOLEAN),
    ),
)

INVENTORY_LEVELS = Table(
    name="inventory_levels",
    records=RECORDS,
    key=("location_id", "item_id", "observed_on"),
    newest_by="observed_at",
    fault=FAULT,
    constants=(*OF_THE_CONNECTION, ("observed_on", TEXT), ("observed_at", TIMESTAMP)),
    description="What was in stock when it was read; one observation a day is kept.",
    columns=(
        *texts("location_id", "item_id"),
        *decimals("on_hand", "available", "committed", "incoming"),
    ),
)

LOCATIONS = Table(
    name="locations",
    records=RECORDS,
    key=("location_id",),
    newest_by="loaded_at",
    fault=FAULT,
    constants=OF_THE_CONNECTION,
    description="A store.",
    columns=(
        *texts("location_id", "name", "timezone", "currency"),
        Column("is_active", "is_active", BOOLEAN),
    ),
)

SALES_TABLES = (ORDERS, ORDER_LINES, ORDER_PAYMENTS)
TABLES = (*SALES_TABLES, PAYMENTS, REFUNDS, ITEMS, INVENTORY_LEVELS, LOCATIONS)
TABLES_OF = {
    "orders": SALES_TABLES,
    "returns": SALES_TABLES,
    "order_lines": SALES_TABLES,
    "return_lines": SALES_TABLES,
    "payments": (PAYMENTS,),
    "refunds": (REFUNDS,),
    "items": (ITEMS,),
    "inventory_levels": (INVENTORY_LEVELS,),
    "locations": (LOCATIONS,),
}
"""The raw tables that a kind of record fills."""
