-- How did each month go?
-- Net sales and orders of each month of the range, one row a month and currency. Months are shown whole where the
-- range cuts them, and are partial where not all of their days are known. The change is that of the stores that
-- traded for the whole month, and for the whole month before or the same month last year.
-- Bars: net_sales
{{ revenue_trend('month', periods_in_a_year=12) }}
