"""Words of the order list: columns joined into plain sentences, figures written as people write them."""

from collections import Counter
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from planning.fixed_point import Flags

# pyarrow has no type stubs: an Arrow column of n strings, or one string for all rows.
Text: TypeAlias = Any


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


def store_labels(keys: pa.ChunkedArray, names: pa.ChunkedArray) -> pa.Array:
    """What people call each row's store: its name, with its key where several stores share the name.

    Args:
        keys: location_key of n rows.
        names: Their names; null where a store has none.

    Returns:
        n strings.
    """
    called = dict(zip(keys.to_pylist(), names.to_pylist(), strict=True))
    shared = Counter(called.values())
    labels = {key: name if shared[name] == 1 else f"{name} ({key})" for key, name in called.items() if name}
    return pa.array([labels.get(key, key) for key in keys.to_pylist()], pa.string())
