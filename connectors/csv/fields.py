"""The fields of the unified layer that a column of a file can be mapped to."""

from typing import Literal, get_args

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

KEPT_TEXT_FIELDS: tuple[str, ...] = tuple(name for name in get_args(TextField) if name not in PERSONAL_FIELDS)
NUMBER_FIELDS: tuple[str, ...] = get_args(NumberField)
ORDER_AMOUNTS = ("discount", "order_discount", "tax", "tip", "service_charge")
"""Amounts that take part in the direction of their row."""
