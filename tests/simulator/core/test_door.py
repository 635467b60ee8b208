"""The door of a vendor that hands out tokens, tells its limits and says no in its own words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import requests
from starlette.applications import Starlette

from simulator.core.account import Account
from simulator.core.answers import Answer, Call, Refusal
from simulator.core.door import Manners, Route, serve_account
from simulator.core.faults import Faults
from simulator.core.tokens import Tokens, Unauthorized
from simulator.server import serve
from tests.simulator.small import a_ledger

LIFE = timedelta(hours=1)


@dataclass
class Shop(Account):
    """A vendor with a login, one list, and a question that stands in the body."""

    def login(self, call: Call) -> Answer | dict[str, str]:
        """POST /login."""
        if call.form().get("secret") != "sesame":
            return Answer({"error": "invalid_client"}, 401)
        return {"token": self.tokens.hand_out(call.now, LIFE)}

    def sales(self, call: Call) -> Answer:
        """GET /shops/{shop}/sales."""
        return Answer({"shop": call.place["shop"], "page": call.query.get("page")})

    def ask(self, call: Call) -> bytes:
        """POST /ask."""
        return b'{"asked":"%s"}' % call.body


def must_name_the_till(call: Call) -> None:
    if "x-till" not in call.headers:
        raise Refusal(Answer({"error": "which till?"}, 400))


MANNERS = Manners(
    unauthorized=lambda reason: Answer({"error": reason.value}, 401),
    forbidden=lambda scope: Answer({"error": f"needs {scope}"}, 403),
    not_found=lambda path: Answer({"error": f"no {path}"}, 404),
    rate_limited=lambda fault: Answer({"error": "slowly"}, 429, {"X-Wait": str(fault.retry_after)}),
    broken=lambda status: Answer({"error": "broken"}, status),
    header="X-Token",
    prefix="key ",
    admit=must_name_the_till,
    dress=lambda call, answer: answer.with_headers({"X-Left": "41"}),
    subject=lambda call: f"{call.path} {call.body.decode()}",
)


@dataclass
class Visitor:
    """Someone who asks the shop."""

    app: Starlette
    url: str
    token: str = ""

    @property
    def faults(self) -> Faults:
        faults: Faults = self.app.state.faults
        return faults

    def log_in(self) -> None:
        answer = requests.post(f"{self.url}/login", data={"secret": "sesame"}, timeout=5)
        self.token = answer.json()["token"]

    def get(self, path: str = "/shops/7/sales?page=3", **headers: str) -> requests.Response:
        sent = {"X-Token": f"key {self.token}", "X-Till": "1", **headers}
        return requests.get(self.url + path, headers=sent, timeout=5)

    def ask(self, question: str) -> int:
        sent = {"X-Token": f"key {self.token}", "X-Till": "1"}
        return requests.post(f"{self.url}/ask", data=question, headers=sent, timeout=5).status_code


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime(2026, 11, 10, 12, tzinfo=UTC)]


@pytest.fixture
def visitor(clock: list[datetime]) -> Iterator[Visitor]:
    account = Shop(a_ledger(), Faults(), lambda: clock[0], Tokens(), ("sales:read",))
    routes = (
        Route("POST", "/login", None, account.login, open=True),
        Route("GET", "/shops/{shop}/sales", "sales:read", account.sales),
        Route("POST", "/ask", None, account.ask),
    )
    app = serve_account(account, MANNERS, routes)
    with serve(app) as url:
        yield Visitor(app, url)


def test_a_token_is_handed_out_and_opens_the_door(visitor: Visitor) -> None:
    assert requests.post(f"{visitor.url}/login", data={"secret": "wrong"}, timeout=5).status_code == 401
    visitor.log_in()
    answer = visitor.get()
    assert (answer.status_code, answer.json()) == (200, {"shop": "7", "page": "3"})


def test_a_token_that_is_missing_wrong_or_expired_is_refused_for_its_reason(
    visitor: Visitor, clock: list[datetime]
) -> None:
    reasons = [visitor.get().json()["error"]]
    visitor.token = "made up"
    reasons.append(visitor.get().json()["error"])
    visitor.log_in()
    clock[0] += LIFE
    reasons.append(visitor.get().json()["error"])
    assert reasons == [each.value for each in Unauthorized]


def test_a_token_without_its_prefix_is_none(visitor: Visitor) -> None:
    visitor.log_in()
    assert visitor.get(**{"X-Token": visitor.token}).json() == {"error": "missing"}


def test_an_expired_token_never_opens_again_and_a_new_one_does(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.faults.expire_token("/sales", after=1)
    assert [visitor.get().status_code for _ in range(3)] == [200, 401, 401]
    visitor.log_in()
    assert visitor.get().status_code == 200


def test_each_token_is_good_for_its_own_number_of_requests(visitor: Visitor) -> None:
    visitor.faults.token_expires_after = 1
    for _ in range(2):
        visitor.log_in()
        assert [visitor.get().status_code for _ in range(2)] == [200, 401]


def test_a_permission_that_is_missing_or_taken_away_for_a_path_is_refused(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.faults.forbid("/sales", times=1)
    assert visitor.get().json() == {"error": "needs sales:read"}
    assert visitor.get().status_code == 200
    visitor.app.state.account.scopes = ()
    assert visitor.get().status_code == 403


def test_a_vendor_may_want_more_than_a_token(visitor: Visitor) -> None:
    visitor.log_in()
    sent = {"X-Token": f"key {visitor.token}"}
    refused = requests.get(f"{visitor.url}/shops/7/sales", headers=sent, timeout=5)
    assert (refused.status_code, refused.json()) == (400, {"error": "which till?"})


def test_a_wait_is_told_in_the_vendors_own_way_and_every_answer_tells_the_limit(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.faults.rate_limit(retry_after=2.5)
    limited, served = visitor.get(), visitor.get()
    assert (limited.status_code, limited.headers["X-Wait"]) == (429, "2.5")
    assert limited.headers["X-Left"] == served.headers["X-Left"] == "41"


def test_a_fault_may_be_planned_for_one_of_many_questions_to_one_path(visitor: Visitor) -> None:
    visitor.log_in()
    visitor.faults.server_error("orders", status=500)
    assert [visitor.ask(question) for question in ("items", "orders", "orders")] == [200, 500, 200]


def test_an_unknown_path_is_refused_and_every_request_is_in_the_log(visitor: Visitor) -> None:
    visitor.log_in()
    assert visitor.get("/elsewhere").json() == {"error": "no /elsewhere"}
    visitor.ask("items")
    seen = [(each.method, each.path, each.body, each.status) for each in visitor.app.state.requests]
    assert seen == [
        ("POST", "/login", "secret=sesame", 200),
        ("GET", "/elsewhere", "", 404),
        ("POST", "/ask", "items", 200),
    ]
    assert visitor.app.state.requests[-1].headers["x-till"] == "1"
