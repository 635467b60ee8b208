"""What a materialisation shows of a table: rows, dates, a short preview and a picture of the sales."""

import base64
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import dagster as dg
import duckdb

PREVIEW_ROWS = 10
PREVIEW_COLUMNS = 12
HIDDEN_COLUMNS = frozenset({"customer_key", "text", "_dlt_id", "_dlt_load_id"})
"""A hash that stands for a person and the values of a rejected row are not shown."""

WIDTH, HEIGHT, GAP = 560, 90, 4


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
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(image.encode()).decode()})\n\n{title}"
