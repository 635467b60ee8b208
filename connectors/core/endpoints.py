"""Reads an endpoint page by page: the one loop that every vendor with an HTTP API shares."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from connectors.core.projector import Projection, Projector, Stamp
from connectors.core.tables import REJECTED_ROWS

PAGES_PER_BATCH = 40


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

    def resource(self) -> DltResource:
        """The endpoint as a dlt resource."""
        return dlt.resource(self._items(), name=self.endpoint.name)

    def queries(self) -> Iterable[Mapping[str, Any]]:
        """What is asked; each query is followed through all its pages."""
        return self.endpoint.queries(self.account, self.request)

    def pages(self, query: Mapping[str, Any]) -> Iterator[Projection]:
        """All pages of one query. What is asked stays the same to the letter; only the page token is added.

        Raises:
            DataFormatError: The vendor named a page twice, so that reading would never end.
        """
        endpoint, client = self.endpoint, self.account.client
        projector = Projector(
            endpoint.tables,
            fields=(endpoint.next_page,),
            subject=f"{client.subject} at {endpoint.method} {endpoint.path}",
        )
        stamp = Stamp(
            connection_id=self.account.connection.id,
            loaded_at=self.request.loaded_at,
            hash_key=self.request.hash_key,
            constants=endpoint.constants(self.account, self.request),
        )
        seen: set[str] = set()
        asked = dict(query)
        while True:
            how = {"query": asked} if endpoint.method == "GET" else {"body": asked}
            answer = client.request(endpoint.method, endpoint.path, scope=endpoint.scope, **how)
            page = projector.project(answer, stamp)
            yield page
            token = page.fields[endpoint.next_page]
            if not token:
                return
            if token in seen:
                raise DataFormatError(
                    f"{projector.subject} named the same next page twice; reading stopped so that nothing is "
                    "counted twice or left out. Run again; if it stays, tell the vendor."
                )
            seen.add(token)
            asked = {**query, endpoint.next_page: token}

    def _items(self) -> Iterator[Any]:
        batch: list[Projection] = []
        try:
            for query in self.queries():
                for page in self.pages(query):
                    batch.append(page)
                    if len(batch) == PAGES_PER_BATCH:
                        yield from self._joined(batch)
                        batch = []
        except MissingScope as reason:
            self.request.skipped[self.endpoint.name] = str(reason)
            return
        yield from self._joined(batch)
        if self.endpoint.in_windows:
            _remember(self.request)

    def _joined(self, batch: list[Projection]) -> Iterator[Any]:
        for table in (*self.endpoint.tables, REJECTED_ROWS):
            rows = pa.concat_tables(
                [page.tables[table.name] for page in batch] or [table.schema.empty_table()]
            )
            if rows.num_rows:
                yield with_table_hints(table, rows)


def api_source(pos: str, endpoints: Iterable[Endpoint], account: Account, request: Request) -> DltSource:
    """A vendor's endpoints as one dlt source, named like the vendor."""
    resources = [Reader(endpoint, account, request).resource() for endpoint in endpoints]
    return DltSource(Schema(pos), pos, resources)


def try_endpoint(reader: Reader) -> tuple[Finding, Projection | None]:
    """Whether an endpoint may be read: asks for the first page of its first query, and keeps nothing."""
    endpoint = reader.endpoint
    try:
        page = next((page for query in reader.queries() for page in reader.pages(query)), None)
    except ConnectorError as error:
        return Finding(endpoint.name, holds=False, detail=str(error)), None
    records = page.tables[endpoint.tables[0].name].num_rows if page else 0
    detail = f"may be read; the first page tried holds {records:,} {endpoint.tables[0].name}"
    return Finding(endpoint.name, holds=True, detail=detail), page


def _remember(request: Request) -> None:
    """Keeps the place in dlt's state, which is loaded into the warehouse together with the rows."""
    state = dlt.current.resource_state()
    for name, value in request.remember:
        if value is None:
            state.pop(name, None)
        else:
            state[name] = value
