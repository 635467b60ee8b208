"""Reads an endpoint page by page: the one loop that every vendor with an HTTP API shares."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from queue import Empty, Queue
from threading import Event
from typing import Any, Protocol

import dlt
import pyarrow as pa
from dlt.common.schema import Schema
from dlt.extract.resource import DltResource
from dlt.extract.source import DltSource

from connectors.core.connection import Connection
from connectors.core.connector import Endpoint, Finding, Request
from connectors.core.errors import ConnectorError, DataFormatError, MissingScope
from connectors.core.hints import with_table_hints
from connectors.core.http import HttpClient
from connectors.core.projector import Page, Projector, Stamp
from connectors.core.tables import REJECTED_ROWS

PAGES_PER_BATCH = 40
PAGES_AHEAD = 40
"""As many as a batch, so that the next one is there when a batch has been written."""


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
    """Reads one endpoint of one account for one request."""

    endpoint: Endpoint
    account: Account
    request: Request

    @cached_property
    def projector(self) -> Projector:
        """Turns the endpoint's answers into rows."""
        endpoint = self.endpoint
        return Projector(
            endpoint.tables,
            Stamp(
                connection_id=self.account.connection.id,
                loaded_at=self.request.loaded_at,
                hash_key=self.request.hash_key,
                constants=endpoint.constants(self.account, self.request),
            ),
            fields=(endpoint.next_page,),
            subject=f"{self.account.client.subject} at {endpoint.method} {endpoint.path}",
        )

    def resource(self) -> DltResource:
        """The endpoint as a dlt resource."""
        return dlt.resource(self._items(), name=self.endpoint.name)

    def answers(self) -> Iterator[bytes]:
        """All answers to all queries."""
        for query in self.endpoint.queries(self.account, self.request):
            yield from self._answers_to(query)

    def _answers_to(self, query: Mapping[str, Any]) -> Iterator[bytes]:
        """The answers to one query. What is asked stays the same to the letter; only the page token is added.

        Raises:
            DataFormatError: The vendor named a page twice, so that reading would never end.
        """
        endpoint, client = self.endpoint, self.account.client
        seen: set[str] = set()
        asked = dict(query)
        while True:
            how = {"query": asked} if endpoint.method == "GET" else {"body": asked}
            answer = client.request(endpoint.method, endpoint.path, scope=endpoint.scope, **how)
            token = self.projector.fields(answer)[endpoint.next_page]
            yield answer
            if not token:
                return
            if token in seen:
                raise DataFormatError(
                    f"{self.projector.subject} named the same next page twice; reading stopped so that "
                    "nothing is counted twice or left out. Run again; if it stays, tell the vendor."
                )
            seen.add(token)
            asked = {**query, endpoint.next_page: token}

    def _items(self) -> Iterator[Any]:
        """What the dlt resource yields. A resource that may not be read is noted, and its place not moved."""
        batch: list[Page] = []
        try:
            for page in _read_ahead(self.answers(), self.projector.read):
                batch.append(page)
                if len(batch) == PAGES_PER_BATCH:
                    yield from self._rows(batch)
                    batch = []
        except MissingScope as reason:
            self.request.skipped[self.endpoint.name] = str(reason)
            return
        yield from self._rows(batch)
        if self.endpoint.in_windows:
            _remember(self.request)

    def _rows(self, batch: list[Page]) -> Iterator[Any]:
        tables = self.projector.tables(batch)
        for table in (*self.endpoint.tables, REJECTED_ROWS):
            if tables[table.name].num_rows:
                yield with_table_hints(table, tables[table.name])


def api_source(pos: str, endpoints: Iterable[Endpoint], account: Account, request: Request) -> DltSource:
    """A vendor's endpoints as one dlt source, named like the vendor."""
    resources = [Reader(endpoint, account, request).resource() for endpoint in endpoints]
    return DltSource(Schema(pos), pos, resources)


def try_endpoint(endpoint: Endpoint, account: Account, request: Request) -> tuple[Finding, pa.Table | None]:
    """Whether an endpoint may be read: asks for its first page, and gives the rows of its first table."""
    reader = Reader(endpoint, account, request)
    first = endpoint.tables[0].name
    try:
        answer = next(reader.answers(), None)
        rows = reader.projector.tables([reader.projector.read(answer)] if answer else [])[first]
    except ConnectorError as error:
        return Finding(endpoint.name, holds=False, detail=str(error)), None
    return Finding(endpoint.name, holds=True, detail=f"may be read; the first page holds {len(rows):,}"), rows


def _read_ahead(answers: Iterator[bytes], read: Callable[[bytes], Page]) -> Iterator[Page]:
    """Asks for pages in one thread and reads them in another, while those before are worked on.

    The vendor is asked one page after the other; what waits to be worked on is bounded.
    """
    ready: Queue[Future[Page] | None] = Queue(PAGES_AHEAD)
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
            while page := ready.get():
                yield page.result()
            asking.result()
        finally:
            abandoned.set()
            while not asking.done():
                with suppress(Empty):
                    ready.get(timeout=0.05)


def _remember(request: Request) -> None:
    """Keeps the place in dlt's state, which is loaded into the warehouse together with the rows."""
    state = dlt.current.resource_state()
    for name, value in request.remember:
        if value is None:
            state.pop(name, None)
        else:
            state[name] = value
