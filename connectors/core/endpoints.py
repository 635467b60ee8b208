"""Reads an endpoint page by page: the one loop that every vendor with an HTTP API shares."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from queue import Empty, Queue
from threading import Event
from typing import Any, Protocol, TypeVar

import dlt
from dlt.common.schema import Schema
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from connectors.core.asking import Ask
from connectors.core.connection import Connection
from connectors.core.connector import Endpoint, Request
from connectors.core.errors import DataFormatError, MissingScope, Refused
from connectors.core.hints import with_table_hints
from connectors.core.http import HttpClient
from connectors.core.projector import Page, Projector, Stamp
from connectors.core.tables import REJECTED_ROWS

Done = TypeVar("Done")

PAGES_PER_BATCH = 40
PAGES_AHEAD = 40
"""As many as a batch, so that the next one is there when a batch has been written."""


FEED_PAGES_PER_LOAD = 200
"""What a killed first load of a feed reads once more at most."""
FEED_AFTER = "feed_after"
"""What is remembered of a feed: the last version that was read."""


@dataclass(frozen=True)
class Received:
    """One answer, in the form of the wire schema.

    Attributes:
        content: The bytes.
        constants: Values of the constant columns of its rows.
        place: Up to where a feed is read with it.
    """

    content: bytes
    constants: Mapping[str, Any]
    place: str | None


class Account(Protocol):
    """A vendor's account while it is read."""

    @property
    def connection(self) -> Connection:
        """Whose account it is."""

    @property
    def client(self) -> HttpClient:
        """How it is reached."""


@dataclass(frozen=True)
class Reader:
    """Reads one endpoint of one account for one request.

    Attributes:
        endpoint: What is read.
        account: Whose.
        request: Which part of it.
        asks: The questions, where others raise them. Default: the endpoint's own.
    """

    endpoint: Endpoint
    account: Account
    request: Request
    asks: Sequence[Ask] | None = None

    @cached_property
    def projector(self) -> Projector:
        """Turns the endpoint's answers into rows."""
        endpoint, request = self.endpoint, self.request
        return Projector(
            endpoint.tables,
            Stamp(self.account.connection.id, loaded_at=request.loaded_at, hash_key=request.hash_key),
            paging=endpoint.pages,
            subject=f"{self.account.client.subject} at {endpoint.method} {endpoint.path}",
        )

    @cached_property
    def constants(self) -> Mapping[str, Any]:
        """Values of the constant columns that are the same in all answers."""
        return self.endpoint.constants(self.account, self.request)

    def resource(self) -> DltResource:
        """The endpoint as a dlt resource."""
        return dlt.resource(self.items(), name=self.endpoint.name)

    def answers(self) -> Iterator[Received]:
        """All answers to all questions; of a feed, as many as are committed together."""
        asks = self.endpoint.asks(self.account, self.request) if self.asks is None else self.asks
        answers = (received for ask in asks for received in self._answers_to(ask))
        if self.endpoint.read_by != "feed":
            yield from answers
            return
        yield from islice(answers, FEED_PAGES_PER_LOAD)
        if next(answers, None):
            self.request.unfinished.add(self.endpoint.name)

    def _answers_to(self, first: Ask) -> Iterator[Received]:
        """The answers to one question, page after page.

        Raises:
            DataFormatError: The vendor named a page twice, so that reading would never end.
        """
        endpoint, ask, before = self.endpoint, first, b""
        seen = {ask.told_apart_by()}
        while True:
            answer = self.account.client.request(
                endpoint.method,
                ask.target(endpoint.path),
                scope=endpoint.scope,
                query=ask.query,
                body=ask.body,
                headers=ask.headers,
            )
            content = endpoint.prepare(answer.content) if endpoint.prepare else answer.content
            head = self.projector.head(content)
            following = endpoint.pages.following(ask, answer, head)
            yield Received(content, {**self.constants, **first.constants}, endpoint.pages.place(head))
            if following is None:
                return
            if following.told_apart_by() in seen or (head.records and content == before):
                raise DataFormatError(
                    f"{self.projector.subject} named the same next page twice; reading stopped so that "
                    "nothing is counted twice or left out. Run again; if it stays, tell the vendor."
                )
            seen.add(following.told_apart_by())
            ask, before = following, content

    def items(self) -> Iterator[Any]:
        """What the dlt resource yields. A resource that may not be read is noted, and its place not moved."""
        places: list[str] = []
        batch: list[Page] = []
        try:
            for received, page in _read_ahead(self.answers(), self._read):
                batch.append(page)
                places += [received.place] if received.place else []
                if len(batch) == PAGES_PER_BATCH:
                    yield from self._rows(batch)
                    batch = []
            yield from self._rows(batch)
        except (MissingScope, Refused) as reason:
            if isinstance(reason, Refused) and not self.endpoint.optional:
                raise
            self.request.skipped[self.endpoint.name] = str(reason)
            return
        if self.endpoint.read_by == "feed":
            _remember([(FEED_AFTER, places[-1])] if places else [])
        elif self.endpoint.read_by in ("windows", "spans"):
            _remember(self.request.remember)

    def _read(self, received: Received) -> tuple[Received, Page]:
        return received, self.projector.read(received.content, received.constants)

    def _rows(self, batch: list[Page]) -> Iterator[Any]:
        tables = self.projector.tables(batch)
        for table in (*self.endpoint.tables, REJECTED_ROWS):
            if table.landed and tables[table.name].num_rows:
                yield with_table_hints(table, tables[table.name])
        for follow_up in self.endpoint.follow_ups:
            if asks := tuple(follow_up.asks(tables)):
                yield from replace(self, endpoint=follow_up.endpoint, asks=asks).items()


def api_source(pos: str, endpoints: Iterable[Endpoint], account: Account, request: Request) -> DltSource:
    """A vendor's endpoints as one dlt source, named like the vendor."""
    resources = [Reader(endpoint, account, request).resource() for endpoint in endpoints]
    return DltSource(Schema(pos), pos, resources)


def _read_ahead(answers: Iterator[Received], read: Callable[[Received], Done]) -> Iterator[Done]:
    """Asks for pages in one thread and reads them in another, while those before are worked on.

    The vendor is asked one page after the other; what waits to be worked on is bounded.
    """
    ready: Queue[Future[Done] | None] = Queue(PAGES_AHEAD)
    abandoned = Event()

    def ask() -> None:
        try:
            for answer in answers:
                if abandoned.is_set():
                    return
                ready.put(threads.submit(read, answer))
        finally:
            ready.put(None)

    with ThreadPoolExecutor(2, thread_name_prefix="next-page") as threads:
        asking = threads.submit(ask)
        try:
            while done := ready.get():
                yield done.result()
            asking.result()
        finally:
            abandoned.set()
            while not asking.done():
                with suppress(Empty):
                    ready.get(timeout=0.05)


def _remember(places: Iterable[tuple[str, str | None]]) -> None:
    """Keeps the place in dlt's state, which is loaded into the warehouse together with the rows."""
    state = dlt.current.resource_state()
    for name, value in places:
        if value is None:
            state.pop(name, None)
        else:
            state[name] = value
