"""What is special about reading a Shopify shop: points, bulk operations, lists in records, hidden orders."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.core.answers import Answer, FaultKind
from connectors.core.connector import Request, Window
from connectors.core.errors import AuthenticationError, RateLimited, VendorError
from connectors.registry import CONNECTORS
from connectors.shopify.account import fault_in
from connectors.shopify.cost import CostBucket
from connectors.shopify.settings import ShopifyConnection, from_environment
from simulator.core.faults import Faults
from simulator.generate import generate_ledger
from simulator.ledger import Ledger, Line, LineKind
from simulator.server import serve
from simulator.shopify import ACCESS_TOKEN, ALL_SCOPES, SIMULATED, create_app
from simulator.shopify.cost import Bucket
from tests.connectors.contract.account import HASH_KEY, Account, Reading, read
from tests.connectors.shopify.till import TILL

LINES = 280
"""More than two pages of an agreement's sales."""


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No real waiting; gives the waits."""
    waited: list[float] = []
    monkeypatch.setattr("connectors.core.http.sleep", waited.append)
    return waited


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return SIMULATED.told(generate_ledger(49, stores=2, days=9, orders_per_day=3, items=8, customers=6))


@pytest.fixture
def opened(ledger: Ledger, tmp_path: Path) -> Iterator[Callable[..., Account]]:
    """Opens a shop."""
    with ExitStack() as servers:

        def account(of: Ledger = ledger, **how: Any) -> Account:
            faults = Faults()
            settings = how.pop("settings", {})
            app = create_app(of, faults=faults, clock=lambda: opened_account.now, **how)
            opened_account = Account(
                TILL,
                of,
                app,
                faults,
                servers.enter_context(serve(app)),
                of.ends_at,
                tmp_path,
                "shopify",
                settings=settings,
                secrets=dict(SIMULATED.secrets),
            )
            return opened_account

        yield account


def asked(account: Account) -> list[str]:
    """Bodies of the questions so far."""
    return [request.body for request in account.requests]


def with_long_lists(ledger: Ledger) -> tuple[Ledger, str]:
    """A ledger of one order that has 280 lines and was changed six times; and that order's number."""
    sale = next(sale for sale in ledger.sales_at(ledger.ends_at) if sale.version == 1 and sale.payments)
    long = tuple(a_line(number) for number in range(LINES))
    versions = tuple(
        replace(
            sale,
            version=version,
            lines=long[: LINES - version + 1],
            updated_at=sale.updated_at + timedelta(minutes=version),
            visible_at=sale.visible_at + timedelta(minutes=version),
        )
        for version in range(1, 8)
    )
    return replace(ledger, sales=versions, returns=(), refunds=()), sale.id


def a_line(number: int) -> Line:
    return Line(f"l{number}", LineKind.CUSTOM, None, "Ribbon", quantity=Decimal(1), unit_price=100, gross=100)


def first_load(account: Account, **how: Any) -> Request:
    connection = account.connection
    return Request(
        window=Window(connection.history_start(account.now), account.now),
        by_sale_date=True,
        snapshots=True,
        hash_key=HASH_KEY,
        loaded_at=account.now,
        **how,
    )


def rows_of(reading: Reading) -> dict[str, set[str]]:
    return {name: rows for name, rows in reading.content().items() if name != "rejected_rows"}


def test_a_bulk_operation_brings_the_same_rows_as_pages(opened: Callable[..., Account]) -> None:
    by_pages = rows_of(read(opened()))
    shop = opened(settings={"bulk_from": 0})
    assert rows_of(read(shop)) == by_pages
    assert not any("query Orders(" in body for body in asked(shop))


def test_lists_inside_a_record_are_read_to_their_end(opened: Callable[..., Account], ledger: Ledger) -> None:
    long, order = with_long_lists(ledger)
    shop = opened(long)
    reading = read(shop)
    ours = f"gid://shopify/Order/{order}"
    agreements = {row["id"] for row in reading.tables["sales_agreements"] if row["order_id"] == ours}
    assert len(agreements) == 7
    lines = [row for row in reading.tables["sales"] if row["agreement_id"] in agreements]
    assert len({row["id"] for row in lines if row["line_type"] == "PRODUCT"}) == LINES + 6
    assert rows_of(read(opened(long, settings={"bulk_from": 0}))) == rows_of(reading)


def test_the_file_of_a_bulk_operation_is_fetched_from_another_host_without_the_token(
    opened: Callable[..., Account],
) -> None:
    shop = opened(settings={"bulk_from": 0})
    read(shop)
    files = [request for request in shop.requests if request.path.startswith("/files/")]
    assert files
    for request in files:
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert headers["host"].startswith("localhost:")
        assert "x-shopify-access-token" not in headers
        assert "authorization" not in headers


def test_a_bulk_operation_is_waited_for(opened: Callable[..., Account], waits: list[float]) -> None:
    by_pages = rows_of(read(opened()))
    shop = opened(settings={"bulk_from": 0})
    shop.simulated.looks = 3
    shop.simulated.busy = 2
    assert rows_of(read(shop)) == by_pages
    assert sum("StateOfExport" in body for body in asked(shop)) == 4 * len(shop.simulated.exports)
    assert all(wait > 0 for wait in waits)


def test_what_shopify_does_not_run_in_bulk_is_read_page_by_page(opened: Callable[..., Account]) -> None:
    shop = opened(settings={"bulk_from": 0})
    shop.simulated.refuses_exports = True
    assert rows_of(read(shop)) == rows_of(read(opened()))


def test_a_bulk_operation_that_may_not_read_is_a_skipped_resource(opened: Callable[..., Account]) -> None:
    scopes = tuple(scope for scope in ALL_SCOPES if scope != "read_inventory")
    shop = opened(scopes=scopes, settings={"bulk_from": 0})
    reading = read(shop)
    assert reading.skipped.keys() == {"product_variants", "inventory_levels"}
    assert all("read_inventory" in reason for reason in reading.skipped.values())
    assert reading.orders == shop.told


def test_a_bulk_operation_that_never_ends_is_one_sentence(
    opened: Callable[..., Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.shopify.bulk.PATIENCE", 5.0)
    shop = opened(settings={"bulk_from": 0})
    shop.simulated.looks = 1_000
    with pytest.raises(VendorError, match="the bulk operation did not end well \\(RUNNING, no code\\)"):
        read(shop)
    busy = opened(settings={"bulk_from": 0})
    busy.simulated.busy = 1_000
    with pytest.raises(RateLimited, match="other bulk operations of this app did not end"):
        read(busy)


def test_no_list_is_paged_further_than_shopify_tells(
    opened: Callable[..., Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.shopify.account.MOST_BY_PAGES", 10)
    monkeypatch.setattr("connectors.shopify.queries.ORDERS_PER_PAGE", 4)
    monkeypatch.setattr("connectors.shopify.queries.IDS_PER_PAGE", 4)
    monkeypatch.setattr("simulator.shopify.account.DEEPEST", 12)
    shop = opened()
    assert read(shop).orders == shop.told


def test_row_7_an_order_that_moves_and_a_throttle_with_http_200_lose_nothing(
    opened: Callable[..., Account], monkeypatch: pytest.MonkeyPatch, waits: list[float]
) -> None:
    monkeypatch.setattr("connectors.shopify.queries.ORDERS_PER_PAGE", 7)
    shop = opened()
    before = dict(shop.told)
    moved = min(before, key=lambda order: before[order])
    shop.faults.between_pages(lambda: shop.edit([moved]), TILL.sales)
    shop.faults.rate_limit(TILL.sales, after=2, retry_after=3)
    reading = read(shop)
    assert reading.orders.keys() == before.keys()
    assert {request.status for request in shop.requests} == {200}
    assert 3 <= max(waits) <= 4.5


def test_the_wait_is_what_is_missing_over_what_comes_back(opened: Callable[..., Account]) -> None:
    shop = opened()
    shop.simulated.bucket = Bucket(50, 10, clock=lambda: 0.0)
    with pytest.raises(RateLimited):
        read(shop)
    body = (
        b'{"data":null,"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":'
        b'{"requestedQueryCost":400,"actualQueryCost":null,"throttleStatus":{"maximumAvailable":2000.0,'
        b'"currentlyAvailable":12,"restoreRate":100.0}}}}'
    )
    fault = fault_in(Answer(body, {}))
    assert fault
    assert (fault.kind, fault.code, fault.wait) == (FaultKind.THROTTLED, "THROTTLED", 3.88)


def test_the_pace_follows_the_points_that_are_left() -> None:
    now = [0.0]
    bucket = CostBucket(clock=lambda: now[0])
    told = (
        b'{"data":{},"extensions":{"cost":{"requestedQueryCost":%d,"actualQueryCost":1,"throttleStatus":'
        b'{"maximumAvailable":2000.0,"currentlyAvailable":%d,"restoreRate":100.0}}}}'
    )
    assert bucket.delay() == 0
    bucket.learn(Answer(told % (900, 1500), {}))
    assert bucket.delay() == 0
    bucket.learn(Answer(told % (10, 400), {}))
    assert bucket.delay() == 5.0  # the dearest query so far needs 900 points
    now[0] = 3.0
    assert bucket.delay() == 2.0
    bucket.learn(Answer(b"a file", {}))
    assert bucket.delay() == 2.0


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ACCESS_DENIED", FaultKind.DENIED),
        ("INTERNAL_SERVER_ERROR", FaultKind.BROKEN),
        ("MAX_COST_EXCEEDED", FaultKind.REFUSED),
        ("SHOP_INACTIVE", FaultKind.REFUSED),
    ],
)
def test_an_error_inside_http_200_is_no_answer(code: str, kind: FaultKind) -> None:
    fault = fault_in(Answer(b'{"errors":[{"extensions":{"code":"%s"}}]}' % code.encode(), {}))
    assert fault
    assert (fault.kind, fault.code) == (kind, code)


def test_a_text_that_speaks_of_errors_is_no_error() -> None:
    assert fault_in(Answer(b'{"data":{"shop":{"name":"\\"errors\\": none"}}}', {})) is None
    assert fault_in(Answer(b'{"data":{"x":{"userErrors":[]}}}', {})) is None


def test_row_5_an_app_that_sees_only_sixty_days_is_told_so(
    opened: Callable[..., Account], ledger: Ledger
) -> None:
    scopes = tuple(scope for scope in ALL_SCOPES if scope != "read_all_orders")
    shop = opened(scopes=scopes)
    shop.now = ledger.ends_at + timedelta(days=55)
    connector, request = CONNECTORS["shopify"], first_load(shop)
    rows = list(connector.source(shop.connection, request).with_resources("orders"))
    assert rows
    (warning,) = request.skipped.values()
    assert "only the orders of the last 60 days" in warning
    assert "read_all_orders" in warning
    found = {finding.subject: finding for finding in connector.check(shop.connection)}
    assert not found["read_all_orders"].holds
    allowed = first_load(opened())
    list(connector.source(opened().connection, allowed).with_resources("orders"))
    assert allowed.skipped == {}


def test_without_the_permission_orders_come_without_their_customer(opened: Callable[..., Account]) -> None:
    scopes = tuple(scope for scope in ALL_SCOPES if scope != "read_customers")
    reading = read(opened(scopes=scopes))
    assert reading.skipped == {}
    assert {row["customer_key"] for row in reading.tables["orders"]} == {None}
    assert {row["customer_key"] for row in read(opened()).tables["orders"]} != {None}


def test_a_report_that_shopify_does_not_understand_is_left_out(
    opened: Callable[..., Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.shopify.queries.DAILY_TOTALS", "SHOW nothing SINCE {first} UNTIL {last}")
    shop = opened()
    reading = read(shop)
    assert "did not understand" in reading.skipped["daily_totals"]
    assert reading.orders == shop.told


def test_the_token_of_a_custom_app_is_enough(opened: Callable[..., Account]) -> None:
    own = {"access_token": ACCESS_TOKEN, "client_id": None, "client_secret": None}
    shop = opened(settings=own)
    assert read(shop).orders == shop.told
    assert not any("oauth" in request.path for request in shop.requests)
    with pytest.raises(AuthenticationError, match="SHOPIFY_SHOP_DOMAIN"):
        read(opened(settings={**own, "access_token": "shpat_wrong"}))


def test_a_token_is_asked_for_once_and_kept(opened: Callable[..., Account]) -> None:
    shop = opened()
    shop.now = datetime.now(UTC)
    read(shop)
    read(shop)
    assert sum("oauth" in request.path for request in shop.requests) == 1
    kept = shop.connection.token_file  # type: ignore[attr-defined]
    assert kept.stat().st_mode & 0o077 == 0
    assert "shpss_simulated" not in kept.read_text()


@pytest.mark.parametrize(
    "written", ["my-shop", "my-shop.myshopify.com", "https://my-shop.myshopify.com/", " My-Shop "]
)
def test_a_shop_may_be_written_in_several_ways(written: str) -> None:
    connection = ShopifyConnection(id="s", shop_domain=written, access_token="x")  # type: ignore[arg-type]
    assert connection.url == "https://my-shop.myshopify.com"


@pytest.mark.parametrize("written", ["shop.example.org", "my-shop.myshopify.com.evil.example", "a b", ""])
def test_a_token_is_sent_to_shops_of_shopify_only(written: str) -> None:
    with pytest.raises(ValidationError, match="has to be the shop's own address"):
        ShopifyConnection(id="s", shop_domain=written, access_token="x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "login",
    [
        {},
        {"client_id": "i"},
        {"client_secret": "s"},
        {"access_token": "t", "client_id": "i", "client_secret": "s"},
    ],
)
def test_there_is_one_way_to_log_in(login: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="client_secret"):
        ShopifyConnection(id="s", shop_domain="my-shop", **login)


def test_the_two_variables_of_the_old_guide_are_a_connection() -> None:
    environ = {"SHOPIFY_SHOP_DOMAIN": "my-shop", "SHOPIFY_ACCESS_TOKEN": "shpat_1"}
    values = from_environment(environ)
    assert values == {"shop_domain": "my-shop", "access_token": "shpat_1"}
    assert ShopifyConnection(id="shopify", **values).url == "https://my-shop.myshopify.com"
    assert from_environment({"SHOPIFY_ACCESS_TOKEN": "shpat_1"}) is None
