"""The fields of Retail R-Series' API that are kept. Amounts are decimals in the currency's own unit.

Names and meanings: developers.lightspeedhq.com/retail, API version 3. Every scalar is a text there: "true",
"317.1", "0" for a foreign key that points to nothing; flags and keys are kept as they are. Left out on
purpose: notes of sales and lines, ticket and reference numbers, contacts, representatives, gift card codes,
card charges, employees, and everything of a customer but the id, which is hashed.
"""

from connectors.core.tables import DECIMAL, INTEGER, TEXT, TIMESTAMP, Column, Table

SALE_REFERENCE = (
    Column("sale_id", "../saleID"),
    Column("sale_updated_at", "../updatetime", TIMESTAMP),
    Column("sale_time_stamp", "../timeStamp", TIMESTAMP),
)
"""A child row carries its sale's time of change: one of an older version does not count any more."""

SALES = Table(
    name="sales",
    records="Sale",
    key=("id",),
    newest_by="updated_at",
    description="A sale as it stands now. A return is a sale of its own, with negative quantities.",
    columns=(
        Column("id", "saleID"),
        Column("shop_id", "shopID"),
        Column("completed", "completed"),
        Column("voided", "voided"),
        Column("archived", "archived"),
        Column("is_tax_inclusive", "isTaxInclusive"),
        Column("created_at", "createTime", TIMESTAMP),
        Column("completed_at", "completeTime", TIMESTAMP),
        Column("updated_at", "updatetime", TIMESTAMP),
        Column("time_stamp", "timeStamp", TIMESTAMP),
        Column("reference_number_source", "referenceNumberSource"),
        Column("customer_key", "customerID", hashed=True),
        Column("subtotal", "calcSubtotal", DECIMAL),
        Column("discount", "calcDiscount", DECIMAL),
        Column("tax1", "calcTax1", DECIMAL),
        Column("tax2", "calcTax2", DECIMAL),
        Column("total", "calcTotal", DECIMAL),
        Column("displayable_total", "displayableTotal", DECIMAL),
        Column("tips", "calcTips", DECIMAL),
        Column("payments", "calcPayments", DECIMAL),
        Column("balance", "balance", DECIMAL),
    ),
)

SALE_LINES = Table(
    name="sale_lines",
    records="Sale/SaleLines/SaleLine",
    key=("id",),
    newest_by="sale_updated_at",
    description="A line that was sold, or with a negative quantity given back.",
    columns=(
        *SALE_REFERENCE,
        Column("id", "saleLineID"),
        Column("item_id", "itemID"),
        Column("parent_line_id", "parentSaleLineID"),
        Column("line_type", "lineType"),
        Column("quantity", "unitQuantity", DECIMAL),
        Column("unit_price", "unitPrice", DECIMAL),
        Column("subtotal", "calcSubtotal", DECIMAL),
        Column("line_discount", "calcLineDiscount", DECIMAL),
        Column("transaction_discount", "calcTransactionDiscount", DECIMAL),
        Column("tax1", "calcTax1", DECIMAL),
        Column("tax2", "calcTax2", DECIMAL),
        Column("total", "calcTotal", DECIMAL),
    ),
)

SALE_PAYMENTS = Table(
    name="sale_payments",
    records="Sale/SalePayments/SalePayment",
    key=("id",),
    newest_by="sale_updated_at",
    description="A payment; the amount includes the tip. Negative: money given back, or put on a gift card.",
    columns=(
        *SALE_REFERENCE,
        Column("id", "salePaymentID"),
        Column("payment_type_id", "paymentTypeID"),
        Column("amount", "amount", DECIMAL),
        Column("tip_amount", "tipAmount", DECIMAL),
        Column("archived", "archived"),
        Column("created_at", "createTime", TIMESTAMP),
        Column("credit_account_id", "creditAccountID"),
        Column("ref_payment_id", "refPaymentID"),
    ),
)

SALE_PAYMENT_ACCOUNTS = Table(
    name="sale_payment_accounts",
    records="Sale/SalePayments/SalePayment/SaleAccounts/SaleAccount",
    key=("payment_id", "id"),
    newest_by="sale_updated_at",
    description="The line with which a payment put value on a gift card.",
    columns=(
        Column("sale_id", "../../saleID"),
        Column("sale_updated_at", "../../updatetime", TIMESTAMP),
        Column("sale_time_stamp", "../../timeStamp", TIMESTAMP),
        Column("payment_id", "../salePaymentID"),
        Column("id", "saleAccountID"),
        Column("sale_line_id", "saleLineID"),
    ),
)

SHOPS = Table(
    name="shops",
    records="Shop",
    key=("id",),
    newest_by="loaded_at",
    description="A store. Its currency is the account's; its close of day comes from the settings.",
    columns=(
        Column("id", "shopID"),
        Column("name", "name"),
        Column("timezone", "timeZone"),
        Column("archived", "archived"),
    ),
    constants=(("currency", TEXT), ("business_day_cutoff_minutes", INTEGER)),
)

PAYMENT_TYPES = Table(
    name="payment_types",
    records="PaymentType",
    key=("id",),
    newest_by="loaded_at",
    description="A way of paying, archived ones included.",
    columns=(
        Column("id", "paymentTypeID"),
        Column("name", "name"),
        Column("type", "type"),
        Column("archived", "archived"),
    ),
)

ITEMS = Table(
    name="items",
    records="Item",
    key=("id",),
    newest_by="updated_at",
    description="What is sold, archived items included.",
    columns=(
        Column("id", "itemID"),
        Column("description", "description"),
        Column("custom_sku", "customSku"),
        Column("manufacturer_sku", "manufacturerSku"),
        Column("upc", "upc"),
        Column("ean", "ean"),
        Column("item_type", "itemType"),
        Column("category_id", "categoryID"),
        Column("default_vendor_id", "defaultVendorID"),
        Column("default_cost", "defaultCost", DECIMAL),
        Column("average_cost", "avgCost", DECIMAL),
        Column("archived", "archived"),
        Column("updated_at", "timeStamp", TIMESTAMP),
    ),
)

ITEM_PRICES = Table(
    name="item_prices",
    records="Item/Prices/ItemPrice",
    key=("item_id", "use_type"),
    newest_by="item_updated_at",
    description="A price of an item; the one of use type Default is charged.",
    columns=(
        Column("item_id", "../itemID"),
        Column("item_updated_at", "../timeStamp", TIMESTAMP),
        Column("use_type", "useType"),
        Column("amount", "amount", DECIMAL),
    ),
)

CATEGORIES = Table(
    name="categories",
    records="Category",
    key=("id",),
    newest_by="updated_at",
    description="A category of items.",
    columns=(
        Column("id", "categoryID"),
        Column("name", "name"),
        Column("full_path_name", "fullPathName"),
        Column("updated_at", "timeStamp", TIMESTAMP),
    ),
)

VENDORS = Table(
    name="vendors",
    records="Vendor",
    key=("id",),
    newest_by="updated_at",
    description="A supplier, archived ones included.",
    columns=(
        Column("id", "vendorID"),
        Column("name", "name"),
        Column("archived", "archived"),
        Column("currency", "purchasingCurrency/code"),
        Column("updated_at", "timeStamp", TIMESTAMP),
    ),
)

ITEM_SHOPS = Table(
    name="item_shops",
    records="ItemShop",
    key=("item_id", "shop_id", "observed_on"),
    newest_by="loaded_at",
    description="Stock of an item in a shop when it was read, once a day; shop 0 is the sum of all.",
    columns=(
        Column("item_id", "itemID"),
        Column("shop_id", "shopID"),
        Column("on_hand", "qoh", DECIMAL),
        Column("sellable", "sellable", DECIMAL),
        Column("backorder", "backorder", DECIMAL),
        Column("on_layaway", "onLayaway", DECIMAL),
        Column("on_special_order", "onSpecialOrder", DECIMAL),
        Column("on_work_order", "onWorkOrder", DECIMAL),
        Column("on_transfer_in", "onTransferIn", DECIMAL),
        Column("reorder_point", "reorderPoint", DECIMAL),
        Column("reorder_level", "reorderLevel", DECIMAL),
        Column("updated_at", "timeStamp", TIMESTAMP),
    ),
    constants=(("observed_on", TEXT), ("observed_at", TIMESTAMP)),
)

INVENTORY_LOGS = Table(
    name="inventory_logs",
    records="InventoryLog",
    key=("id",),
    newest_by="loaded_at",
    description="A change of stock and its reason.",
    columns=(
        Column("id", "inventoryLogID"),
        Column("shop_id", "shopID"),
        Column("item_id", "itemID"),
        Column("quantity_change", "qohChange", DECIMAL),
        Column("reason", "reason"),
        Column("created_at", "createTime", TIMESTAMP),
        Column("sale_id", "saleID"),
        Column("purchase_order_id", "orderID"),
        Column("transfer_id", "transferID"),
        Column("vendor_return_id", "vendorReturnID"),
        Column("inventory_count_id", "inventoryCountID"),
    ),
)

PURCHASE_ORDERS = Table(
    name="purchase_orders",
    records="Order",
    key=("id",),
    newest_by="loaded_at",
    description="An order placed with a supplier, archived ones included.",
    columns=(
        Column("id", "orderID"),
        Column("vendor_id", "vendorID"),
        Column("shop_id", "shopID"),
        Column("ordered_at", "orderedDate", TIMESTAMP),
        Column("expected_at", "arrivalDate", TIMESTAMP),
        Column("received_at", "receivedDate", TIMESTAMP),
        Column("created_at", "createTime", TIMESTAMP),
        Column("updated_at", "timeStamp", TIMESTAMP),
        Column("complete", "complete"),
        Column("archived", "archived"),
    ),
)

PURCHASE_ORDER_LINES = Table(
    name="purchase_order_lines",
    records="Order/OrderLines/OrderLine",
    key=("id",),
    newest_by="loaded_at",
    description="An item on a purchase order. One that was not in the newest reading of its order is gone.",
    columns=(
        Column("purchase_order_id", "../orderID"),
        Column("id", "orderLineID"),
        Column("item_id", "itemID"),
        Column("quantity", "quantity", DECIMAL),
        Column("checked_in", "checkedIn", DECIMAL),
        Column("received", "numReceived", DECIMAL),
        Column("unit_cost", "price", DECIMAL),
    ),
)

SHIPMENTS = Table(
    name="shipments",
    records="OrderShipment",
    key=("id",),
    newest_by="loaded_at",
    description="A part of a purchase order that arrived.",
    columns=(
        Column("id", "orderShipmentID"),
        Column("purchase_order_id", "orderID"),
        Column("received_at", "receptionDate", TIMESTAMP),
        Column("quantity", "totalQtyReceived", DECIMAL),
        Column("status", "status"),
    ),
)

SALE_TABLES = (SALES, SALE_LINES, SALE_PAYMENTS, SALE_PAYMENT_ACCOUNTS)
ITEM_TABLES = (ITEMS, ITEM_PRICES)
PURCHASE_ORDER_TABLES = (PURCHASE_ORDERS, PURCHASE_ORDER_LINES)

TABLES = (
    SHOPS,
    *SALE_TABLES,
    PAYMENT_TYPES,
    *ITEM_TABLES,
    CATEGORIES,
    VENDORS,
    ITEM_SHOPS,
    INVENTORY_LOGS,
    *PURCHASE_ORDER_TABLES,
    SHIPMENTS,
)
