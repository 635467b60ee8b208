-- Which items brought the most revenue?
-- The first 20 by net sales of each currency, with their share of all net sales, one row an item and currency.
-- Bars: net_sales
{{ top_items('net_sales') }}
