-- Square has no API for purchase orders.
{{ entity_without_rows('purchase_order_lines') }}
