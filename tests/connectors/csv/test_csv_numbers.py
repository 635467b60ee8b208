from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.csv.numbers import parse_numbers

MARKS = st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (".", ""), (",", "")])
AMOUNTS = st.decimals(
    min_value=Decimal("-999999999999.9999999999"),
    max_value=Decimal("999999999999.9999999999"),
    allow_nan=False,
    allow_infinity=False,
    places=10,
)


def parsed(
    text: str, decimal_mark: str = ".", thousands_mark: str = ",", *, money: bool = True
) -> Decimal | None:
    return parse_numbers(pa.array([text]), decimal_mark, thousands_mark, money=money).to_pylist()[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.50"),
        ("$1,234.50", "1234.50"),
        ("($5.00)", "-5.00"),
        ("(5.00)", "-5"),
        ("5.00-", "-5"),
        ("-$45.00", "-45"),
        ("$-45.00", "-45"),
        ("\u221212.5", "-12.5"),
        ("+3", "3"),
        ("12.99 EUR", "12.99"),
        ("£1,000,000", "1000000"),
        ("US$7", "7"),
        ("kr 99", "99"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("0.10000000000000", "0.1"),
        ("0", "0"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, value: str) -> None:
    assert parsed(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "decimal_mark", "thousands_mark", "value"),
    [
        ("1.234,56", ",", ".", "1234.56"),
        ("1 234,56", ",", " ", "1234.56"),
        ("1\u00a0234,56 \u20ac", ",", " ", "1234.56"),
        ("1'234.56", ".", "'", "1234.56"),
        ("0,5", ",", ".", "0.5"),
    ],
)
def test_the_marks_of_other_countries_are_read(
    text: str, decimal_mark: str, thousands_mark: str, value: str
) -> None:
    assert parsed(text, decimal_mark, thousands_mark) == Decimal(value)


NO_NUMBERS = """1,50 | 1.234,56 | 12,34,567 | 1 000 | --5 | (-5) | -5- | (5 | 5) | 1.2.3 | 1e5 | 3kg | abc
    | - | $ | . | NaN | inf | 1234567890123 | 0.00000000001"""


@pytest.mark.parametrize("text", [text.strip() for text in NO_NUMBERS.split("|")])
def test_what_is_no_number_in_these_marks_is_not_guessed(text: str) -> None:
    assert parsed(text) is None


def test_a_quantity_has_no_currency() -> None:
    assert parsed("$3", money=False) is None
    assert parsed("3.250", money=False) == Decimal("3.25")


def written(value: Decimal, decimal_mark: str, thousands_mark: str, negative: str) -> str:
    whole, fraction = f"{abs(value):,.10f}".split(".")
    text = whole.replace(",", thousands_mark) + decimal_mark + fraction
    if value >= 0:
        return text
    return {"minus": f"-{text}", "trailing": f"{text}-", "parentheses": f"({text})"}[negative]


@given(AMOUNTS, MARKS, st.sampled_from(["minus", "trailing", "parentheses"]))
def test_any_amount_in_any_marks_is_read_back_exactly(
    value: Decimal, marks: tuple[str, str], negative: str
) -> None:
    assert parsed(written(value, *marks, negative), *marks) == value
