"""What is particular to Restaurant K-Series: business days, late accounts, locations, tokens."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from connectors.core.errors import AuthenticationError, ConfigurationError, DataFormatError
from connectors.lightspeed_k.account import LightspeedKAccount, Location
from connectors.lightspeed_k.endpoints import DAYS_WATCHED
from connectors.lightspeed_k.schema import TABLES
from connectors.lightspeed_k.settings import from_environment
from simulator.ledger import Ledger, Sale
from tests.connectors.contract.account import Account, an_account, read, small_ledger
from tests.connectors.lightspeed_k.till import TILL


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return small_ledger(TILL)


@pytest.fixture
def restaurant(ledger: Ledger, tmp_path: Path) -> Iterator[Account]:
    with (
        pytest.MonkeyPatch.context() as patch,
        an_account(TILL, ledger, tmp_path) as account,
    ):
        patch.setattr("connectors.core.http.sleep", lambda seconds: None)
        yield account


def asked(restaurant: Account, ending: str) -> list[dict[str, list[str]]]:
    return [parse_qs(request.query) for request in restaurant.requests if request.path.endswith(ending)]


def days_of(restaurant: Account) -> dict[tuple[str, str], bool]:
    return {
        (row["location_id"], row["business_date"]): row["data_complete"]
        for row in read(restaurant).tables["business_days"]
    }


def arriving_late(ledger: Ledger, *waits: timedelta) -> tuple[Ledger, list[Sale]]:
    """The ledger with accounts of one day, five days before its end, sent so long after that end."""
    closed_at = ledger.ends_at - timedelta(days=5)
    sale = next(sale for sale in ledger.sales if sale.version == 1 and sale.payments)
    late = [
        replace(
            sale,
            id=f"LATE-{number}",
            opened_at=closed_at,
            closed_at=closed_at,
            updated_at=closed_at,
            visible_at=ledger.ends_at + wait,
        )
        for number, wait in enumerate(waits)
    ]
    return replace(ledger, sales=(*ledger.sales, *late)), late


def test_a_day_is_complete_when_it_is_over_and_every_till_has_sent_its_accounts(
    ledger: Ledger, tmp_path: Path
) -> None:
    later, (late,) = arriving_late(ledger, timedelta(hours=1))
    with an_account(TILL, later, tmp_path) as restaurant:
        store = next(store for store in later.stores if store.id == late.store_id)
        assert late.closed_at
        day = late.closed_at.astimezone(store.zone).date().isoformat()
        today = {store.id: restaurant.now.astimezone(store.zone).date() for store in later.stores}
        found = days_of(restaurant)
        assert len(found) == DAYS_WATCHED * len(later.stores)
        assert not any(found[store_id, each.isoformat()] for store_id, each in today.items())
        assert not found[store.id, day]
        restaurant.now += timedelta(hours=2)
        assert days_of(restaurant)[store.id, day]


def test_an_account_that_comes_after_the_lookback_is_found_while_its_day_is_not_complete(
    ledger: Ledger, tmp_path: Path
) -> None:
    later, (late, last) = arriving_late(ledger, timedelta(hours=1), timedelta(days=1))
    with an_account(TILL, later, tmp_path) as restaurant:
        lookback = restaurant.connection.lookback
        assert lookback < timedelta(days=4)
        assert late.id not in read(restaurant, since=restaurant.now - lookback).orders
        restaurant.now += timedelta(hours=2)
        found = read(restaurant, since=restaurant.now - lookback).orders
        assert found[late.id] == restaurant.told[late.id]
        assert last.id not in found


def test_what_is_read_once_more_begins_with_a_whole_business_day(restaurant: Account) -> None:
    since = restaurant.now - timedelta(days=2)
    read(restaurant, since=since)
    lists = [page for page in asked(restaurant, "/sales") if page["pageSize"] != ["1"]]
    assert {datetime.fromisoformat(page["from"][0]) for page in lists} == {since - timedelta(days=1)}


def test_the_start_of_the_business_day_is_ks_own(ledger: Ledger, tmp_path: Path) -> None:
    with an_account(TILL, ledger, tmp_path) as restaurant:
        restaurant.simulated.start_of_day = time(5, 30)
        zones = {store.id: store.zone for store in ledger.stores}
        rows = read(restaurant).tables["business_days"]
        assert rows
        for row in rows:
            begins = row["next_start_of_day"].astimezone(zones[row["location_id"]])
            assert begins.time() == time(5, 30)
            assert begins.date() == date.fromisoformat(row["business_date"]) + timedelta(days=1)


def test_a_location_is_not_asked_about_the_time_before_it_began(restaurant: Account) -> None:
    restaurant.settings = {"start_date": date(2020, 1, 1)}
    account = LightspeedKAccount(restaurant.connection)
    began = {store.id: store.created_at for store in restaurant.ledger.stores}
    for location in account.locations:
        asked_for = restaurant.connection.history_start(restaurant.now)
        first = account.first_moment(location, asked_for)
        assert timedelta(0) < first - began[location.id] < timedelta(seconds=1)
        later = restaurant.now - timedelta(days=1)
        assert account.first_moment(location, later) == later


def test_a_refusal_that_does_not_say_since_when_is_told(restaurant: Account) -> None:
    account = LightspeedKAccount(restaurant.connection)
    (location, *_) = account.locations
    with pytest.raises(DataFormatError, match="Set start_date"):
        account.first_moment(Location(location.id, location.zone), restaurant.now + timedelta(days=400))


def test_modifiers_and_gift_cards_are_what_the_ledger_says(restaurant: Account) -> None:
    tables = read(restaurant).tables
    sales = {sale.id: sale for sale in restaurant.ledger.sales_at(restaurant.now)}
    modifiers = {(row["sale_id"], row["sku"]) for row in tables["sale_lines"] if row["parent_line_id"]}
    assert modifiers
    assert modifiers == {
        (sale.id, modifier.id)
        for sale in sales.values()
        for line in sale.lines
        for modifier in line.modifiers
    }
    assert not any("note" in name or "override" in name for table in TABLES for name in table.schema.names)


def test_only_the_chosen_locations_are_read(restaurant: Account) -> None:
    chosen, *others = sorted(store.id for store in restaurant.ledger.stores)
    assert others
    restaurant.settings = {"business_location_ids": [int(chosen)]}
    assert {row["location_id"] for row in read(restaurant).tables["sales"]} == {chosen}


def test_a_location_that_was_not_authorised_is_named(restaurant: Account) -> None:
    restaurant.settings = {"business_location_ids": [404]}
    with pytest.raises(ConfigurationError, match="names 404, which the credentials do not open"):
        _ = LightspeedKAccount(restaurant.connection).locations


def test_each_refresh_token_is_used_once_and_the_next_one_is_kept(restaurant: Account) -> None:
    restaurant.faults.token_expires_after = 5
    assert read(restaurant).orders == restaurant.told
    renewals = [request for request in restaurant.requests if request.path == "/oauth/token"]
    assert len(renewals) > 1
    assert {request.status for request in renewals} == {200}
    kept = json.loads((restaurant.folder / "tokens" / "lightspeed_k__lightspeed_k.json").read_text())
    assert {kept["refresh_token"]} == restaurant.simulated.refresh_tokens


def test_a_spent_refresh_token_says_to_authorise_anew(restaurant: Account) -> None:
    restaurant.simulated.refresh_tokens = set()
    with pytest.raises(AuthenticationError, match="authorise the API client anew"):
        read(restaurant)


def test_the_environment_alone_makes_a_connection() -> None:
    assert from_environment({"LIGHTSPEED_K_CLIENT_ID": "id"}) is None
    assert from_environment({"LIGHTSPEED_K_REFRESH_TOKEN": "t", "LIGHTSPEED_K_ENVIRONMENT": "trial"}) == {
        "refresh_token": "t",
        "environment": "trial",
    }
