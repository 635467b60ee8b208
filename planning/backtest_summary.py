"""What the backtest comes to: by ABC class and rule, and in a sentence."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from planning.backtest_schema import ALL_CLASSES, NAIVE, RECOMMENDATION, SUMMARY

SAME = 0.005
"""A difference in stock that rounds to 0 % is none."""
GROUP = ["currency", "abc_class", "rule"]


def summarise(backtest: pa.Table) -> pa.Table:
    """Adds up the backtest by currency, ABC class and rule.

    Args:
        backtest: From `planning.backtest.policy_backtest`.

    Returns:
        One row a currency x ABC class x rule, and one for all classes (`planning.backtest_schema.SUMMARY`).
        Levels aimed at and reached are means over the items of which the latter is known. Stock is compared
        with the naive rule's by value over the items whose cost is known, where there are any, else by units.
    """
    judged = pc.is_valid(backtest["service_reached"])
    classed = backtest.set_column(
        backtest.column_names.index("abc_class"), "abc_class", pc.fill_null(backtest["abc_class"], "C")
    ).append_column("judged_level", pc.if_else(judged, backtest["service_level"].cast(pa.float64()), None))
    every = classed.set_column(
        classed.column_names.index("abc_class"), "abc_class", pa.repeat(ALL_CLASSES, len(classed))
    )
    sums = (
        pa.concat_tables([classed, every])
        .group_by(GROUP)
        .aggregate(
            [
                ("item_key", "count"),
                ("judged_level", "mean"),
                ("service_reached", "mean"),
                ("units_sold", "sum"),
                ("demand", "sum"),
                ("average_stock", "sum"),
                ("average_stock_value", "sum"),
                ("orders", "sum"),
                ("units_wasted", "sum"),
            ]
        )
    )
    sums = sums.sort_by([("currency", "ascending"), ("abc_class", "ascending"), ("rule", "descending")])
    sold, demand = (sums[f"{name}_sum"].cast(pa.float64()) for name in ("units_sold", "demand"))
    columns = {
        **{name: sums[name] for name in GROUP},
        "items": sums["item_key_count"],
        "service_level": sums["judged_level_mean"],
        "service_reached": sums["service_reached_mean"],
        "fill_rate": pc.if_else(pc.greater(demand, 0.0), pc.divide(sold, demand), None),
        "average_stock": sums["average_stock_sum"],
        "average_stock_value": sums["average_stock_value_sum"],
        "stock_against_naive": _against_naive(
            pc.coalesce(sums["average_stock_value_sum"], sums["average_stock_sum"])
        ),
        "orders": sums["orders_sum"],
        "units_wasted": sums["units_wasted_sum"],
    }
    return pa.table(columns).cast(SUMMARY)


def sentences(summary: pa.Table) -> list[str]:
    """What following the list would have meant, one sentence a currency.

    Args:
        summary: From `summarise`.
    """
    rows = [row for row in summary.to_pylist() if row["abc_class"] == ALL_CLASSES]
    pairs = zip(
        (row for row in rows if row["rule"] == RECOMMENDATION),
        (row for row in rows if row["rule"] == NAIVE),
        strict=True,
    )
    return [_sentence(ours, naive) for ours, naive in pairs if ours["service_reached"] is not None]


def _sentence(ours: dict[str, Any], naive: dict[str, Any]) -> str:
    stock = ours["stock_against_naive"]
    more = (
        "as much stock as"
        if stock is None or abs(stock) < SAME
        else (f"{abs(stock):.0%} {'less' if stock < 0 else 'more'} stock than")
    )
    where = f" ({ours['currency']})" if ours["currency"] else ""
    return (
        f"Following the list{where} reached a service of {ours['service_reached']:.1%} "
        f"({ours['service_level']:.1%} aimed at) with {more} the naive rule, "
        f"which reached {naive['service_reached']:.1%}."
    )


def _against_naive(stock: pa.ChunkedArray) -> pa.Array:
    """How much more stock than the naive rule's, as a share; each naive row follows the list's own."""
    held = np.asarray(stock.cast(pa.float64()).to_numpy()).reshape(-1, 2)
    share = np.divide(held[:, 0], held[:, 1], out=np.ones(len(held)), where=held[:, 1] > 0) - 1
    return pa.array(
        np.repeat(share, 2), mask=np.repeat(held[:, 1] <= 0, 2) | (np.arange(2 * len(held)) % 2 == 1)
    )
