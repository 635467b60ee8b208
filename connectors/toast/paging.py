"""How Toast names the next page of a list that is asked for by page numbers."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from connectors.core.answers import Answer
from connectors.core.asking import Ask
from connectors.core.paging import NEXT_LINK, Head, Paging


@dataclass(frozen=True)
class LinkedPageNumber(Paging):
    """Takes only the page's number from the header `Link`.

    The link names Toast's own server, which may be another than the one that the credentials are for.
    """

    parameter: str = "page"

    def following(self, ask: Ask, answer: Answer, head: Head) -> Ask | None:
        """The same question for the page of the link with rel="next"."""
        found = NEXT_LINK.search(answer.headers.get("Link", ""))
        numbers = parse_qs(urlsplit(found[1].replace(" ", "")).query).get(self.parameter) if found else None
        return replace(ask, query={**ask.query, self.parameter: numbers[0]}) if numbers else None
