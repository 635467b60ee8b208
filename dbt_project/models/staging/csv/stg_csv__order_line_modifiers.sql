-- A sales file does not tell of this.
{{ entity_without_rows('order_line_modifiers') }}
