"""What a materialisation shows of a table: rows, dates, a short preview, a picture of sales or orders."""

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any

import dagster as dg
import duckdb

PREVIEW_ROWS = 10
PREVIEW_COLUMNS = 12
HIDDEN_COLUMNS = frozenset({"customer_key", "text", "_dlt_id", "_dlt_load_id"})
"""A hash that stands for a person and the values of a rejected row are not shown."""

WIDTH, HEIGHT, GAP = 560, 90, 4
SUPPLIERS_SHOWN, LINE, LABEL, FIGURE, LABEL_CHARACTERS = 8, 22, 170, 100, 24
URGENCY_COLOURS = {"high": "#c4314b", "medium": "#e8a33d", "low": "#4f6bed"}


def describe_table(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, *, date_column: str | None, preview: bool
) -> dict[str, Any]:
    """Counts a table and shows its first rows.

    Args:
        connection: The warehouse.
        schema: The table's schema.
        table: The table's name.
        date_column: A date or time whose first and last value are told; None for none.
        preview: Whether to show rows.

    Returns:
        Dagster metadata.
    """
    relation = connection.sql(f'from "{schema}"."{table}"')
    metadata: dict[str, Any] = {"dagster/row_count": relation.count("*").fetchall()[0][0]}
    if date_column:
        first, last = relation.aggregate(f"min({date_column}), max({date_column})").fetchall()[0]
        if first is not None:
            metadata["date_range"] = f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    if preview:
        shown = [name for name in relation.columns if name not in HIDDEN_COLUMNS][:PREVIEW_COLUMNS]
        quoted = ", ".join(f'"{name}"' for name in shown)
        metadata["preview"] = dg.MetadataValue.md(
            markdown_table(shown, relation.project(quoted).limit(PREVIEW_ROWS).fetchall())
        )
    return metadata


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows as a Markdown table."""

    def line(cells: Sequence[Any]) -> str:
        return (
            "| " + " | ".join("" if cell is None else str(cell).replace("|", "\\|") for cell in cells) + " |"
        )

    return "\n".join([line(header), line(["---"] * len(header)), *(line(row) for row in rows)])


def describe_revenue(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The latest day's orders and net sales and a picture of the last 28 days, by currency."""
    days = connection.execute(
        """
        select currency, business_date, sum(orders), sum(net_sales)
        from marts.daily_revenue group by all order by all
        """
    ).fetchall()
    metadata: dict[str, Any] = {}
    for currency in sorted({row[0] for row in days}):
        latest = [row for row in days if row[0] == currency][-28:]
        name = str(currency).lower()
        metadata[f"orders_{name}"] = int(latest[-1][2] or 0)
        metadata[f"net_sales_{name}"] = f"{latest[-1][3]:,.2f} {currency} on {latest[-1][1]}"
        metadata[f"last_28_days_{name}"] = dg.MetadataValue.md(
            bar_chart(
                [row[3] for row in latest], f"Net sales in {currency}, {latest[0][1]} to {latest[-1][1]}"
            )
        )
    return metadata


def bar_chart(values: Sequence[Decimal], title: str) -> str:
    """A small bar chart as a Markdown image; negative days hang below the line."""
    top = max(Decimal(0), *values) if values else Decimal(0)
    bottom = min(Decimal(0), *values) if values else Decimal(0)
    scale = float(HEIGHT / (top - bottom)) if top > bottom else 0.0
    slot = WIDTH / max(len(values), 1)
    bars = "".join(
        f'<rect x="{position * slot:.1f}" y="{float(top - max(value, Decimal(0))) * scale:.1f}" '
        f'width="{slot - GAP:.1f}" height="{float(abs(value)) * scale:.1f}" fill="#4f6bed"/>'
        for position, value in enumerate(values)
    )
    image = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{bars}</svg>'
    return markdown_image(image, title)


def markdown_image(svg: str, title: str) -> str:
    """A picture as Markdown that needs no file beside it."""
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})\n\n{title}"


def describe_orders(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """What a buyer asks of the order list: how much is urgent, what it costs, where to begin."""
    urgencies = dict(
        connection.execute(
            "select urgency, count(*) from planning.order_recommendations group by all"
        ).fetchall()
    )
    metadata: dict[str, Any] = {
        f"urgency_{name}": urgencies.get(name, 0) for name in (*URGENCY_COLOURS, "none")
    }
    totals = connection.execute(
        """
        select currency, sum(order_cost), count(*) filter (where order_cost is null), count(*)
        from planning.order_recommendations where recommended_quantity > 0 group by all order by all
        """
    ).fetchall()
    for currency, value, unpriced, orders in totals:
        name = str(currency).lower()
        told = f"{value or 0:,.2f} {currency or 'without currency'}, orders: {orders}"
        metadata[f"order_value_{name}"] = f"{told}, without cost: {unpriced}" if unpriced else told
        if value:
            metadata[f"order_value_by_supplier_{name}"] = dg.MetadataValue.md(
                by_supplier(connection, currency)
            )
    urgent = connection.execute(
        """
        select urgency, item_name, coalesce(location_name, location_key), supplier_name, on_hand::double,
               round(forecast_daily, 1), recommended_quantity::double, order_cost, currency,
               projected_stockout_date, reason
        from planning.order_recommendations where urgency <> 'none' limit ?
        """,
        [PREVIEW_ROWS],
    ).fetchall()
    header = (
        "urgency",
        "item",
        "store",
        "supplier",
        "on hand",
        "forecast a day",
        "order",
        "cost",
        "",
        "runs out",
    )
    metadata["most_urgent"] = dg.MetadataValue.md(markdown_table((*header, "why"), urgent))
    return metadata


def by_supplier(connection: duckdb.DuckDBPyConnection, currency: str | None) -> str:
    """A picture of the orders' value: a bar for each supplier, its parts by urgency."""
    rows = connection.execute(
        """
        select coalesce(supplier_name, supplier_id, 'no supplier') as supplier, urgency, sum(order_cost)
        from planning.order_recommendations
        where recommended_quantity > 0 and order_cost > 0 and currency is not distinct from ?
        group by all order by all
        """,
        [currency],
    ).fetchall()
    values: dict[str, dict[str, Decimal]] = {}
    for supplier, urgency, value in rows:
        values.setdefault(supplier, {})[urgency] = value
    largest = sorted(values, key=lambda supplier: -sum(values[supplier].values()))[:SUPPLIERS_SHOWN]
    shown = {supplier: values[supplier] for supplier in largest}
    hidden = f", the largest {len(shown)} of {len(values)}" if len(values) > len(shown) else ""
    colours = "red high, yellow medium, blue low urgency"
    return stacked_bars(shown, f"Value of the orders in {currency} by supplier{hidden}: {colours}")


def stacked_bars(values: Mapping[str, Mapping[str, Decimal]], title: str) -> str:
    """Bars that lie one below the other, each with its name, its parts by urgency and its sum."""
    most = max(sum(parts.values()) for parts in values.values())
    scale = float((WIDTH - LABEL - FIGURE) / most)
    drawn = []
    for row, (name, parts) in enumerate(values.items()):
        left, base = float(LABEL), row * LINE + 15
        label = name if len(name) <= LABEL_CHARACTERS else f"{name[: LABEL_CHARACTERS - 1]}…"
        drawn.append(f'<text x="{LABEL - 6}" y="{base}" text-anchor="end">{escape(label)}</text>')
        for urgency, colour in URGENCY_COLOURS.items():
            width = float(parts.get(urgency, 0)) * scale
            drawn.append(
                f'<rect x="{left:.1f}" y="{row * LINE + GAP}" width="{width:.1f}" height="{LINE - 2 * GAP}"'
                f' fill="{colour}"/>'
            )
            left += width
        drawn.append(f'<text x="{left + 6:.1f}" y="{base}">{sum(parts.values()):,.2f}</text>')
    image = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{len(values) * LINE}"'
        f' font-family="sans-serif" font-size="12" fill="#777">{"".join(drawn)}</svg>'
    )
    return markdown_image(image, title)
