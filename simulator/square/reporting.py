"""Square's Reporting API (beta): sums of closed orders by day and location.

The names of measures and dimensions are those of its documentation; the rest of its data model is not
simulated, and asking for it is refused as an unknown member is.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from simulator.core.answers import Answer, Json, Refusal
from simulator.expected import ExpectedFigures, Figures

MEASURES: Mapping[str, Callable[[Figures], Decimal]] = {
    "Orders.net_sales": lambda sums: sums["net_sales"],
    "Orders.discounts_amount": lambda sums: sums["discounts"],
    "Orders.itemized_returns": lambda sums: sums["returns"],
    "Orders.sales_tax_amount": lambda sums: sums["tax"] - sums["refunded_tax"],
    "Orders.tips_amount": lambda sums: sums["tips"] - sums["refunded_tips"],
}
DIMENSIONS = ("Orders.location_id", "Orders.local_date")
SEGMENTS = ("Orders.closed_checks",)
OPERATORS = {"inDateRange": 2, "equals": None}
MOST_ROWS = 50_000
DEFAULT_ROWS = 10_000


def refused(message: str) -> Refusal:
    """The caller asked for something that the data model does not have."""
    return Refusal(Answer({"error": message}, 400))


def report(query: Mapping[str, Any], figures: ExpectedFigures) -> list[Json]:
    """The rows that a query asks for: by day and location, days without sales left out.

    Raises:
        Refusal: A member is unknown, or the query is one that is not simulated.
    """
    measures, dimensions = query.get("measures", []), query.get("dimensions", [])
    for member in (*measures, *dimensions, *query.get("segments", [])):
        if member not in (*MEASURES, *DIMENSIONS, *SEGMENTS):
            raise refused(f"'{member}' not found for path '{member}'")
    if tuple(sorted(dimensions)) != tuple(sorted(DIMENSIONS)) or query.get("segments") != list(SEGMENTS):
        raise refused("Only closed orders by location and day are simulated.")
    rows = [
        {
            "Orders.location_id": store_id,
            "Orders.local_date": f"{day.isoformat()}T00:00:00.000",
            **{member: f"{MEASURES[member](sums):f}" for member in measures},
        }
        for (store_id, _, day), sums in figures.daily_revenue.items()
        if any(sums.values())
    ]
    for condition in query.get("filters", []):
        rows = [row for row in rows if holds(condition, row)]
    rows.sort(key=lambda row: (row["Orders.local_date"], row["Orders.location_id"]))
    start = int(query.get("offset", 0))
    return rows[start : start + min(int(query.get("limit", DEFAULT_ROWS)), MOST_ROWS)]


def holds(condition: Mapping[str, Any], row: Json) -> bool:
    """Whether a row passes a filter; both ends of a range of dates belong to it."""
    member, operator, values = condition["member"], condition["operator"], condition["values"]
    if member not in DIMENSIONS or operator not in OPERATORS:
        raise refused(f"Filter {operator} on {member} is not simulated.")
    if operator == "equals":
        return row[member] in values
    return values[0] <= row[member][:10] <= values[-1]
