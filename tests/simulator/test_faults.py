"""What goes wrong on request, and that it goes well again afterwards."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from simulator.core.faults import Faults
from simulator.ledger import Ledger
from simulator.server import serve
from simulator.square import create_app
from simulator.square.parts import rfc3339
from tests.simulator.asker import TOKEN, Asker, error_of
from tests.simulator.small import NOON, a_basket_line, a_ledger, a_sale

SEARCH = "/v2/orders/search"
ASKED = {
    "location_ids": ["S1"],
    "limit": 2,
    "query": {"sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"}},
}


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def faulty(ask: Callable[..., Asker], faults: Faults) -> Asker:
    sales = [a_sale(f"O{n}", NOON + timedelta(minutes=n), [a_basket_line("1", 500)]) for n in range(6)]
    return ask(a_ledger(sales), faults=faults)


def test_too_many_requests_say_when_to_come_back_in_seconds(faulty: Asker, faults: Faults) -> None:
    faults.rate_limit(SEARCH, times=2, retry_after=3)
    refused = faulty.post(SEARCH, ASKED)
    assert error_of(refused) == (429, "RATE_LIMIT_ERROR", "RATE_LIMITED")
    assert refused.headers["Retry-After"] == "3"
    assert [faulty.post(SEARCH, ASKED).status_code for _ in range(2)] == [429, 200]


def test_too_many_requests_say_when_to_come_back_as_a_date(faulty: Asker, faults: Faults) -> None:
    faults.rate_limit(retry_after=60, as_date=True)
    wait = parsedate_to_datetime(faulty.post(SEARCH, ASKED).headers["Retry-After"]) - datetime.now(UTC)
    assert timedelta(seconds=50) < wait <= timedelta(seconds=60)


def test_too_many_requests_may_not_say_when_to_come_back(faulty: Asker, faults: Faults) -> None:
    faults.rate_limit(retry_after=None)
    assert "Retry-After" not in faulty.post(SEARCH, ASKED).headers


@pytest.mark.parametrize(("status", "code"), [(500, "INTERNAL_SERVER_ERROR"), (503, "SERVICE_UNAVAILABLE")])
def test_a_server_error_passes(status: int, code: str, faulty: Asker, faults: Faults) -> None:
    faults.server_error(SEARCH, after=1, status=status)
    answers = [faulty.post(SEARCH, ASKED) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, status, 200]
    assert error_of(answers[1]) == (status, "API_ERROR", code)


def test_a_fault_hits_only_the_endpoint_that_it_is_for(faulty: Asker, faults: Faults) -> None:
    faults.server_error("/v2/payments")
    assert faulty.post(SEARCH, ASKED).status_code == 200
    assert faulty.get("/v2/payments").status_code == 503


def test_a_connection_breaks_in_the_middle_of_an_answer(faulty: Asker, faults: Faults) -> None:
    faults.drop_body(SEARCH)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        faulty.post(SEARCH, ASKED)
    assert len(faulty.post(SEARCH, ASKED).json()["orders"]) == 2


def test_an_answer_can_be_slow(faulty: Asker, faults: Faults) -> None:
    faults.slow(SEARCH, seconds=0.3)
    with pytest.raises(requests.exceptions.ReadTimeout):
        faulty.http.post(faulty.url + SEARCH, json=ASKED, timeout=0.05)
    started = time.monotonic()
    faults.slow(SEARCH, seconds=0.3)
    assert faulty.post(SEARCH, ASKED).status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_token_expires_after_some_requests(faulty: Asker, faults: Faults) -> None:
    faults.token_expires_after = 2
    answers = [faulty.post(SEARCH, ASKED) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 401]
    assert error_of(answers[2]) == (401, "AUTHENTICATION_ERROR", "ACCESS_TOKEN_EXPIRED")


def test_a_cursor_can_be_handed_out_twice(faulty: Asker, faults: Faults) -> None:
    faults.repeat_page(SEARCH, after=1)
    first = faulty.post(SEARCH, ASKED).json()
    second = faulty.post(SEARCH, ASKED | {"cursor": first["cursor"]}).json()
    assert second["cursor"] == first["cursor"]
    assert [order["id"] for order in second["orders"]] == ["O2", "O3"]


def test_one_record_of_a_page_can_be_unreadable(faulty: Asker, faults: Faults) -> None:
    faults.unreadable["O1"] = {"line_items.0.quantity": "abc", "state": 7}
    good, bad = faulty.post(SEARCH, ASKED).json()["orders"]
    assert (bad["line_items"][0]["quantity"], bad["state"]) == ("abc", 7)
    assert good["line_items"][0]["quantity"] == "1"
    faults.clear()
    assert faulty.post(SEARCH, ASKED).json()["orders"][1]["state"] == "COMPLETED"


def test_an_order_can_change_between_two_pages(ask: Callable[..., Asker], faults: Faults) -> None:
    now = [NOON + timedelta(hours=1)]
    sales = [a_sale(f"O{n}", NOON + timedelta(minutes=n), [a_basket_line("1", 500)]) for n in range(4)]
    square = ask(a_ledger(sales), faults=faults, clock=lambda: now[0])

    def edit() -> None:
        now[0] += timedelta(minutes=1)
        square.app.state.account.edit_order("O2")

    faults.between_pages(edit, SEARCH)
    end = {"date_time_filter": {"updated_at": {"end_at": rfc3339(NOON + timedelta(days=1))}}}
    asked = ASKED | {"query": ASKED["query"] | {"filter": end}}  # type: ignore[operator]
    pages = [[order["id"] for order in page] for page in square.pages(SEARCH, "orders", asked)]
    assert pages == [["O0", "O1"], ["O3", "O2"]]


def test_faults_can_be_switched_off(faulty: Asker, faults: Faults) -> None:
    faults.server_error(times=100)
    faults.token_expires_after = 0
    assert faulty.post(SEARCH, ASKED).status_code == 503
    faults.clear()
    assert faulty.post(SEARCH, ASKED).status_code == 200


def test_the_server_listens_on_loopback_only_and_stops_at_the_end(ledger: Ledger) -> None:
    with serve(create_app(a_ledger(), access_token=TOKEN)) as url:
        assert url.startswith("http://127.0.0.1:")
        assert requests.get(url + "/v2/locations", timeout=5).status_code == 401
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(url + "/v2/locations", timeout=5)


def test_a_taken_port_is_an_error(ledger: Ledger) -> None:
    app = create_app(a_ledger(), access_token=TOKEN)
    with (
        serve(app) as url,
        pytest.raises(OSError, match="in use"),
        serve(app, port=int(url.rsplit(":", 1)[1])),
    ):
        pass
