"""What a row is: a sale, goods given back, stock written off, or nothing to count."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.tables import DECIMAL
from connectors.csv.fields import ORDER_AMOUNTS
from connectors.csv.layout import MappedRows, because
from connectors.csv.settings import CsvConnection, Rule

_NEVER_NEGATIVE = ("quantity", "unit_price", "gross_sales")


def matches_any(rules: Sequence[Rule], rows: MappedRows) -> pa.Array:
    """Which rows at least one rule fits; never null."""
    found = pa.repeat(pa.scalar(False), len(rows.lines))
    for rule in rules:
        found = pc.or_(found, _matches(rule, rows))
    return found


def _matches(rule: Rule, rows: MappedRows) -> pa.Array:
    found = pa.repeat(pa.scalar(True), len(rows.lines))
    if rule.column is not None:
        found = pc.and_(found, _text_matches(rows.columns[rule.column].combine_chunks(), rule))
    if rule.quantity == "negative":
        found = pc.and_(found, _is_negative(rows.numbers["quantity"]))
    if rule.price == "negative":
        found = pc.and_(found, _is_negative(rows.price))
    if rule.price == "zero":
        found = pc.and_(found, pc.fill_null(pc.equal(rows.price, pa.scalar(0, DECIMAL)), False))
    return found


def _text_matches(texts: pa.Array, rule: Rule) -> pa.Array:
    found = pc.is_in(texts, value_set=pa.array(rule.equals, pa.string()))
    for beginning in rule.starts_with:
        found = pc.or_(found, pc.fill_null(pc.starts_with(texts, beginning), False))
    return found


def _is_negative(numbers: pa.Array) -> pa.Array:
    return pc.fill_null(pc.less(numbers, pa.scalar(0, DECIMAL)), False)


def row_kinds(settings: CsvConnection, rows: MappedRows) -> pa.Array:
    """`return`, `write_off` or `sale` for each row; a return is never a write-off."""
    given_back = matches_any(settings.returns, rows)
    written_off = matches_any(settings.write_offs, rows)
    return pc.if_else(given_back, "return", pc.if_else(written_off, "write_off", "sale"))


def without_direction(settings: CsvConnection, rows: MappedRows, kinds: pa.Array) -> dict[str, pa.Array]:
    """The rows' numbers without the direction, which `row_kind` says.

    A file may write a return with a minus sign on the quantity, the price or the amount. Then its discount,
    tax and tip have turned their signs too, and are turned back with it.
    """
    numbers = dict(rows.numbers)
    quantity, price, gross = (_is_negative(numbers[name]) for name in _NEVER_NEGATIVE)
    turned = pc.and_(pc.equal(kinds, "return"), pc.or_(quantity, pc.or_(price, gross)))
    for name in ORDER_AMOUNTS:
        numbers[name] = pc.if_else(turned, pc.negate(numbers[name]), numbers[name])
    if settings.discounts_are_negative:
        numbers |= {name: pc.negate(numbers[name]) for name in ("discount", "order_discount")}
    return {name: pc.abs(number) if name in _NEVER_NEGATIVE else number for name, number in numbers.items()}


def wrong_signs(rows: MappedRows, kinds: pa.Array, directed: Mapping[str, pa.Array]) -> list[pa.Array]:
    """Reasons for signs that no rule explains."""
    returned, sold = pc.equal(kinds, "return"), pc.equal(kinds, "sale")
    quantity, price, gross = (_is_negative(rows.numbers[name]) for name in _NEVER_NEGATIVE)
    return [
        because(pc.and_(price, pc.or_(pc.invert(returned), quantity)), "unit_price is negative"),
        because(
            pc.and_(sold, quantity),
            "quantity is negative, and no rule says that the row is a return or a write-off",
        ),
        because(pc.and_(gross, pc.invert(returned)), "gross_sales is negative, and the row is no return"),
        *(
            because(_is_negative(directed[name]), f"{name} has another sign than discounts_are_negative says")
            for name in ("discount", "order_discount")
        ),
    ]
