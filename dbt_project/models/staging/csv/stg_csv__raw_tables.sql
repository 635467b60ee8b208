{{ raw_tables(
    'raw_csv',
    {'sales': 'sold_at', 'files': 'last_sold_at', 'locations': none},
    rejected_as='sales'
) }}
