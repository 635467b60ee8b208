"""What is special about reading Toast: logins, restaurants, spans of time, and lists inside lists."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route as StarletteRoute

from connectors.core.answers import Answer
from connectors.core.asking import Ask
from connectors.core.connector import Request, Window
from connectors.core.errors import DataFormatError, RateLimited, VendorError
from connectors.core.paging import ONE_PAGE, Head
from connectors.core.projector import Projector, Stamp
from connectors.toast import schema
from connectors.toast.account import Restaurant, ToastAccount
from connectors.toast.endpoints import LONGEST_SPAN, orders
from connectors.toast.menus import as_one_list
from connectors.toast.paging import LinkedPageNumber
from connectors.toast.settings import ToastConnection, from_environment
from simulator.ledger import Ledger
from simulator.server import serve
from tests.connectors.contract.account import Account, read

OpenAccount = Callable[[Ledger], Account]
LOGIN = "/authentication/v1/authentication/login"
ORDERS = "/orders/v2/ordersBulk"
LOADED_AT = datetime(2026, 11, 22, tzinfo=UTC)


def asked(account: Account, path: str) -> list[dict[str, str]]:
    return [
        {name: values[0] for name, values in parse_qs(request.query).items()}
        for request in account.requests
        if request.path == path
    ]


def toast_account(account: Account) -> ToastAccount:
    connection = account.connection
    assert isinstance(connection, ToastConnection)
    return ToastAccount(connection)


def rows_of(answer: Any, *tables: schema.Table, restaurant: str = "R1") -> dict[str, list[dict[str, Any]]]:
    stamp = Stamp("toast", loaded_at=LOADED_AT, hash_key=b"a key for tests")
    projector = Projector(tables, stamp, paging=ONE_PAGE, subject="Toast")
    page = projector.read(json.dumps(answer).encode(), {"restaurant_guid": restaurant})
    return {name: rows.to_pylist() for name, rows in projector.tables([page]).items()}


def test_one_login_serves_every_request_of_several_runs(open_account: OpenAccount, ledger: Ledger) -> None:
    account = open_account(ledger)
    read(account)
    read(account)
    assert len(asked(account, LOGIN)) == 1


def test_a_third_login_within_an_hour_is_refused_before_it_is_made(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    account = open_account(ledger)
    client = toast_account(account).client
    for _ in range(2):
        client.request("GET", "/partners/v1/connectedRestaurants", scope="")
        account.faults.expire_token("/partners")
    with pytest.raises(RateLimited, match=r"allows 2 logins an hour.* Run again in \d+ minutes"):
        client.request("GET", "/partners/v1/connectedRestaurants", scope="")
    assert len(asked(account, LOGIN)) == 2


def test_a_token_that_many_requests_are_refused_at_once_is_replaced_by_one_login(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    account = open_account(ledger)
    read(account)
    account.simulated.tokens.end("toast-access-1")
    assert read(account).orders == account.told
    assert len(asked(account, LOGIN)) == 2


def test_a_server_that_is_not_toast_is_told_in_one_sentence(tmp_path: Path, waits: list[float]) -> None:
    app = Starlette(routes=[StarletteRoute(LOGIN, lambda request: JSONResponse({}), methods=["POST"])])
    with serve(app) as url:
        connection = ToastConnection(
            id="toast", client_id="c", client_secret=SecretStr("s"), base_url=url, token_folder=tmp_path
        )
        with pytest.raises(DataFormatError, match=r"not the JSON of its documentation\. Check the base URL"):
            ToastAccount(connection).restaurants  # noqa: B018 - it is read


def test_every_restaurant_is_named_in_a_header_and_on_its_rows(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    account = open_account(ledger)
    reading = read(account)
    stores = {sale.id: sale.store_id for sale in ledger.sales}
    assert {row["guid"]: row["restaurant_guid"] for row in reading.tables["orders"]} == {
        order: stores[order] for order in account.told
    }
    named = {request.headers.get("toast-restaurant-external-id") for request in account.requests}
    assert {store.id for store in ledger.stores} <= named


def test_only_the_restaurants_of_the_settings_are_read(open_account: OpenAccount, ledger: Ledger) -> None:
    account = open_account(ledger)
    account.settings = {"restaurant_guids": ["L002"]}
    reading = read(account)
    for table in ("orders", "menu_items", "stock", "daily_totals"):
        assert {row["restaurant_guid"] for row in reading.tables[table]} == {"L002"}
    assert not asked(account, "/partners/v1/connectedRestaurants")


def test_the_environment_may_name_several_restaurants() -> None:
    environ = {"TOAST_CLIENT_ID": "c", "TOAST_CLIENT_SECRET": "s", "TOAST_RESTAURANT_GUID": "a, b,"}
    assert from_environment(environ) == {
        "client_id": "c",
        "client_secret": "s",
        "restaurant_guids": ["a", "b"],
    }
    assert from_environment({"TOAST_CLIENT_SECRET": "s"}) is None


def test_a_restaurant_that_does_not_exist_is_named_with_its_setting(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    account = open_account(ledger)
    account.settings = {"restaurant_guids": ["NOWHERE"]}
    with pytest.raises(
        VendorError, match=r"no restaurant NOWHERE for these credentials\. Check restaurant_guids"
    ):
        toast_account(account).restaurants  # noqa: B018 - it is read


def test_changes_are_asked_for_by_the_month_without_a_gap_and_with_an_encoded_plus(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    account = open_account(ledger)
    account.settings = {"restaurant_guids": ["L001"]}
    start = account.now - timedelta(days=100)
    read(account, since=start)
    raw = [request.query for request in account.requests if request.path == ORDERS]
    assert all("%2B0000" in query and "+" not in query for query in raw)
    spans = [(query["startDate"], query["endDate"]) for query in asked(account, ORDERS)]
    times = [(datetime.fromisoformat(first), datetime.fromisoformat(last)) for first, last in spans]
    assert times[0][0] == start
    assert times[-1][1] == account.now
    assert all(last - first <= LONGEST_SPAN for first, last in times)
    assert [last for _, last in times[:-1]] == [first for first, _ in times[1:]]


def test_a_first_load_asks_for_each_business_date_since_the_restaurant_opened(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    account = open_account(ledger)
    account.settings = {"restaurant_guids": ["L001"]}
    window = Window(account.now - timedelta(days=700), account.now)
    request = Request(window=window, by_sale_date=True, snapshots=False, hash_key=b"", loaded_at=account.now)
    days = [int(ask.query["businessDate"]) for ask in orders(toast_account(account), request)]
    sold = {row["business_date"] for row in read(account).tables["orders"]}
    assert sold <= set(days)
    assert len(days) == len(set(days)) <= 12


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-08T06:59:00+00:00", "2026-03-07"),  # 01:59 in New York, whose clocks go forward at 02:00
        ("2026-03-08T07:59:00+00:00", "2026-03-07"),  # 03:59
        ("2026-03-08T08:00:00+00:00", "2026-03-08"),  # 04:00
        ("2026-11-01T05:30:00+00:00", "2026-10-31"),  # 01:30, the first of two
        ("2026-11-01T08:59:00+00:00", "2026-10-31"),  # 03:59
        ("2026-11-01T09:00:00+00:00", "2026-11-01"),  # 04:00
    ],
)
def test_a_business_date_ends_at_the_closeout_hour_by_the_clock_on_the_wall(moment: str, day: str) -> None:
    restaurant = Restaurant("R", ZoneInfo("America/New_York"), 4, date.min)
    assert restaurant.business_date(datetime.fromisoformat(moment)) == date.fromisoformat(day)


def test_a_next_page_on_another_server_is_asked_for_on_ours() -> None:
    link = '<https://internal.toasttab.example/orders/v2/ordersBulk?businessDate=20261101&page=4>; rel="next"'
    ask = Ask(query={"businessDate": "20261101", "page": "3"})
    following = LinkedPageNumber().following(
        ask, Answer(b"[]", {"Link": f'<x>; rel="first", {link}'}), Head({}, 0)
    )
    assert following == Ask(query={"businessDate": "20261101", "page": "4"})
    assert (
        LinkedPageNumber().following(ask, Answer(b"[]", {"Link": '<x?page=1>; rel="first"'}), Head({}, 0))
        is None
    )


def selection(guid: str, price: float, *modifiers: Any) -> dict[str, Any]:
    return {
        "guid": guid,
        "item": {"guid": f"I-{guid}"},
        "quantity": 1.0,
        "price": price,
        "modifiers": list(modifiers),
    }


def test_modifiers_are_read_three_levels_deep_and_counted_below() -> None:
    fourth = selection("m4", 0.1)
    third = selection("m3", 0.2, fourth)
    order = {
        "guid": "O1",
        "modifiedDate": "2026-11-01T18:03:22.000+0000",
        "checks": [
            {
                "guid": "C1",
                "selections": [selection("s1", 18.07, selection("m1", 0.3, selection("m2", 0.4, third)))],
            }
        ],
    }
    rows = rows_of([order], *schema.ORDER_TABLES)
    levels = ("modifiers", "modifiers_of_modifiers", "deeper_modifiers", "unread_modifiers")
    assert [[row["guid"] for row in rows[level]] for level in levels] == [["m1"], ["m2"], ["m3"], ["m4"]]
    assert {row["selection_guid"] for level in levels for row in rows[level]} == {"s1"}
    assert {row["order_guid"] for level in levels for row in rows[level]} == {"O1"}
    assert [row["price"] for row in rows["selections"]] == [Decimal("18.07")]


@pytest.mark.parametrize("written", [0.1, 18.07, 1234567.89, 0.30000000000000004, 4.35])
def test_a_double_is_read_as_the_decimal_that_it_stands_for(written: float) -> None:
    order = {"guid": "O1", "modifiedDate": "2026-11-01T18:03:22.000+0000"}
    check = {"guid": "C1", "totalAmount": written}
    (row,) = rows_of([{**order, "checks": [check]}], *schema.ORDER_TABLES)["checks"]
    assert row["total_amount"] == Decimal(str(round(written, 10)))


def group(name: str, *items: Any, groups: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {"guid": f"G-{name}", "name": name, "menuItems": list(items), "menuGroups": list(groups)}


def test_items_are_found_in_groups_of_any_depth_with_category_and_exact_price() -> None:
    drinks = {"guid": "SC1", "name": "Drinks"}
    item = {"guid": "I1", "name": "Tea", "price": 4.35, "salesCategory": drinks, "sku": "T-1"}
    deep = group("e", item)
    for name in "dcba":
        deep = group(name, groups=(deep,))
    shallow = group("specials", {**item, "price": 3.0}, {"guid": "I2", "name": "Cake", "price": None})
    menus = {
        "menus": [{"name": "Menu", "menuGroups": [deep]}, {"name": "Late", "menuGroups": [shallow]}],
        "modifierOptionReferences": {"7": {"guid": "M1", "name": "Oat milk", "price": 0.6}},
    }
    rows = rows_of(json.loads(as_one_list(json.dumps(menus).encode())), *schema.MENU_TABLES)
    found = {row["guid"]: row for row in rows["menu_items"]}
    assert found.keys() == {"I1", "I2"}
    assert (found["I1"]["price"], found["I1"]["menu"], found["I1"]["menu_group"]) == (
        Decimal("4.35"),
        "Menu",
        "e",
    )
    assert (found["I1"]["sales_category"], found["I1"]["sku"]) == ("Drinks", "T-1")
    assert found["I2"]["price"] is None
    assert [(row["guid"], row["name"]) for row in rows["modifier_options"]] == [("M1", "Oat milk")]


def test_a_report_is_waited_for_and_one_that_is_never_ready_is_an_error(
    open_account: OpenAccount, ledger: Ledger, waits: list[float]
) -> None:
    account = open_account(ledger)
    account.simulated.report_looks = 3
    assert read(account).tables["daily_totals"]
    assert waits.count(4) == 3
    account.simulated.report_looks = 1000
    with pytest.raises(VendorError, match="the report was not ready after 4 minutes"):
        read(account)


def test_an_empty_list_of_scarce_items_is_still_an_observation(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    account = open_account(replace(ledger, movements=()))
    reading = read(account)
    assert "stock" not in reading.tables
    assert {row["restaurant_guid"] for row in reading.tables["stock_readings"]} == {"L001", "L002"}
