"""One HTTP client for all vendors: it waits when asked to, tries again where that helps, and else says why.

No error and no log line holds a header, a query or a body: they may hold secrets or personal data.
"""

import ipaddress
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import IO, Any, Protocol, TypeVar
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from connectors.core.answers import Answer, Fault
from connectors.core.auth import NoAuth
from connectors.core.errors import AuthenticationError, VendorError
from connectors.core.outcomes import PATIENCE_SECONDS, Outcomes, PassingError, retry_after_of

Got = TypeVar("Got")

CONNECT_AND_READ_SECONDS = (10, 120)
ATTEMPTS = 8
BACKOFF = wait_random_exponential(multiplier=1, max=60)
REQUESTS_AT_ONCE = 64
DOWNLOADED_AT_ONCE = 1 << 20

sleep: Callable[[float], None] = time.sleep


def is_secure(url: str) -> bool:
    """Whether a secret may be sent there: https, or a server on this very machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    if parts.scheme != "http" or not parts.hostname:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


class Pace(Protocol):
    """How fast a vendor may be asked."""

    def delay(self) -> float:
        """Seconds to wait before the next request."""

    def learn(self, answer: Answer) -> None:
        """Takes note of what the vendor says about its limits."""


class HttpClient:
    """Requests to one connection's API.

    Args:
        subject: Vendor and connection, as errors name them: "Square (connection square)".
        base_url: https, or loopback.
        auth: Signs each request.
        credentials_advice: What to do when the vendor refuses the credentials.
        headers: Sent with each request.
        error_code: Finds the vendor's error code in a body; only a code in capitals is ever repeated.
        attempts: How often one request is tried.
        renew: Takes a new token when one is refused, and says whether it could; the request is then repeated.
        pace: How fast may be asked. Default: as fast as answers come.
        at_once: How many requests may be under way.
        fault_in: Finds an error in an answer with HTTP 200, where a vendor has such.
        wait_of: Finds in the headers how many seconds the vendor asks to wait.
        refusals: The statuses that mean that the credentials are wrong.
    """

    def __init__(
        self,
        *,
        subject: str,
        base_url: str,
        auth: AuthBase,
        credentials_advice: str,
        headers: Mapping[str, str],
        error_code: Callable[[Any], Any],
        attempts: int = ATTEMPTS,
        renew: Callable[[], bool] | None = None,
        pace: Pace | None = None,
        at_once: int = REQUESTS_AT_ONCE,
        fault_in: Callable[[Answer], Fault | None] = lambda answer: None,
        wait_of: Callable[[Mapping[str, str]], float | None] = retry_after_of,
        refusals: Collection[int] = (HTTPStatus.UNAUTHORIZED,),
    ) -> None:
        if not is_secure(base_url):
            raise VendorError(f"{subject}: the base URL has to begin with https://; nothing was sent.")
        self.subject = subject
        self._base_url = base_url.rstrip("/")
        self._attempts = attempts
        self._renew = renew
        self._pace = pace
        self._places = BoundedSemaphore(at_once)
        self._fault_in = fault_in
        self._outcomes = Outcomes(
            credentials_advice=credentials_advice,
            error_code=error_code,
            attempts=attempts,
            wait_of=wait_of,
            refusals=refusals,
        )
        self._session = requests.Session()
        self._session.auth = auth
        self._session.headers.update({"Accept": "application/json", **headers})

    def request(
        self,
        method: str,
        path: str,
        *,
        scope: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accepted: Collection[int] = (HTTPStatus.OK,),
    ) -> Answer:
        """Makes one request.

        Args:
            method: GET or POST.
            path: Path below the base URL; or a whole URL on the same server, whose query then counts alone.
            scope: The permission that the endpoint needs, named if it is missing.
            query: Parameters of the URL.
            body: Sent as JSON.
            form: Sent as a form.
            headers: Sent besides those of the client.
            accepted: The statuses that are an answer.

        Raises:
            AuthenticationError: The credentials were refused.
            MissingScope: The credentials may not read this endpoint.
            RateLimited: The vendor still asked to wait after every retry, or for longer than we wait.
            VendorError: Any other fault, once retries are used up; or the URL leads to another server.
        """
        url, query = (path, None) if "://" in path else (self._base_url + path, query)
        if _origin(url) != _origin(self._base_url):
            raise VendorError(
                f"{self.subject}: the vendor names a page on another server ({urlsplit(url).hostname}); the "
                "credentials were not sent there. Check the base URL in the settings."
            )
        asked = {"params": query, "json": body, "data": form, "headers": headers}

        def attempt() -> Answer:
            return self._try(method, url, scope, accepted, asked)

        try:
            return self._retrying(attempt)
        except AuthenticationError:
            if self._renew is None or not self._renew():
                raise
        return self._retrying(attempt)

    def download(self, url: str) -> IO[bytes]:
        """Fetches a file that the vendor keeps on a server of its own, without our credentials.

        Returns:
            The file, to be read from its start. It has no name on the disk and is gone when it is closed.

        Raises:
            VendorError: The URL is not safe, or the file could not be fetched.
        """
        if not is_secure(url):
            raise VendorError(
                f"{self.subject}: the vendor's file has no https:// address; nothing was fetched."
            )

        place = f"{self.subject} at GET a file"

        def attempt() -> IO[bytes]:
            with ExitStack() as fetching, self._network(place):
                file = fetching.enter_context(tempfile.TemporaryFile())
                response = fetching.enter_context(
                    requests.get(url, auth=NoAuth(), stream=True, timeout=CONNECT_AND_READ_SECONDS)
                )
                if response.status_code != HTTPStatus.OK:
                    raise self._outcomes.of_status(response, place, scope="")
                for chunk in response.iter_content(DOWNLOADED_AT_ONCE):
                    file.write(chunk)
                file.seek(0)
                response.close()
                fetching.pop_all()
                return file

        return self._retrying(attempt)

    def _retrying(self, attempt: Callable[[], Got]) -> Got:
        retrying = Retrying(
            retry=retry_if_exception_type(PassingError),
            wait=_wait,
            stop=stop_after_attempt(self._attempts) | stop_before_delay(PATIENCE_SECONDS),
            sleep=sleep,
            reraise=True,
        )
        try:
            return retrying(attempt)
        except PassingError as failure:
            raise failure.error from None

    def _try(
        self, method: str, url: str, scope: str, accepted: Collection[int], asked: Mapping[str, Any]
    ) -> Answer:
        place = f"{self.subject} at {method} {urlsplit(url).path}"
        if self._pace and (delay := self._pace.delay()):
            sleep(delay)
        with self._places, self._network(place):
            response = self._session.request(
                method, url, timeout=CONNECT_AND_READ_SECONDS, allow_redirects=False, **asked
            )
        answer = Answer(response.content, response.headers, response.status_code)
        if self._pace:
            self._pace.learn(answer)
        if response.status_code not in accepted:
            raise self._outcomes.of_status(response, place, scope)
        if fault := self._fault_in(answer):
            raise self._outcomes.of_fault(fault, place, scope)
        return answer

    @contextmanager
    def _network(self, place: str) -> Iterator[None]:
        """Turns the faults of a connection into errors of ours."""
        try:
            yield
        except requests.exceptions.SSLError:
            raise VendorError(
                f"{place}: no safe connection could be made (TLS). Check the base URL, and the proxy or "
                "certificates of this machine."
            ) from None
        except (
            requests.exceptions.ConnectionError,
            requests.exceptions.Timeout,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        ) as fault:
            raise self._outcomes.of_no_answer(place, fault) from None
        except requests.exceptions.RequestException as fault:
            raise VendorError(
                f"{place}: the request could not be made ({type(fault).__name__}). Check the base URL."
            ) from None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _wait(state: RetryCallState) -> float:
    """The vendor's own wish, never undercut; else a random wait that doubles its limit with each try."""
    jittered = float(BACKOFF(state))
    failure = state.outcome.exception() if state.outcome else None
    if isinstance(failure, PassingError) and failure.wait is not None:
        return failure.wait + min(jittered, 1.0)
    return jittered
