{{ raw_tables('raw_shopify', {
    'shop': none,
    'locations': 'updated_at',
    'orders': 'updated_at',
    'order_transactions': 'created_at',
    'sales_agreements': 'happened_at',
    'sales': none,
    'order_ids': none,
    'order_listings': none,
    'product_variants': 'updated_at',
    'inventory_levels': 'updated_at',
    'daily_totals': none,
}) }}
