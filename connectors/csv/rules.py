"""What a row is: a sale, goods given back, stock written off, or nothing to count."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from connectors.csv.settings import Rule


@dataclass(frozen=True)
class Evidence:
    """What rules look at.

    Attributes:
        columns: Columns of the file as text.
        quantity: Decimal, null where there is none.
        price: Unit price, or gross sales where no unit price is mapped; null where there is none.
    """

    columns: pa.Table
    quantity: pa.Array
    price: pa.Array

    def matches_any(self, rules: Sequence[Rule]) -> pa.Array:
        """Which rows at least one rule fits; never null."""
        found = pa.repeat(pa.scalar(False), self.columns.num_rows)
        for rule in rules:
            found = pc.or_(found, self._matches(rule))
        return found

    def _matches(self, rule: Rule) -> pa.Array:
        found = pa.repeat(pa.scalar(True), self.columns.num_rows)
        if rule.column is not None:
            found = pc.and_(found, _text_matches(self.columns[rule.column], rule))
        if rule.quantity == "negative":
            found = pc.and_(found, is_negative(self.quantity))
        if rule.price == "negative":
            found = pc.and_(found, is_negative(self.price))
        if rule.price == "zero":
            found = pc.and_(found, pc.fill_null(pc.equal(self.price, _zero(self.price)), False))
        return found


def is_negative(numbers: pa.Array) -> pa.Array:
    """Which numbers are below zero; a missing one is not."""
    return pc.fill_null(pc.less(numbers, _zero(numbers)), False)


def is_positive(numbers: pa.Array) -> pa.Array:
    """Which numbers are above zero; a missing one is not."""
    return pc.fill_null(pc.greater(numbers, _zero(numbers)), False)


def row_kinds(evidence: Evidence, returns: Sequence[Rule], write_offs: Sequence[Rule]) -> pa.Array:
    """`return`, `write_off` or `sale` for each row; a return is never a write-off."""
    given_back = evidence.matches_any(returns)
    written_off = evidence.matches_any(write_offs)
    return pc.if_else(given_back, "return", pc.if_else(written_off, "write_off", "sale"))


def _zero(numbers: pa.Array) -> pa.Scalar:
    return pa.scalar(0, numbers.type)


def _text_matches(cells: pa.ChunkedArray, rule: Rule) -> pa.Array:
    texts = cells.combine_chunks()
    found = pc.is_in(texts, value_set=pa.array(rule.equals, pa.string()))
    for beginning in rule.starts_with:
        found = pc.or_(found, pc.fill_null(pc.starts_with(texts, beginning), False))
    return found
