"""The fields of Toast's APIs that are kept. Money is a decimal in the restaurant's own currency.

Names and meanings: Toast's OpenAPI files (orders 2.9, menus 2.4, stock 1.0, restaurants 1.0, configuration
2.5, analytics 1.0). Left out on purpose: the guest of a check but for a hash of the guest's id, delivery
addresses, tab names, the digits of cards, employees, reasons and comments, and `displayName`: it is what an
employee typed where a selection is a special request or an open item.
"""

from dataclasses import replace

from connectors.core.tables import BOOLEAN, DECIMAL, INTEGER, TEXT, TIMESTAMP, Column, Table

RESTAURANT = (("restaurant_guid", TEXT),)
"""No answer about orders, menus or stock names the restaurant: it is the one that was asked for."""

RESTAURANTS = Table(
    name="restaurants",
    records="",
    key=("guid",),
    newest_by="loaded_at",
    description="A restaurant, with the hour at which its business day ends.",
    columns=(
        Column("guid", "guid"),
        Column("name", "general/name"),
        Column("location_name", "general/locationName"),
        Column("timezone", "general/timeZone"),
        Column("closeout_hour", "general/closeoutHour", INTEGER),
        Column("currency", "general/currencyCode"),
        Column("first_business_date", "general/firstBusinessDate", INTEGER),
        Column("is_archived", "general/archived", BOOLEAN),
        Column("management_group_guid", "general/managementGroupGuid"),
    ),
)

ORDERS = Table(
    name="orders",
    records="records",
    key=("guid",),
    newest_by="modified_at",
    description="An order as it stands now. Its money stands on its checks.",
    columns=(
        Column("guid", "guid"),
        Column("business_date", "businessDate", INTEGER),
        Column("created_at", "createdDate", TIMESTAMP),
        Column("opened_at", "openedDate", TIMESTAMP),
        Column("promised_at", "promisedDate", TIMESTAMP),
        Column("paid_at", "paidDate", TIMESTAMP),
        Column("closed_at", "closedDate", TIMESTAMP),
        Column("modified_at", "modifiedDate", TIMESTAMP),
        Column("voided", "voided", BOOLEAN),
        Column("void_business_date", "voidBusinessDate", INTEGER),
        Column("deleted", "deleted", BOOLEAN),
        Column("created_in_test_mode", "createdInTestMode", BOOLEAN),
        Column("excess_food", "excessFood", BOOLEAN),
        Column("approval_status", "approvalStatus"),
        Column("source", "source"),
        Column("dining_option_guid", "diningOption/guid"),
        Column("revenue_center_guid", "revenueCenter/guid"),
        Column("guests", "numberOfGuests", INTEGER),
    ),
    constants=RESTAURANT,
)


def of_order(ups: int) -> tuple[Column, ...]:
    """The order of a record that stands `ups` lists below it, and when that was changed.

    A child that is older than its order is no longer a part of it.
    """
    way = "../" * ups
    return (
        Column("order_guid", f"{way}guid"),
        Column("order_modified_at", f"{way}modifiedDate", TIMESTAMP),
    )


REFUND_DETAILS = (
    Column("refund_amount", "refundDetails/refundAmount", DECIMAL),
    Column("refund_tax_amount", "refundDetails/taxRefundAmount", DECIMAL),
    Column("refund_transaction_guid", "refundDetails/refundTransaction/guid"),
)

CHECKS = Table(
    name="checks",
    records="records/checks",
    key=("order_guid", "guid"),
    newest_by="order_modified_at",
    description="A check of an order, with the amounts that Toast states for it.",
    columns=(
        *of_order(1),
        Column("guid", "guid"),
        Column("customer_key", "customer/guid", hashed=True),
        Column("voided", "voided", BOOLEAN),
        Column("void_business_date", "voidBusinessDate", INTEGER),
        Column("deleted", "deleted", BOOLEAN),
        Column("payment_status", "paymentStatus"),
        Column("amount", "amount", DECIMAL),
        Column("tax_amount", "taxAmount", DECIMAL),
        Column("total_amount", "totalAmount", DECIMAL),
    ),
)

SELECTIONS = Table(
    name="selections",
    records="records/checks/selections",
    key=("order_guid", "guid"),
    newest_by="order_modified_at",
    description="What was ordered. Its price is for all of it, after all discounts, modifiers included.",
    columns=(
        *of_order(2),
        Column("check_guid", "../guid"),
        Column("guid", "guid"),
        Column("item_guid", "item/guid"),
        Column("item_multi_location_id", "item/multiLocationId"),
        Column("sales_category_guid", "salesCategory/guid"),
        Column("selection_type", "selectionType"),
        Column("deferred", "deferred", BOOLEAN),
        Column("quantity", "quantity", DECIMAL),
        Column("unit_of_measure", "unitOfMeasure"),
        Column("receipt_line_price", "receiptLinePrice", DECIMAL),
        Column("pre_discount_price", "preDiscountPrice", DECIMAL),
        Column("price", "price", DECIMAL),
        Column("tax", "tax", DECIMAL),
        Column("voided", "voided", BOOLEAN),
        Column("void_business_date", "voidBusinessDate", INTEGER),
        *REFUND_DETAILS,
    ),
)


def modifiers_at(depth: int) -> tuple[Column, ...]:
    """The columns of a modifier that stands `depth` lists below a selection."""
    return (
        *of_order(depth + 2),
        Column("selection_guid", "../" * depth + "guid"),
        Column("guid", "guid"),
        Column("item_guid", "item/guid"),
        Column("quantity", "quantity", DECIMAL),
        Column("pre_discount_price", "preDiscountPrice", DECIMAL),
        Column("voided", "voided", BOOLEAN),
    )


MODIFIERS = Table(
    name="modifiers",
    records="records/checks/selections/modifiers",
    key=("order_guid", "guid"),
    newest_by="order_modified_at",
    description="A modifier of a selection; its price is already inside the selection's.",
    columns=modifiers_at(1),
)
MODIFIERS_OF_MODIFIERS = replace(
    MODIFIERS,
    name="modifiers_of_modifiers",
    records="records/checks/selections/modifiers/modifiers",
    description="A modifier of a modifier; its price is already inside the selection's.",
    columns=modifiers_at(2),
)
DEEPER_MODIFIERS = replace(
    MODIFIERS,
    name="deeper_modifiers",
    records="records/checks/selections/modifiers/modifiers/modifiers",
    description="A modifier a third level deep; its price is already inside the selection's.",
    columns=modifiers_at(3),
)
UNREAD_MODIFIERS = replace(
    MODIFIERS,
    name="unread_modifiers",
    records="records/checks/selections/modifiers/modifiers/modifiers/modifiers",
    description="Stands deeper than is read on: counted here, its price is inside the selection's.",
    columns=(*of_order(6), Column("selection_guid", "../" * 4 + "guid"), Column("guid", "guid")),
)

DISCOUNT = (
    Column("guid", "guid"),
    Column("discount_guid", "discount/guid"),
    Column("discount_type", "discountType"),
    Column("discount_percent", "discountPercent", DECIMAL),
    Column("discount_amount", "discountAmount", DECIMAL),
    Column("non_tax_discount_amount", "nonTaxDiscountAmount", DECIMAL),
    Column("processing_state", "processingState"),
)

CHECK_DISCOUNTS = Table(
    name="check_discounts",
    records="records/checks/appliedDiscounts",
    key=("order_guid", "guid"),
    newest_by="order_modified_at",
    description="A discount of a whole check; it is already inside the prices of its selections.",
    columns=(*of_order(2), Column("check_guid", "../guid"), *DISCOUNT),
)

SELECTION_DISCOUNTS = Table(
    name="selection_discounts",
    records="records/checks/selections/appliedDiscounts",
    key=("order_guid", "guid"),
    newest_by="order_modified_at",
    description="A discount of one selection; it is already inside the selection's price.",
    columns=(
        *of_order(3),
        Column("check_guid", "../../guid"),
        Column("selection_guid", "../guid"),
        *DISCOUNT,
    ),
)

SERVICE_CHARGES = Table(
    name="service_charges",
    records="records/checks/appliedServiceCharges",
    key=("order_guid", "guid"),
    newest_by="order_modified_at",
    description="A service charge, gratuity, donation or cash rounding on a check.",
    columns=(
        *of_order(2),
        Column("check_guid", "../guid"),
        Column("guid", "guid"),
        Column("service_charge_guid", "serviceCharge/guid"),
        Column("category", "serviceChargeCategory"),
        Column("gratuity", "gratuity", BOOLEAN),
        Column("charge_amount", "chargeAmount", DECIMAL),
        *REFUND_DETAILS,
    ),
)

PAYMENTS = Table(
    name="payments",
    records="records/checks/payments",
    key=("order_guid", "guid"),
    newest_by="order_modified_at",
    description="A payment of a check, and what of it was given back. The amount is without the tip.",
    columns=(
        *of_order(2),
        Column("check_guid", "../guid"),
        Column("guid", "guid"),
        Column("type", "type"),
        Column("card_entry_mode", "cardEntryMode"),
        Column("status", "paymentStatus"),
        Column("amount", "amount", DECIMAL),
        Column("tip_amount", "tipAmount", DECIMAL),
        Column("paid_at", "paidDate", TIMESTAMP),
        Column("paid_business_date", "paidBusinessDate", INTEGER),
        Column("refund_status", "refundStatus"),
        Column("refund_amount", "refund/refundAmount", DECIMAL),
        Column("refund_tip_amount", "refund/tipRefundAmount", DECIMAL),
        Column("refunded_at", "refund/refundDate", TIMESTAMP),
        Column("refund_business_date", "refund/refundBusinessDate", INTEGER),
        Column("refund_transaction_guid", "refund/refundTransaction/guid"),
        Column("voided_at", "voidInfo/voidDate", TIMESTAMP),
        Column("void_business_date", "voidInfo/voidBusinessDate", INTEGER),
    ),
)

ORDER_TABLES = (
    ORDERS,
    CHECKS,
    SELECTIONS,
    MODIFIERS,
    MODIFIERS_OF_MODIFIERS,
    DEEPER_MODIFIERS,
    UNREAD_MODIFIERS,
    CHECK_DISCOUNTS,
    SELECTION_DISCOUNTS,
    SERVICE_CHARGES,
    PAYMENTS,
)

MENU_ITEMS = Table(
    name="menu_items",
    records="records",
    key=("restaurant_guid", "guid"),
    newest_by="loaded_at",
    only_where="item/guid",
    description="An item of a restaurant's published menus.",
    columns=(
        Column("guid", "guid"),
        Column("multi_location_id", "multiLocationId"),
        Column("name", "name"),
        Column("menu", "item/menu"),
        Column("menu_group", "item/group"),
        Column("sales_category_guid", "salesCategory/guid"),
        Column("sales_category", "salesCategory/name"),
        Column("sku", "sku"),
        Column("plu", "plu"),
        Column("price", "price", DECIMAL),
        Column("pricing_strategy", "pricingStrategy"),
        Column("unit_of_measure", "unitOfMeasure"),
        Column("is_deferred", "isDeferred", BOOLEAN),
    ),
    constants=RESTAURANT,
)

MODIFIER_OPTIONS = Table(
    name="modifier_options",
    records="records",
    key=("restaurant_guid", "guid"),
    newest_by="loaded_at",
    only_where="option/guid",
    description="What a modifier of a selection may be.",
    columns=(
        Column("guid", "guid"),
        Column("name", "name"),
        Column("sales_category_guid", "salesCategory/guid"),
        Column("price", "price", DECIMAL),
    ),
    constants=RESTAURANT,
)


def configured(name: str, description: str, *columns: Column) -> Table:
    """A list of the configuration API."""
    return Table(
        name=name,
        records="records",
        key=("restaurant_guid", "guid"),
        newest_by="loaded_at",
        description=description,
        columns=(Column("guid", "guid"), Column("name", "name"), *columns),
        constants=RESTAURANT,
    )


CONFIGURED_ITEMS = configured(
    "configured_items",
    "An item of the configuration, on a published menu or not: old sales still name it.",
    Column("sku", "sku"),
    Column("plu", "plu"),
)
SALES_CATEGORIES = configured("sales_categories", "A category that Toast's reports add up sales by.")
DINING_OPTIONS = configured("dining_options", "How an order is handed over.", Column("behavior", "behavior"))
REVENUE_CENTERS = configured("revenue_centers", "A part of the restaurant that sales are reported for.")

OBSERVATION = (("observed_on", TEXT), ("observed_at", TIMESTAMP))

STOCK_READINGS = Table(
    name="stock_readings",
    records="",
    key=("restaurant_guid", "observed_on"),
    newest_by="observed_at",
    description="When a restaurant's list of scarce items was read last on a day, the list empty or not.",
    columns=(),
    constants=(*RESTAURANT, *OBSERVATION),
)

STOCK = Table(
    name="stock",
    records="records",
    key=("restaurant_guid", "guid", "observed_on"),
    newest_by="observed_at",
    description="An item that is scarce or sold out. An item that is not listed is in stock, uncounted.",
    columns=(
        Column("guid", "guid"),
        Column("multi_location_id", "multiLocationId"),
        Column("status", "status"),
        Column("quantity", "quantity", DECIMAL),
    ),
    constants=(*RESTAURANT, *OBSERVATION),
)

DAILY_TOTALS = Table(
    name="daily_totals",
    records="records",
    key=("restaurant_guid", "business_date"),
    newest_by="loaded_at",
    description="Toast's own sums of a restaurant's business date.",
    columns=(
        Column("restaurant_guid", "restaurantGuid"),
        Column("business_date", "businessDate"),
        Column("orders", "ordersCount", DECIMAL),
        Column("gross_sales_amount", "grossSalesAmount", DECIMAL),
        Column("discount_amount", "discountAmount", DECIMAL),
        Column("refund_amount", "refundAmount", DECIMAL),
        Column("void_amount", "voidOrdersAmount", DECIMAL),
        Column("net_sales_amount", "netSalesAmount", DECIMAL),
    ),
)

MENU_TABLES = (MENU_ITEMS, MODIFIER_OPTIONS)
STOCK_TABLES = (STOCK, STOCK_READINGS)

TABLES = (
    RESTAURANTS,
    *ORDER_TABLES,
    *MENU_TABLES,
    CONFIGURED_ITEMS,
    SALES_CATEGORIES,
    DINING_OPTIONS,
    REVENUE_CENTERS,
    *STOCK_TABLES,
    DAILY_TOTALS,
)
