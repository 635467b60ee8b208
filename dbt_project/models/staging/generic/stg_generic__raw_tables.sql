{{ raw_tables('raw_generic', {
    'orders': 'coalesce(updated_at, sold_at)',
    'order_lines': none,
    'order_payments': 'paid_at',
    'payments': 'coalesce(updated_at, paid_at)',
    'refunds': 'coalesce(updated_at, refunded_at)',
    'items': 'updated_at',
    'inventory_levels': 'observed_at',
    'locations': none,
}) }}
