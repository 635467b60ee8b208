"""How the settings' ways of paging are read from an answer, and from which of its members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pyarrow as pa

from connectors.core.answers import Answer
from connectors.core.asking import Ask
from connectors.core.errors import DataFormatError
from connectors.core.paging import (
    ONE_PAGE,
    Head,
    LinkHeader,
    NextUrl,
    Offset,
    PageNumber,
    Paging,
    Token,
)

NEXT_URL = "page/next_url"
CURSOR = "page/cursor"
MORE = "page/more"
TOTAL = "page/total"
"""Where `records.py` puts down what an answer says about its pages."""

USUAL_URLS = (
    "next",
    "next_url",
    "next_page_url",
    "links.next",
    "_links.next.href",
    "paging.next",
    "meta.next",
)
USUAL_CURSORS = ("next_cursor", "cursor", "meta.next_cursor", "paging.next_cursor", "pagination.next_cursor")
USUAL_TOTALS = ("total", "total_count", "count", "meta.total", "paging.total", "pagination.total")
USUAL_CURSOR_PARAMETER = "cursor"


@dataclass(frozen=True)
class UsualWays(Paging):
    """Follows the header `Link`, else the next page's URL, else a cursor, whichever an API gives.

    An answer that names no next page although it says that there are more records is refused: reading
    only the first page would look like success.
    """

    subject: str
    counts: ClassVar[bool] = True

    @property
    def fields(self) -> Mapping[str, pa.DataType]:
        """The URL, the cursor and the number of records."""
        return dict.fromkeys((NEXT_URL, CURSOR, TOTAL), pa.string())

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The question for the next page.

        Raises:
            DataFormatError: There is one, and nothing says how to ask for it.
        """
        by_header = LinkHeader().following(ask, answer, head)
        if by_header:
            return by_header
        if head.fields[NEXT_URL]:
            return replace(ask, url=head.fields[NEXT_URL])
        if head.fields[CURSOR]:
            return replace(ask, query={**ask.query, USUAL_CURSOR_PARAMETER: head.fields[CURSOR]})
        is_first = ask.url is None and USUAL_CURSOR_PARAMETER not in ask.query
        total = head.fields[TOTAL] or ""
        if is_first and total.isdigit() and int(total) > head.records:
            raise DataFormatError(
                f"{self.subject} gave {head.records:,} of {int(total):,} records and named no next page; "
                "nothing of it was kept. Describe the API's paging in connections.yaml."
            )
        return None


@dataclass(frozen=True)
class Pages:
    """One way of paging, ready to be used.

    Attributes:
        paging: The rule.
        members: What is read of an answer: name → paths, of which the first that holds a value counts.
    """

    paging: Paging
    members: Mapping[str, Sequence[str]]


def pages_of(settings: Any, subject: str) -> Pages:
    """The way of paging that an endpoint's settings describe."""
    kind = settings.kind
    if kind == "next_url":
        return Pages(NextUrl(NEXT_URL), {"next_url": (settings.field,)})
    if kind == "cursor":
        more = {"more": (settings.more,)} if settings.more else {}
        token = Token(CURSOR, parameter=settings.parameter, into="query", more=MORE if more else None)
        return Pages(token, {"cursor": (settings.field,), **more})
    if kind == "usual":
        members = {"next_url": USUAL_URLS, "cursor": USUAL_CURSORS, "total": USUAL_TOTALS}
        return Pages(UsualWays(subject), members)
    if kind == "offset":
        return Pages(Offset(settings.parameter), {})
    if kind == "page_number":
        return Pages(PageNumber(settings.parameter, settings.first), {})
    return Pages(LinkHeader() if kind == "link_header" else ONE_PAGE, {})
