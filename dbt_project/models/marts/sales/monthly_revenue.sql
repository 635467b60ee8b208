{{ revenue_by_period('month', 'extract(day from last_day(month_start))', periods_in_a_year=12) }}
