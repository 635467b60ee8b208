"""Refresh tokens that rotate: kept before they are used, renewed by one alone, never shown (row 11)."""

import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from connectors.core.errors import AuthenticationError
from connectors.core.tokens import TokenKeeper
from connectors.lightspeed_r.account import LightspeedRAccount
from connectors.lightspeed_r.settings import LightspeedRConnection, from_environment
from tests.connectors.contract.account import Account
from tests.connectors.lightspeed_r.accounts import r_account, small_ledger

FIRST = "simulated-refresh-token"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr("connectors.core.http.sleep", lambda seconds: None)
    with r_account(small_ledger(stores=1, days=1, orders_per_day=1), tmp_path) as account:
        yield account


def opened(served: Account) -> LightspeedRAccount:
    connection = served.connection
    assert isinstance(connection, LightspeedRConnection)
    return LightspeedRAccount(connection)


def renewals(served: Account) -> int:
    return sum(request.path == "/auth/oauth/token" for request in served.requests)


def kept(served: Account) -> dict[str, str]:
    file = served.folder / "tokens" / "lightspeed_r__lightspeed_r.json"
    told: dict[str, str] = json.loads(file.read_text())
    return told


def test_the_new_tokens_are_on_the_disk_before_the_first_request_with_them(
    served: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: list[bool] = []
    admit = served.simulated.login.used

    def used(access_token: str) -> None:
        on_disk.append(kept(served)["access_token"] == access_token)
        admit(access_token)

    monkeypatch.setattr(served.simulated.login, "used", used)
    assert opened(served).account_id
    assert on_disk and all(on_disk)
    assert kept(served)["refresh_token"] != FIRST


def test_a_second_run_uses_the_tokens_of_the_first(served: Account) -> None:
    opened(served).account_id  # noqa: B018
    opened(served).account_id  # noqa: B018
    assert renewals(served) == 1


def test_an_expired_access_token_is_renewed_with_the_kept_refresh_token(served: Account) -> None:
    opened(served).account_id  # noqa: B018
    served.faults.expire_token()
    opened(served).account_id  # noqa: B018
    used = [json.loads(request.body)["refresh_token"] for request in served.requests if request.body]
    assert used[0] == FIRST
    assert used[1] == "refresh-of-simulated-access-token-1"


def test_two_that_find_the_token_expired_at_once_renew_it_once(served: Account) -> None:
    first, second = opened(served), opened(served)
    together = Barrier(2)

    def ask(account: LightspeedRAccount) -> str:
        together.wait()
        return account.account_id

    with ThreadPoolExecutor(2) as threads:
        assert len(set(threads.map(ask, (first, second)))) == 1
    assert renewals(served) == 1


def test_a_run_killed_between_renewal_and_writing_starts_again_with_the_old_token(
    served: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(served).account_id  # noqa: B018
    served.faults.expire_token()
    before = kept(served)["refresh_token"]
    with monkeypatch.context() as dying:
        dying.setattr(TokenKeeper, "_write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            opened(served).account_id  # noqa: B018
    assert kept(served)["refresh_token"] == before
    assert opened(served).account_id
    assert kept(served)["refresh_token"] != before


def test_a_refresh_token_whose_successor_was_lost_after_use_says_what_to_do(served: Account) -> None:
    opened(served).account_id  # noqa: B018
    (served.folder / "tokens" / "lightspeed_r__lightspeed_r.json").unlink()
    with pytest.raises(AuthenticationError, match="the refresh token is dead") as caught:
        opened(served).account_id  # noqa: B018
    assert "Authorise the application anew" in str(caught.value)
    assert "(HTTP 400, INVALID_GRANT)" in str(caught.value)


def test_no_token_is_logged_shown_or_readable_by_others(
    served: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = opened(served)
    account.account_id  # noqa: B018
    told = kept(served)
    shown = caplog.text + repr(account) + str(account.connection)
    for secret in (FIRST, "simulated-client-secret", told["access_token"], told["refresh_token"]):
        assert secret not in shown
    file = served.folder / "tokens" / "lightspeed_r__lightspeed_r.json"
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_connection_comes_from_the_environment_when_it_holds_a_refresh_token() -> None:
    environ = {
        "LIGHTSPEED_R_CLIENT_ID": "id",
        "LIGHTSPEED_R_CLIENT_SECRET": "secret",
        "LIGHTSPEED_R_REFRESH_TOKEN": "token",
        "LIGHTSPEED_R_CURRENCY": "USD",
        "SQUARE_ACCESS_TOKEN": "other",
    }
    assert from_environment(environ) == {
        "client_id": "id",
        "client_secret": "secret",
        "refresh_token": "token",
        "currency": "USD",
    }
    assert from_environment({"LIGHTSPEED_R_CLIENT_ID": "id"}) is None
