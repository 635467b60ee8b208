{{ raw_tables('raw_lightspeed_k', {
    'businesses': none,
    'locations': none,
    'business_days': none,
    'sales': 'closed_at',
    'sale_lines': 'time_of_sale',
    'sale_payments': 'paid_at',
}) }}
