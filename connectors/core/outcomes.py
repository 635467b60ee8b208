"""What an unwelcome answer amounts to: one sentence that names the place and what to do, or another try.

No sentence holds a header, a query or a body: they may hold secrets or personal data.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import requests

from connectors.core.answers import Fault, FaultKind
from connectors.core.errors import (
    AuthenticationError,
    ConnectorError,
    MissingScope,
    NotFound,
    RateLimited,
    Refused,
    VendorError,
)

PATIENCE_SECONDS = 900
"""The longest that one request may take with all its repetitions."""
PASSING_FAULTS = frozenset({408, 500, 502, 503, 504})
CODE = re.compile(r"[A-Z][A-Z0-9_]{1,59}")


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


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the header `Retry-After`."""
    return retry_after(headers.get("Retry-After"), datetime.now(UTC))


class PassingError(Exception):
    """A fault that may pass by itself."""

    def __init__(self, error: ConnectorError, wait: float | None = None) -> None:
        super().__init__()
        self.error = error
        self.wait = wait


class Outcomes:
    """The errors of one connection's API.

    Args:
        credentials_advice: What to do when the vendor refuses the credentials.
        error_code: Finds the vendor's error code in a body; only a code in capitals is ever repeated.
        attempts: How often one request is tried.
        wait_of: Finds in the headers how many seconds the vendor asks to wait.
        refusals: The statuses that mean that the credentials are wrong.
    """

    def __init__(
        self,
        *,
        credentials_advice: str,
        error_code: Callable[[Any], Any],
        attempts: int,
        wait_of: Callable[[Mapping[str, str]], float | None],
        refusals: Collection[int],
    ) -> None:
        self._credentials_advice = credentials_advice
        self._error_code = error_code
        self._attempts = attempts
        self._wait_of = wait_of
        self._refusals = frozenset(refusals)

    def of_no_answer(self, place: str, fault: Exception) -> Exception:
        """The error that a broken connection amounts to."""
        return PassingError(
            VendorError(
                f"{place}: no whole answer arrived ({type(fault).__name__}), after {self._attempts} tries. "
                "Check the network and the base URL, then run again: what was loaded stays."
            )
        )

    def of_status(self, response: requests.Response, place: str, scope: str) -> Exception:
        """The error that an answer with an unwelcome status amounts to."""
        status, code = response.status_code, self._code(response)
        answer = f"HTTP {status}{f', {code}' if code else ''}"
        if status in self._refusals:
            return self._refused(place, answer)
        if status == HTTPStatus.FORBIDDEN:
            return _denied(place, answer, scope)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return self._throttled(place, answer, self._wait_of(response.headers))
        if status in PASSING_FAULTS:
            return self._broken(place, answer, self._wait_of(response.headers))
        kind = NotFound if status == HTTPStatus.NOT_FOUND else Refused
        return kind(
            f"{place}: the request was refused ({answer}). Check the API version and the base URL in the "
            "settings."
        )

    def of_fault(self, fault: Fault, place: str, scope: str) -> Exception:
        """The error that an answer with HTTP 200 amounts to."""
        match fault.kind:
            case FaultKind.THROTTLED:
                return self._throttled(place, fault.code, fault.wait)
            case FaultKind.DENIED:
                return _denied(place, fault.code, scope)
            case FaultKind.BROKEN:
                return self._broken(place, fault.code, fault.wait)
            case FaultKind.REFUSED:
                return Refused(f"{place}: the request was refused ({fault.code}). Check the API version.")

    def _refused(self, place: str, answer: str) -> Exception:
        return AuthenticationError(
            f"{place}: the credentials were refused ({answer}). {self._credentials_advice}"
        )

    def _throttled(self, place: str, answer: str, wait: float | None) -> Exception:
        if wait is not None and wait > PATIENCE_SECONDS:
            return RateLimited(
                f"{place}: the vendor asks to wait for {wait / 60:.0f} minutes ({answer}). Run again "
                "after that: what was loaded stays."
            )
        error = RateLimited(
            f"{place}: the vendor asks to slow down ({answer}) and still does after {self._attempts} "
            "tries. Run again later: what was loaded stays."
        )
        return PassingError(error, wait)

    def _broken(self, place: str, answer: str, wait: float | None) -> Exception:
        error = VendorError(
            f"{place}: the vendor has a fault ({answer}), after {self._attempts} tries. Run again "
            "later: what was loaded stays."
        )
        return PassingError(error, wait)

    def _code(self, response: requests.Response) -> str | None:
        try:
            code = self._error_code(response.json())
        except (ValueError, LookupError, TypeError, AttributeError):
            return None
        return code if isinstance(code, str) and CODE.fullmatch(code) else None


def _denied(place: str, answer: str, scope: str) -> Exception:
    return MissingScope(
        f"{place}: the credentials may not read this ({answer}). Grant the permission {scope}."
    )
