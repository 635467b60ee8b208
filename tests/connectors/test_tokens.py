"""Tokens that are kept between runs, against a vendor whose refresh tokens are good for one use."""

import json
import stat
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.core.errors import AuthenticationError, ConfigurationError, RateLimited
from connectors.core.tokens import Grant, TokenKeeper

START = datetime(2026, 11, 1, tzinfo=UTC)
FIRST = "the refresh token of the environment"


@dataclass
class Vendor:
    """Grants a token for an hour against a refresh token that has not been used yet."""

    now: datetime = START
    good: set[str] = field(default_factory=lambda: {FIRST})
    granted: int = 0

    def grant(self, last: Grant | None) -> Grant:
        refresh_token = (last.refresh_token if last else None) or FIRST
        if refresh_token not in self.good:
            raise AuthenticationError("the refresh token was used before")
        self.good = {f"refresh {self.granted}"}
        self.granted += 1
        return Grant(f"access {self.granted}", self.now + timedelta(hours=1), *self.good)

    def keeper(
        self, folder: Path, *, credentials: str = FIRST, at_most_per_hour: int | None = None
    ) -> TokenKeeper:
        return TokenKeeper(
            folder / "tokens" / "shop.json",
            credentials=credentials,
            obtain=self.grant,
            at_most_per_hour=at_most_per_hour,
            subject="Shop (connection one)",
            now=lambda: self.now,
        )


def test_a_token_serves_until_it_expires_also_in_the_next_run(tmp_path: Path) -> None:
    vendor = Vendor()
    assert {vendor.keeper(tmp_path).access_token() for _ in range(3)} == {"access 1"}
    vendor.now += timedelta(minutes=58)
    assert vendor.keeper(tmp_path).access_token() == "access 1"
    vendor.now += timedelta(minutes=1, seconds=30)
    assert vendor.keeper(tmp_path).access_token() == "access 2"


def test_a_token_that_is_refused_early_is_renewed(tmp_path: Path) -> None:
    vendor = Vendor()
    keeper = vendor.keeper(tmp_path)
    keeper.access_token()
    assert keeper.renew()
    assert keeper.access_token() == "access 2"


def test_a_run_takes_the_token_that_another_has_renewed(tmp_path: Path) -> None:
    vendor = Vendor()
    one, other = vendor.keeper(tmp_path), vendor.keeper(tmp_path)
    assert one.access_token() == other.access_token()
    one.renew()
    other.renew()
    assert vendor.granted == 2
    assert one.access_token() == other.access_token() == "access 2"


def test_many_at_once_ask_the_vendor_once(tmp_path: Path) -> None:
    vendor = Vendor()
    tokens: list[str] = []
    threads = [
        threading.Thread(target=lambda: tokens.append(vendor.keeper(tmp_path).access_token()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tokens == ["access 1"] * 8
    assert vendor.granted == 1


def test_other_credentials_in_the_environment_begin_anew(tmp_path: Path) -> None:
    vendor = Vendor()
    vendor.keeper(tmp_path).access_token()
    vendor.good = {FIRST}
    assert vendor.keeper(tmp_path, credentials="another account").access_token() == "access 2"


def test_the_file_is_for_its_owner_alone_and_a_grant_never_shows_its_tokens(tmp_path: Path) -> None:
    Vendor().keeper(tmp_path).access_token()
    file = tmp_path / "tokens" / "shop.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert FIRST not in file.read_text()
    assert "access" not in repr(Grant("access 1", START, "refresh 1"))


def test_a_login_more_than_the_vendor_allows_is_refused_before_it_is_made(tmp_path: Path) -> None:
    vendor = Vendor()
    keeper = vendor.keeper(tmp_path, at_most_per_hour=2)
    keeper.access_token()
    vendor.now += timedelta(minutes=10)
    keeper.renew()
    with pytest.raises(RateLimited, match=r"allows 2 logins an hour.* Run again in 50 min"):
        keeper.renew()
    assert vendor.granted == 2
    vendor.now += timedelta(minutes=51)
    assert keeper.renew()


def test_a_damaged_file_is_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    vendor = Vendor()
    vendor.keeper(tmp_path).access_token()
    (tmp_path / "tokens" / "shop.json").write_text('{"cred')
    with pytest.raises(ConfigurationError, match="is damaged: delete it"):
        vendor.keeper(tmp_path).access_token()


def test_a_run_that_is_killed_while_it_writes_leaves_the_last_token_whole(tmp_path: Path) -> None:
    vendor = Vendor()
    vendor.keeper(tmp_path).access_token()
    file = tmp_path / "tokens" / "shop.json"
    killed = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from connectors.core.tokens import Grant, TokenKeeper
os.fsync = lambda number: os.kill(os.getpid(), signal.SIGKILL)
keeper = TokenKeeper(Path(sys.argv[1]), credentials=sys.argv[2],
    obtain=lambda last: Grant("access 2", datetime.now(UTC) + timedelta(hours=1), "refresh 1"),
    now=lambda: datetime(2030, 1, 1, tzinfo=UTC))
keeper.access_token()
"""
    subprocess.run([sys.executable, "-c", killed, str(file), FIRST], check=False)
    assert json.loads(file.read_text())["access_token"] == "access 1"
    assert vendor.keeper(tmp_path).access_token() == "access 1"
