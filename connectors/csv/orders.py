"""What the rows of one order share, in exports that write it on the order's first row only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import reduce
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.tables import DECIMAL
from connectors.csv.reader import Batch

CENT = Decimal("0.01")
_WEIGHT_DECIMALS = 20


def joined(texts: Iterable[pa.Array], separator: str) -> pa.Array:
    """One text of several, missing ones left out; null where all are missing."""

    def pair(left: pa.Array, right: pa.Array) -> pa.Array:
        return pc.coalesce(pc.binary_join_element_wise(left, right, separator), left, right)

    return reduce(pair, texts)


def cells(columns: pa.Table, names: Iterable[str]) -> list[pa.Array]:
    """Columns as arrays."""
    return [columns[name].combine_chunks() for name in names]


def order_starts(order_ids: pa.Array) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which rows begin another order than the row above; rows of one order stand together."""
    ids = pc.fill_null(order_ids, "").dictionary_encode().indices.to_numpy()
    return np.concatenate(([True], ids[1:] != ids[:-1])) if len(ids) else np.zeros(0, dtype=bool)


def whole_orders(batches: Iterable[Batch], order_columns: Sequence[str]) -> Iterator[Batch]:
    """Cuts batches anew so that none ends inside an order."""
    held: Batch | None = None
    for batch in batches:
        merged = batch if held is None else _concatenated(held, batch)
        starts = np.flatnonzero(order_starts(joined(cells(merged.columns, order_columns), "-")))
        cut = int(starts[-1]) if len(starts) else 0
        yield replace(merged, lines=merged.lines[:cut], columns=merged.columns.slice(0, cut))
        held = Batch(merged.lines[cut:], merged.columns.slice(cut), (), 0)
    if held is not None:
        yield held


def _concatenated(first: Batch, second: Batch) -> Batch:
    return Batch(
        lines=pa.concat_arrays([first.lines, second.lines]),
        columns=pa.concat_tables([first.columns, second.columns]).combine_chunks(),
        misfits=first.misfits + second.misfits,
        skipped=first.skipped + second.skipped,
    )


def filled_down(columns: pa.Table, names: Sequence[str], order_ids: pa.Array) -> pa.Table:
    """Gives an empty cell the value above it in the same order."""
    rows = np.arange(columns.num_rows)
    first_row = np.maximum.accumulate(np.where(order_starts(order_ids), rows, 0)) if len(rows) else rows
    for name in names:
        texts = columns[name].combine_chunks()
        filled = np.where(pc.is_valid(texts).to_numpy(zero_copy_only=False), rows, -1)
        above = np.maximum.accumulate(filled) if len(rows) else filled
        source = pa.array(above, mask=above < first_row)
        columns = columns.set_column(columns.column_names.index(name), name, texts.take(source))
    return columns


def spread(amounts: pa.Array, order_ids: pa.Array, weights: pa.Array) -> pa.Array:
    """Spreads an order's amount, written on one of its rows, over all of them in proportion to their value.

    Shares are whole cents (or whole units of the smaller decimals that the amount is written in), rounded
    down; what is left goes cent by cent to the rows of greatest value. They add up to the amount exactly.

    Args:
        amounts: Decimal; null or zero on the other rows.
        order_ids: The order of each row; its rows stand together.
        weights: Value of each row, decimal; null counts as nothing.

    Returns:
        The share of each row, decimal.
    """
    shares = [Decimal(0)] * len(amounts)
    values = [max(value or Decimal(0), Decimal(0)) for value in weights.to_pylist()]
    starts = np.flatnonzero(order_starts(order_ids))
    written = amounts.to_pylist()
    for start, end in pairwise([*starts, len(amounts)]):
        total = sum((amount for amount in written[start:end] if amount), Decimal(0))
        if total:
            shares[start:end] = _shares(total, values[start:end])
    return pa.array(shares, DECIMAL)


def _shares(total: Decimal, values: Sequence[Decimal]) -> list[Decimal]:
    unit = min(CENT, Decimal(1).scaleb(int(total.normalize().as_tuple().exponent)))
    weights = [int(value.scaleb(_WEIGHT_DECIMALS)) for value in values]
    whole = sum(weights)
    if not whole:
        return [total, *[Decimal(0)] * (len(values) - 1)]
    units = int(total / unit)
    shares = [units * weight // whole for weight in weights]
    largest_first = sorted(range(len(weights)), key=lambda row: -weights[row])
    for row in largest_first[: units - sum(shares)]:
        shares[row] += 1
    return [share * unit for share in shares]
