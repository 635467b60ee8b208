import threading
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest

from connectors.core.connection import Connection
from connectors.core.connector import Window
from connectors.core.errors import AuthenticationError, ConfigurationError
from connectors.core.landing import Landed
from orchestration.assets import raw
from orchestration.errors import is_full_disk, plain_sentence
from orchestration.progress import Quiet
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse


@pytest.fixture
def warehouse(settings: Settings) -> Warehouse:
    return Warehouse(settings.model_validate({**settings.model_dump(), "hash_key": "0123456789abcdef"}))


def land_all(warehouse: Warehouse, *names: str) -> list[Landed]:
    connections = [Connection(id=name, pos="square") for name in names]
    everything: dict[str, frozenset[str] | None] = {"square": None}
    return raw.land_side_by_side(connections, warehouse, Quiet(), tables=everything, span=None)


def landed(name: str) -> Landed:
    return Landed(connection_id=name, pos="square", rows={}, rejected=0, windows=1, warnings=())


def test_connections_are_read_at_the_same_time_and_told_in_their_order(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(3, timeout=20)

    def land(connection: Connection, *_: Any, **named: Any) -> Landed:
        together.wait()
        return landed(connection.id)

    monkeypatch.setattr(raw, "land", land)
    assert [told.connection_id for told in land_all(warehouse, "c", "a", "b")] == ["c", "a", "b"]


def test_one_failing_connection_lets_the_others_land_and_all_failures_are_told(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def land(connection: Connection, *_: Any, **named: Any) -> Landed:
        if connection.id.startswith("bad"):
            raise AuthenticationError(f"{connection.id} was refused: renew its token.")
        done.append(connection.id)
        return landed(connection.id)

    monkeypatch.setattr(raw, "land", land)
    with pytest.raises(dg.Failure) as caught:
        land_all(warehouse, "bad_1", "good_1", "bad_2", "good_2")
    assert sorted(done) == ["good_1", "good_2"]
    assert caught.value.description == (
        "bad_1 was refused: renew its token. bad_2 was refused: renew its token."
    )


def test_an_unforeseen_error_is_not_dressed_up(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def land(connection: Connection, *_: Any, **named: Any) -> Landed:
        raise ZeroDivisionError

    monkeypatch.setattr(raw, "land", land)
    with pytest.raises(ZeroDivisionError):
        land_all(warehouse, "a", "b")


def test_a_backfill_holds_its_days_whole_in_every_time_zone() -> None:
    assert raw.backfill_span("2025-03-01", "2025-03-31") == Window(
        datetime(2025, 2, 28, tzinfo=UTC), datetime(2025, 4, 2, tzinfo=UTC)
    )
    assert raw.backfill_span("", "") is None


@pytest.mark.parametrize(("start", "end"), [("2025-03-01", ""), ("", "2025-03-01"), ("1 March", "2 March")])
def test_a_backfill_needs_two_days(start: str, end: str) -> None:
    with pytest.raises(ConfigurationError, match="needs a first and a last day"):
        raw.backfill_span(start, end)


def test_a_known_trouble_is_found_behind_the_error_that_hides_it() -> None:
    class Step(Exception):
        exception: Exception

    hidden = Step("a step failed")
    hidden.exception = AuthenticationError("renew the token.")
    assert plain_sentence(hidden) == "renew the token."
    try:
        try:
            raise OSError(28, "No space left on device", "here")
        except OSError as error:
            raise RuntimeError("a library's own words") from error
    except RuntimeError as error:
        assert "here is full" in str(plain_sentence(error))
    assert plain_sentence(ZeroDivisionError()) is None
    assert not is_full_disk(OSError(2, "No such file"))
