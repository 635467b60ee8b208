-- Which items sold the most units?
-- The first 20 by units sold of each currency, with their share of all units, one row an item and currency.
-- Bars: units
{{ top_items('units') }}
