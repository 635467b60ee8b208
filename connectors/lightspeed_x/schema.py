"""X's wire schema: the fields that are kept of API 2.0's records.

The `*_total` fields of a line are those of the whole line; `price`, `discount`, `tax` and `cost` are those of
one unit, rounded. Prices are without tax and after the discount.
"""

from connectors.core.tables import BOOLEAN, DECIMAL, INTEGER, TEXT, TIMESTAMP, Column, Table

SALE_REFERENCE = (Column("sale_id", "../id"), Column("sale_version", "../version", INTEGER))
PRODUCT_REFERENCE = (Column("product_id", "../id"), Column("product_version", "../version", INTEGER))

SALES = Table(
    name="sales",
    records="data",
    key=("id",),
    newest_by="version",
    description="A sale as it stands now. A return is a sale of its own, with negative quantities.",
    columns=(
        Column("id", "id"),
        Column("version", "version", INTEGER),
        Column("outlet_id", "outlet_id"),
        Column("status", "status"),
        Column("source", "source"),
        Column("return_for", "return_for"),
        Column("customer_key", "customer_id", hashed=True),
        Column("sale_date", "sale_date", TIMESTAMP),
        Column("created_at", "created_at", TIMESTAMP),
        Column("updated_at", "updated_at", TIMESTAMP),
        Column("deleted_at", "deleted_at", TIMESTAMP),
        Column("total_price", "total_price", DECIMAL),
        Column("total_tax", "total_tax", DECIMAL),
    ),
)

SALE_LINES = Table(
    name="sale_lines",
    records="data/line_items",
    key=("sale_id", "id"),
    newest_by="sale_version",
    description=(
        "A line of a sale. A negative quantity is given back, or, of the retailer's discount product, a "
        "discount of the whole sale."
    ),
    columns=(
        *SALE_REFERENCE,
        Column("id", "id"),
        Column("product_id", "product_id"),
        # The number of the card itself is never kept.
        Column("gift_card_product_id", "product_id", only_with="gift_card_number"),
        Column("status", "status"),
        Column("sequence", "sequence", DECIMAL),
        Column("is_return", "is_return", BOOLEAN),
        Column("quantity", "quantity", DECIMAL),
        Column("unit_price", "price", DECIMAL),
        Column("price_total", "price_total", DECIMAL),
        Column("discount_total", "discount_total", DECIMAL),
        Column("tax_total", "tax_total", DECIMAL),
        Column("cost_total", "cost_total", DECIMAL),
    ),
)

SALE_PAYMENTS = Table(
    name="sale_payments",
    records="data/payments",
    key=("sale_id", "id"),
    newest_by="sale_version",
    description="A payment of a sale, its tip included; a negative one gives money back.",
    columns=(
        *SALE_REFERENCE,
        Column("id", "id"),
        Column("payment_type_id", "payment_type_id"),
        Column("name", "name"),
        Column("amount", "amount", DECIMAL),
        Column("payment_date", "payment_date", TIMESTAMP),
        Column("deleted_at", "deleted_at", TIMESTAMP),
    ),
)

SALE_ADJUSTMENTS = Table(
    name="sale_adjustments",
    records="data/adjustments",
    key=("sale_id", "name"),
    newest_by="sale_version",
    description="What is added to a sale beside its lines: tips, charges. Already one sum a name.",
    columns=(
        *SALE_REFERENCE,
        Column("name", "name"),
        # The specification requires `type` and describes `adjustment_type`; its examples write `type`.
        Column("type", "type"),
        Column("adjustment_type", "adjustment_type"),
        Column("value", "value", DECIMAL),
    ),
)

PRODUCTS = Table(
    name="products",
    records="data",
    key=("id",),
    newest_by="version",
    description="What is sold and counted: a product, or one variant of it; deleted ones included.",
    columns=(
        Column("id", "id"),
        Column("version", "version", INTEGER),
        Column("name", "name"),
        Column("variant_name", "variant_name"),
        Column("variant_parent_id", "variant_parent_id"),
        Column("sku", "sku"),
        Column("product_type_name", "type/name"),
        Column("supplier_id", "supplier_id"),
        Column("supply_price", "supply_price", DECIMAL),
        Column("price_excluding_tax", "price_excluding_tax", DECIMAL),
        Column("active", "active", BOOLEAN),
        Column("has_inventory", "has_inventory", BOOLEAN),
        Column("updated_at", "updated_at", TIMESTAMP),
        Column("deleted_at", "deleted_at", TIMESTAMP),
    ),
)

PRODUCT_CODES = Table(
    name="product_codes",
    records="data/product_codes",
    key=("product_id", "type", "code"),
    newest_by="product_version",
    description="A code of a product: a barcode, or one that the shop made up (CUSTOM).",
    columns=(*PRODUCT_REFERENCE, Column("type", "type"), Column("code", "code")),
)

PRODUCT_SUPPLIERS = Table(
    name="product_suppliers",
    records="data/product_suppliers",
    key=("product_id", "supplier_id"),
    newest_by="product_version",
    description="Who supplies a product, and at what price.",
    columns=(
        *PRODUCT_REFERENCE,
        Column("supplier_id", "supplier_id"),
        Column("code", "code"),
        Column("price", "price", DECIMAL),
    ),
)

SUPPLIERS = Table(
    name="suppliers",
    records="data",
    key=("id",),
    newest_by="version",
    description="A supplier, without its contact person.",
    columns=(
        Column("id", "id"),
        Column("version", "version", INTEGER),
        Column("name", "name"),
        Column("deleted_at", "deleted_at", TIMESTAMP),
    ),
)

CONSIGNMENTS = Table(
    name="consignments",
    records="data",
    key=("id",),
    newest_by="version",
    description="A stock order placed with a supplier. X tells no time at which it was sent.",
    columns=(
        Column("id", "id"),
        Column("version", "version", INTEGER),
        Column("outlet_id", "outlet_id"),
        Column("supplier_id", "supplier_id"),
        Column("type", "type"),
        Column("status", "status"),
        Column("consignment_date", "consignment_date", TIMESTAMP),
        Column("due_at", "due_at", TIMESTAMP),
        Column("received_at", "received_at", TIMESTAMP),
        Column("created_at", "created_at", TIMESTAMP),
        Column("updated_at", "updated_at", TIMESTAMP),
        Column("deleted_at", "deleted_at", TIMESTAMP),
    ),
)

CONSIGNMENT_PRODUCTS = Table(
    name="consignment_products",
    records="data",
    key=("consignment_id", "product_id"),
    newest_by="version",
    description="A product of a stock order: how many were asked for, and how many came.",
    columns=(
        Column("product_id", "product_id"),
        Column("version", "version", INTEGER),
        Column("count", "count", DECIMAL),
        Column("received", "received", DECIMAL),
        Column("cost", "cost", DECIMAL),
        Column("deleted_at", "deleted_at", TIMESTAMP),
    ),
    constants=(("consignment_id", TEXT),),
)

INVENTORY = Table(
    name="inventory",
    records="data",
    key=("product_id", "outlet_id", "observed_on"),
    newest_by="loaded_at",
    description="Stock when it was read. One observation a day is kept: X tells only the present.",
    columns=(
        Column("product_id", "product_id"),
        Column("outlet_id", "outlet_id"),
        Column("inventory_level", "inventory_level", DECIMAL),
        Column("reorder_point", "reorder_point", DECIMAL),
        Column("reorder_amount", "reorder_amount", DECIMAL),
    ),
    constants=(("observed_on", TEXT), ("observed_at", TIMESTAMP)),
)

OUTLETS = Table(
    name="outlets",
    records="data",
    key=("id",),
    newest_by="loaded_at",
    description="A store. X has no close of day: the cut-off comes from the connection's settings.",
    columns=(
        Column("id", "id"),
        Column("name", "name"),
        Column("time_zone", "time_zone"),
        Column("currency", "currency"),
        Column("deleted_at", "deleted_at", TIMESTAMP),
    ),
    constants=(("business_day_cutoff_minutes", INTEGER),),
)

RETAILERS = Table(
    name="retailers",
    records="",
    key=("id",),
    newest_by="loaded_at",
    description="The account: its currency, and the product that stands for discounts of whole sales.",
    columns=(
        Column("id", "data/id"),
        Column("currency", "data/currency/code"),
        Column("discount_product_id", "data/discount_product_id"),
    ),
)

WALK_IN_CUSTOMERS = Table(
    name="walk_in_customers",
    records="data",
    key=("customer_key",),
    newest_by="loaded_at",
    description="The customer that X itself writes on a sale when the buyer is not known.",
    columns=(Column("customer_key", "id", hashed=True),),
)

SALE_TABLES = (SALES, SALE_LINES, SALE_PAYMENTS, SALE_ADJUSTMENTS)
PRODUCT_TABLES = (PRODUCTS, PRODUCT_CODES, PRODUCT_SUPPLIERS)

TABLES = (
    OUTLETS,
    RETAILERS,
    *SALE_TABLES,
    WALK_IN_CUSTOMERS,
    *PRODUCT_TABLES,
    SUPPLIERS,
    CONSIGNMENTS,
    CONSIGNMENT_PRODUCTS,
    INVENTORY,
)
