"""The fields of Shopify's API that are kept. Money is a decimal in the shop's own currency.

Names and meanings: Shopify Admin GraphQL reference, version in `settings.py`. Left out on purpose: names,
e-mails, phones and addresses of buyers and staff, notes, tags, custom attributes, card details, device and IP
data. What an item is called is kept only where it is of the catalogue: a custom item's name is free text.

Shopify tells the same records in two forms. A page holds them one inside the other; a bulk operation gives
a file in which every record is a line of its own that names its parent in `__parentId`. The tables are the
same, only their places differ: `PAGES` and `EXPORT` below are these places.
"""

from dataclasses import dataclass

from connectors.core.tables import BOOLEAN, DECIMAL, INTEGER, TEXT, TIMESTAMP, Column, Table


def money(name: str, path: str) -> Column:
    """An amount of a MoneyBag, in the shop's currency."""
    return Column(name, f"{path}/shopMoney/amount", DECIMAL)


@dataclass(frozen=True)
class Places:
    """Where an order and its ledger stand in an answer, and how they name their parents.

    Attributes:
        orders: The list of orders.
        agreements: The list of sales agreements.
        sales: The list of sales.
        order_of_agreement: Path from an agreement to its order's id.
        agreement_of_sale: Path from a sale to its agreement's id.
        only_where: A field that only the records of a table have, by table; where all stand in one list.
    """

    orders: str
    agreements: str
    sales: str
    order_of_agreement: str
    agreement_of_sale: str
    only_where: tuple[tuple[str, str], ...] = ()

    def condition(self, table: str) -> str | None:
        """What tells the records of a table from the others of their list."""
        return dict(self.only_where).get(table)


PAGES = Places(
    orders="data/orders/nodes",
    agreements="data/orders/nodes/agreements/nodes",
    sales="data/orders/nodes/agreements/nodes/sales/nodes",
    order_of_agreement="../id",
    agreement_of_sale="../id",
)

ONE_ORDER = Places(
    orders="",
    agreements="data/order/agreements/nodes",
    sales="data/order/agreements/nodes/sales/nodes",
    order_of_agreement="../data/order/id",
    agreement_of_sale="../id",
)

LINES = "records"
"""The lines of a bulk operation's file are read as this list."""

EXPORT = Places(
    orders=LINES,
    agreements=LINES,
    sales=LINES,
    order_of_agreement="__parentId",
    agreement_of_sale="__parentId",
    only_where=(("orders", "currencyCode"), ("sales_agreements", "reason"), ("sales", "lineType")),
)


def orders(at: Places) -> Table:
    """Orders as they stand now."""
    return Table(
        name="orders",
        records=at.orders,
        key=("number",),
        newest_by="updated_at",
        only_where=at.condition("orders"),
        description="An order as it stands now. What was sold and given back when stands in its sales.",
        columns=(
            Column("number", "legacyResourceId"),
            Column("id", "id"),
            Column("processed_at", "processedAt", TIMESTAMP),
            Column("created_at", "createdAt", TIMESTAMP),
            Column("updated_at", "updatedAt", TIMESTAMP),
            Column("cancelled_at", "cancelledAt", TIMESTAMP),
            Column("is_test", "test", BOOLEAN),
            Column("source_name", "sourceName"),
            Column("currency", "currencyCode"),
            Column("taxes_included", "taxesIncluded", BOOLEAN),
            Column("financial_status", "displayFinancialStatus"),
            Column("location_id", "retailLocation/id"),
            Column("customer_key", "customer/id", hashed=True),
            money("total_price", "totalPriceSet"),
            money("total_received", "totalReceivedSet"),
            money("cash_rounding", "totalCashRoundingAdjustment/paymentSet"),
        ),
    )


def order_transactions(at: Places) -> Table:
    """How orders were paid and what was paid back."""
    return Table(
        name="order_transactions",
        records=f"{at.orders}/transactions",
        key=("id",),
        newest_by="loaded_at",
        description="Money that moved for an order, or that should have. Amounts are without cash rounding.",
        columns=(
            Column("id", "id"),
            Column("order_id", "../id"),
            Column("kind", "kind"),
            Column("status", "status"),
            Column("gateway", "gateway"),
            Column("payment_details", "paymentDetails/__typename"),
            Column("wallet", "paymentDetails/wallet"),
            Column("parent_id", "parentTransaction/id"),
            Column("is_test", "test", BOOLEAN),
            Column("created_at", "createdAt", TIMESTAMP),
            Column("processed_at", "processedAt", TIMESTAMP),
            money("amount", "amountSet"),
            money("amount_rounding", "amountRoundingSet"),
        ),
    )


def sales_agreements(at: Places) -> Table:
    """The entries of the orders' ledgers."""
    return Table(
        name="sales_agreements",
        records=at.agreements,
        key=("id",),
        newest_by="loaded_at",
        only_where=at.condition("sales_agreements"),
        description="What merchant and buyer agreed on at a moment: the order, an edit, a return, a refund.",
        columns=(
            Column("id", "id"),
            Column("order_id", at.order_of_agreement),
            Column("happened_at", "happenedAt", TIMESTAMP),
            Column("reason", "reason"),
        ),
    )


def sales(at: Places) -> Table:
    """The lines of these entries."""
    return Table(
        name="sales",
        records=at.sales,
        key=("id",),
        newest_by="loaded_at",
        only_where=at.condition("sales"),
        description="A signed line of a sales agreement: goods, a tip, shipping, a fee or an adjustment.",
        columns=(
            Column("id", "id"),
            Column("agreement_id", at.agreement_of_sale),
            Column("action_type", "actionType"),
            Column("line_type", "lineType"),
            Column("quantity", "quantity", INTEGER),
            Column("line_item_id", "lineItem/id"),
            Column("variant_id", "lineItem/variant/id"),
            Column("item_title", "lineItem/title", only_with="lineItem/variant/id"),
            Column("variant_title", "lineItem/variantTitle", only_with="lineItem/variant/id"),
            money("unit_price", "lineItem/originalUnitPriceSet"),
            money("total_amount", "totalAmount"),
            money("tax_amount", "totalTaxAmount"),
            money("discount_before_taxes", "totalDiscountAmountBeforeTaxes"),
            money("discount_after_taxes", "totalDiscountAmountAfterTaxes"),
        ),
    )


def order_tables(at: Places) -> tuple[Table, ...]:
    """All tables that one list of orders fills."""
    return (orders(at), order_transactions(at), sales_agreements(at), sales(at))


ORDERS, ORDER_TRANSACTIONS, SALES_AGREEMENTS, SALES = order_tables(PAGES)


CUT_ORDERS = Table(
    name="cut_orders",
    records=PAGES.orders,
    key=("id",),
    columns=(
        Column("id", "id"),
        Column("has_more", "agreements/pageInfo/hasNextPage", BOOLEAN),
        Column("after", "agreements/pageInfo/endCursor"),
    ),
    landed=False,
)
"""Orders whose ledger goes on after the first page."""


def cut_agreements(at: Places) -> Table:
    """Agreements whose sales go on after the first page."""
    return Table(
        name="cut_agreements",
        records=at.agreements,
        key=("id",),
        columns=(
            Column("id", "id"),
            Column("order_id", at.order_of_agreement),
            Column("has_more", "sales/pageInfo/hasNextPage", BOOLEAN),
            Column("after", "sales/pageInfo/endCursor"),
        ),
        landed=False,
    )


def order_ids(records: str) -> Table:
    """Which orders there are."""
    return Table(
        name="order_ids",
        records=records,
        key=("id",),
        newest_by="loaded_at",
        description="An order that was there when the ids were listed. One that is missing then was deleted.",
        columns=(Column("id", "id"),),
    )


ORDER_LISTINGS = Table(
    name="order_listings",
    records="",
    key=("listing",),
    newest_by="loaded_at",
    description="A listing of the ids of all orders of a span of time.",
    columns=(),
    constants=(("listing", TEXT), ("listed_from", TIMESTAMP), ("listed_until", TIMESTAMP)),
)

SHOP = Table(
    name="shop",
    records="",
    key=("id",),
    newest_by="loaded_at",
    description="The shop. It has one time zone and one currency; its locations have none of their own.",
    columns=(
        Column("id", "data/shop/id"),
        Column("name", "data/shop/name"),
        Column("timezone", "data/shop/ianaTimezone"),
        Column("currency", "data/shop/currencyCode"),
        Column("taxes_included", "data/shop/taxesIncluded", BOOLEAN),
    ),
    constants=(("business_day_cutoff_minutes", INTEGER),),
)

LOCATIONS = Table(
    name="locations",
    records="data/locations/nodes",
    key=("id",),
    newest_by="loaded_at",
    description="A store or warehouse.",
    columns=(
        Column("id", "id"),
        Column("name", "name"),
        Column("is_active", "isActive", BOOLEAN),
        Column("created_at", "createdAt", TIMESTAMP),
        Column("updated_at", "updatedAt", TIMESTAMP),
    ),
)


def product_variants(records: str) -> Table:
    """What is sold."""
    return Table(
        name="product_variants",
        records=records,
        key=("id",),
        newest_by="loaded_at",
        description="What is sold and counted. One that is missing from the newest reading was deleted.",
        columns=(
            Column("id", "id"),
            Column("title", "title"),
            Column("sku", "sku"),
            Column("barcode", "barcode"),
            Column("price", "price", DECIMAL),
            Column("updated_at", "updatedAt", TIMESTAMP),
            Column("inventory_item_id", "inventoryItem/id"),
            Column("tracks_inventory", "inventoryItem/tracked", BOOLEAN),
            Column("unit_cost", "inventoryItem/unitCost/amount", DECIMAL),
            Column("cost_currency", "inventoryItem/unitCost/currencyCode"),
            Column("product_id", "product/id"),
            Column("product_title", "product/title"),
            Column("product_type", "product/productType"),
            Column("product_category", "product/category/name"),
            Column("product_status", "product/status"),
            Column("is_gift_card", "product/isGiftCard", BOOLEAN),
        ),
    )


def inventory_levels(levels: str, location: str) -> tuple[Table, ...]:
    """Stock, and the list in which it stands; `location` is the path from a level to its location's id."""
    inside = Table(name="levels", records=levels, key=("id",), columns=(Column("id", "id"),), landed=False)
    quantities = Table(
        name="inventory_levels",
        records=f"{levels}/quantities",
        key=("inventory_item_id", "location_id", "name", "observed_on"),
        newest_by="loaded_at",
        description="Stock when it was read. One observation a day is kept: Shopify tells only the present.",
        columns=(
            Column("inventory_item_id", "../item/id"),
            Column("location_id", location),
            Column("name", "name"),
            Column("quantity", "quantity", INTEGER),
            Column("updated_at", "updatedAt", TIMESTAMP),
        ),
        constants=(("observed_on", TEXT), ("observed_at", TIMESTAMP)),
    )
    return (quantities, inside)


DAILY_TOTALS = Table(
    name="daily_totals",
    records="data/shopifyqlQuery/tableData/rows",
    key=("day",),
    newest_by="loaded_at",
    description="Shopify's own sales report by day of the shop. Discounts and returns are negative.",
    columns=(
        Column("day", "day"),
        Column("gross_sales", "gross_sales", DECIMAL),
        Column("discounts", "discounts", DECIMAL),
        Column("returns", "returns", DECIMAL),
        Column("net_sales", "net_sales", DECIMAL),
        Column("taxes", "taxes", DECIMAL),
    ),
    constants=(("observed_at", TIMESTAMP),),
)

ORDER_IDS = order_ids("data/orders/nodes")
PRODUCT_VARIANTS = product_variants("data/productVariants/nodes")
INVENTORY_LEVEL_TABLES = inventory_levels("data/location/inventoryLevels/nodes", "../../data/location/id")
INVENTORY_LEVELS = INVENTORY_LEVEL_TABLES[0]

EXPORTED_ORDER_IDS = order_ids(LINES)
EXPORTED_VARIANTS = product_variants(LINES)
EXPORTED_LEVELS = inventory_levels(LINES, "../__parentId")

TABLES = (
    SHOP,
    LOCATIONS,
    ORDERS,
    ORDER_TRANSACTIONS,
    SALES_AGREEMENTS,
    SALES,
    ORDER_IDS,
    ORDER_LISTINGS,
    PRODUCT_VARIANTS,
    INVENTORY_LEVELS,
    DAILY_TOTALS,
)
