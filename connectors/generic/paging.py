"""The ways of paging that settings can name, and from which members of an answer each is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import pyarrow as pa
from pydantic import Field

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
from connectors.generic.fields import MemberPath, Strict

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


class NoPaging(Strict):
    """Everything comes in one answer."""

    kind: Literal["none"]


class LinkHeaderPaging(Strict):
    """The header `Link` holds the next page's URL, with rel="next"."""

    kind: Literal["link_header"]


class NextUrlPaging(Strict):
    """The answer holds the next page's URL."""

    kind: Literal["next_url"]
    field: MemberPath


class CursorPaging(Strict):
    """The answer holds a cursor that is sent back as a parameter; the field `more` is false at the end."""

    kind: Literal["cursor"]
    field: MemberPath
    parameter: str = "cursor"
    more: MemberPath | None = None


class OffsetPaging(Strict):
    """A parameter says how many records to leave out."""

    kind: Literal["offset"]
    parameter: str = "offset"


class PageNumberPaging(Strict):
    """A parameter says which page."""

    kind: Literal["page_number"]
    parameter: str = "page"
    first: int = 1


class UsualPaging(Strict):
    """What many APIs do, whichever this one does: see `UsualWays`."""

    kind: Literal["usual"]


PagingSettings = Annotated[
    NoPaging
    | LinkHeaderPaging
    | NextUrlPaging
    | CursorPaging
    | OffsetPaging
    | PageNumberPaging
    | UsualPaging,
    Field(discriminator="kind"),
]


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


def pages_of(settings: PagingSettings, subject: str) -> Pages:
    """The way of paging that an endpoint's settings describe."""
    match settings:
        case NextUrlPaging():
            return Pages(NextUrl(NEXT_URL), {"next_url": (settings.field,)})
        case CursorPaging():
            more = {"more": (settings.more,)} if settings.more else {}
            token = Token(CURSOR, parameter=settings.parameter, into="query", more=MORE if more else None)
            return Pages(token, {"cursor": (settings.field,), **more})
        case OffsetPaging():
            return Pages(Offset(settings.parameter), {})
        case PageNumberPaging():
            return Pages(PageNumber(settings.parameter, settings.first), {})
        case UsualPaging():
            members = {"next_url": USUAL_URLS, "cursor": USUAL_CURSORS, "total": USUAL_TOTALS}
            return Pages(UsualWays(subject), members)
    return Pages(LinkHeader() if isinstance(settings, LinkHeaderPaging) else ONE_PAGE, {})
