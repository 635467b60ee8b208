{{ revenue_by_period('week', '7', periods_in_a_year=52) }}
