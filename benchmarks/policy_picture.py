"""A picture of curves, written as SVG by hand: service against stock, one panel a group of items."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 460, 340
LEFT, RIGHT, TOP, BOTTOM = 58, 16, 56, 48
COLOURS = ("#4f6bed", "#c4603a")
STYLE = "font-family='sans-serif' font-size='12' fill='#333'"
TICKS = 5


@dataclass(frozen=True)
class Line:
    """A named curve.

    Attributes:
        name: What it is called.
        points: Average stock value and service, in the order in which they are joined.
    """

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """Curves that share their axes."""

    title: str
    lines: Sequence[Line]


def write_picture(panels: Sequence[Panel], path: Path) -> None:
    """Writes the panels side by side."""
    drawn = "".join(
        f"<g transform='translate({number * WIDTH} 0)'>{_panel(panel)}</g>"
        for number, panel in enumerate(panels)
    )
    path.write_text(
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH * len(panels)}' height='{HEIGHT}'>"
        f"<rect width='100%' height='100%' fill='white'/>{drawn}</svg>\n",
        encoding="utf-8",
    )


def _panel(panel: Panel) -> str:
    points = [point for line in panel.lines for point in line.points]
    most, least = max(value for value, _ in points), min(service for _, service in points)
    bottom = least - (1 - least) / 10

    def place(value: float, service: float) -> tuple[float, float]:
        across = LEFT + (WIDTH - LEFT - RIGHT) * value / (most * 1.05)
        return across, TOP + (HEIGHT - TOP - BOTTOM) * (1 - service) / (1 - bottom)

    parts = [f"<text x='{LEFT}' y='20' font-weight='bold' {STYLE}>{escape(panel.title)}</text>"]
    for tick in range(TICKS + 1):
        value, service = most * tick / TICKS, bottom + (1 - bottom) * tick / TICKS
        across, down = place(value, bottom)[0], place(0, service)[1]
        parts += [
            f"<line x1='{LEFT}' x2='{WIDTH - RIGHT}' y1='{down:.1f}' y2='{down:.1f}' stroke='#ddd'/>",
            f"<text x='{LEFT - 6}' y='{down + 4:.1f}' text-anchor='end' {STYLE}>{service:.1%}</text>",
            f"<text x='{across:.1f}' y='{HEIGHT - 28}' text-anchor='middle' {STYLE}>{value:,.0f}</text>",
        ]
    parts.append(
        f"<text x='{(LEFT + WIDTH - RIGHT) / 2}' y='{HEIGHT - 8}' text-anchor='middle' {STYLE}>"
        "average stock value</text>"
    )
    for number, line in enumerate(panel.lines):
        colour = COLOURS[number % len(COLOURS)]
        placed = [place(*point) for point in line.points]
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in placed)
        parts.append(f"<polyline points='{path}' fill='none' stroke='{colour}' stroke-width='2'/>")
        parts += [
            f"<circle cx='{across:.1f}' cy='{down:.1f}' r='3' fill='{colour}'/>" for across, down in placed
        ]
        parts += [
            f"<rect x='{LEFT + 150 * number}' y='32' width='12' height='12' fill='{colour}'/>",
            f"<text x='{LEFT + 150 * number + 18}' y='42' {STYLE}>{escape(line.name)}</text>",
        ]
    return "".join(parts)
