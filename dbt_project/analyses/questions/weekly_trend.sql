-- How did each week go?
-- Net sales and orders of each week of the range, one row a week and currency. Weeks are shown whole where the
-- range cuts them, and are partial where not all of their days are known. The change is that of the stores that
-- traded for the whole week, and for the whole week before or the same week last year.
-- Bars: net_sales
{{ revenue_trend('week', periods_in_a_year=52) }}
