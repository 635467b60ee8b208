"""Money is shared out to the last coin and a sale has one day, whatever the amounts and the clocks.

The project's own SQL, as dbt renders it, is asked about many drawn values at once; Python says what is right:
whole numbers and `Decimal` for money, `zoneinfo` for clocks, the simulator's `allocate` for shares.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.registry import CONNECTORS
from simulator.pricing import allocate
from tests.dbt_project.warehouse import SQL_TYPES, Warehouse

EXPONENTS = {"USD": 2, "EUR": 2, "JPY": 0, "ISK": 0, "KWD": 3, "BHD": 3, "CLF": 4, "XXX": 2, "???": 2}
PLACES = Decimal("0.0001")
AWAY_FROM_ZERO = ROUND_HALF_UP

# not those that change their rules from year to year: DuckDB and Python may have other editions of them
ZONES = (
    *("America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns"),
    *("Asia/Kathmandu", "Asia/Tokyo", "America/Santiago", "Asia/Tehran", "Pacific/Apia", "UTC"),
)
CLOCK_CHANGES = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in (
        *("2026-03-08 07:00", "2026-11-01 06:00", "2026-03-29 01:00", "2026-10-25 01:00", "2026-04-04 15:00"),
        *("2026-10-03 15:30", "2026-04-04 14:00", "2026-03-08 05:30", "2026-09-06 04:00", "2024-02-29 00:00"),
    )
)
CALCULATED = """
select
    number,
    {{ divide('numerator', 'whole') }} as quotient,
    {{ minor_units('amount', 'currency') }} as money,
    {{ smallest_units(minor_units('amount', 'currency'), 'currency') }} as amount,
    {{ business_date('instant', 'zone', 'cutoff') }} as business_date,
    {{ hour_of_day('instant', 'zone') }} as hour
from drawn
order by number
"""
READS = {
    "base_generic__priced_lines": (
        "connection_id text, native_record_id text, direction_of_record text, order_discount decimal(18, 4),"
        " currency text, sold_at timestamptz, line_id text, direction text, original_line_id text,"
        " line_kind text,"
        " item_id text, item_name text, variation_name text, sku text, barcode text, category text,"
        " restocked boolean, is_voided boolean, quantity decimal(18, 4), gross decimal(18, 4),"
        " unit_price decimal(18, 4), discount decimal(18, 4), tax decimal(18, 4), tip decimal(18, 4),"
        " service_charge decimal(18, 4), unit_cost decimal(18, 4), loaded_at timestamptz"
    ),
    "base_clover__orders": "connection_id text, id text, modified_ms bigint",
    "base_lightspeed_x__sales": (
        "connection_id text, id text, version bigint, order_id text, currency text, loaded_at timestamptz"
    ),
    "base_lightspeed_x__adjustments": "order_id text, kind text, units bigint",
}
"""What the models that share out read, beside raw tables."""

SHARING = ("base_generic__lines", "base_clover__priced_rows", "base_lightspeed_x__lines")
Order = tuple[int, list[int]]
"""A discount and what each line costs, in the smallest unit."""

drawn_together = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Sql:
    """The project's SQL over tables in memory."""

    def __init__(self, warehouse: Warehouse) -> None:
        compiled = warehouse.run("compile", "--select", *SHARING, everything=True)
        self._models = {each.node.name: each.node.compiled_code for each in compiled}
        (inline,) = warehouse.run("compile", "--inline", CALCULATED)
        self._models["calculated"] = inline.node.compiled_code
        self._connection = duckdb.connect()
        self._connection.execute("attach ':memory:' as warehouse; use warehouse; create schema staging")
        for pos, connector in CONNECTORS.items():
            self._connection.execute(f"create schema raw_{pos}")
            for table in connector.all_tables:
                columns = ", ".join(f'"{each.name}" {SQL_TYPES[each.type]}' for each in table.schema)
                self._connection.execute(f"create table raw_{pos}.{table.name} ({columns})")
        for name, columns in READS.items():
            self._connection.execute(f"create table staging.{name} ({columns})")
        self._connection.execute(
            "create table drawn (number bigint, numerator decimal(18, 4), whole bigint, amount bigint,"
            " currency text, instant timestamptz, zone text, cutoff integer)"
        )

    def ask(
        self, model: str, tables: dict[str, list[dict[str, Any]]], columns: str = "*"
    ) -> list[tuple[Any, ...]]:
        """What a model says of these rows."""
        for table, rows in tables.items():
            self._connection.execute(f"delete from {table}")
            given_rows = pa.Table.from_pylist(rows)
            self._connection.register("given_rows", given_rows)
            self._connection.execute(f"insert into {table} by name select * from given_rows")
        return self._connection.execute(f"select {columns} from ({self._models[model]}) as model").fetchall()


@pytest.fixture(scope="module")
def sql(warehouse: Warehouse) -> Iterator[Sql]:
    yield Sql(warehouse)


amounts = st.one_of(st.sampled_from([0, 1, 2, 3, 99, 100, 333]), st.integers(0, 5_000_000))


@st.composite
def an_order(draw: st.DrawFn) -> Order:
    """A discount that is at most what the lines cost: small, a share of it, or all of it."""
    costs = draw(st.lists(amounts, min_size=1, max_size=7))
    whole = sum(costs)
    thousandths = draw(st.sampled_from([0, 1, 77, 333, 500, 999, 1000]))
    small = draw(st.integers(0, 7))
    return draw(st.sampled_from([min(small, whole), whole * thousandths // 1000])), costs


orders = st.lists(an_order(), min_size=1, max_size=40)


def right_shares(drawn: Sequence[Order]) -> dict[tuple[str, str], int]:
    return {
        (f"o{number}", f"l{place}"): share
        for number, (discount, costs) in enumerate(drawn)
        for place, share in enumerate(allocate(discount, costs))
    }


@given(orders, st.sampled_from(["USD", "JPY", "KWD"]))
@drawn_together
def test_a_custom_apis_discount_is_shared_to_the_coin(sql: Sql, drawn: list[Order], currency: str) -> None:
    def money(amount: int) -> Decimal:
        return Decimal(amount).scaleb(-EXPONENTS[currency])

    rows = [
        {
            "connection_id": "c",
            "native_record_id": f"o{number}",
            "direction_of_record": "sale",
            "direction": "sale",
            "order_discount": money(discount),
            "currency": currency,
            "line_id": f"l{place}",
            "is_voided": False,
            "gross": money(cost),
        }
        for number, (discount, costs) in enumerate(drawn)
        for place, cost in enumerate(costs)
    ]
    columns = "native_record_id, line_id, discounts"
    found = sql.ask("base_generic__lines", {"staging.base_generic__priced_lines": rows}, columns)
    assert {(order, line): share for order, line, share in found} == {
        key: money(share) for key, share in right_shares(drawn).items()
    }


@given(orders)
@drawn_together
def test_clovers_discount_is_shared_to_the_cent(sql: Sql, drawn: list[Order]) -> None:
    heads, lines, discounts = [], [], []
    for number, (discount, costs) in enumerate(drawn):
        of_order = {"connection_id": "c", "order_id": f"o{number}", "order_modified_ms": 1}
        heads.append({"connection_id": "c", "id": f"o{number}", "modified_ms": 1})
        discounts.append({**of_order, "id": "d", "amount": -discount})
        lines += [{**of_order, "id": f"l{place}", "price": cost} for place, cost in enumerate(costs)]
    found = sql.ask(
        "base_clover__priced_rows",
        {
            "staging.base_clover__orders": heads,
            "raw_clover.order_lines": lines,
            "raw_clover.order_discounts": discounts,
        },
        "order_id, id, discount, gross - discount - taxable",
    )
    assert {(order, line): share for order, line, share, _ in found} == right_shares(drawn)
    assert {rest for *_, rest in found} == {0}


@given(orders, st.just([0] * 7) | st.lists(st.integers(-49_999, 49_999), min_size=7, max_size=7))
@drawn_together
def test_what_x_calculates_to_five_places_adds_up_to_the_sale(
    sql: Sql, drawn: list[Order], fractions: list[int]
) -> None:
    """The price of each line has a fraction of a cent of its own; the sale is rounded once."""
    sales, lines, totals = [], [], {}
    for number, (discount, costs) in enumerate(drawn):
        sales.append(
            {
                "connection_id": "c",
                "id": f"o{number}",
                "version": 1,
                "order_id": f"o{number}",
                "currency": "NZD",
            }
        )
        prices = [
            (Decimal(cost) + Decimal(fractions[place]).scaleb(-5) if cost else Decimal(0)).scaleb(-2)
            for place, cost in enumerate(costs)
        ]
        prices.append(Decimal(-discount).scaleb(-2))
        totals[f"o{number}"] = int((sum(prices) * 100).quantize(Decimal(1), AWAY_FROM_ZERO))
        lines += [
            {
                **{"connection_id": "c", "sale_id": f"o{number}", "sale_version": 1, "id": f"l{place}"},
                "product_id": "goods" if place < len(costs) else "discount",
                "sequence": Decimal(place),
                "quantity": Decimal(1),
                "price_total": price,
            }
            for place, price in enumerate(prices)
        ]
    found = sql.ask(
        "base_lightspeed_x__lines",
        {
            "staging.base_lightspeed_x__sales": sales,
            "raw_lightspeed_x.sale_lines": lines,
            "raw_lightspeed_x.retailers": [
                {"connection_id": "c", "id": "r", "discount_product_id": "discount"}
            ],
        },
        "sale_id, id, gross_units, discount_units",
    )
    for sale, total in totals.items():
        assert sum(gross - discount for order, _, gross, discount in found if order == sale) == total
    if not any(fractions):
        assert {(order, line): share for order, line, _, share in found} == right_shares(drawn)


@st.composite
def a_moment(draw: st.DrawFn) -> datetime:
    """Near a change of clocks, on the full quarter of an hour, or anywhere."""
    change = draw(st.sampled_from(CLOCK_CHANGES))
    minutes = draw(
        st.integers(-200, 200)
        | st.integers(-96, 96).map(lambda quarter: quarter * 15)
        | st.integers(-500_000, 200_000)
    )
    return change + timedelta(minutes=minutes, milliseconds=draw(st.sampled_from([0, 1, 59_999])))


wide = st.integers(-(10**18) + 1, 10**18 - 1)
"""All that decimal(18, 4) holds, in ten-thousandths."""


@st.composite
def drawn_row(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "numerator": Decimal(draw(wide | st.integers(-30_000, 30_000))).scaleb(-4),
        "whole": draw(st.integers(0, 12) | st.integers(1, 10**9)),
        "amount": draw(st.integers(-(10**14) + 1, 10**14 - 1) | st.integers(-1001, 1001)),
        "currency": draw(st.sampled_from(sorted(EXPONENTS))),
        "instant": draw(a_moment()),
        "zone": draw(st.sampled_from(ZONES) | st.none()),
        "cutoff": draw(st.sampled_from([0, 240, 239, 1, 1439, 360]) | st.integers(0, 1439) | st.none()),
    }


@given(st.lists(drawn_row(), min_size=1, max_size=60))
@drawn_together
def test_money_and_days_are_what_python_says(sql: Sql, drawn: list[dict[str, Any]]) -> None:
    rows = [{"number": number, **row} for number, row in enumerate(drawn)]
    found = sql.ask("calculated", {"drawn": rows})
    for row, (_, quotient, money, amount, day, hour) in zip(drawn, found, strict=True):
        divisible = row["whole"] > 0
        assert quotient == (
            (row["numerator"] / row["whole"]).quantize(PLACES, AWAY_FROM_ZERO) if divisible else None
        ), row
        assert money == Decimal(row["amount"]).scaleb(-EXPONENTS[row["currency"]])
        assert amount == row["amount"]
        on_the_clock = row["instant"].astimezone(ZoneInfo(row["zone"] or "UTC")).replace(tzinfo=None)
        assert day == (on_the_clock - timedelta(minutes=row["cutoff"] or 0)).date(), row
        assert hour == on_the_clock.hour, row
