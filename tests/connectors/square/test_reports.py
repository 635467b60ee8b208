"""Square's own totals: asked for as its documentation says, waited for, and never a reason to fail."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.core.answers import Answer, Refusal
from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from tests.connectors.contract.account import Account, an_account, read
from tests.connectors.square.till import TILL

PATH = "/reporting/v1/load"


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    monkeypatch.setattr("connectors.square.endpoints.TOTALS_PER_PAGE", 7)
    waited: list[float] = []
    monkeypatch.setattr("connectors.core.http.sleep", waited.append)
    return waited


@pytest.fixture
def account(waits: list[float], tmp_path: Path) -> Iterator[Account]:
    ledger = generate_ledger(11, stores=3, days=10, orders_per_day=4, items=8, customers=6)
    with an_account(TILL, ledger, tmp_path) as account:
        yield account


def totals(account: Account) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    return {
        (row["location_id"], row["business_date"][:10]): (row["net_sales"], row["returns"])
        for row in read(account).tables["sales_totals"]
    }


def test_every_day_of_every_location_is_read_over_all_pages(account: Account) -> None:
    days = expected_figures(account.ledger).daily_revenue
    expected = {
        (store, day.isoformat()): (sums["net_sales"], sums["returns"])
        for (store, _, day), sums in days.items()
        if any(sums.values())
    }
    assert totals(account) == expected
    asked = [json.loads(request.body) for request in account.requests if request.path == PATH]
    assert len(asked) > 4
    assert {tuple(body) for body in asked} == {("query",)}
    assert all(body["query"]["segments"] == ["Orders.closed_checks"] for body in asked)


def test_a_report_that_is_still_computed_is_waited_for(account: Account, waits: list[float]) -> None:
    account.simulated.computing = 3
    assert totals(account)
    assert len(waits) == 3
    assert min(waits) >= 2


@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_account_without_reports_is_read_all_the_same(
    account: Account, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def refuse(query: object, figures: object) -> None:
        raise Refusal(Answer({"error": "Cube not found"}, status))

    monkeypatch.setattr("simulator.square.reporting.report", refuse)
    reading = read(account)
    assert reading.orders == account.told
    assert list(reading.skipped) == ["sales_totals"]
