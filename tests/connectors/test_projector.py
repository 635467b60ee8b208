"""The projector against a reading of the same paths in plain Python."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.core.errors import DataFormatError
from connectors.core.paging import Token
from connectors.core.projector import Projector, Stamp
from connectors.core.tables import BOOLEAN, DECIMAL, INTEGER, TIMESTAMP, Column, Table

STAMP = Stamp("shop", datetime(2026, 11, 1, tzinfo=UTC), b"key")
CONSTANTS = {"cut_off": 240}
ORDERS = Table(
    name="orders",
    records="data/orders",
    key=("id",),
    columns=(
        Column("id", "id"),
        Column("amount", "money/amount", INTEGER),
        Column("rate", "rate", DECIMAL),
        Column("paid", "paid", BOOLEAN),
        Column("sold_at", "sold_at", TIMESTAMP),
        Column("buyer", "buyer_id", hashed=True),
    ),
    constants=(("cut_off", INTEGER),),
)
LINES = Table(
    name="lines",
    records="data/orders/detail/lines",
    key=("order_id", "uid"),
    columns=(
        Column("order_id", "../id"),
        Column("uid", "uid"),
        Column("name", "name", only_with="item/id"),
        Column("quantity", "quantity", DECIMAL),
    ),
)
EXTRAS = Table(
    name="extras",
    records="data/orders/detail/lines/extras",
    key=("order_id", "line_uid", "uid"),
    columns=(Column("order_id", "../../id"), Column("line_uid", "../uid"), Column("uid", "uid")),
    only_where="kind",
)
TABLES = (ORDERS, LINES, EXTRAS)


def projected(answer: bytes, tables: tuple[Table, ...] = TABLES) -> dict[str, pa.Table]:
    projector = Projector(tables, STAMP, paging=Token(), subject="Shop at GET /orders")
    projector.head(answer)
    return projector.tables([projector.read(answer, CONSTANTS)])


def rows(table: pa.Table) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in ("connection_id", "loaded_at")}
        for row in table.to_pylist()
    ]


def optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects in which any field may be absent or null."""
    return st.fixed_dictionaries({}, optional={name: st.none() | value for name, value in fields.items()})


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**12), max_value=10**12)
NOISE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
AN_EXTRA = optional(uid=TEXTS, kind=TEXTS, note=NOISE)
A_LINE = optional(
    uid=TEXTS,
    name=TEXTS,
    item=optional(id=TEXTS, note=NOISE),
    quantity=NUMBERS.map(str),
    extras=st.lists(AN_EXTRA, max_size=3),
    note=NOISE,
)
AN_ORDER = optional(
    id=TEXTS,
    money=optional(amount=st.integers(-(2**63), 2**63 - 1), note=NOISE),
    rate=NUMBERS.map(str),
    paid=st.booleans(),
    sold_at=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(lambda time: f"{time.isoformat()}Z"),
    buyer_id=TEXTS,
    detail=optional(lines=st.lists(A_LINE | st.none(), max_size=3), note=NOISE),
    note=NOISE,
)


def read_plainly(orders: list[dict[str, Any] | None]) -> dict[str, list[dict[str, Any]]]:
    """What the three tables hold, row by row; rows without a whole key left out."""

    def at(record: Any, *path: str) -> Any:
        for step in path:
            record = record.get(step) if record else None
        return record

    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    def time(text: str | None) -> datetime | None:
        return None if text is None else datetime.fromisoformat(text)

    def hashed(buyer: str | None) -> str | None:
        if buyer is None:
            return None
        return hmac.new(b"key", b"shop\x00" + buyer.encode(), hashlib.sha256).hexdigest()

    found: dict[str, list[dict[str, Any]]] = {"orders": [], "lines": [], "extras": []}
    for order in orders:
        order_id = at(order, "id")
        if order_id is not None:
            found["orders"].append(
                {
                    "id": order_id,
                    "amount": at(order, "money", "amount"),
                    "rate": number(at(order, "rate")),
                    "paid": at(order, "paid"),
                    "sold_at": time(at(order, "sold_at")),
                    "buyer": hashed(at(order, "buyer_id")),
                    "cut_off": 240,
                }
            )
        for line in at(order, "detail", "lines") or []:
            uid = at(line, "uid")
            if None not in (order_id, uid):
                name = None if at(line, "item", "id") is None else at(line, "name")
                quantity = number(at(line, "quantity"))
                found["lines"].append({"order_id": order_id, "uid": uid, "name": name, "quantity": quantity})
            for extra in at(line, "extras") or []:
                if at(extra, "kind") is not None and None not in (order_id, uid, at(extra, "uid")):
                    found["extras"].append({"order_id": order_id, "line_uid": uid, "uid": extra["uid"]})
    return found


@given(st.lists(AN_ORDER | st.none(), max_size=4), st.booleans())
def test_arbitrary_records_are_read_like_plain_python_reads_them(
    orders: list[dict[str, Any] | None], ascii_only: bool
) -> None:
    answer = json.dumps({"data": {"orders": orders, "more": 1}, "cursor": "x"}, ensure_ascii=ascii_only)
    tables = projected(answer.encode())
    expected = read_plainly(orders)
    assert {name: rows(tables[name]) for name in expected} == expected
    for table in TABLES:
        assert tables[table.name].schema == table.schema


@given(st.lists(st.lists(AN_ORDER, max_size=3), min_size=1, max_size=4))
def test_many_pages_at_once_give_the_rows_of_each_page_in_turn(pages: list[list[dict[str, Any]]]) -> None:
    projector = Projector(TABLES, STAMP, subject="Shop")
    asked = [json.dumps({"data": {"orders": orders}}).encode() for orders in pages]
    answers = [projector.read(answer, CONSTANTS) for answer in asked]
    together = projector.tables(answers)
    for table in TABLES:
        alone = [row for answer in answers for row in rows(projector.tables([answer])[table.name])]
        assert rows(together[table.name]) == alone


@pytest.mark.parametrize("answer", [b"{}", b'{"data":{}}', b'{"data":null}', b'{"data":{"orders":[]}}'])
def test_an_answer_without_records_gives_empty_tables_with_the_whole_schema(answer: bytes) -> None:
    tables = projected(answer)
    assert {name: table.num_rows for name, table in tables.items()} == {
        "orders": 0,
        "lines": 0,
        "extras": 0,
        "rejected_rows": 0,
    }
    assert tables["orders"].schema == ORDERS.schema


def test_a_bare_array_is_read_as_records() -> None:
    table = Table("items", "records", ("id",), (Column("id", "id"),))
    assert rows(projected(b' [{"id":"a"},{"id":"b"}]', (table,))["items"]) == [{"id": "a"}, {"id": "b"}]


@pytest.mark.parametrize("token", ["18.07", '"18.07"', "1807e-2", '"1.807e1"'])
def test_a_decimal_is_exact_whether_it_comes_as_a_number_or_as_a_text(token: str) -> None:
    answer = b'{"data":{"orders":[{"id":"a","rate":' + token.encode() + b"}]}}"
    assert projected(answer)["orders"]["rate"].to_pylist() == [Decimal("18.07")]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("money", {"amount": "jane@example.org"}, "data/orders/money/amount is not a whole number"),
        ("money", {"amount": 10**30}, "data/orders/money/amount is not a whole number"),
        ("rate", "jane@example.org", "data/orders/rate is not a decimal number"),
        ("rate", "0.1234567890123456789012", "data/orders/rate is not a decimal number"),
        ("sold_at", "jane@example.org", "data/orders/sold_at is not a time"),
        ("paid", "true", "data/orders/paid is not true or false"),
        ("money", [], "data/orders/money/amount is not a whole number, or stands in another place"),
        ("detail", {"lines": {"uid": "one"}}, "data/orders/detail/lines/uid is not a text, or stands in"),
    ],
)
def test_an_unreadable_record_is_set_aside_and_the_others_land(field: str, value: Any, reason: str) -> None:
    good = [{"id": name, "rate": "0.1", "note": "jane@example.org"} for name in "ab"]
    bad = {"id": "bad", "buyer_id": "jane@example.org", field: value}
    answer = json.dumps({"data": {"other": [1], "orders": [good[0], bad, good[1]]}, "cursor": "next"})
    tables = projected(answer.encode())
    assert tables["orders"]["id"].to_pylist() == ["a", "b"]
    (rejected,) = rows(tables["rejected_rows"])
    assert rejected["reason"].startswith(reason)
    assert (rejected["source"], rejected["position"]) == ("orders", "bad")
    assert rejected["native_id"] == "bad"
    assert "jane" not in str(tables["rejected_rows"].to_pylist())


def test_numbers_beside_an_unreadable_record_stay_exact() -> None:
    orders = b'{"id":"a","rate":0.1000000001},{"id":7},{"id":"b","rate":1234567890.0123456789}'
    rates = projected(b'{"data":{"orders":[' + orders + b"]}}")["orders"]["rate"].to_pylist()
    assert rates == [Decimal("0.1000000001"), Decimal("1234567890.0123456789")]


def test_a_row_without_its_key_is_rejected_with_a_place_that_is_the_same_in_every_run() -> None:
    answer = (
        b'{"data":{"orders":[{"id":"a","detail":{"lines":[{"name":"Jane"},{"uid":"u"}]}},{"paid":true}]}}'
    )
    first, second = projected(answer), projected(answer)
    assert first["lines"]["uid"].to_pylist() == ["u"]
    rejected = rows(first["rejected_rows"])
    assert [(row["source"], row["native_id"], row["reason"]) for row in rejected] == [
        ("orders", None, "the row has no id"),
        ("lines", "a", "the row has no uid"),
    ]
    assert first["rejected_rows"].equals(second["rejected_rows"])
    assert "Jane" not in str(rejected)


def test_a_child_without_its_parents_id_is_rejected() -> None:
    answer = b'{"data":{"orders":[{"detail":{"lines":[{"uid":"u"}]}}]}}'
    assert [row["source"] for row in rows(projected(answer)["rejected_rows"])] == ["orders", "lines"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>Down for maintenance</html>",
        b'{"data":{"orders":[{"id":"a"}',
        b'{"data":{"orders":{"id":"a"}}}',
        b'{"data":{"orders":[{"id":"\xff"}]}}',
        b'{"data":{"orders":[{"id":"a"}]}}{"data":{}}',
        b'{"cursor":5}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_something_else_is_one_clear_error(answer: bytes) -> None:
    with pytest.raises(DataFormatError, match=r"^Shop at GET /orders answered with something"):
        projected(answer)


@given(st.dictionaries(TEXTS, st.text(st.sampled_from("ab"), min_size=1), min_size=1))
def test_the_same_buyer_has_one_hash_and_another_account_has_others(buyers: dict[str, str]) -> None:
    orders = [{"id": order, "buyer_id": buyer} for order, buyer in buyers.items()]
    answer = json.dumps({"data": {"orders": orders}}).encode()
    hashes = projected(answer)["orders"]["buyer"].to_pylist()
    assert len(set(hashes)) == len(set(buyers.values()))
    assert not set(hashes) & set(buyers.values())
    other = Projector(TABLES, Stamp("other", STAMP.loaded_at, b"key"), subject="Shop")
    assert not set(hashes) & set(other.tables([other.read(answer, CONSTANTS)])["orders"]["buyer"].to_pylist())


def test_one_field_cannot_be_declared_with_two_types() -> None:
    other = Table("other", "data/orders", ("id",), (Column("id", "id", INTEGER),))
    with pytest.raises(ValueError, match="data/orders/id is declared with two types"):
        Projector((ORDERS, other), STAMP, subject="Shop")


def test_the_noise_of_binary_fractions_is_rounded_off_and_ten_places_stay_exact() -> None:
    answer = b'{"data":{"orders":[{"id":"a","rate":0.30000000000000004},{"id":"b","rate":"0.1234567891"}]}}'
    assert projected(answer)["orders"]["rate"].to_pylist() == [Decimal("0.3"), Decimal("0.1234567891")]
