"""Bulk operations: Shopify works a query off by itself and gives a file with one record a line.

No limit of points or pages holds for them, so that a first load and a large catalogue are read this way. The
file is cut into pieces at the ends of lines, and each piece is projected like a page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, cast

from connectors.core import http
from connectors.core.endpoints import Reader, Received
from connectors.core.errors import MissingScope, RateLimited, VendorError
from connectors.shopify import queries
from connectors.shopify.account import ShopifyAccount
from connectors.shopify.schema import LINES

PIECE = 1 << 20
"""Bytes that are projected at once."""
FIRST_WAIT, LONGEST_WAIT = 0.1, 30.0
PATIENCE = 6 * 3600.0
"""Seconds after which a bulk operation is given up."""
BUSY = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})
UNFINISHED = frozenset({"CREATED", "RUNNING"})


class Refused(Exception):
    """Shopify does not run this query in bulk; it can still be read page by page."""


@dataclass(frozen=True)
class Exporter:
    """Runs bulk operations of one shop.

    Attributes:
        account: The shop.
        scope: The permission that the query needs.
    """

    account: ShopifyAccount
    scope: str

    def export(self, query: str) -> Iterator[bytes]:
        """The pieces of a query's file, each as an answer with the list of records `LINES`.

        Raises:
            Refused: Shopify does not run this query in bulk.
            MissingScope: The app may not read what is asked.
            VendorError: The operation failed or did not end.
        """
        url = self._finished(self._started(query))
        if url is None:
            yield answer_of(b"")
            return
        with self.account.client.download(url) as file:
            yield from pieces(file)

    def _started(self, query: str) -> str:
        """Starts an operation; waits while Shopify has as many of them as it runs at once. Returns its id."""
        for wait in waits():
            told = self.account.ask(queries.START_EXPORT, scope=self.scope, query=query)
            started = told["bulkOperationRunQuery"]
            codes = {error["code"] for error in started["userErrors"]}
            if not codes:
                operation: str = started["bulkOperation"]["id"]
                return operation
            if not codes <= BUSY:
                raise Refused
            http.sleep(wait)
        raise RateLimited(
            f"{self.account.client.subject}: other bulk operations of this app did not end. Run again later."
        )

    def _finished(self, operation: str) -> str | None:
        """Waits for the end of an operation. Returns the address of its file; None when it has no records."""
        for wait in waits():
            http.sleep(wait)
            told = self.account.ask(queries.STATE_OF_EXPORT, scope=self.scope, id=operation)
            state: Mapping[str, Any] = told["bulkOperation"]
            if state["status"] == "COMPLETED":
                url: str | None = state["url"]
                return url
            if state["status"] not in UNFINISHED:
                raise self._failure(state)
        raise self._failure({"status": "RUNNING", "errorCode": None})

    def _failure(self, state: Mapping[str, Any]) -> Exception:
        subject = f"{self.account.client.subject}: the bulk operation"
        if state["errorCode"] == "ACCESS_DENIED":
            return MissingScope(f"{subject} may not read this. Grant the permission {self.scope}.")
        return VendorError(
            f"{subject} did not end well ({state['status']}, {state['errorCode'] or 'no code'}). Run again: "
            "what was loaded stays."
        )


@dataclass(frozen=True)
class ExportReader(Reader):
    """Reads an endpoint by bulk operations."""

    def answers(self) -> Iterator[Received]:
        """The pieces of all files."""
        exporter = Exporter(cast(ShopifyAccount, self.account), self.endpoint.scope)
        for ask in self.endpoint.asks(self.account, self.request):
            for piece in exporter.export(ask.body):
                yield Received(piece, {**self.constants, **ask.constants}, None)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces that end where a line ends."""
    while lines := file.read(PIECE) + file.readline():
        yield answer_of(lines)


def answer_of(lines: bytes) -> bytes:
    """Lines as one JSON object: a line's end stands nowhere inside a record."""
    return b'{"%s":[%s]}' % (LINES.encode(), lines.strip().replace(b"\n", b","))


def waits() -> Iterator[float]:
    """Seconds to wait between two looks: first short ones, in all as long as `PATIENCE`."""
    wait, waited = FIRST_WAIT, 0.0
    while waited < PATIENCE:
        yield wait
        waited += wait
        wait = min(wait * 2, LONGEST_WAIT)
