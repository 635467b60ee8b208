"""Faults that a simulated vendor can be told to have, switched on before or while it serves."""

import json
import threading
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum, auto
from typing import Any


class FaultKind(Enum):
    """What goes wrong with a request."""

    RATE_LIMIT = auto()
    SERVER_ERROR = auto()
    DROPPED_BODY = auto()
    SLOW = auto()
    REPEATED_CURSOR = auto()
    BETWEEN_PAGES = auto()


@dataclass
class Fault:
    """One planned fault.

    Attributes:
        path: Only requests whose path contains this text.
        after: So many of these requests are served well first.
        times: So many after them are not.
    """

    kind: FaultKind
    path: str = ""
    after: int = 0
    times: int = 1
    status: int = 503
    retry_after: int | None = None
    retry_after_as_date: bool = False
    seconds: float = 0.0
    action: Callable[[], None] | None = None

    def header(self) -> str | None:
        """The Retry-After header: seconds, or the date that they lead to."""
        if self.retry_after is None:
            return None
        if self.retry_after_as_date:
            return format_datetime(datetime.now(UTC) + timedelta(seconds=self.retry_after), usegmt=True)
        return str(self.retry_after)


@dataclass
class Faults:
    """The faults of one simulated vendor; safe to change while it serves.

    Attributes:
        token_expires_after: Requests after which the access token is refused.
        unreadable: Record id → {dotted field: value} that replaces what the record really says.
    """

    token_expires_after: int | None = None
    unreadable: dict[str, dict[str, Any]] = field(default_factory=dict)
    _planned: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, fault: Fault) -> None:
        """Plans a fault."""
        with self._lock:
            self._planned.append(fault)

    def rate_limit(
        self,
        path: str = "",
        *,
        after: int = 0,
        times: int = 1,
        retry_after: int | None = 0,
        as_date: bool = False,
    ) -> None:
        """Answers 429, with Retry-After in seconds, as an HTTP date, or (None) without it."""
        self.add(Fault(FaultKind.RATE_LIMIT, path, after, times, 429, retry_after, as_date))

    def server_error(self, path: str = "", *, after: int = 0, times: int = 1, status: int = 503) -> None:
        """Answers 500 or 503, then serves again."""
        self.add(Fault(FaultKind.SERVER_ERROR, path, after, times, status))

    def drop_body(self, path: str = "", *, after: int = 0, times: int = 1) -> None:
        """Breaks the connection in the middle of an answer."""
        self.add(Fault(FaultKind.DROPPED_BODY, path, after, times))

    def slow(self, path: str = "", *, after: int = 0, times: int = 1, seconds: float) -> None:
        """Lets an answer wait."""
        self.add(Fault(FaultKind.SLOW, path, after, times, seconds=seconds))

    def repeat_cursor(self, path: str = "", *, after: int = 0, times: int = 1) -> None:
        """Hands out the cursor that was just used: the same page again."""
        self.add(Fault(FaultKind.REPEATED_CURSOR, path, after, times))

    def between_pages(self, action: Callable[[], None], path: str = "", *, after: int = 1) -> None:
        """Does something before a request, such as changing an order that is being paged through."""
        self.add(Fault(FaultKind.BETWEEN_PAGES, path, after, 1, action=action))

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._planned.clear()
            self.unreadable.clear()
            self.token_expires_after = None

    def due(self, path: str) -> list[Fault]:
        """The faults that hit this request; counts it for all that wait for their turn."""
        hit = []
        with self._lock:
            for fault in list(self._planned):
                if fault.path not in path:
                    continue
                if fault.after:
                    fault.after -= 1
                    continue
                hit.append(fault)
                fault.times -= 1
                if not fault.times:
                    self._planned.remove(fault)
        return hit

    def spoil(self, record_id: str, body: bytes) -> bytes:
        """The record's text, unreadable when that was asked for."""
        changes = self.unreadable.get(record_id)
        if not changes:
            return body
        record = json.loads(body)
        for path, value in changes.items():
            *parents, last = path.split(".")
            place: MutableMapping[str, Any] | list[Any] = record
            for step in parents:
                place = place[int(step)] if isinstance(place, list) else place[step]
            place[last] = value  # type: ignore[call-overload,index]
        return json.dumps(record, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """One request that reached a simulated vendor, with its body as text."""

    method: str
    path: str
    query: str
    body: str
    status: int
