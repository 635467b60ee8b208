"""What becomes of one record of a custom API: exact, in the right direction, or rejected with its reason."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.core.errors import DataFormatError
from tests.connectors.generic.api import ORDERS, SALE, Api, Rows


def with_line(**line: Any) -> dict[str, Any]:
    return {**SALE, "lines": [{**SALE["lines"][0], **line}]}


def the_line(rows: Rows) -> dict[str, Any]:
    (line,) = rows["order_lines"]
    return line


def reason(rows: Rows) -> str:
    """Why the one record was rejected; nothing of it was kept."""
    (rejected,) = rows["rejected_rows"]
    assert rows["orders"] == rows["order_lines"] == rows["order_payments"] == []
    assert (rejected["source"], rejected["native_id"]) == ("orders", "7")
    return str(rejected["reason"])


@pytest.mark.parametrize("price", ["3.50", 3.5, "3.5000", " 3.50 ", "35e-1"])
def test_an_amount_may_be_a_number_or_a_text(api: Api, price: Any) -> None:
    assert the_line(api.orders(with_line(price=price)))["unit_price"] == Decimal("3.5")


def test_a_number_keeps_all_its_digits(api: Api) -> None:
    api.answers["/orders"] = (
        '[{"id": 12345678901234567890, "at": "2026-05-01T10:00:00Z",'
        ' "lines": [{"qty": 0.1234567890, "gross": 9007199254740.993}]}]'
    )
    rows = api.rows(endpoints=[ORDERS])
    assert rows["orders"][0]["order_id"] == "12345678901234567890"
    assert the_line(rows)["quantity"] == Decimal("0.123456789")
    assert the_line(rows)["gross_sales"] == Decimal("9007199254740.993")


def test_the_noise_of_a_binary_fraction_is_rounded_off(api: Api) -> None:
    assert the_line(api.orders(with_line(price=0.1 + 0.2)))["unit_price"] == Decimal("0.3")


def test_ids_that_are_numbers_become_texts_and_a_line_without_an_id_has_its_place(api: Api) -> None:
    lines = [{"item": 5, "gross": "1"}, {"item": 6, "gross": "2"}]
    rows = api.orders({**SALE, "lines": lines})
    assert rows["orders"][0]["order_id"] == "7"
    assert [(row["line_id"], row["item_id"]) for row in rows["order_lines"]] == [("1", "5"), ("2", "6")]


@pytest.mark.parametrize(
    ("written", "times", "expected"),
    [
        ("2026-05-01T10:00:00Z", "iso", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("2026-05-01 12:00:00.5+02:00", "iso", datetime(2026, 5, 1, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-05-01 12:00", "iso", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("2026-12-01", "date", datetime(2026, 12, 1, 11, tzinfo=UTC)),
        (1777629600, "epoch", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("1777629600.25", "epoch", datetime(2026, 5, 1, 10, 0, 0, 250_000, tzinfo=UTC)),
        (1777629600123, "epoch_ms", datetime(2026, 5, 1, 10, 0, 0, 123_000, tzinfo=UTC)),
        ("01.05.2026 12:00", "%d.%m.%Y %H:%M", datetime(2026, 5, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_the_form_that_the_settings_name(
    api: Api, written: Any, times: str, expected: datetime
) -> None:
    assert api.orders({**SALE, "at": written}, times=times)["orders"][0]["sold_at"] == expected


REJECTED = [
    ({"at": "2026-03-29T02:30:00"}, "sold_at does not exist in Europe/Vienna: the clocks skip this hour"),
    ({"at": "yesterday"}, "sold_at is no date in the format iso"),
    ({"at": 1777629600123}, "sold_at is no date in the format iso"),
    ({"at": None}, "sold_at is missing"),
    ({"tip": "a lot"}, "tip is no number"),
    ({"tip": {"amount": 1}}, "tip is a list or an object, not one value"),
    ({"tip": "1e15"}, "tip is too large a number"),
    ({"tip": "NaN"}, "tip is no number"),
    ({"state": "on the moon"}, "state is a word that values.state does not explain"),
    ({"lines": "none"}, "lines is no list"),
    ({"off": "-1"}, "discount has another sign than discounts_are_negative says"),
    (
        {"lines": [{"qty": 1, "price": "-3"}]},
        "unit_price is negative, and nothing says that goods were given back",
    ),
    ({"lines": [{"no": 1, "gross": 1}, {"no": 1, "gross": 2}]}, "line_id is the same in two of them"),
    ({"lines": [{"qty": 1, "price": "jane@example.org"}]}, "unit_price is no number"),
]


@pytest.mark.parametrize(("wrong", "because"), REJECTED, ids=[because for _, because in REJECTED])
def test_a_record_that_cannot_be_used_is_rejected_as_a_whole(
    api: Api, wrong: dict[str, Any], because: str
) -> None:
    rows = api.orders({**SALE, **wrong})
    assert reason(rows) == because


def test_the_other_records_of_the_page_are_kept(api: Api) -> None:
    rows = api.orders({**SALE, "id": 1}, {**SALE, "at": "?"}, {**SALE, "id": 3})
    assert [row["order_id"] for row in rows["orders"]] == ["1", "3"]
    assert len(rows["rejected_rows"]) == 1


def test_a_record_without_an_id_is_rejected_and_told_apart(api: Api) -> None:
    nameless = {name: value for name, value in SALE.items() if name != "id"}
    rows = api.orders({**nameless, "tip": 1}, {**nameless, "tip": 2})
    assert {row["reason"] for row in rows["rejected_rows"]} == {"order_id is missing"}


def test_a_time_without_a_zone_needs_one_in_the_settings(api: Api) -> None:
    rows = api.orders({**SALE, "at": "2026-05-01T10:00:00"}, timezone=None)
    assert reason(rows) == "sold_at names no time zone, and the settings name none either"


def test_amounts_in_the_smallest_unit_have_to_be_whole(api: Api) -> None:
    assert the_line(api.orders(with_line(price=350), amounts="minor"))["unit_price"] == Decimal(350)
    assert reason(api.orders(with_line(price="3.50"), amounts="minor")).startswith(
        "unit_price is no whole number"
    )


def test_a_negative_quantity_gives_goods_back(api: Api) -> None:
    line = the_line(api.orders(with_line(qty=-2, gross="-7.00", vat="-1.17")))
    assert (line["direction"], line["quantity"], line["gross_sales"], line["tax"]) == (
        "return",
        Decimal(2),
        Decimal(7),
        Decimal("1.17"),
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_of_a_return_only_the_size_counts_whatever_its_signs(api: Api, sign: int) -> None:
    line = {"item": "A", "qty": 2 * sign, "gross": 7 * sign, "off": sign, "vat": sign}
    record = {**SALE, "tip": 3 * sign, "total": 5 * sign, "rounding": 0.02 * sign, "lines": [line]}
    rows = api.orders(record, entity="returns")
    order, line = rows["orders"][0], the_line(rows)
    assert (order["direction"], order["record_kind"], line["direction"]) == ("return", "return", "return")
    assert (order["tip"], order["total"], order["rounding"]) == (Decimal(3), Decimal(5), Decimal("0.02"))
    assert (line["quantity"], line["gross_sales"], line["discount"], line["tax"]) == (2, 7, 1, 1)


def test_a_field_can_say_which_records_are_returns(api: Api) -> None:
    condition = {"path": "type", "equals": ["REFUND"]}
    rows = api.orders({**SALE, "type": "refund"}, {**SALE, "id": 8, "type": "sale"}, returns_when=condition)
    assert [row["direction"] for row in rows["orders"]] == ["return", "sale"]


def test_discounts_may_be_written_with_a_minus(api: Api) -> None:
    rows = api.orders(with_line(off="-0.50") | {"off": "-1"}, discounts_are_negative=True)
    assert (the_line(rows)["discount"], rows["orders"][0]["order_discount"]) == (Decimal("0.5"), Decimal(1))


def test_words_are_understood_and_others_can_be_explained(api: Api) -> None:
    rows = api.orders(
        {**SALE, "state": "Voided"},
        {**SALE, "id": 8, "state": "P"},
        {**SALE, "id": 9},
        {**with_line(kind="Gift Card"), "id": 10},
        values={"state": {"p": "completed"}},
    )
    assert [row["state"] for row in rows["orders"]] == ["cancelled", "completed", "completed", "completed"]
    assert rows["order_lines"][-1]["line_kind"] == "gift_card"


def test_payments_inside_an_order_are_without_their_tips(api: Api) -> None:
    paid = [{"sum": "5.00", "tip": "1.00", "by": "Apple Pay"}, {"sum": 2, "by": "cowries"}]
    rows = api.orders({**SALE, "paid": paid}, payments_include_tips=True)
    told = [
        (row["payment_id"], row["amount"], row["method"], row["status"]) for row in rows["order_payments"]
    ]
    assert told == [("1", Decimal(4), "wallet", "completed"), ("2", Decimal(2), "other", "completed")]


def test_a_customer_is_kept_as_a_keyed_hash_and_a_typed_name_not_at_all(api: Api) -> None:
    lines = [{"gross": 1, "name": "Mending for Mx Zimmerli"}, {"item": "A", "gross": 1, "name": "Tea"}]
    rows = api.orders({**SALE, "who": "jane@example.org", "lines": lines, "note": "lady in green"})
    (order,) = rows["orders"]
    assert len(order["customer_key"]) == 64
    assert [(row["item_name"], row["line_kind"]) for row in rows["order_lines"]] == [
        (None, "custom"),
        ("Tea", "item"),
    ]
    assert not any(word in repr(rows) for word in ("jane", "Zimmerli", "green"))


def test_the_version_changes_with_the_content_and_says_nothing_of_the_customer(api: Api) -> None:
    def version(**changes: Any) -> str:
        return str(api.orders({**SALE, **changes})["orders"][0]["version"])

    assert version() == version(who="somebody else")
    assert version() != version(lines=[{"item": "A", "qty": 3, "price": "3.50"}])


def test_an_order_without_lines_is_one_line_of_its_own_amount(api: Api) -> None:
    fields = {"order_id": "id", "sold_at": "at", "gross_sales": "total"}
    rows = api.orders({"id": 1, "at": "2026-05-01", "total": "12.50"}, fields=fields, lines=None)
    line = the_line(rows)
    assert (line["line_id"], line["line_kind"], line["gross_sales"]) == ("1", "custom", Decimal("12.5"))


def test_an_order_of_which_only_the_total_is_told_sold_what_is_left_without_tax_and_tip(api: Api) -> None:
    fields = {"order_id": "id", "sold_at": "at", "total": "total", "tax": "vat", "tip": "tip"}
    record = {"id": 1, "at": "2026-05-01", "total": "15.00", "vat": "2.00", "tip": "1.00"}
    assert the_line(api.orders(record, fields=fields))["gross_sales"] == Decimal(12)
    assert api.orders({**record, "total": "3.00"}, fields=fields)["order_lines"] == []


def test_lines_may_be_records_of_their_own(api: Api) -> None:
    flat = {
        "path": "/lines",
        "entity": "order_lines",
        "paging": {"kind": "none"},
        "fields": {
            "order_id": "sale",
            "line_id": "id",
            "sold_at": "at",
            "item_id": "sku",
            "gross_sales": "sum",
            "tip": "tip",
        },
    }
    head = '"sale": 9, "at": "2026-05-01T10:00:00Z"'
    api.answers["/lines"] = (
        f'{{"lines": [{{"id": 1, {head}, "sku": "A", "sum": 5, "tip": 1}}, {{"id": 2, {head}, "sum": 6}}]}}'
    )
    rows = api.rows(endpoints=[flat])
    assert {row["order_id"] for row in rows["orders"]} == {"9"}
    assert {row["version"] for row in rows["orders"]} == {row["order_version"] for row in rows["order_lines"]}
    assert [(row["line_id"], row["item_id"], row["tip"]) for row in rows["order_lines"]] == [
        ("1", "A", Decimal(1)),
        ("2", None, None),
    ]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ('{"a": [], "b": []}', "holds 2 lists"),
        ('{"count": 0}', "holds no list"),
        ('"nothing"', "holds no list"),
        ("<html>", "is no JSON"),
    ],
)
def test_an_answer_whose_records_cannot_be_found_is_an_error(api: Api, answer: str, problem: str) -> None:
    api.answers["/orders"] = answer
    with pytest.raises(DataFormatError, match=problem):
        api.rows(endpoints=[ORDERS])


def test_records_that_are_not_where_the_settings_say_are_an_error(api: Api) -> None:
    api.answers["/orders"] = '{"data": {"rows": []}}'
    assert api.rows(endpoints=[{**ORDERS, "records": "data.rows"}])["orders"] == []
    with pytest.raises(DataFormatError, match=r"has no list at data\.orders; .* records"):
        api.rows(endpoints=[{**ORDERS, "records": "data.orders"}])
