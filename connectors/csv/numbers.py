"""Numbers as people and programs write them, read exactly."""

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from connectors.core.tables import DECIMAL

MOST_WHOLE_DIGITS = 12
MOST_DECIMALS = 10
_SPACES = " \u00a0\u202f"
_THOUSANDS = {"": "", ".": r"\.", ",": ",", " ": f"[{_SPACES}]", "'": "['\u2019]"}
_MINUS = "\\-\u2212"
_CURRENCY = r"(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3}|kr\.?|zł|Kč|Ft|Fr\.?)"


def by_distinct(values: pa.Array, parse: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Parses each distinct value once: a file repeats its prices, quantities and times many times."""
    encoded = values.dictionary_encode()
    return parse(encoded.dictionary).take(encoded.indices)


def _pattern(decimal_mark: str, thousands_mark: str, *, money: bool) -> str:
    """A number with named parts; groups of digits must be whole, so that `1,50` is never read as 150."""
    mark = (
        f"[{_SPACES}]" if thousands_mark == " " else "['\u2019]" if thousands_mark == "'" else thousands_mark
    )
    grouped = f"[0-9]{{1,3}}(?:{re.escape(mark) if len(mark) == 1 else mark}[0-9]{{3}})+|" if mark else ""
    space = f"[{_SPACES}]*"
    currency = f"(?:{_CURRENCY}{space})?" if money else ""
    trailing = f"(?:{space}{_CURRENCY})?" if money else ""
    return (
        rf"^(?P<open>\()?(?P<before>[+{_MINUS}]?){space}{currency}(?P<inside>[{_MINUS}]?)"
        rf"(?P<whole>{grouped}[0-9]*)(?:{re.escape(decimal_mark)}(?P<fraction>[0-9]*))?"
        rf"{trailing}(?P<after>[{_MINUS}]?)(?P<close>\))?$"
    )


def parse_numbers(
    values: pa.Array, decimal_mark: str, thousands_mark: str, *, money: bool = True
) -> pa.Array:
    """Reads texts as exact decimals.

    Knows `1,234.50`, `1.234,50`, `$5`, `5,00 EUR`, `-5`, `5-`, and `(5.00)` for minus five.

    Args:
        values: Texts without outer white space.
        decimal_mark: The mark before the decimals.
        thousands_mark: The mark between groups of three digits; empty for none.
        money: Allow a currency sign or code.

    Returns:
        decimal128(38, 10); null where the text is null or no such number, has more than ten decimals, or
        more than twelve digits before them.
    """
    return by_distinct(
        values, lambda distinct: _parse(distinct, _pattern(decimal_mark, thousands_mark, money=money))
    )


def _parse(values: pa.Array, pattern: str) -> pa.Array:
    parts = pc.extract_regex(values, pattern)
    whole = pc.utf8_ltrim(pc.replace_substring_regex(_part(parts, "whole"), "[^0-9]", ""), "0")
    fraction = pc.utf8_rtrim(_part(parts, "fraction"), "0")
    opened, closed = pc.equal(_part(parts, "open"), "("), pc.equal(_part(parts, "close"), ")")
    written = pc.binary_join_element_wise(
        pc.utf8_trim(_part(parts, "before"), "+"), _part(parts, "inside"), _part(parts, "after"), ""
    )
    signs = pc.add(pc.utf8_length(written), pc.cast(opened, pa.int32()))
    digits = pc.add(
        pc.utf8_length(_part(parts, "whole")),
        pc.utf8_length(_part(parts, "fraction")),
    )
    valid = pc.and_(
        pc.and_(pc.equal(opened, closed), pc.and_(pc.less_equal(signs, 1), pc.greater(digits, 0))),
        pc.and_(
            pc.less_equal(pc.utf8_length(whole), MOST_WHOLE_DIGITS),
            pc.less_equal(pc.utf8_length(fraction), MOST_DECIMALS),
        ),
    )
    sign = pc.if_else(pc.equal(signs, 1), "-", "")
    text = pc.binary_join_element_wise(pc.binary_join_element_wise(sign, "0", whole, ""), fraction, ".")
    return pc.if_else(valid, text, None).cast(DECIMAL)


def _part(parts: pa.StructArray, name: str) -> pa.Array:
    """One named group as text; null where the whole pattern did not match, empty where the group did not."""
    return pc.if_else(pc.is_valid(parts), pc.fill_null(pc.struct_field(parts, name), ""), None)
