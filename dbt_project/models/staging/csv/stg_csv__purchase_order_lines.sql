-- A sales file does not tell of this.
{{ entity_without_rows('purchase_order_lines') }}
