"""Why a row says what it says: codes for machines and one plain sentence for the buyer."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from planning.fixed_point import Flags

# What each code means stands here, once.
REASON_CODES = {
    "no_stock_data": "the POS gives no stock figure: a par level, but no order",
    "no_cost": "no unit cost is known: the order has no price",
    "no_demand": "no demand is expected",
    "new_item": "too few observable days of its own: it borrows its category's profile",
    "discontinued": "the item is no longer active in the POS: nothing is ordered",
    "made_from_recipe": "it is made of other items: these are ordered instead",
    "recipe_incomplete": "a line of its recipe cannot be used: nothing is ordered for that line",
    "out_of_stock": "nothing is on hand",
    "negative_stock": "the POS reports less than nothing on hand: the count is wrong",
    "rounded_to_pack": "the order was rounded up to whole packs",
    "raised_to_minimum": "the need is below the smallest order that the supplier accepts",
    "capped_by_shelf_life": "the shelf life holds the order below what the level asks",
    "capped_by_max_stock": "the maximum stock holds the order below what the level asks",
    "below_minimum_after_cap": "what the caps leave is less than the smallest order: nothing is ordered",
    "minimum_above_max_stock": "settings conflict: the smallest order is larger than the maximum stock",
    "overstock": "the stock exceeds the order-up-to level, rounded up to whole packs",
}

# pyarrow has no type stubs: an Arrow column of n strings, or one string for all rows.
Text: TypeAlias = Any


def code_lists(flags: Mapping[str, Flags]) -> pa.ListArray:
    """Lists the codes whose flag is set, row by row, in the order of `flags`.

    Args:
        flags: A boolean array of n values for each code; the keys are keys of `REASON_CODES`.

    Returns:
        n lists of strings; an empty list where no flag is set.
    """
    matrix = np.column_stack(list(flags.values()))
    _, codes = np.nonzero(matrix)
    offsets = np.concatenate([[0], np.cumsum(matrix.sum(axis=1))])
    names = pa.array(list(flags), pa.string())
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), names.take(pa.array(codes)))


def sentence(*parts: Text) -> pa.Array:
    """Joins columns and constants into one string a row; a null part reads as nothing."""
    columns = [part if isinstance(part, (pa.Array, pa.ChunkedArray)) else pa.scalar(part) for part in parts]
    return pc.binary_join_element_wise(*columns, "", null_handling="replace", null_replacement="")


def clause(condition: Flags, text: Text) -> pa.Array:
    """`text` where the condition holds, nothing elsewhere."""
    return pc.if_else(pa.array(condition), text, "")


def exact(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Writes a decimal as people do: 12.5000 becomes 12.5 and 12.0000 becomes 12."""
    trimmed = pc.replace_substring_regex(column.cast(pa.string()), r"(\.\d*?)0+$", r"\1")
    return pc.replace_substring_regex(trimmed, r"\.$", "")


def rounded(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Writes an estimate with one decimal, or as many as three where it is below one."""
    digits = pc.if_else(pc.less(pc.abs(column), 1.0), pc.round(column, 3), pc.round(column, 1))
    return pc.replace_substring_regex(digits.cast(pa.string()), r"\.0$", "")
