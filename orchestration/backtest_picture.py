"""The picture of a backtest: what was reached and what was held, a row a class, a bar a rule."""

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

WIDTH, ROW, TOP = 680, 46, 34
LABEL, PANEL, GAP = 70, 210, 70
BAR = 14
COLOURS = ("#4f6bed", "#c9c9d6")
TEXT = "font-family='sans-serif' font-size='12' fill='#555'"
LEAST_SERVICE = 0.5
"""Where the axis of the service begins, unless less was reached."""


def class_bars(rows: Sequence[dict[str, Any]]) -> str:
    """Service reached (with the level aimed at as a stroke) and stock held, as a Markdown image.

    Args:
        rows: Rows of `planning.backtest_summary.summarise`, each class's two rules one after the other.
    """
    pairs = list(zip(rows[::2], rows[1::2], strict=True))
    services = [row["service_reached"] for row in rows if row["service_reached"] is not None]
    least = min([LEAST_SERVICE, *services])
    parts = [
        f"<text x='{LABEL}' y='14' {TEXT}>service reached, from {least:.0%}; stroke: aimed at</text>",
        f"<text x='{LABEL + PANEL + GAP}' y='14' {TEXT}>average stock, each class by itself</text>",
    ]
    for number, pair in enumerate(pairs):
        parts += _row(pair, TOP + number * ROW, least)
    height = TOP + ROW * len(pairs) + 20
    for number, name in enumerate(("order list", "naive rule")):
        left = LABEL + 110 * number
        parts += [
            f"<rect x='{left}' y='{height - 14}' width='10' height='10' fill='{COLOURS[number]}'/>",
            f"<text x='{left + 15}' y='{height - 5}' {TEXT}>{name}</text>",
        ]
    image = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}'>{''.join(parts)}</svg>"
    )
    title = "Service reached and stock held, by class"
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(image.encode()).decode()})\n\n{title}"


def _row(pair: tuple[dict[str, Any], dict[str, Any]], top: int, least: float) -> list[str]:
    name = f"{pair[0]['abc_class']} {pair[0]['currency'] or ''}".strip()
    parts = [f"<text x='0' y='{top + BAR + 4}' {TEXT}>{escape(name)}</text>"]
    stocks = [float(_stock(row)) for row in pair]
    for number, row in enumerate(pair):
        down, colour = top + number * (BAR + 2), COLOURS[number]
        if row["service_reached"] is not None:
            share = (row["service_reached"] - least) / (1 - least)
            parts += _bar(LABEL, down, share, colour, f"{row['service_reached']:.1%}")
        parts += _bar(
            LABEL + PANEL + GAP, down, stocks[number] / max(*stocks, 1e-9), colour, f"{stocks[number]:,.0f}"
        )
    if pair[0]["service_level"] is not None:
        across = LABEL + PANEL * max(0.0, (pair[0]["service_level"] - least) / (1 - least))
        parts.append(
            f"<line x1='{across:.1f}' x2='{across:.1f}' y1='{top - 2}' y2='{top + 2 * BAR + 4}' "
            "stroke='#222'/>"
        )
    return parts


def _stock(row: dict[str, Any]) -> Any:
    return row["average_stock"] if row["average_stock_value"] is None else row["average_stock_value"]


def _bar(left: int, top: int, share: float, colour: str, label: str) -> list[str]:
    width = PANEL * min(max(share, 0.0), 1.0)
    return [
        f"<rect x='{left}' y='{top}' width='{width:.1f}' height='{BAR}' fill='{colour}'/>",
        f"<text x='{left + width + 4:.1f}' y='{top + BAR - 3}' {TEXT}>{label}</text>",
    ]
