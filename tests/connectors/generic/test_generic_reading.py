"""Every way of signing with every way of paging, and an API of which nothing but the address is known."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
from starlette.applications import Starlette

from connectors.core.connector import Finding, Request, Window
from connectors.core.endpoints import Reader
from connectors.core.errors import AuthenticationError, DataFormatError, VendorError
from connectors.core.landing import land
from connectors.generic import CONNECTOR
from connectors.generic.account import GenericAccount
from connectors.generic.settings import GenericConnection, from_environment
from simulator.generate import generate_ledger
from simulator.generic import SIMULATED, Shape, connection, create_app
from simulator.generic.shape import Auth, Pages
from simulator.ledger import Ledger, major_units
from simulator.server import serve
from tests.connectors.generic.api import KEY, ORDERS, SALE, Api

REFERENCE = re.compile(r"\$\{(\w+)\}")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return generate_ledger(49, stores=2, days=9, orders_per_day=3, items=8, customers=6)


@contextmanager
def a_till(ledger: Ledger, shape: Shape, folder: Path, **settings: Any) -> Iterator[tuple[Starlette, Any]]:
    app = create_app(ledger, shape=shape)
    with serve(app) as url:
        values = {**connection(url, shape), **settings}
        secrets = {
            name: SIMULATED.secrets[reference[1]]
            for name, value in values.items()
            if isinstance(value, str) and (reference := REFERENCE.fullmatch(value))
        }
        values |= {"id": "till", "token_folder": folder, "parameters": {"limit": 7}, **secrets}
        yield app, GenericConnection.model_validate(values)


def orders_of(settings: GenericConnection, now: datetime) -> list[dict[str, Any]]:
    """Orders as the first endpoint tells them."""
    start = settings.history_start(now)
    request = Request(Window(start, now), by_sale_date=False, snapshots=True, hash_key=b"k", loaded_at=now)
    reader = Reader(CONNECTOR.endpoints_of(settings)[0], GenericAccount(settings), request)
    pages = [reader.projector.read(got.content, got.constants) for got in reader.answers()]
    assert len(pages) > 2
    rows: list[dict[str, Any]] = reader.projector.tables(pages)["orders"].to_pylist()
    return rows


@pytest.mark.parametrize("auth", get_args(Auth))
@pytest.mark.parametrize("pages", get_args(Pages))
def test_every_way_of_signing_goes_with_every_way_of_paging(
    ledger: Ledger, tmp_path: Path, auth: Auth, pages: Pages
) -> None:
    with a_till(ledger, Shape(auth, pages), tmp_path) as (_, settings):
        told = {row["order_id"]: row["updated_at"] for row in orders_of(settings, ledger.ends_at)}
    assert told == {sale.id: sale.updated_at for sale in ledger.sales_at(ledger.ends_at)}


@pytest.mark.parametrize("minor", [True, False])
@pytest.mark.parametrize("epoch", [True, False])
@pytest.mark.parametrize("records", [(), ("data",), ("result", "list", "rows")])
def test_an_amount_and_a_time_are_the_same_however_they_are_written_and_wherever_they_stand(
    ledger: Ledger, tmp_path: Path, minor: bool, epoch: bool, records: tuple[str, ...]
) -> None:
    pages: Pages = "cursor" if records else "link_header"
    with a_till(ledger, Shape("bearer", pages, records, minor, epoch), tmp_path) as (_, settings):
        rows = orders_of(settings, ledger.ends_at)
    currencies = {store.id: store.currency for store in ledger.stores}
    for sale in ledger.sales_at(ledger.ends_at):
        (row,) = [row for row in rows if row["order_id"] == sale.id]
        total = Decimal(sale.total) if minor else major_units(sale.total, currencies[sale.store_id])
        assert row["total"] == total
        assert row["amounts_in"] == ("minor" if minor else "major")
        assert abs((row["ordered_at"] - sale.opened_at).total_seconds()) < 0.001


def test_a_token_is_asked_for_once_and_again_when_it_expires(ledger: Ledger, tmp_path: Path) -> None:
    with a_till(ledger, Shape("oauth"), tmp_path) as (app, settings):
        orders_of(settings, ledger.ends_at)
        orders_of(settings, ledger.ends_at)
        assert [seen.path for seen in app.state.requests].count("/oauth/token") == 1
        app.state.faults.expire_token("/v1/orders", after=1)
        orders_of(settings, ledger.ends_at)
        assert [seen.path for seen in app.state.requests].count("/oauth/token") == 2
    (kept,) = tmp_path.glob("*.json")
    assert kept.stat().st_mode & 0o077 == 0


def test_a_wrong_client_secret_is_one_sentence_without_it(ledger: Ledger, tmp_path: Path) -> None:
    with a_till(ledger, Shape("oauth"), tmp_path) as (_, settings):
        wrong = settings.model_copy(
            update={"client_secret": settings.client_secret.__class__("wrong-secret")}
        )
        with pytest.raises(AuthenticationError, match="client_id and client_secret") as caught:
            orders_of(wrong, ledger.ends_at)
    assert "wrong-secret" not in str(caught.value)


def pages_of(*numbers: int) -> list[str]:
    return [json.dumps([{**SALE, "id": number}]) for number in numbers]


def ids(rows: dict[str, list[dict[str, Any]]]) -> list[str]:
    return [row["order_id"] for row in rows["orders"]]


def test_pages_are_counted_until_one_is_empty(api: Api) -> None:
    api.answers["/orders"] = pages_of(1, 2, 3)
    assert ids(api.rows(endpoints=[{**ORDERS, "paging": {"kind": "page_number"}}])) == ["1", "2", "3"]


@pytest.mark.parametrize("kind", ["page_number", "offset"])
def test_an_api_that_ignores_how_pages_are_counted_does_not_keep_us_for_ever(api: Api, kind: str) -> None:
    api.answers["/orders"] = json.dumps([SALE])
    with pytest.raises(DataFormatError, match="the same next page twice"):
        api.rows(endpoints=[{**ORDERS, "paging": {"kind": kind, "parameter": "ignored"}}])


def test_a_next_page_on_another_server_is_not_asked_for(api: Api) -> None:
    api.answers["/orders"] = '{"data": [], "next": "https://elsewhere.example.com/orders"}'
    with pytest.raises(VendorError, match=r"another server \(elsewhere\.example\.com\)"):
        api.rows(endpoints=[{**ORDERS, "paging": {"kind": "next_url", "field": "next"}}])


def usual(api: Api, first: dict[str, Any], **headers: str) -> list[str]:
    """The ids that are read of two pages, the first of which names the second in some way."""
    api.answers["/orders"] = [
        json.dumps({"sales": [{**SALE, "id": 1}], **first}),
        json.dumps({"sales": [{**SALE, "id": 2}], **first, "next": None, "next_cursor": None}),
    ]
    api.headers["/orders"] = headers
    return ids(api.rows(endpoints=[{**ORDERS, "paging": {"kind": "usual"}}]))


def test_the_usual_ways_of_naming_a_next_page_are_followed(api: Api) -> None:
    assert usual(api, {"next": "/orders?page=2"}) == ["1", "2"]
    assert usual(api, {"next": f"{api.url}/orders?page=2"}) == ["1", "2"]
    assert usual(api, {"total": 1}) == ["1"]
    assert usual(api, {"total": "1", "next": ""}) == ["1"]


def test_a_first_page_that_says_that_there_is_more_and_not_where_is_refused(api: Api) -> None:
    with pytest.raises(DataFormatError, match=r"gave 1 of 240 records and named no next page; .* paging"):
        usual(api, {"total": 240})
    with pytest.raises(DataFormatError, match="something that is no URL"):
        usual(api, {"next": "2"})


@pytest.mark.parametrize(
    ("layout", "since", "until"),
    [
        ("iso", "2026-03-04T05:06:06Z", "2026-06-01T00:00:00Z"),
        ("date", "2026-03-04", "2026-06-02"),
        ("epoch", "1772600766", "1780272000"),
        ("epoch_ms", "1772600766000", "1780272000000"),
        ("%d/%m/%Y %H:%M", "04/03/2026 06:06", "01/06/2026 02:00"),
    ],
)
def test_a_span_of_time_is_asked_for_in_the_form_that_the_api_wants(
    api: Api, layout: str, since: str, until: str
) -> None:
    api.answers["/orders"] = "[]"
    span = {"parameter": "from", "until": "to", "format": layout}
    start = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    api.rows(
        since=start,
        endpoints=[{**ORDERS, "updated_since": span, "parameters": {"limit": 5, "in": ["a", "b"]}}],
    )
    asked = api.asked[0].query_params
    assert (asked["from"], asked["to"], asked["limit"], asked.getlist("in")) == (
        since,
        until,
        "5",
        ["a", "b"],
    )


SOLD = {
    "data": [
        {
            "id": 501,
            "created_at": "2026-05-01T10:00:00Z",
            "status": "completed",
            "currency": "USD",
            "customer_id": 77,
            "customer_name": "Jane Doe",
            "tax_amount": 1.2,
            "total_amount": 13.2,
            "items": [{"product_id": 9, "name": "Tea", "quantity": 2, "price": 6, "tax": 1.2}],
        }
    ]
}
PAID = [
    {"id": "t1", "order_id": 501, "amount": "13.20", "payment_method": "Credit Card", "date": "2026-05-01"}
]


def zero_configuration(api: Api) -> GenericConnection:
    environ = {"GENERIC_POS_API_URL": api.url, "GENERIC_POS_API_KEY": KEY}
    return GenericConnection.model_validate(
        {"id": "generic", "pos": "generic", **(from_environment(environ) or {})}
    )


def test_an_api_with_plain_names_needs_an_address_and_a_key_and_nothing_else(
    api: Api, tmp_path: Path
) -> None:
    api.answers["/sales"] = json.dumps(SOLD)
    warehouse = tmp_path / "warehouse.duckdb"
    landed = land(
        zero_configuration(api),
        CONNECTOR,
        warehouse=warehouse,
        pipelines=tmp_path / "pipelines",
        lock=nullcontext(),
        hash_key=b"k",
        now=NOW,
        progress=lambda line: None,
    )
    assert landed.windows == 1, "an API that cannot be asked until when is asked once for everything"
    (warning,) = landed.warnings
    assert warning.startswith("transactions was skipped. ") and "HTTP 404" in warning
    assert (landed.rows["orders"], landed.rows["order_lines"], landed.rejected) == (1, 1, 0)
    with duckdb.connect(str(warehouse), read_only=True) as built:
        order = built.execute(
            "select order_id, state, currency, tax, total from raw_generic.orders"
        ).fetchall()
        line = built.execute(
            "select item_id, item_name, quantity, unit_price from raw_generic.order_lines"
        ).fetchall()
    assert order == [("501", "completed", "USD", Decimal("1.2"), Decimal("13.2"))]
    assert line == [("9", "Tea", Decimal(2), Decimal(6))]
    assert b"Jane" not in warehouse.read_bytes()
    assert {request.headers["authorization"] for request in api.asked} == {f"Bearer {KEY}"}


def findings(settings: GenericConnection) -> dict[str, Finding]:
    return {finding.subject: finding for finding in CONNECTOR.check(settings)}


def test_a_check_tells_what_is_there_what_is_not_and_what_cannot_be_read(api: Api) -> None:
    api.answers |= {"/sales": json.dumps(SOLD), "/transactions": json.dumps(PAID)}
    found = findings(zero_configuration(api))
    assert all(finding.holds for finding in found.values())
    assert found["sample of sales"].detail == "501: 13.2 USD, 2026-05-01 10:00 UTC"
    del api.answers["/transactions"]
    api.answers["/sales"] = json.dumps([{"id": 1, "created_at": "soon", "items": []}])
    found = findings(zero_configuration(api))
    assert found["transactions"].holds and "is skipped" in found["transactions"].detail
    assert not found["sales"].holds
    assert found["sales"].detail.endswith("1 that cannot be read: sold_at is no date in the format iso")
