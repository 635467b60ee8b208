"""How the next page of an answer is asked for: one small rule for each way that vendors have."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import pyarrow as pa

from connectors.core.answers import Answer
from connectors.core.asking import Ask

NEXT_LINK = re.compile(r'<([^<>]*)>\s*(?:;[^,<>]*?)?;\s*rel="?next"?', re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """What an answer says about itself.

    Attributes:
        fields: The fields that the paging named, by their paths; null when absent.
        records: How many records the answer holds; 0 when the paging does not count them.
    """

    fields: Mapping[str, Any]
    records: int


class Paging(ABC):
    """A way of paging."""

    counts: ClassVar[bool] = False
    """Whether it needs to know how many records an answer holds."""

    @property
    def fields(self) -> Mapping[str, pa.DataType]:
        """Paths of the answer's own fields that it needs, and their types."""
        return {}

    @abstractmethod
    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The question for the page after this answer to `ask`; None after the last."""

    def place(self, head: Head) -> str | None:
        """Up to where a feed is read with this answer; None where nothing of the kind is told."""
        return None


@dataclass(frozen=True)
class OnePage(Paging):
    """There is no second page."""

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """None."""
        return None


ONE_PAGE = OnePage()


@dataclass(frozen=True)
class Token(Paging):
    """The answer names the next page with a token that is sent back with the same question.

    Attributes:
        field: Path of the token in the answer.
        parameter: Path where it is sent back, when that is another.
        into: Part of the question. Default: the body when there is one.
        more: Path of a boolean without which a token does not count.
    """

    field: str = "cursor"
    parameter: str | None = None
    into: Literal["query", "body"] | None = None
    more: str | None = None

    @property
    def fields(self) -> Mapping[str, pa.DataType]:
        """The token, and the boolean if there is one."""
        return {self.field: pa.string(), **({self.more: pa.bool_()} if self.more else {})}

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The same question with the token."""
        token = head.fields[self.field]
        if not token or (self.more and not head.fields[self.more]):
            return None
        parameter = self.parameter or self.field
        if (self.into or ("query" if ask.body is None else "body")) == "query":
            return replace(ask, query=_with(ask.query, parameter, token))
        return replace(ask, body=_with(ask.body, parameter, token))


@dataclass(frozen=True)
class NextUrl(Paging):
    """The answer holds the whole URL of the next page."""

    field: str

    @property
    def fields(self) -> Mapping[str, pa.DataType]:
        """The URL."""
        return {self.field: pa.string()}

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """That URL."""
        return replace(ask, url=head.fields[self.field]) if head.fields[self.field] else None


@dataclass(frozen=True)
class LinkHeader(Paging):
    """The header `Link` holds the whole URL of the next page (RFC 8288)."""

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The URL with rel="next"."""
        found = NEXT_LINK.search(answer.headers.get("Link", ""))
        return replace(ask, url=found[1]) if found else None


@dataclass(frozen=True)
class HeaderToken(Paging):
    """A header names the next page with a token that is sent back as a parameter of the URL."""

    header: str
    parameter: str

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The same question with the token."""
        token = answer.headers.get(self.header)
        return replace(ask, query={**ask.query, self.parameter: token}) if token else None


@dataclass(frozen=True)
class Offset(Paging):
    """Counts on by the records that came, until none comes: a vendor may give fewer than were asked for.

    Attributes:
        parameter: Path of the number in the body, where there is one, else in the query.
    """

    parameter: str = "offset"
    counts: ClassVar[bool] = True

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The question for the records after these."""
        if not head.records:
            return None
        if ask.body is not None:
            passed = int(_at(ask.body, self.parameter) or 0) + head.records
            return replace(ask, body=_with(ask.body, self.parameter, passed))
        passed = int(ask.query.get(self.parameter, 0)) + head.records
        return replace(ask, query={**ask.query, self.parameter: passed})


@dataclass(frozen=True)
class PageNumber(Paging):
    """Counts pages until one is empty."""

    parameter: str = "page"
    first: int = 1
    counts: ClassVar[bool] = True

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The question for the page after this one."""
        if not head.records:
            return None
        number = int(ask.query.get(self.parameter, self.first)) + 1
        return replace(ask, query={**ask.query, self.parameter: number})


@dataclass(frozen=True)
class Version(Paging):
    """A feed of changes: each page tells the highest version in it, the next one what came after.

    Attributes:
        field: Path of the highest version in the answer.
        parameter: Where it is sent back. It is also what is remembered between runs.
    """

    field: str = "version/max"
    parameter: str = "after"
    counts: ClassVar[bool] = True

    @property
    def fields(self) -> Mapping[str, pa.DataType]:
        """The version."""
        return {self.field: pa.int64()}

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """What came after this page; None after an empty one."""
        place = self.place(head)
        return replace(ask, query={**ask.query, self.parameter: place}) if place else None

    def place(self, head: Head) -> str | None:
        """The highest version of a page that holds something."""
        version = head.fields[self.field]
        return None if version is None or not head.records else str(version)


def _at(value: Any, path: str) -> Any:
    """What stands at a path of nested mappings; None where nothing does."""
    for step in path.split("/"):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _with(value: Any, path: str, token: str | int) -> dict[str, Any]:
    """A copy of nested mappings with the token at a path."""
    step, _, rest = path.partition("/")
    members = dict(value or {})
    return {**members, step: _with(members.get(step), rest, token) if rest else token}
