"""How a Clover merchant is connected: a merchant's own token, or an app's tokens that change hands once."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.clover.account import CloverAccount
from connectors.clover.settings import CloverConnection, from_environment
from connectors.core.errors import AuthenticationError, MissingScope
from simulator.ledger import Ledger
from tests.connectors.contract.account import Account, read

OpenAccount = Callable[[Ledger], Account]
OWN_TOKEN = {"client_id": None, "refresh_token": None, "access_token": "${CLOVER_ACCESS_TOKEN}"}


def logins(account: Account) -> list[Any]:
    return [json.loads(seen.body)["refresh_token"] for seen in account.requests if "refresh" in seen.path]


def test_each_refresh_token_is_sent_once_and_the_next_one_is_kept(
    ledger: Ledger, open_account: OpenAccount
) -> None:
    account = open_account(ledger)
    read(account)
    account.faults.expire_token("/payments")
    read(account)
    sent = logins(account)
    assert len(sent) == 2
    assert sent[0] == account.secrets["CLOVER_ACCESS_TOKEN"]
    assert len(set(sent)) == len(sent)
    kept = account.folder / "tokens" / "clover__clover.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert json.loads(kept.read_text())["refresh_token"] == account.simulated.refresh_token


def test_a_refresh_token_that_was_used_before_is_told_so(ledger: Ledger, open_account: OpenAccount) -> None:
    account = open_account(ledger)
    account.simulated.refresh_token = "another"
    with pytest.raises(AuthenticationError, match="was used before or has expired") as caught:
        read(account)
    assert account.secrets["CLOVER_ACCESS_TOKEN"] not in str(caught.value)


def test_a_merchants_own_token_needs_no_login(ledger: Ledger, open_account: OpenAccount) -> None:
    account = replace(open_account(ledger), settings=OWN_TOKEN)
    assert read(account).orders == account.told
    assert logins(account) == []


def test_one_status_for_two_faults_is_told_apart(ledger: Ledger, open_account: OpenAccount) -> None:
    account = replace(open_account(ledger), settings=OWN_TOKEN)
    account.simulated.scopes = ("MERCHANT_R", "ORDERS_R", "PAYMENTS_R", "CUSTOMERS_R")
    client = CloverAccount(account.connection).client  # type: ignore[arg-type]
    with pytest.raises(MissingScope, match="lacks the permission INVENTORY_R"):
        client.request("GET", "/items", scope="INVENTORY_R")
    account.simulated.scopes = ()
    with pytest.raises(AuthenticationError, match="merchant id belongs to the token"):
        client.request("GET", "/items", scope="INVENTORY_R")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"client_id": "app"},
        {"refresh_token": "r"},
        {"access_token": "a", "client_id": "app", "refresh_token": "r"},
    ],
)
def test_credentials_of_both_kinds_or_of_none_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either access_token, or client_id and refresh_token together"):
        CloverConnection.model_validate({"id": "shop", "merchant_id": "M", **given})


def test_a_region_leads_to_its_own_servers() -> None:
    urls = {
        region: CloverConnection.model_validate(
            {"id": "shop", "merchant_id": "M", "access_token": "a", "region": region}
        ).url
        for region in ("na", "eu", "la", "sandbox")
    }
    assert urls == {
        "na": "https://api.clover.com",
        "eu": "https://api.eu.clover.com",
        "la": "https://api.la.clover.com",
        "sandbox": "https://apisandbox.dev.clover.com",
    }


def test_two_variables_are_a_connection() -> None:
    environ = {"CLOVER_MERCHANT_ID": "TC4DGCJW1K4EW", "CLOVER_ACCESS_TOKEN": "secret"}
    assert from_environment(environ) == {"merchant_id": "TC4DGCJW1K4EW", "access_token": "secret"}
    assert from_environment({"CLOVER_MERCHANT_ID": "TC4DGCJW1K4EW"}) is None
