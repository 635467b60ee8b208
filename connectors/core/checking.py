"""What `pos check` tries of an account that is read over the network."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from secrets import token_bytes
from typing import Any

import pyarrow as pa

from connectors.core.connector import Endpoint, Finding, Request, Window
from connectors.core.endpoints import Account, Reader
from connectors.core.errors import ConnectorError, Refused
from connectors.core.tables import REJECTED_ROWS

CHECK_ATTEMPTS = 2
"""A person waits: a vendor that does not answer is told so soon."""
SAMPLE_SPAN = timedelta(days=30)


def check_account(
    account: Account,
    endpoints: Iterable[Endpoint],
    *,
    identify: Callable[[], str],
    sample_of: str,
    sample: Callable[[Mapping[str, Any]], str],
) -> Iterator[Finding]:
    """Tries the credentials, then each endpoint, and shows one record by its ids and amounts.

    Args:
        account: Whose.
        endpoints: What is tried: the first page of each.
        identify: Says which account the credentials open.
        sample_of: Name of the endpoint whose first record is shown.
        sample: What is shown of it: ids and amounts, nothing of a person.
    """
    try:
        yield Finding("account", holds=True, detail=identify())
    except ConnectorError as error:
        yield Finding("account", holds=False, detail=str(error))
        return
    now = datetime.now(UTC)
    # The key is thrown away with the findings: nothing that is read here is kept.
    request = Request(
        window=Window(now - SAMPLE_SPAN, now),
        by_sale_date=False,
        snapshots=True,
        hash_key=token_bytes(32),
        loaded_at=now,
    )
    for endpoint in endpoints:
        finding, rows = _try_endpoint(endpoint, account, request)
        yield finding
        if rows and endpoint.name == sample_of:
            yield from (
                Finding(f"sample of {sample_of}", holds=True, detail=sample(row))
                for row in rows.slice(0, 1).to_pylist()
            )


def _try_endpoint(endpoint: Endpoint, account: Account, request: Request) -> tuple[Finding, pa.Table | None]:
    """Whether an endpoint may be read: asks for its first page, and gives the rows of its first table."""
    reader = Reader(endpoint, account, request)
    first = endpoint.tables[0].name
    try:
        pages = [reader.projector.read(got.content, got.constants) for got in islice(reader.answers(), 1)]
        tables = reader.projector.tables(pages)
    except ConnectorError as error:
        is_skipped = endpoint.optional and isinstance(error, Refused)
        detail = f"is not there, and is skipped. {error}" if is_skipped else str(error)
        return Finding(endpoint.name, holds=is_skipped, detail=detail), None
    detail = f"may be read; the first page holds {len(tables[first]):,}"
    rejected = tables[REJECTED_ROWS.name]
    if len(rejected):
        detail += f", and {len(rejected):,} that cannot be read: {rejected['reason'][0]}"
    return Finding(endpoint.name, holds=not len(rejected), detail=detail), tables[first]
