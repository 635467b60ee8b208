"""What a vendor is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class Ask:
    """One question to an endpoint, followed through all its pages.

    Attributes:
        query: Parameters of the URL; a list as a value repeats the parameter.
        body: Sent as JSON.
        place: Fills the {names} in the endpoint's path.
        headers: Sent with this question only.
        constants: Values of the tables' constant columns, for the rows of its answers.
        url: The whole address of the next page, where the vendor tells it; path and query do not count then.
    """

    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    place: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    url: str | None = None

    def target(self, path: str) -> str:
        """Where it is asked: the URL, or the endpoint's path with its names filled in."""
        return self.url or path.format_map(
            {name: quote(value, safe="") for name, value in self.place.items()}
        )

    def told_apart_by(self) -> str:
        """The same text for the same question, so that a page named twice is noticed."""
        return repr((self.url, self.query, self.body))
