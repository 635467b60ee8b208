"""The HTTP client against a small server that answers what a test tells it to."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from connectors.core.answers import Answer, Fault, FaultKind
from connectors.core.auth import BearerAuth
from connectors.core.errors import AuthenticationError, MissingScope, RateLimited, VendorError
from connectors.core.http import HttpClient, is_secure
from connectors.core.outcomes import retry_after
from connectors.core.pacing import Budget, LeakyBucket

TOKEN = "a-secret-token"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Server(ThreadingHTTPServer):
    """Gives out its answers one after the other, the last one for ever."""

    answers: list[tuple[int, dict[str, str], bytes]]
    seen: list[dict[str, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.seen.append({"path": self.path, **dict(self.headers)})
        status, headers, body = (
            self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        )
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.answers, server.seen = [], []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr("connectors.core.http.sleep", waited.append)
    return waited


def client(base_url: str, **options: Any) -> HttpClient:
    settings: dict[str, Any] = {
        "subject": "Shop (connection one)",
        "base_url": base_url,
        "auth": BearerAuth(lambda: TOKEN),
        "credentials_advice": "Make a new token.",
        "headers": {"Shop-Version": "2"},
        "error_code": lambda body: body["errors"][0]["code"],
    }
    return HttpClient(**{**settings, **options})


def ask(base_url: str) -> bytes:
    asked = {"buyer": "jane@example.org"}
    return client(base_url).request("GET", "/v1/orders", scope="ORDERS", query=asked).content


def test_the_token_and_the_headers_are_sent(server: Server) -> None:
    server.answers = [(200, {}, b'{"ok":1}')]
    assert ask(server.url) == b'{"ok":1}'
    (request,) = server.seen
    assert request["Authorization"] == f"Bearer {TOKEN}"
    assert request["Shop-Version"] == "2"


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, AuthenticationError, "the credentials were refused (HTTP 401, SOME_CODE). Make a new token."),
        (403, MissingScope, "Grant the permission ORDERS."),
        (400, VendorError, "the request was refused (HTTP 400, SOME_CODE)"),
        (302, VendorError, "the request was refused (HTTP 302, SOME_CODE)"),
        (429, RateLimited, "still does after 8 tries"),
        (500, VendorError, "the vendor has a fault (HTTP 500, SOME_CODE), after 8 tries"),
    ],
)
def test_each_refusal_is_one_sentence_that_tells_the_place_and_what_to_do(
    server: Server, caplog: pytest.LogCaptureFixture, status: int, error: type[Exception], words: str
) -> None:
    caplog.set_level(logging.DEBUG)
    body = b'{"errors":[{"code":"SOME_CODE","detail":"jane@example.org"}]}'
    server.answers = [(status, {"Location": "http://example.org/"}, body)]
    with pytest.raises(error) as caught:
        ask(server.url)
    sentence = str(caught.value)
    assert sentence.startswith("Shop (connection one) at GET /v1/orders: ")
    assert words in sentence
    shown = sentence + "".join(
        record.getMessage() for record in caplog.records if record.name != "urllib3.connectionpool"
    )
    assert "jane" not in shown
    assert TOKEN not in shown
    assert len(server.seen) == (8 if status in (429, 500) else 1)


def test_an_error_code_in_free_words_is_not_repeated(server: Server) -> None:
    server.answers = [(400, {}, b'{"errors":[{"code":"Jane Doe is unknown"}]}')]
    with pytest.raises(VendorError) as caught:
        ask(server.url)
    assert "Jane" not in str(caught.value)


def test_a_wait_grows_and_never_undercuts_what_the_vendor_asks_for(
    server: Server, waits: list[float]
) -> None:
    server.answers = [
        (429, {"Retry-After": "40"}, b""),
        (503, {}, b""),
        (503, {"Retry-After": "2"}, b""),
        (200, {}, b"{}"),
    ]
    assert ask(server.url) == b"{}"
    assert 40 <= waits[0] <= 41
    assert 0 <= waits[1] <= 2
    assert 2 <= waits[2] <= 3


def test_a_vendor_that_asks_to_wait_for_hours_is_not_waited_for(server: Server, waits: list[float]) -> None:
    server.answers = [(429, {"Retry-After": "7200"}, b"")]
    with pytest.raises(RateLimited, match="asks to wait for 120 minutes"):
        ask(server.url)
    assert waits == []


def test_half_a_body_is_asked_for_again(server: Server) -> None:
    server.answers = [(200, {"Content-Length": "500"}, b'{"orders":['), (200, {}, b"{}")]
    assert ask(server.url) == b"{}"


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(VendorError, match=r"no whole answer arrived \(ConnectionError\), after 8 tries"):
        ask("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        ("https://connect.example.org", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://connect.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("http://localhost.example.org", False),
        ("ftp://127.0.0.1", False),
        ("https://", False),
        ("connect.example.org", False),
    ],
)
def test_secrets_go_over_https_or_stay_on_this_machine(url: str, secure: bool) -> None:
    assert is_secure(url) == secure
    if not secure:
        with pytest.raises(VendorError, match="has to begin with https"):
            client(url)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("0", 0.0),
        ("-5", 0.0),
        ("2.5", 2.5),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0.0),
        ("Sun, 01 Nov 2026 12:00:30 -0000", 30.0),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_a_refused_token_is_renewed_once_and_the_request_made_again(server: Server) -> None:
    tokens = ["old", "new"]
    server.answers = [(401, {}, b"{}"), (200, {}, b"{}")]

    def renew() -> bool:
        tokens.pop(0)
        return True

    shop = client(server.url, auth=BearerAuth(lambda: tokens[0]), renew=renew)
    assert shop.request("GET", "/v1/orders", scope="ORDERS").content == b"{}"
    assert [seen["Authorization"] for seen in server.seen] == ["Bearer old", "Bearer new"]
    server.answers = [(401, {}, b"{}")]
    tokens.append("newer")
    with pytest.raises(AuthenticationError):
        shop.request("GET", "/v1/orders", scope="ORDERS")
    assert len(server.seen) == 4


def test_the_whole_address_of_a_next_page_is_followed_on_the_same_server_only(server: Server) -> None:
    server.answers = [(200, {}, b"{}")]
    shop = client(server.url)
    shop.request("GET", f"{server.url}/v1/orders?after=3", scope="ORDERS", query={"limit": 5})
    assert server.seen[-1]["path"] == "/v1/orders?after=3"
    for elsewhere in (
        "https://elsewhere.example.org/v1/orders",
        server.url.replace("127.0.0.1", "localhost"),
    ):
        with pytest.raises(VendorError, match="names a page on another server"):
            shop.request("GET", elsewhere, scope="ORDERS")
    assert len(server.seen) == 1


def test_a_file_is_fetched_without_the_credentials_and_again_when_it_breaks_off(server: Server) -> None:
    server.answers = [(200, {"Content-Length": "500"}, b"half"), (503, {}, b""), (200, {}, b"a whole file")]
    with client(server.url).download(f"{server.url}/file.jsonl?signature=1") as file:
        assert file.read() == b"a whole file"
    assert all("Authorization" not in seen and "Shop-Version" not in seen for seen in server.seen)
    with pytest.raises(VendorError, match="nothing was fetched"):
        client(server.url).download("http://files.example.org/file.jsonl")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(FaultKind.THROTTLED, "THROTTLED", 5), RateLimited),
        (Fault(FaultKind.DENIED, "ACCESS_DENIED"), MissingScope),
        (Fault(FaultKind.REFUSED, "MAX_COST_EXCEEDED"), VendorError),
        (Fault(FaultKind.BROKEN, "INTERNAL_SERVER_ERROR"), VendorError),
    ],
)
def test_an_error_inside_a_good_answer_is_an_error(
    server: Server, waits: list[float], fault: Fault, error: type[Exception]
) -> None:
    server.answers = [(200, {}, b'{"errors":[]}')]
    shop = client(server.url, fault_in=lambda answer: fault)
    with pytest.raises(error, match=fault.code):
        shop.request("GET", "/graphql", scope="ORDERS")
    passing = fault.kind in (FaultKind.THROTTLED, FaultKind.BROKEN)
    assert len(server.seen) == (8 if passing else 1)
    assert not fault.wait or min(waits) >= fault.wait


def test_requests_are_paced_by_what_the_vendor_says_of_its_bucket(server: Server, waits: list[float]) -> None:
    def told(answer: Answer) -> Budget:
        level, capacity = answer.headers["Bucket-Level"].split("/")
        return Budget(float(level), float(capacity), drip=2)

    server.answers = [(200, {"Bucket-Level": "88/90"}, b"{}")]
    shop = client(server.url, pace=LeakyBucket(90, 1, told=told, clock=lambda: 0))
    for _ in range(3):
        shop.request("GET", "/v1/orders", scope="ORDERS")
    assert waits == []
    server.answers = [(200, {"Bucket-Level": "90/90"}, b"{}")]
    shop.request("GET", "/v1/orders", scope="ORDERS")
    shop.request("GET", "/v1/orders", scope="ORDERS")
    assert waits == [0.5]
