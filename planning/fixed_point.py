"""Quantities and money as whole ten-thousandths, so that pack rounding and order costs are exact.

`decimal(18, 4)` has at most 18 digits: every value fits an int64 of ten-thousandths, and integer arithmetic
on NumPy arrays is both exact and fast.
"""

from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SCALE = 10_000
QUANTITY = pa.decimal128(18, 4)

Units = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def to_units(column: pa.ChunkedArray) -> Units:
    """Turns a `decimal(18, 4)` column into ten-thousandths; a null becomes 0.

    Args:
        column: Decimal column of n values.

    Returns:
        int64 array of n values, in ten-thousandths.
    """
    scaled = pc.multiply(column, pa.scalar(Decimal(SCALE), pa.decimal128(5, 0)))
    return np.asarray(pc.fill_null(scaled.cast(pa.int64()), 0).to_numpy())


def from_units(units: Units, known: Flags | None = None) -> pa.Array:
    """Turns ten-thousandths back into `decimal(18, 4)`.

    Args:
        units: int64 array of n values, in ten-thousandths.
        known: Where false, the result is null.

    Returns:
        Decimal array of n values.

    Raises:
        pyarrow.ArrowInvalid: A value has more than 18 digits.
    """
    mask = None if known is None else ~known
    whole = pa.array(units, mask=mask).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar(Decimal("0.0001"), pa.decimal128(4, 4))).cast(QUANTITY)


def to_reals(column: pa.ChunkedArray) -> Reals:
    """Turns a numeric column into floats; a null becomes 0."""
    return np.asarray(pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy())


def known(column: pa.ChunkedArray) -> Flags:
    """Where a column holds a value."""
    return np.asarray(pc.is_valid(column).to_numpy())


def to_flags(column: pa.ChunkedArray) -> Flags:
    """Turns a boolean column into an array; a null becomes false."""
    return np.asarray(pc.fill_null(column, False).to_numpy())


def amount(quantity: pa.Array | pa.ChunkedArray, unit_amount: pa.ChunkedArray) -> pa.ChunkedArray:
    """Quantity x amount of a unit, exact, rounded half up to four decimals; null where either is null.

    Raises:
        pyarrow.ArrowInvalid: An amount has more than 18 digits.
    """
    product = pc.multiply(quantity, unit_amount)
    return pc.round(product, 4, round_mode="half_towards_infinity").cast(QUANTITY)
