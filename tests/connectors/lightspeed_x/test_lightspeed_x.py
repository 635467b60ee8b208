"""What is particular to Retail X-Series: the feed of versions, its tombstones, its tokens, its search."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from pydantic import ValidationError

from connectors.core.connector import Window
from connectors.core.errors import AuthenticationError
from connectors.lightspeed_x.account import LightspeedXAccount
from connectors.lightspeed_x.schema import TABLES
from connectors.lightspeed_x.settings import LightspeedXConnection, from_environment
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.lightspeed_x.app import PERSONAL_TOKEN
from simulator.pos import SIMULATED
from tests.connectors.contract.account import Account, an_account, read, small_ledger
from tests.connectors.contract.landing import Warehouse
from tests.connectors.lightspeed_x.till import TILL

SALES, SEARCH, TOKEN = "/api/2.0/sales", "/api/2.0/search", "/api/1.0/token"


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return small_ledger(TILL)


@pytest.fixture
def waits() -> Iterator[list[float]]:
    """Small pages, and no real waiting; gives the waits."""
    waited: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in TILL.small_pages.items():
            patch.setattr(name, value)
        patch.setattr("connectors.core.http.sleep", waited.append)
        yield waited


@pytest.fixture
def shop(ledger: Ledger, waits: list[float], tmp_path: Path) -> Iterator[Account]:
    with an_account(TILL, ledger, tmp_path) as account:
        yield account


@pytest.fixture(scope="module")
def busy_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """Long enough that goods are ordered and delivered, and gift cards sold."""
    made = generate_ledger(11, stores=2, days=40, orders_per_day=12, items=8, customers=6)
    with an_account(TILL, SIMULATED["lightspeed_x"].told(made), tmp_path_factory.mktemp("busy")) as account:
        yield account


def asked(shop: Account, path: str) -> list[dict[str, list[str]]]:
    return [parse_qs(request.query) for request in shop.requests if request.path == path]


def test_a_wait_until_a_date_is_waited_out(shop: Account, waits: list[float]) -> None:
    shop.faults.rate_limit(SALES, after=1, retry_after=60)
    assert read(shop).orders == shop.told
    (wait,) = waits
    assert 55 < wait < 62


def test_the_feed_is_followed_by_version_and_never_by_page_number(shop: Account) -> None:
    read(shop)
    pages = asked(shop, SALES)
    versions = [int(page["after"][0]) for page in pages]
    assert len(versions) > 3
    assert versions == sorted(set(versions))
    assert versions[0] == 0
    assert not any("page" in page for page in pages)


def test_the_next_run_goes_on_where_the_feed_ended(shop: Account, tmp_path: Path) -> None:
    warehouse = Warehouse(TILL, tmp_path / "warehouse")
    warehouse.land(shop)
    highest = max(warehouse.stand().orders.values())
    shop.requests.clear()
    shop.now += timedelta(days=1)
    assert warehouse.land(shop).rows["sales"] == 0
    assert [page["after"] for page in asked(shop, SALES)] == [[str(highest)]]


def test_tombstones_are_read_from_the_feed(shop: Account) -> None:
    gone = min(shop.told)
    shop.now += timedelta(days=1)
    shop.simulated.delete_order(gone)
    shop.now += timedelta(minutes=1)
    tables = read(shop).tables
    assert {row["id"] for row in tables["sales"] if row["deleted_at"]} == {gone}
    deleted = {item.id for item in shop.ledger.items if item.is_deleted}
    assert {row["id"] for row in tables["products"] if row["deleted_at"]} == deleted


def test_a_backfill_searches_sales_by_their_date(shop: Account, tmp_path: Path) -> None:
    moments = {sale.id: sale.closed_at or sale.opened_at for sale in shop.ledger.sales_at(shop.now)}
    moments |= {
        given.id: given.closed_at
        for given in shop.ledger.returns_at(shop.now)
        if given.exchange_sale_id is None
    }
    span = Window(shop.now - timedelta(days=5), shop.now - timedelta(days=2))
    warehouse = Warehouse(TILL, tmp_path / "warehouse")
    warehouse.land(shop, span=span)
    wanted = {sale_id for sale_id, at in moments.items() if span.start <= at < span.end}
    assert len(wanted) > 2 * TILL.page
    assert set(warehouse.stand().orders) == wanted
    assert asked(shop, SALES) == []
    assert [page.get("offset") for page in asked(shop, SEARCH)][:2] == [None, ["7"]]


def test_every_product_of_a_stock_order_is_read_with_it(busy_shop: Account) -> None:
    rows = read(busy_shop).tables["consignment_products"]
    assert {(row["consignment_id"], row["product_id"]): (row["count"], row["received"]) for row in rows} == {
        (order.id, line.item_id): (line.quantity, line.received)
        for order in busy_shop.ledger.purchase_orders_at(busy_shop.now)
        for line in order.lines
    }


def test_the_number_of_a_gift_card_is_not_kept_but_its_line_is_known(busy_shop: Account) -> None:
    cards = {item.id for item in busy_shop.ledger.items if item.is_gift_card}
    lines = read(busy_shop).tables["sale_lines"]
    assert {row["gift_card_product_id"] for row in lines} == {None, *cards}
    assert not any("number" in name for table in TABLES for name in table.schema.names)


def test_each_refresh_token_is_used_once_and_the_next_one_is_kept(shop: Account) -> None:
    shop.faults.token_expires_after = 5
    assert read(shop).orders == shop.told
    renewals = [request for request in shop.requests if request.path == TOKEN]
    assert len(renewals) > 1
    assert {request.status for request in renewals} == {200}
    kept = json.loads((shop.folder / "tokens" / "lightspeed_x__lightspeed_x.json").read_text())
    assert {kept["refresh_token"]} == shop.simulated.refresh_tokens


def test_a_spent_refresh_token_says_to_authorise_anew(shop: Account) -> None:
    shop.simulated.refresh_tokens = set()
    with pytest.raises(AuthenticationError, match="authorise the application anew"):
        read(shop)


def test_a_personal_token_needs_no_renewal(shop: Account) -> None:
    connection = LightspeedXConnection(
        id="own", domain_prefix="simulated", access_token=PERSONAL_TOKEN, base_url=shop.base_url
    )
    client = LightspeedXAccount(connection).client
    assert client.request("GET", "/api/2.0/outlets", scope="outlets:read").status == 200
    assert asked(shop, TOKEN) == []


def test_every_request_names_the_application(shop: Account) -> None:
    read(shop)
    assert {request.headers["user-agent"] for request in shop.requests} == {"pos-warehouse/1.0"}


def test_another_shop_than_the_settings_name_is_told(shop: Account) -> None:
    shop.settings = {"domain_prefix": "another-shop"}
    first = next(iter(shop.connector.check(shop.connection)))
    assert not first.holds
    assert "'simulated'" in first.detail


@pytest.mark.parametrize(
    "settings",
    [
        {"domain_prefix": "shop"},
        {"domain_prefix": "shop", "client_id": "id", "refresh_token": "token"},
        {"domain_prefix": "https://shop.retail.lightspeed.app", "access_token": "token"},
        {"access_token": "token"},
    ],
)
def test_settings_without_a_shop_or_a_way_to_a_token_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        LightspeedXConnection(id="x", **settings)


def test_the_environment_alone_makes_a_connection() -> None:
    assert from_environment({"LIGHTSPEED_X_DOMAIN_PREFIX": "shop"}) is None
    found = from_environment(
        {"LIGHTSPEED_X_DOMAIN_PREFIX": "shop", "LIGHTSPEED_X_ACCESS_TOKEN": "t", "OTHER": "x"}
    )
    assert found == {"domain_prefix": "shop", "access_token": "t"}
    assert LightspeedXConnection(id="x", **found).url == "https://shop.retail.lightspeed.app"
