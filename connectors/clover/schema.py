"""The fields of Clover's API that are kept. Money is an integer in the currency's smallest unit.

Times are kept as Clover tells them, in milliseconds since 1970 UTC; staging turns them into timestamps. Names
and meanings: the models of clover/clover-android-sdk (com.clover.sdk.v3). Left out on purpose: notes, titles,
reasons, reference ids, devices, employees, cards, everything of a customer but the hash of the id, and of the
merchant's properties all that is not named here (they hold bank accounts).
"""

from dataclasses import replace

from connectors.core.tables import BOOLEAN, DECIMAL, INTEGER, TEXT, TIMESTAMP, Column, Table

CREATED = (
    Column("created_ms", "createdTime", INTEGER),
    Column("client_created_ms", "clientCreatedTime", INTEGER),
)
"""Clover's clock and the till's: they differ when the till was offline."""

OF_MERCHANT = (("merchant_id", TEXT),)

ORDERS = Table(
    name="orders",
    records="elements",
    key=("id",),
    newest_by="modified_ms",
    description="An order as it stands now.",
    columns=(
        Column("id", "id"),
        Column("currency", "currency"),
        Column("total", "total", INTEGER),
        Column("unpaid_balance", "unpaidBalance", INTEGER),
        Column("payment_state", "paymentState"),
        Column("state", "state"),
        Column("test_mode", "testMode", BOOLEAN),
        Column("is_vat", "isVat", BOOLEAN),
        Column("tax_removed", "taxRemoved", BOOLEAN),
        Column("order_type_id", "orderType/id"),
        *CREATED,
        Column("modified_ms", "modifiedTime", INTEGER),
        Column("deleted_ms", "deletedTimestamp", INTEGER),
    ),
    constants=OF_MERCHANT,
)

OF_ORDER = (Column("order_id", "../id"), Column("order_modified_ms", "../modifiedTime", INTEGER))
OF_LINE = (
    Column("order_id", "../../id"),
    Column("order_modified_ms", "../../modifiedTime", INTEGER),
    Column("line_id", "../id"),
)
"""A child row carries its order's time of change: one of an older version was edited away."""

DISCOUNT = (
    Column("id", "id"),
    Column("amount", "amount", INTEGER),
    Column("percentage", "percentage", INTEGER),
    Column("percentage_decimal", "percentageDecimal", INTEGER),
)
"""An amount (negative), or per cent: whole, or times 10,000."""

ORDER_LINES = Table(
    name="order_lines",
    records="elements/lineItems/elements",
    key=("order_id", "id"),
    newest_by="order_modified_ms",
    description="A line of an order: one unit, or one weighed quantity.",
    columns=(
        *OF_ORDER,
        Column("id", "id"),
        Column("item_id", "item/id"),
        Column("item_name", "name", only_with="item/id"),
        Column("price", "price", INTEGER),
        Column("unit_qty", "unitQty", INTEGER),
        Column("is_revenue", "isRevenue", BOOLEAN),
        Column("is_order_fee", "isOrderFee", BOOLEAN),
        Column("refunded", "refunded", BOOLEAN),
        Column("exchanged", "exchanged", BOOLEAN),
    ),
)
"""The name of a line without an item is what the cashier typed: free text, not kept."""

LINE_DISCOUNTS = Table(
    name="line_discounts",
    records="elements/lineItems/elements/discounts/elements",
    key=("order_id", "line_id", "id"),
    newest_by="order_modified_ms",
    description="A discount of one line.",
    columns=(*OF_LINE, *DISCOUNT),
)

LINE_MODIFICATIONS = Table(
    name="line_modifications",
    records="elements/lineItems/elements/modifications/elements",
    key=("order_id", "line_id", "id"),
    newest_by="order_modified_ms",
    description="An extra on a line; its amount is not in the line's price.",
    columns=(
        *OF_LINE,
        Column("id", "id"),
        Column("modifier_id", "modifier/id"),
        Column("name", "name", only_with="modifier/id"),
        Column("amount", "amount", INTEGER),
    ),
)

LINE_TAX_RATES = Table(
    name="line_tax_rates",
    records="elements/lineItems/elements/taxRates/elements",
    key=("order_id", "line_id", "id"),
    newest_by="order_modified_ms",
    description="A tax on a line: its rate (10,000,000 is 100 %), or a flat amount when the rate is 0.",
    columns=(
        *OF_LINE,
        Column("id", "id"),
        Column("rate", "rate", INTEGER),
        Column("flat_amount", "taxAmount", INTEGER),
    ),
)

ORDER_TABLES = (ORDERS, ORDER_LINES, LINE_DISCOUNTS, LINE_MODIFICATIONS, LINE_TAX_RATES)


def of_one_order(table: Table) -> Table:
    """The same table, filled from `/orders/{id}/line_items`: the order is known from the question alone."""
    told = {column.name for column in OF_ORDER}
    return replace(
        table,
        records=table.records.removeprefix("elements/lineItems/"),
        columns=tuple(column for column in table.columns if column.name not in told),
        constants=tuple((column.name, column.type) for column in table.columns if column.name in told),
    )


LINES_OF_ONE_ORDER = tuple(of_one_order(table) for table in ORDER_TABLES[1:])

ORDERS_WITHOUT_LINES = replace(
    ORDERS, columns=(Column("id", "id"),), newest_by=None, constants=(), landed=False
)
"""What the order's discounts and customers stand in, where the lists are read for these alone."""

ORDER_DISCOUNTS = Table(
    name="order_discounts",
    records="elements/discounts/elements",
    key=("order_id", "id"),
    newest_by="order_modified_ms",
    description="A discount of a whole order; Clover does not share it out over the lines.",
    columns=(*OF_ORDER, *DISCOUNT),
)

ORDER_CUSTOMERS = Table(
    name="order_customers",
    records="elements/customers/elements",
    key=("order_id", "customer_key"),
    newest_by="order_modified_ms",
    description="Who bought, as a keyed hash.",
    columns=(*OF_ORDER, Column("customer_key", "id", hashed=True)),
)

ORDERS_SEEN = Table(
    name="orders_seen",
    records="elements",
    key=("id",),
    newest_by="loaded_at",
    description="An order that Clover still told of when it was last looked for.",
    columns=(Column("id", "id"),),
)

SEARCHES = Table(
    name="order_searches",
    records="",
    key=("merchant_id",),
    newest_by="loaded_at",
    description="When orders were last looked for, and since when they had been made.",
    columns=(),
    constants=(*OF_MERCHANT, ("created_since_ms", INTEGER)),
)

PAYMENTS = Table(
    name="payments",
    records="elements",
    key=("id",),
    newest_by="modified_ms",
    description="A payment; its amount holds tax and charges, not the tip.",
    columns=(
        Column("id", "id"),
        Column("order_id", "order/id"),
        Column("tender_id", "tender/id"),
        Column("amount", "amount", INTEGER),
        Column("tip_amount", "tipAmount", INTEGER),
        Column("tax_amount", "taxAmount", INTEGER),
        Column("service_charge_amount", "serviceCharge/amount", INTEGER),
        Column("result", "result"),
        Column("offline", "offline", BOOLEAN),
        *CREATED,
        Column("modified_ms", "modifiedTime", INTEGER),
    ),
    constants=OF_MERCHANT,
)

PAYMENT_CHARGES = Table(
    name="payment_charges",
    records="elements/additionalCharges/elements",
    key=("payment_id", "id"),
    newest_by="payment_modified_ms",
    description="A surcharge or fee inside a payment.",
    columns=(
        Column("payment_id", "../id"),
        Column("payment_modified_ms", "../modifiedTime", INTEGER),
        Column("id", "id"),
        Column("type", "type"),
        Column("amount", "amount", INTEGER),
    ),
)

REFUNDS = Table(
    name="refunds",
    records="elements",
    key=("id",),
    newest_by="loaded_at",
    description="Money given back to a payment, tax and tip included.",
    columns=(
        Column("id", "id"),
        Column("order_id", "orderRef/id"),
        Column("payment_id", "payment/id"),
        Column("amount", "amount", INTEGER),
        Column("tip_amount", "tipAmount", INTEGER),
        Column("tax_amount", "taxAmount", INTEGER),
        Column("service_charge_amount", "serviceChargeAmount/amount", INTEGER),
        Column("status", "status"),
        Column("voided", "voided", BOOLEAN),
        *CREATED,
        Column("deleted_ms", "deletedTime", INTEGER),
    ),
    constants=OF_MERCHANT,
)

REFUND_LINES = Table(
    name="refund_lines",
    records="elements/lineItems/elements",
    key=("refund_id", "line_id"),
    newest_by="loaded_at",
    description="A line of an order that a refund gives back.",
    columns=(Column("refund_id", "../id"), Column("line_id", "id")),
)

CREDITS = Table(
    name="credits",
    records="elements",
    key=("id",),
    newest_by="loaded_at",
    description="Money given back without a sale (a manual refund); it names no goods.",
    columns=(
        Column("id", "id"),
        Column("order_id", "orderRef/id"),
        Column("amount", "amount", INTEGER),
        Column("tax_amount", "taxAmount", INTEGER),
        Column("result", "result"),
        Column("voided", "voided", BOOLEAN),
        *CREATED,
    ),
    constants=OF_MERCHANT,
)

MERCHANT = Table(
    name="merchants",
    records="",
    key=("id",),
    newest_by="loaded_at",
    description="The merchant, which is one store.",
    columns=(Column("id", "id"), Column("name", "name")),
)

PROPERTIES = Table(
    name="properties",
    records="",
    key=("merchant_id",),
    newest_by="loaded_at",
    description="The merchant's time zone, currency and close of day; the settings' own words where given.",
    columns=(
        Column("currency", "defaultCurrency"),
        Column("timezone", "timezone"),
        Column("summary_hour", "summaryHour", INTEGER),
        Column("is_vat", "vat", BOOLEAN),
    ),
    constants=(
        *OF_MERCHANT,
        ("set_timezone", TEXT),
        ("set_cutoff_minutes", INTEGER),
    ),
)

ITEMS = Table(
    name="items",
    records="elements",
    key=("id",),
    newest_by="loaded_at",
    description="An item of the catalogue.",
    columns=(
        Column("id", "id"),
        Column("name", "name"),
        Column("sku", "sku"),
        Column("code", "code"),
        Column("price", "price", INTEGER),
        Column("price_type", "priceType"),
        Column("unit_name", "unitName"),
        Column("cost", "cost", INTEGER),
        Column("hidden", "hidden", BOOLEAN),
        Column("available", "available", BOOLEAN),
        Column("auto_manage", "autoManage", BOOLEAN),
        Column("is_revenue", "isRevenue", BOOLEAN),
        Column("modified_ms", "modifiedTime", INTEGER),
        Column("deleted_ms", "deletedTime", INTEGER),
    ),
)

ITEM_CATEGORIES = Table(
    name="item_categories",
    records="elements/categories/elements",
    key=("item_id", "category_id"),
    newest_by="loaded_at",
    description="A category that an item stands in.",
    columns=(
        Column("item_id", "../id"),
        Column("category_id", "id"),
        Column("name", "name"),
        Column("sort_order", "sortOrder", INTEGER),
    ),
)

ITEM_STOCKS = Table(
    name="item_stocks",
    records="elements",
    key=("item_id", "observed_on"),
    newest_by="loaded_at",
    description="Stock when it was read. One observation a day is kept: Clover tells only the present.",
    columns=(
        Column("item_id", "item/id"),
        Column("quantity", "quantity", DECIMAL),
        Column("modified_ms", "modifiedTime", INTEGER),
    ),
    constants=(*OF_MERCHANT, ("observed_on", TEXT), ("observed_at", TIMESTAMP)),
)

TENDERS = Table(
    name="tenders",
    records="elements",
    key=("id",),
    newest_by="loaded_at",
    description="A way to pay.",
    columns=(Column("id", "id"), Column("label_key", "labelKey"), Column("label", "label")),
)

ORDER_TYPES = Table(
    name="order_types",
    records="elements",
    key=("id",),
    newest_by="loaded_at",
    description="Dine in, take away, delivery, as the merchant calls them.",
    columns=(Column("id", "id"), Column("label", "label")),
)

TABLES = (
    MERCHANT,
    PROPERTIES,
    *ORDER_TABLES,
    ORDER_DISCOUNTS,
    ORDER_CUSTOMERS,
    ORDERS_SEEN,
    SEARCHES,
    PAYMENTS,
    PAYMENT_CHARGES,
    REFUNDS,
    REFUND_LINES,
    CREDITS,
    ITEMS,
    ITEM_CATEGORIES,
    ITEM_STOCKS,
    TENDERS,
    ORDER_TYPES,
)
