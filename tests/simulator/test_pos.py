"""What every simulated vendor offers to the rest."""

import re

import pytest
import requests

from simulator.core.simulated import SimulatedPos
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from simulator.pos import SIMULATED
from simulator.server import serve

EVERY_POS = pytest.mark.parametrize("simulated", SIMULATED.values(), ids=list(SIMULATED))


@pytest.fixture(scope="module")
def some_ledger() -> Ledger:
    return generate_ledger(49, stores=3, days=9, orders_per_day=6, items=12, customers=6)


@EVERY_POS
def test_a_connection_names_its_secrets_and_holds_none(simulated: SimulatedPos) -> None:
    settings = simulated.connection("http://127.0.0.1:1")
    named = {name for value in settings.values() for name in re.findall(r"\$\{(\w+)\}", str(value))}
    assert settings["pos"] == simulated.pos
    assert named
    assert named <= set(simulated.secrets)  # other ways to log in may need others
    assert not any(secret in str(settings) for secret in simulated.secrets.values())


@EVERY_POS
def test_what_a_vendor_can_tell_it_tells_unchanged(simulated: SimulatedPos, some_ledger: Ledger) -> None:
    told = simulated.told(some_ledger)
    assert simulated.told(told) == told
    assert told.sales
    assert simulated.differences or told == some_ledger


@EVERY_POS
def test_each_difference_is_a_sentence(simulated: SimulatedPos) -> None:
    assert [each for each in simulated.differences if not re.fullmatch(r"[A-Z].*\.", each)] == []


@EVERY_POS
def test_an_account_serves_loopback_and_logs_what_it_is_asked(
    simulated: SimulatedPos, some_ledger: Ledger
) -> None:
    app = simulated.create_app(simulated.told(some_ledger))
    with serve(app) as url:
        status = requests.get(f"{url}/no/such/path", timeout=5).status_code
    assert status >= 400
    assert [(seen.path, seen.status) for seen in app.state.requests] == [("/no/such/path", status)]
