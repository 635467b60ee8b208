"""What is special about reading Retail R-Series: archived rows, pages of a hundred, times of change, pace."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from connectors.core.answers import Answer
from connectors.core.connector import Request, Window
from connectors.core.errors import ConfigurationError
from connectors.core.pacing import LeakyBucket
from connectors.lightspeed_r.account import DEAREST_REQUEST, LightspeedRAccount, budget_of
from connectors.lightspeed_r.endpoints import inventory_logs
from connectors.lightspeed_r.settings import LightspeedRConnection
from simulator.ledger import Ledger
from simulator.lightspeed_r import SIMULATED
from tests.connectors.contract.account import Account, read
from tests.connectors.contract.till import Row
from tests.connectors.lightspeed_r.accounts import r_account, small_ledger


@pytest.fixture(scope="module")
def sleeps() -> Iterator[list[float]]:
    waits: list[float] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("connectors.core.http.sleep", waits.append)
        yield waits


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return small_ledger()


@pytest.fixture
def account(tmp_path: Path, sleeps: list[float], ledger: Ledger) -> Iterator[Account]:
    sleeps.clear()
    with r_account(ledger, tmp_path) as account:
        yield account


def opened(account: Account) -> LightspeedRAccount:
    connection = account.connection
    assert isinstance(connection, LightspeedRConnection)
    return LightspeedRAccount(connection)


def asked(account: Account, resource: str) -> list[dict[str, str]]:
    """The parameters of the requests to a list."""
    return [
        {name: values[0] for name, values in parse_qs(request.query).items()}
        for request in account.requests
        if request.path.endswith(f"/{resource}.json")
    ]


def test_archived_items_are_read_though_the_api_hides_them(account: Account) -> None:
    items = {row["id"]: row["archived"] for row in read(account).tables["items"]}
    deleted = {item.id for item in SIMULATED.told(account.ledger).items if item.is_deleted}
    assert deleted and {item for item, archived in items.items() if archived == "true"} == deleted
    assert {question["archived"] for question in asked(account, "Sale")} == {"true"}


def test_no_page_is_asked_for_with_more_than_a_hundred_records(account: Account) -> None:
    read(account)
    limits = [
        parse_qs(request.query)["limit"][0] for request in account.requests if "limit=" in request.query
    ]
    assert limits and set(limits) == {"100"}


def test_a_list_of_more_than_a_hundred_is_read_whole_by_the_urls_that_name_the_next_page(
    tmp_path: Path, sleeps: list[float]
) -> None:
    ledger = small_ledger(stores=1, days=40, orders_per_day=4)
    with r_account(ledger, tmp_path) as account:
        logs = read(account).tables["inventory_logs"]
        questions = asked(account, "InventoryLog")
    movements = SIMULATED.told(ledger).movements
    assert len(movements) > 200
    assert {row["id"] for row in logs} == {movement.id for movement in movements}
    assert len(questions) == -(-len(movements) // 100)
    assert all("after" in question for question in questions[1:])


def test_the_offset_of_the_older_version_is_never_sent(account: Account) -> None:
    read(account)
    assert not any("offset" in request.query or "orderby" in request.query for request in account.requests)


def test_changes_are_asked_for_by_the_true_time_of_change_and_sales_by_their_completion(
    account: Account,
) -> None:
    read(account, since=account.now - timedelta(hours=1))
    (question,) = asked(account, "Sale")
    assert question["sort"] == "updatetime"
    assert question["updatetime"].startswith("><,")
    assert "timeStamp" not in question


def test_an_edit_after_completion_is_found_though_it_does_not_move_the_time_stamp(account: Account) -> None:
    before = {row["id"]: row for row in read(account).tables["sales"]}
    edited = next(row["id"] for row in before.values() if row["completed"] == "true")
    account.now += timedelta(days=10)
    account.edit([edited])
    account.now += timedelta(minutes=1)
    (row,) = read(account, since=account.now - timedelta(hours=1)).tables["sales"]
    assert row["id"] == edited
    assert row["time_stamp"] == before[edited]["time_stamp"]
    assert row["updated_at"] > before[edited]["updated_at"]


def test_a_voided_sale_is_read_as_voided(account: Account) -> None:
    sold = next(row["id"] for row in read(account).tables["sales"] if row["completed"] == "true")
    account.now += timedelta(days=10)
    account.simulated.void_sale(sold)
    (row,) = read(account, since=account.now - timedelta(hours=1)).tables["sales"]
    assert (row["id"], row["voided"]) == (sold, "true")


def test_stock_is_read_though_a_change_of_it_does_not_move_the_item(account: Account) -> None:
    first = read(account).tables
    account.now -= timedelta(days=5)
    second = read(account).tables
    assert {row["id"]: row["updated_at"] for row in first["items"]} == {
        row["id"]: row["updated_at"] for row in second["items"]
    }
    assert stock(first["item_shops"]) != stock(second["item_shops"])
    assert stock(first["item_shops"]) == SIMULATED.told(account.ledger).on_hand(account.ledger.ends_at)


def stock(rows: list[Row]) -> dict[tuple[str, str], Decimal]:
    return {(row["shop_id"], row["item_id"]): row["on_hand"] for row in rows if row["shop_id"] != "0"}


def test_a_buyer_is_a_hash_and_nobody_is_none(account: Account) -> None:
    told = {sale.id: sale.customer_id for sale in SIMULATED.told(account.ledger).sales}
    keys = {row["id"]: row["customer_key"] for row in read(account).tables["sales"] if row["id"] in told}
    assert any(keys.values())
    assert {sale for sale, key in keys.items() if key} == {
        sale for sale, customer in told.items() if customer
    }
    assert not set(filter(None, keys.values())) & {customer.id for customer in account.ledger.customers}


def test_the_currency_is_the_accounts_unless_the_settings_name_one(account: Account) -> None:
    shops = read(account).tables["shops"]
    assert {row["currency"] for row in shops} == {account.ledger.stores[0].currency}
    account.settings["currency"] = "CHF"
    assert opened(account).currency == "CHF"


def test_an_account_without_a_currency_says_which_setting_to_set(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "simulator.lightspeed_r.catalog.account", lambda ledger: {"name": "Simulated merchant"}
    )
    with pytest.raises(ConfigurationError, match="Set currency") as caught:
        read(account)
    assert "LIGHTSPEED_R_CURRENCY" in str(caught.value)


def test_an_account_that_the_credentials_do_not_open_is_named_with_those_they_do(account: Account) -> None:
    account.settings["account_id"] = "999"
    with pytest.raises(ConfigurationError, match="open the accounts: 120645; account_id names 999"):
        opened(account).account_id  # noqa: B018


def test_a_full_bucket_is_waited_for_before_the_vendor_has_to_refuse(
    tmp_path: Path, sleeps: list[float]
) -> None:
    sleeps.clear()
    with r_account(small_ledger(stores=1, days=1, orders_per_day=1), tmp_path) as account:
        bucket = account.simulated.bucket = type(account.simulated.bucket)(registers=1)
        bucket.take(88)
        reader = opened(account)
        assert reader.account_id
        assert sleeps == []
        assert reader.currency
    (wait,) = sleeps
    assert 0.5 < wait < DEAREST_REQUEST
    assert {request.status for request in account.requests} == {200}


def test_the_bucket_is_as_the_headers_tell_it() -> None:
    headers = {"X-LS-API-Bucket-Level": "92.57/190", "X-LS-API-Drip-Rate": "6"}
    budget = budget_of(Answer(b"", headers))
    assert budget is not None
    assert (budget.level, budget.capacity, budget.drip) == (92.57, 190, 6)
    assert budget_of(Answer(b"", {})) is None
    clock = iter([0.0, 0.0, 0.0, 1.0])
    pace = LeakyBucket(90, 1, told=budget_of, cost=2, clock=lambda: next(clock))
    pace.learn(Answer(b"", {"X-LS-API-Bucket-Level": "90/90", "X-LS-API-Drip-Rate": "1"}))
    assert pace.delay() == 2
    assert pace.delay() == 3


def test_a_page_of_sales_loads_no_relation_that_is_not_kept(account: Account) -> None:
    read(account)
    (question, *_) = asked(account, "Sale")
    assert question["load_relations"] == '["SaleLines","SalePayments","SalePayments.SaleAccounts"]'
    assert {one.get("load_relations") for one in asked(account, "Item")} == {None}


def test_purchase_orders_have_the_dates_on_which_they_were_ordered_expected_and_received(
    tmp_path: Path, sleeps: list[float]
) -> None:
    ledger = small_ledger(stores=1, days=40, orders_per_day=5)
    with r_account(ledger, tmp_path) as account:
        tables = read(account).tables
    told = {order.id: order for order in SIMULATED.told(ledger).purchase_orders_at(ledger.ends_at)}
    rows = {row["id"]: row for row in tables["purchase_orders"]}
    assert {order: (row["ordered_at"], row["expected_at"]) for order, row in rows.items()} == {
        order.id: (order.ordered_at, order.expected_at) for order in told.values()
    }
    assert {order for order, row in rows.items() if row["complete"] == "true"} == {
        order.id for order in told.values() if order.received_at
    }
    assert any(row["received_at"] is None for row in rows.values())
    assert {(row["id"], row["quantity"], row["checked_in"]) for row in tables["purchase_order_lines"]} == {
        (line.id, line.quantity, line.received) for order in told.values() for line in order.lines
    }


def test_changes_of_stock_are_asked_for_after_the_last_one_that_was_read(account: Account) -> None:
    request = Request(
        Window(account.now, account.now),
        by_sale_date=False,
        snapshots=True,
        hash_key=b"",
        loaded_at=account.now,
        places={"inventory_logs": "41"},
    )
    (later,) = inventory_logs(opened(account), request)
    assert later.query["inventoryLogID"] == ">,41"
    assert later.query["sort"] == "inventoryLogID"
    (first,) = inventory_logs(opened(account), replace(request, places={}))
    assert first.query["createTime"].startswith(">=,")
