"""K's wire schema: the fields that are kept of the financial API's accounts."""

from connectors.core.tables import BOOLEAN, DECIMAL, INTEGER, TEXT, TIMESTAMP, Column, Table

SALE_REFERENCE = (Column("sale_id", "../accountFiscId"), Column("sale_closed_at", "../timeClosed", TIMESTAMP))
LOCATION = (("location_id", TEXT),)

BUSINESSES = Table(
    name="businesses",
    records="_embedded/businessList",
    key=("id",),
    newest_by="loaded_at",
    description="A business: one country, one currency, one or more locations.",
    columns=(Column("id", "businessId", INTEGER), Column("currency", "currencyCode")),
)

LOCATIONS = Table(
    name="locations",
    records="_embedded/businessList/businessLocations",
    key=("id",),
    newest_by="loaded_at",
    description="A business location, with the currency of its business.",
    columns=(
        Column("id", "blID", INTEGER),
        Column("business_id", "../businessId", INTEGER),
        Column("currency", "../currencyCode"),
        Column("name", "blName"),
        Column("country", "country"),
        Column("timezone", "timezone"),
    ),
    constants=(("business_day_cutoff_minutes", INTEGER),),
)

BUSINESS_DAYS = Table(
    name="business_days",
    records="",
    key=("location_id", "business_date"),
    newest_by="loaded_at",
    description=(
        "A business day of a location: whether K had all of it when it was read, and when the next one "
        "begins."
    ),
    columns=(
        Column("next_start_of_day", "nextStartOfDayAsIso8601", TIMESTAMP),
        Column("data_complete", "dataComplete", BOOLEAN),
    ),
    constants=(*LOCATION, ("business_date", TEXT)),
)

SALES = Table(
    name="sales",
    records="sales",
    key=("id",),
    newest_by="closed_at",
    description="A closed account. A refund, a void and other corrections are accounts of their own.",
    columns=(
        Column("id", "accountFiscId"),
        Column("type", "type"),
        Column("cancelled", "cancelled", BOOLEAN),
        Column("initial_id", "source/initialAccountId"),
        Column("previous_id", "source/previousAccountId"),
        Column("opened_at", "timeOfOpening", TIMESTAMP),
        Column("closed_at", "timeClosed", TIMESTAMP),
        Column("covers", "nbCovers", DECIMAL),
        Column("dine_in", "dineIn", BOOLEAN),
    ),
    constants=LOCATION,
)

SALE_LINES = Table(
    name="sale_lines",
    records="sales/salesLines",
    key=("sale_id", "id"),
    newest_by="sale_closed_at",
    description=(
        "A line of an account. One with a parent is a modifier or a part of it; one with nothing but a "
        "service charge is that charge."
    ),
    columns=(
        *SALE_REFERENCE,
        Column("id", "id"),
        Column("parent_line_id", "parentLineId"),
        Column("sku", "sku"),
        Column("name", "name", only_with="sku"),
        Column("accounting_group", "accountingGroup/name"),
        Column("revenue_center", "revenueCenter"),
        Column("quantity", "quantity", DECIMAL),
        Column("currency", "currency"),
        Column("menu_list_price", "menuListPrice", DECIMAL),
        Column("net_amount_with_tax", "totalNetAmountWithTax", DECIMAL),
        Column("net_amount_without_tax", "totalNetAmountWithoutTax", DECIMAL),
        Column("discount_amount", "totalDiscountAmount", DECIMAL),
        Column("service_charge", "serviceCharge", DECIMAL),
        Column("tax_amount", "taxAmount", DECIMAL),
        Column("unit_cost_price", "unitCostPrice", DECIMAL),
        Column("time_of_sale", "timeOfSale", TIMESTAMP),
    ),
)

SALE_PAYMENTS = Table(
    name="sale_payments",
    records="sales/payments",
    key=("sale_id", "id"),
    newest_by="sale_closed_at",
    description="A payment, without its tip. Negative: money given back, or put on a gift card.",
    columns=(
        *SALE_REFERENCE,
        Column("id", "fiscId"),
        Column("code", "code"),
        Column("description", "description"),
        Column("type", "type"),
        Column("currency", "currency"),
        Column("net_amount_with_tax", "netAmountWithTax", DECIMAL),
        Column("tip", "tip", DECIMAL),
        Column("surcharge", "surcharge", DECIMAL),
        Column("rounding_amount", "roundingAmount", DECIMAL),
        Column("paid_at", "fiscDate", TIMESTAMP),
        Column("customer_key", "consumer/id", hashed=True),
    ),
)

SALE_TABLES = (SALES, SALE_LINES, SALE_PAYMENTS)
TABLES = (BUSINESSES, LOCATIONS, BUSINESS_DAYS, *SALE_TABLES)
