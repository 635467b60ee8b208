-- A sales file does not tell of this.
{{ entity_without_rows('inventory_levels') }}
