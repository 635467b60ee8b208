"""From stock, forecast and settings to the order list: `recommend`."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from planning import policy
from planning.decision import Decision
from planning.fixed_point import Flags, Reals, amount, from_units
from planning.reasons import reason_codes
from planning.schema import CARRIED, INPUTS, RECOMMENDATIONS, TRANSFERS
from planning.wording import reasons, transfer_reasons


@dataclass(frozen=True)
class OrderList:
    """What to order, and what to fetch from other stores before.

    Attributes:
        recommendations: One row for each input row (`planning.schema.RECOMMENDATIONS`), most urgent first;
            rows of the same urgency by the units of sales at stake, then by key. A row whose stock is not
            known has a par level (`order_up_to`), but neither a quantity nor dates. Codes are explained in
            `planning.reasons.REASON_CODES`.
        transfers: One row a movement between stores (`planning.schema.TRANSFERS`), most urgent first.
    """

    recommendations: pa.Table
    transfers: pa.Table


def recommend(inputs: pa.Table, as_of: date, *, with_transfers: bool = False) -> OrderList:
    """Recommends an order for every item of every location.

    Args:
        inputs: `marts.recommendation_inputs`, one row a location_key x item_key (`planning.schema.INPUTS`;
            further columns are ignored).
        as_of: The day on which the orders would be placed.
        with_transfers: Whether what one store has too much of covers what another lacks, before anything is
            bought (`planning.transfers`).

    Returns:
        The order list; without transfers their table is empty.

    Raises:
        ValueError: A column is missing.
    """
    missing = [name for name in INPUTS.names if name not in inputs.column_names]
    if missing:
        raise ValueError(f"recommendation inputs lack the columns {', '.join(missing)}")
    # the database gives rows in any order, and of two stores that are alike the first is served first
    keys = [("item_key", "ascending"), ("location_key", "ascending")]
    table = inputs.select(INPUTS.names).cast(INPUTS).sort_by(keys).combine_chunks()
    decision = Decision(table, with_transfers=with_transfers)
    return OrderList(_recommendations(decision, as_of), _transfers(decision, as_of))


def _recommendations(decision: Decision, as_of: date) -> pa.Table:
    table, known = decision.table, decision.stock_known
    quantity = from_units(decision.order.quantity, known)
    order_by = _days_after(as_of, decision.days_to_order_by, known & decision.ordered)
    columns = {
        "as_of_date": _repeated(as_of, len(known)),
        **{name: table[name] for name in CARRIED},
        "transfer_in": from_units(decision.transfer_in, known),
        "transfer_out": from_units(decision.transfer_out, known),
        "recommended_quantity": quantity,
        "order_cost": amount(quantity, table["unit_cost"]),
        "days_of_cover": pa.array(decision.cover, mask=~(known & np.isfinite(decision.cover))),
        "projected_stockout_date": _days_after(as_of, decision.days_until_out, known),
        "stockout_probability": pa.array(decision.stockout_probability, mask=~known),
        "urgency": pa.array(policy.URGENCIES).take(pa.array(decision.rank)),
        "order_by_date": order_by,
        "lost_sales_estimate": pa.array(decision.lost_sales, mask=~known),
        "overstock_quantity": from_units(decision.overstock, known),
        "reason_codes": reason_codes(decision),
        "reason": reasons(decision, order_by),
    }
    rows = pa.table(columns).cast(RECOMMENDATIONS)
    return rows.take(
        _ranked(
            rank=pa.array(decision.rank),
            lost=pa.array(decision.lost_sales),
            location=rows["location_key"].combine_chunks(),
            item=rows["item_key"].combine_chunks(),
        )
    )


def _transfers(decision: Decision, as_of: date) -> pa.Table:
    table, moved = decision.table, decision.transfers
    sender, receiver = pa.array(moved.sender), pa.array(moved.receiver)
    columns = {
        "as_of_date": _repeated(as_of, len(sender)),
        "from_location_key": table["location_key"].take(sender),
        "from_location_name": table["location_name"].take(sender),
        "to_location_key": table["location_key"].take(receiver),
        "to_location_name": table["location_name"].take(receiver),
        **{name: table[name].take(receiver) for name in ("item_key", "item_name", "sku", "barcode")},
        "quantity": from_units(moved.quantity),
        "urgency": pa.array(policy.URGENCIES).take(pa.array(decision.rank[moved.receiver])),
        "reason": transfer_reasons(decision, sender, receiver),
    }
    rows = pa.table(columns).cast(TRANSFERS)
    return rows.take(
        _ranked(
            rank=pa.array(decision.rank[moved.receiver]),
            lost=pa.array(decision.lost_sales[moved.receiver]),
            location=rows["to_location_key"].combine_chunks(),
            item=rows["item_key"].combine_chunks(),
            sender=rows["from_location_key"].combine_chunks(),
        )
    )


def _ranked(*, rank: pa.Array, lost: pa.Array, **keys: pa.Array) -> pa.Array:
    """Row numbers, most urgent first, then by the units of sales at stake, then by the keys."""
    return pc.sort_indices(
        pa.table({"rank": rank, "lost": lost, **keys}),
        sort_keys=[("rank", "descending"), ("lost", "descending"), *((name, "ascending") for name in keys)],
    )


def _repeated(day: date, rows: int) -> pa.Array:
    return pa.array(np.full(rows, np.datetime64(day, "D")), pa.date32())


def _days_after(as_of: date, days: Reals, applies: Flags) -> pa.Array:
    """The date that many days after `as_of`; null where it does not apply or is too far away."""
    dated = applies & (days <= policy.HORIZON_DAYS)
    ordinal = np.datetime64(as_of, "D") + np.where(dated, days, 0.0).astype("timedelta64[D]")
    return pa.array(ordinal, pa.date32(), mask=~dated)
