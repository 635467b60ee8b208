"""What an API is taken for when nothing but its address is known: two lists with plain field names."""

from typing import Any

UPDATED_AT = ["updated_at", "modified_at", "last_modified"]
MOMENT = ["created_at", "timestamp", "date", "datetime", "time"]
CURRENCY = ["currency", "currency_code"]
LOCATION = ["location_id", "store_id", "location.id", "store.id"]

ENDPOINTS: list[dict[str, Any]] = [
    {
        "path": "/sales",
        "entity": "orders",
        "optional": True,
        "paging": {"kind": "usual"},
        "updated_since": {"parameter": "updated_since"},
        "returns_when": {"path": "type", "equals": ["refund", "return"]},
        "fields": {
            "order_id": ["id", "order_id", "sale_id"],
            "sold_at": ["sold_at", "closed_at", "completed_at", *MOMENT],
            "updated_at": UPDATED_AT,
            "state": ["status", "state"],
            "location_id": LOCATION,
            "currency": CURRENCY,
            "channel": ["channel", "source"],
            "customer_id": ["customer_id", "customer.id"],
            "original_order_id": ["original_order_id", "original_sale_id"],
            "gross_sales": ["gross_sales", "subtotal", "net_amount"],
            "order_discount": "order_discount",
            "tax": ["tax", "tax_amount", "total_tax", "tax_total"],
            "tip": ["tip", "tips", "tip_amount"],
            "service_charge": ["service_charge", "service_charges"],
            "shipping": ["shipping", "shipping_amount"],
            "rounding": "rounding",
            "total": ["total", "total_amount", "amount"],
        },
        "lines": {
            "records": ["lines", "line_items", "items"],
            "fields": {
                "line_id": ["id", "line_id"],
                "item_id": ["item_id", "product_id", "variant_id", "item.id", "product.id"],
                "item_name": ["item_name", "product_name", "name", "item.name", "product.name"],
                "variation_name": ["variation_name", "variant_name"],
                "sku": ["sku", "product.sku", "item.sku"],
                "barcode": ["barcode", "upc", "ean"],
                "category": ["category", "category_name"],
                "quantity": ["quantity", "qty"],
                "unit_price": ["unit_price", "price"],
                "gross_sales": ["gross_sales", "gross"],
                "discount": ["discount", "discount_amount"],
                "tax": ["tax", "tax_amount"],
            },
        },
    },
    {
        "path": "/transactions",
        "entity": "payments",
        "optional": True,
        "paging": {"kind": "usual"},
        "updated_since": {"parameter": "updated_since"},
        "fields": {
            "payment_id": ["id", "transaction_id", "payment_id"],
            "order_id": ["order_id", "sale_id", "order.id", "sale.id"],
            "paid_at": ["paid_at", *MOMENT],
            "updated_at": UPDATED_AT,
            "location_id": LOCATION,
            "currency": CURRENCY,
            "amount": ["amount", "total"],
            "tip": ["tip", "tip_amount"],
            "method": ["method", "payment_method", "tender", "type"],
            "status": ["status", "state"],
        },
    },
]
