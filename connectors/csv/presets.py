"""Mappings of exports that many shops have. A connection's own keys go before a preset's.

A column under `columns` must be in the file; one under `optional_columns` is used where the file has it.
"""

from typing import Any

_PLAIN: dict[str, Any] = {
    "columns": {"order_id": "order_id", "sold_at": "sold_at"},
    "optional_columns": {
        name: name
        for name in (
            "original_order_id",
            "location_id",
            "item_id",
            "item_name",
            "variation_name",
            "sku",
            "barcode",
            "category",
            "line_kind",
            "quantity",
            "unit_price",
            "gross_sales",
            "discount",
            "tax",
            "tip",
            "service_charge",
            "unit_cost",
            "currency",
            "customer_id",
            "payment_method",
            "dining_option",
            "channel",
        )
    },
    "returns": [{"quantity": "negative"}],
}

_SHOPIFY_ORDERS: dict[str, Any] = {
    "columns": {
        "order_id": "Name",
        "sold_at": "Created at",
        "item_name": "Lineitem name",
        "sku": "Lineitem sku",
        "quantity": "Lineitem quantity",
        "unit_price": "Lineitem price",
        "order_discount": "Discount Amount",
        "tax": "Taxes",
        "currency": "Currency",
    },
    "optional_columns": {
        "location_id": "Location",
        "payment_method": "Payment Method",
        "channel": "Source",
    },
    "date_format": "%Y-%m-%d %H:%M:%S %z",
    # Only the first row of an order names what belongs to the whole order.
    "fill_down": ["Created at", "Currency", "Location", "Payment Method", "Source"],
    "when_order_repeats": "replace",
}

_TOAST_ITEM_SELECTIONS: dict[str, Any] = {
    "columns": {
        "order_id": "Order Id",
        "sold_at": "Order Date",
        "location_id": "Location",
        "item_id": "Master Id",
        "item_name": "Menu Item",
        "category": "Sales Category",
        "quantity": "Qty",
        "gross_sales": "Gross Price",
        "discount": "Discnt",
        "tax": "Tax",
    },
    "optional_columns": {"sku": "SKU", "dining_option": "Dining Option"},
    "date_format": ["%m/%d/%Y %H:%M:%S", "%m/%d/%y %I:%M %p"],
    "not_a_sale": [{"column": "Void?", "equals": ["true", "True", "TRUE", "Yes", "yes"]}],
    # Toast calls an item deferred that was paid for but not delivered: a gift card.
    "gift_cards": [{"column": "Deferred", "equals": ["true", "True", "TRUE", "Yes", "yes"]}],
    "when_order_repeats": "replace",
}

_SQUARE_ITEMS: dict[str, Any] = {
    "columns": {
        "order_id": "Transaction ID",
        "sold_at": ["Date", "Time"],
        "item_name": "Item",
        "variation_name": "Price Point Name",
        "sku": "SKU",
        "category": "Category",
        "quantity": "Qty",
        "gross_sales": "Gross Sales",
        "discount": "Discounts",
        "tax": "Tax",
    },
    "optional_columns": {
        "location_id": "Location",
        "barcode": "GTIN",
        "dining_option": "Dining Option",
        "customer_id": "Customer ID",
        "channel": "Channel",
    },
    "date_format": ["%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%m/%d/%y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"],
    "returns": [{"column": "Event Type", "equals": ["Refund"]}],
    "gift_cards": [{"column": "Item", "equals": ["Gift Card", "eGift Card"]}],
    "discounts_are_negative": True,
    "when_order_repeats": "replace",
}

PRESETS: dict[str, dict[str, Any]] = {
    "plain": _PLAIN,
    "shopify_orders": _SHOPIFY_ORDERS,
    "toast_item_selections": _TOAST_ITEM_SELECTIONS,
    "square_items": _SQUARE_ITEMS,
}
