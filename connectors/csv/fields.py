"""The fields of the unified layer that a column of a file can be mapped to."""

from typing import Literal

TextField = Literal[
    "order_id",
    "original_order_id",
    "location_id",
    "item_id",
    "item_name",
    "variation_name",
    "sku",
    "barcode",
    "category",
    "line_kind",
    "currency",
    "customer_id",
    "payment_method",
    "dining_option",
    "channel",
]
NumberField = Literal[
    "quantity",
    "unit_price",
    "gross_sales",
    "discount",
    "order_discount",
    "tax",
    "tip",
    "service_charge",
    "unit_cost",
]
Field = Literal["sold_at"] | TextField | NumberField

PERSONAL_FIELDS: frozenset[str] = frozenset({"customer_id"})
"""Hashed before they are kept, and never shown."""

ITEM_FIELDS = ("item_id", "sku", "barcode", "item_name")
"""What names an item, the surest first."""

LINE_KINDS = ("item", "custom", "gift_card", "fee")
