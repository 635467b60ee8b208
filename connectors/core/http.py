"""One HTTP client for all vendors: it waits when asked to, tries again where that helps, and else says why.

No error and no log line holds a header, a query or a body: they may hold secrets or personal data.
"""

import ipaddress
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
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

from connectors.core.errors import AuthenticationError, ConnectorError, MissingScope, RateLimited, VendorError

CONNECT_AND_READ_SECONDS = (10, 120)
ATTEMPTS = 8
PATIENCE_SECONDS = 900
"""The longest that one request may take with all its repetitions."""
BACKOFF = wait_random_exponential(multiplier=1, max=60)
PASSING_FAULTS = frozenset({408, 500, 502, 503, 504})
CODE = re.compile(r"[A-Z][A-Z0-9_]{1,59}")

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


class BearerAuth(AuthBase):
    """Sends a bearer token; it is read when a request is made, and never shown."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the header."""
        request.headers["Authorization"] = f"Bearer {self._token()}"
        return request


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
    ) -> None:
        if not is_secure(base_url):
            raise VendorError(f"{subject}: the base URL has to begin with https://; nothing was sent.")
        self.subject = subject
        self._base_url = base_url.rstrip("/")
        self._credentials_advice = credentials_advice
        self._error_code = error_code
        self._attempts = attempts
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
    ) -> bytes:
        """Makes one request and returns the body of its answer.

        Args:
            method: GET or POST.
            path: Path below the base URL.
            scope: The permission that the endpoint needs, named if it is missing.
            query: Parameters of the URL.
            body: Sent as JSON.

        Raises:
            AuthenticationError: The credentials were refused.
            MissingScope: The credentials may not read this endpoint.
            RateLimited: The vendor still asked to wait after every retry, or for longer than we wait.
            VendorError: Any other fault, once retries are used up.
        """
        retrying = Retrying(
            retry=retry_if_exception_type(_PassingError),
            wait=_wait,
            stop=stop_after_attempt(self._attempts) | stop_before_delay(PATIENCE_SECONDS),
            sleep=sleep,
            reraise=True,
        )
        try:
            return retrying(self._try, method, path, scope, query, body)
        except _PassingError as failure:
            raise failure.error from None

    def _try(self, method: str, path: str, scope: str, query: Mapping[str, Any] | None, body: Any) -> bytes:
        place = f"{self.subject} at {method} {path}"
        try:
            response = self._session.request(
                method,
                self._base_url + path,
                params=query,
                json=body,
                timeout=CONNECT_AND_READ_SECONDS,
                allow_redirects=False,
            )
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
            raise _PassingError(
                VendorError(
                    f"{place}: no whole answer arrived ({type(fault).__name__}), after {self._attempts} "
                    "tries. Check the network and the base URL, then run again: what was loaded stays."
                )
            ) from None
        except requests.exceptions.RequestException as fault:
            raise VendorError(
                f"{place}: the request could not be made ({type(fault).__name__}). Check the base URL."
            ) from None
        if response.status_code == HTTPStatus.OK:
            return response.content
        raise self._fault(response, place, scope)

    def _fault(self, response: requests.Response, place: str, scope: str) -> Exception:
        """The error that an answer other than 200 amounts to."""
        status, code = response.status_code, self._code(response)
        answer = f"HTTP {status}{f', {code}' if code else ''}"
        if status == HTTPStatus.UNAUTHORIZED:
            return AuthenticationError(
                f"{place}: the credentials were refused ({answer}). {self._credentials_advice}"
            )
        if status == HTTPStatus.FORBIDDEN:
            return MissingScope(
                f"{place}: the credentials may not read this ({answer}). Grant the permission {scope}."
            )
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            error = RateLimited(
                f"{place}: the vendor asks to slow down ({answer}) and still does after {self._attempts} "
                "tries. Run again later: what was loaded stays."
            )
            if wait is not None and wait > PATIENCE_SECONDS:
                return RateLimited(
                    f"{place}: the vendor asks to wait for {wait / 60:.0f} minutes ({answer}). Run again "
                    "after that: what was loaded stays."
                )
            return _PassingError(error, wait)
        if status in PASSING_FAULTS:
            return _PassingError(
                VendorError(
                    f"{place}: the vendor has a fault ({answer}), after {self._attempts} tries. Run again "
                    "later: what was loaded stays."
                ),
                retry_after(response.headers.get("Retry-After"), datetime.now(UTC)),
            )
        return VendorError(
            f"{place}: the request was refused ({answer}). Check the API version and the base URL in the "
            "settings."
        )

    def _code(self, response: requests.Response) -> str | None:
        try:
            code = self._error_code(response.json())
        except (ValueError, LookupError, TypeError, AttributeError):
            return None
        return code if isinstance(code, str) and CODE.fullmatch(code) else None


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header, given in seconds or as a date; None when it says nothing."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


class _PassingError(Exception):
    """A fault that may pass by itself."""

    def __init__(self, error: ConnectorError, wait: float | None = None) -> None:
        super().__init__()
        self.error = error
        self.wait = wait


def _wait(state: RetryCallState) -> float:
    """The vendor's own wish, never undercut; else a random wait that doubles its limit with each try."""
    jittered = float(BACKOFF(state))
    failure = state.outcome.exception() if state.outcome else None
    if isinstance(failure, _PassingError) and failure.wait is not None:
        return failure.wait + min(jittered, 1.0)
    return jittered
