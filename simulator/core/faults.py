"""Faults that a simulated vendor can be told to have, switched on before or while it serves."""

import json
import threading
from collections.abc import Callable, Mapping, MutableMapping
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
    FORBIDDEN = auto()
    EXPIRED_TOKEN = auto()
    REPEATED_PAGE = auto()
    BETWEEN_PAGES = auto()


@dataclass
class Fault:
    """One planned fault.

    Attributes:
        subject: Only requests whose subject (the path, unless the vendor says more) contains this text.
        after: So many of these requests are served well first.
        times: So many after them are not; None: all.
        status: Of a server error.
        retry_after: Seconds to wait that the vendor tells; None: it tells nothing.
        retry_after_as_date: They are told as the date that they lead to.
    """

    kind: FaultKind
    subject: str = ""
    after: int = 0
    times: int | None = 1
    status: int = 503
    retry_after: float | None = None
    retry_after_as_date: bool = False
    seconds: float = 0.0
    action: Callable[[], None] | None = None

    @property
    def until(self) -> datetime | None:
        """When the wait is over, by this machine's clock, which is the caller's too."""
        if self.retry_after is None:
            return None
        return datetime.now(UTC) + timedelta(seconds=self.retry_after)

    def retry_after_header(self) -> dict[str, str]:
        """The Retry-After header: seconds, the date that they lead to, or none."""
        if self.retry_after is None:
            return {}
        if self.retry_after_as_date and self.until:
            return {"Retry-After": format_datetime(self.until, usegmt=True)}
        return {"Retry-After": f"{self.retry_after:g}"}


@dataclass
class Faults:
    """The faults of one simulated vendor; safe to change while it serves.

    Attributes:
        token_expires_after: Requests after which an access token is refused; each token counts its own.
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
        subject: str = "",
        *,
        after: int = 0,
        times: int = 1,
        retry_after: float | None = 0,
        as_date: bool = False,
    ) -> None:
        """Asks to slow down in the vendor's own way: the wait in seconds, as an HTTP date, or not told."""
        self.add(
            Fault(
                FaultKind.RATE_LIMIT,
                subject,
                after,
                times,
                retry_after=retry_after,
                retry_after_as_date=as_date,
            )
        )

    def server_error(self, subject: str = "", *, after: int = 0, times: int = 1, status: int = 503) -> None:
        """Answers 500 or 503, then serves again."""
        self.add(Fault(FaultKind.SERVER_ERROR, subject, after, times, status))

    def drop_body(self, subject: str = "", *, after: int = 0, times: int = 1) -> None:
        """Breaks the connection in the middle of an answer."""
        self.add(Fault(FaultKind.DROPPED_BODY, subject, after, times))

    def slow(self, subject: str = "", *, after: int = 0, times: int = 1, seconds: float) -> None:
        """Lets an answer wait."""
        self.add(Fault(FaultKind.SLOW, subject, after, times, seconds=seconds))

    def forbid(self, subject: str, *, after: int = 0, times: int | None = None) -> None:
        """Refuses what the token may otherwise read, as if its permission were missing."""
        self.add(Fault(FaultKind.FORBIDDEN, subject, after, times))

    def expire_token(self, subject: str = "", *, after: int = 0, times: int = 1) -> None:
        """Says that the token has expired; one that was handed out never opens anything again."""
        self.add(Fault(FaultKind.EXPIRED_TOKEN, subject, after, times))

    def repeat_page(self, subject: str = "", *, after: int = 0, times: int = 1) -> None:
        """Names the page that was just asked for as the next one."""
        self.add(Fault(FaultKind.REPEATED_PAGE, subject, after, times))

    def between_pages(self, action: Callable[[], None], subject: str = "", *, after: int = 1) -> None:
        """Does something before a request, such as changing an order that is being paged through."""
        self.add(Fault(FaultKind.BETWEEN_PAGES, subject, after, 1, action=action))

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._planned.clear()
            self.unreadable.clear()
            self.token_expires_after = None

    def due(self, subject: str) -> dict[FaultKind, Fault]:
        """The faults that hit this request; counts it for all that wait for their turn."""
        hit = {}
        with self._lock:
            for fault in list(self._planned):
                if fault.subject not in subject:
                    continue
                if fault.after:
                    fault.after -= 1
                    continue
                hit[fault.kind] = fault
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self._planned.remove(fault)
        return hit

    def spoil(self, record_id: str, told: Any) -> Any:
        """The record as it is told, unreadable when that was asked for."""
        changes = self.unreadable.get(record_id)
        if not changes:
            return told
        record = json.loads(json.dumps(told))
        for path, value in changes.items():
            *parents, last = path.split(".")
            place: MutableMapping[str, Any] | list[Any] = record
            for step in parents:
                place = place[int(step)] if isinstance(place, list) else place[step]
            place[last] = value  # type: ignore[call-overload]
        return record

    def spoil_text(self, record_id: str, text: bytes) -> bytes:
        """The record's JSON text, unreadable when that was asked for."""
        if record_id not in self.unreadable:
            return text
        return json.dumps(self.spoil(record_id, json.loads(text)), separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """One request that reached a simulated vendor, with its body as text.

    Attributes:
        headers: By their names in small letters.
    """

    method: str
    path: str
    query: str
    body: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
