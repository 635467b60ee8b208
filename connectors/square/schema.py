"""The fields of Square's API that are kept. Money is an integer in the currency's smallest unit.

Names and meanings: Square API reference, Square-Version in `settings.py`. Left out on purpose: line and
payment notes, ticket names, reference ids, refund reasons, card details, addresses, e-mails, and every name
of a buyer, recipient or team member.
"""

from connectors.core.tables import BOOLEAN, DECIMAL, INTEGER, TEXT, TIMESTAMP, Column, Table


def money(name: str, path: str) -> Column:
    """An amount of a Square Money object."""
    return Column(name, f"{path}/amount", INTEGER)


ORDER_REFERENCE = (Column("order_id", "../id"), Column("order_version", "../version", INTEGER))
"""A child row carries its order's version: a line of an older version was edited away and does not count."""

ORDERS = Table(
    name="orders",
    records="orders",
    key=("id",),
    newest_by="version",
    description="An order as it stands now. A return is an order of its own.",
    columns=(
        Column("id", "id"),
        Column("location_id", "location_id"),
        Column("state", "state"),
        Column("version", "version", INTEGER),
        Column("source_name", "source/name"),
        Column("customer_key", "customer_id", hashed=True),
        Column("created_at", "created_at", TIMESTAMP),
        Column("updated_at", "updated_at", TIMESTAMP),
        Column("closed_at", "closed_at", TIMESTAMP),
        Column("currency", "total_money/currency"),
        money("total_amount", "total_money"),
        money("tax_amount", "total_tax_money"),
        money("discount_amount", "total_discount_money"),
        money("tip_amount", "total_tip_money"),
        money("service_charge_amount", "total_service_charge_money"),
        money("rounding_amount", "rounding_adjustment/amount_money"),
        money("net_amount_due", "net_amount_due_money"),
    ),
)

LINE_AMOUNTS = (
    money("base_price_amount", "base_price_money"),
    money("tax_amount", "total_tax_money"),
    money("discount_amount", "total_discount_money"),
    money("service_charge_amount", "total_service_charge_money"),
    money("total_amount", "total_money"),
)

ITEM_NAMES = (
    Column("item_name", "name", only_with="catalog_object_id"),
    Column("variation_name", "variation_name", only_with="catalog_object_id"),
)
"""The name of a custom amount is what the cashier typed: free text, not kept."""

ORDER_LINES = Table(
    name="order_lines",
    records="orders/line_items",
    key=("order_id", "uid"),
    newest_by="order_version",
    description="A line that was sold.",
    columns=(
        *ORDER_REFERENCE,
        Column("uid", "uid"),
        Column("catalog_object_id", "catalog_object_id"),
        Column("item_type", "item_type"),
        *ITEM_NAMES,
        Column("quantity", "quantity", DECIMAL),
        money("gross_sales_amount", "gross_sales_money"),
        *LINE_AMOUNTS,
    ),
)

ORDER_LINE_MODIFIERS = Table(
    name="order_line_modifiers",
    records="orders/line_items/modifiers",
    key=("order_id", "line_uid", "uid"),
    newest_by="order_version",
    description="A modifier of a line; its price is already inside the line's gross sales.",
    columns=(
        Column("order_id", "../../id"),
        Column("order_version", "../../version", INTEGER),
        Column("line_uid", "../uid"),
        Column("uid", "uid"),
        Column("catalog_object_id", "catalog_object_id"),
        Column("name", "name"),
        Column("quantity", "quantity", DECIMAL),
        money("total_price_amount", "total_price_money"),
    ),
)

ORDER_DISCOUNTS = Table(
    name="order_discounts",
    records="orders/discounts",
    key=("order_id", "uid"),
    newest_by="order_version",
    description="A discount of an order; Square has already shared it out over the lines.",
    columns=(
        *ORDER_REFERENCE,
        Column("uid", "uid"),
        Column("catalog_object_id", "catalog_object_id"),
        Column("type", "type"),
        Column("scope", "scope"),
        Column("percentage", "percentage", DECIMAL),
        money("applied_amount", "applied_money"),
    ),
)

ORDER_SERVICE_CHARGES = Table(
    name="order_service_charges",
    records="orders/service_charges",
    key=("order_id", "uid"),
    newest_by="order_version",
    description="A service charge or automatic gratuity of an order.",
    columns=(
        *ORDER_REFERENCE,
        Column("uid", "uid"),
        Column("type", "type"),
        Column("treatment_type", "treatment_type"),
        money("applied_amount", "applied_money"),
        money("tax_amount", "total_tax_money"),
        money("total_amount", "total_money"),
    ),
)

ORDER_TENDERS = Table(
    name="order_tenders",
    records="orders/tenders",
    key=("order_id", "id"),
    newest_by="order_version",
    description="How an order was paid; the amount includes the tip.",
    columns=(
        *ORDER_REFERENCE,
        Column("id", "id"),
        Column("payment_id", "payment_id"),
        Column("type", "type"),
        Column("created_at", "created_at", TIMESTAMP),
        money("amount", "amount_money"),
        money("tip_amount", "tip_money"),
    ),
)

ORDER_RETURNS = Table(
    name="order_returns",
    records="orders/returns",
    key=("order_id", "uid"),
    newest_by="order_version",
    description="What a return order gives back in total. source_order_id names the sale.",
    columns=(
        *ORDER_REFERENCE,
        Column("uid", "uid"),
        Column("source_order_id", "source_order_id"),
        money("total_amount", "return_amounts/total_money"),
        money("tax_amount", "return_amounts/tax_money"),
        money("discount_amount", "return_amounts/discount_money"),
        money("tip_amount", "return_amounts/tip_money"),
        money("service_charge_amount", "return_amounts/service_charge_money"),
        money("rounding_amount", "rounding_adjustment/amount_money"),
    ),
)

ORDER_RETURN_LINES = Table(
    name="order_return_lines",
    records="orders/returns/return_line_items",
    key=("order_id", "return_uid", "uid"),
    newest_by="order_version",
    description="A line that was given back.",
    columns=(
        Column("order_id", "../../id"),
        Column("order_version", "../../version", INTEGER),
        Column("return_uid", "../uid"),
        Column("source_order_id", "../source_order_id"),
        Column("uid", "uid"),
        Column("source_line_uid", "source_line_item_uid"),
        Column("catalog_object_id", "catalog_object_id"),
        Column("item_type", "item_type"),
        *ITEM_NAMES,
        Column("quantity", "quantity", DECIMAL),
        money("gross_return_amount", "gross_return_money"),
        *LINE_AMOUNTS,
    ),
)

PAYMENTS = Table(
    name="payments",
    records="payments",
    key=("id",),
    newest_by="updated_at",
    description="A payment; status changes arrive later than the sale.",
    columns=(
        Column("id", "id"),
        Column("order_id", "order_id"),
        Column("location_id", "location_id"),
        Column("status", "status"),
        Column("source_type", "source_type"),
        Column("created_at", "created_at", TIMESTAMP),
        Column("updated_at", "updated_at", TIMESTAMP),
        Column("currency", "amount_money/currency"),
        money("amount", "amount_money"),
        money("tip_amount", "tip_money"),
        money("total_amount", "total_money"),
        money("refunded_amount", "refunded_money"),
        Column("is_offline_payment", "is_offline_payment", BOOLEAN),
    ),
)

REFUNDS = Table(
    name="refunds",
    records="refunds",
    key=("id",),
    newest_by="updated_at",
    description="Money given back. order_id is the return order, where Square made one.",
    columns=(
        Column("id", "id"),
        Column("payment_id", "payment_id"),
        Column("order_id", "order_id"),
        Column("location_id", "location_id"),
        Column("status", "status"),
        Column("created_at", "created_at", TIMESTAMP),
        Column("updated_at", "updated_at", TIMESTAMP),
        Column("currency", "amount_money/currency"),
        money("amount", "amount_money"),
    ),
)

LOCATIONS = Table(
    name="locations",
    records="locations",
    key=("id",),
    newest_by="loaded_at",
    description="A store. Square has no close of day: the cut-off comes from the connection's settings.",
    columns=(
        Column("id", "id"),
        Column("name", "name"),
        Column("status", "status"),
        Column("timezone", "timezone"),
        Column("currency", "currency"),
        Column("country", "country"),
        Column("created_at", "created_at", TIMESTAMP),
    ),
    constants=(("business_day_cutoff_minutes", INTEGER),),
)

CATALOG_ITEMS = Table(
    name="catalog_items",
    records="objects",
    key=("id",),
    newest_by="version",
    description="An item of the catalogue, deleted ones included.",
    columns=(
        Column("id", "id"),
        Column("version", "version", INTEGER),
        Column("updated_at", "updated_at", TIMESTAMP),
        Column("is_deleted", "is_deleted", BOOLEAN),
        Column("name", "item_data/name"),
        Column("product_type", "item_data/product_type"),
        Column("is_archived", "item_data/is_archived", BOOLEAN),
        Column("reporting_category_id", "item_data/reporting_category/id"),
        Column("category_id", "item_data/category_id"),
    ),
)

CATALOG_ITEM_CATEGORIES = Table(
    name="catalog_item_categories",
    records="objects/item_data/categories",
    key=("item_id", "category_id"),
    newest_by="item_version",
    description="The categories an item stands in, in Square's order.",
    columns=(
        Column("item_id", "../id"),
        Column("item_version", "../version", INTEGER),
        Column("category_id", "id"),
        Column("ordinal", "ordinal", INTEGER),
    ),
)

CATALOG_VARIATIONS = Table(
    name="catalog_variations",
    records="objects",
    key=("id",),
    newest_by="version",
    description="What is sold and counted: a variation of an item, deleted ones included.",
    columns=(
        Column("id", "id"),
        Column("item_id", "item_variation_data/item_id"),
        Column("version", "version", INTEGER),
        Column("updated_at", "updated_at", TIMESTAMP),
        Column("is_deleted", "is_deleted", BOOLEAN),
        Column("name", "item_variation_data/name"),
        Column("sku", "item_variation_data/sku"),
        Column("upc", "item_variation_data/upc"),
        Column("pricing_type", "item_variation_data/pricing_type"),
        money("price_amount", "item_variation_data/price_money"),
        Column("price_currency", "item_variation_data/price_money/currency"),
        Column("track_inventory", "item_variation_data/track_inventory", BOOLEAN),
        Column("sellable", "item_variation_data/sellable", BOOLEAN),
        Column("stockable", "item_variation_data/stockable", BOOLEAN),
    ),
)

CATALOG_VARIATION_VENDORS = Table(
    name="catalog_variation_vendors",
    records="objects/item_variation_data/vendor_information",
    key=("variation_id", "vendor_id"),
    newest_by="variation_version",
    description="Who supplies a variation and at what unit cost.",
    columns=(
        Column("variation_id", "../id"),
        Column("variation_version", "../version", INTEGER),
        Column("vendor_id", "vendor_id"),
        money("unit_cost_amount", "unit_cost_money"),
        Column("unit_cost_currency", "unit_cost_money/currency"),
    ),
)

CATALOG_CATEGORIES = Table(
    name="catalog_categories",
    records="objects",
    key=("id",),
    newest_by="version",
    description="A category of the catalogue.",
    columns=(
        Column("id", "id"),
        Column("version", "version", INTEGER),
        Column("is_deleted", "is_deleted", BOOLEAN),
        Column("name", "category_data/name"),
    ),
)

VENDORS = Table(
    name="vendors",
    records="vendors",
    key=("id",),
    newest_by="version",
    description="A supplier. Square knows no lead time.",
    columns=(
        Column("id", "id"),
        Column("version", "version", INTEGER),
        Column("name", "name"),
        Column("status", "status"),
        Column("updated_at", "updated_at", TIMESTAMP),
    ),
)

INVENTORY_COUNTS = Table(
    name="inventory_counts",
    records="counts",
    key=("catalog_object_id", "location_id", "state", "observed_on"),
    newest_by="loaded_at",
    description="Stock when it was read. One observation a day is kept: Square tells only the present.",
    columns=(
        Column("catalog_object_id", "catalog_object_id"),
        Column("location_id", "location_id"),
        Column("state", "state"),
        Column("quantity", "quantity", DECIMAL),
        Column("calculated_at", "calculated_at", TIMESTAMP),
    ),
    constants=(("observed_on", TEXT), ("observed_at", TIMESTAMP)),
)

INVENTORY_ADJUSTMENTS = Table(
    name="inventory_adjustments",
    records="changes",
    key=("id",),
    newest_by="loaded_at",
    only_where="adjustment/id",
    description="A movement between two states of stock.",
    columns=(
        Column("id", "adjustment/id"),
        Column("catalog_object_id", "adjustment/catalog_object_id"),
        Column("from_state", "adjustment/from_state"),
        Column("to_state", "adjustment/to_state"),
        Column("location_id", "adjustment/location_id"),
        Column("from_location_id", "adjustment/from_location_id"),
        Column("to_location_id", "adjustment/to_location_id"),
        Column("quantity", "adjustment/quantity", DECIMAL),
        Column("occurred_at", "adjustment/occurred_at", TIMESTAMP),
        Column("created_at", "adjustment/created_at", TIMESTAMP),
        Column("order_id", "adjustment/transaction_id"),
        Column("purchase_order_id", "adjustment/purchase_order_id"),
    ),
)

INVENTORY_PHYSICAL_COUNTS = Table(
    name="inventory_physical_counts",
    records="changes",
    key=("id",),
    newest_by="loaded_at",
    only_where="physical_count/id",
    description="A count made by a person.",
    columns=(
        Column("id", "physical_count/id"),
        Column("catalog_object_id", "physical_count/catalog_object_id"),
        Column("state", "physical_count/state"),
        Column("location_id", "physical_count/location_id"),
        Column("quantity", "physical_count/quantity", DECIMAL),
        Column("occurred_at", "physical_count/occurred_at", TIMESTAMP),
        Column("created_at", "physical_count/created_at", TIMESTAMP),
    ),
)

SALES_TOTALS = Table(
    name="sales_totals",
    records="data",
    key=("location_id", "business_date"),
    newest_by="loaded_at",
    description="Square's own report of a day's sales at a location, to be held against ours.",
    columns=(
        Column("location_id", "Orders.location_id"),
        Column("business_date", "Orders.local_date"),
        Column("net_sales", "Orders.net_sales", DECIMAL),
        Column("discounts", "Orders.discounts_amount", DECIMAL),
        Column("returns", "Orders.itemized_returns", DECIMAL),
        Column("tax", "Orders.sales_tax_amount", DECIMAL),
        Column("tips", "Orders.tips_amount", DECIMAL),
    ),
)

ORDER_TABLES = (
    ORDERS,
    ORDER_LINES,
    ORDER_LINE_MODIFIERS,
    ORDER_DISCOUNTS,
    ORDER_SERVICE_CHARGES,
    ORDER_TENDERS,
    ORDER_RETURNS,
    ORDER_RETURN_LINES,
)

CATALOG_ITEM_TABLES = (CATALOG_ITEMS, CATALOG_ITEM_CATEGORIES)
CATALOG_VARIATION_TABLES = (CATALOG_VARIATIONS, CATALOG_VARIATION_VENDORS)

TABLES = (
    LOCATIONS,
    *ORDER_TABLES,
    PAYMENTS,
    REFUNDS,
    *CATALOG_ITEM_TABLES,
    *CATALOG_VARIATION_TABLES,
    CATALOG_CATEGORIES,
    VENDORS,
    INVENTORY_COUNTS,
    INVENTORY_ADJUSTMENTS,
    INVENTORY_PHYSICAL_COUNTS,
    SALES_TOTALS,
)
