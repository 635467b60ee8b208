"""What is asked of a simulated vendor, and what it answers."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request.

    Attributes:
        place: What stands in the {names} of the route's path.
        query: The URL's parameters; `getlist` gives those that are repeated.
        url: The whole URL without its query, for addresses that an answer names.
        token: The access token that was sent; empty on a route that needs none.
        now: The vendor's time.
    """

    method: str
    path: str
    place: Mapping[str, str]
    query: QueryParams
    headers: Headers
    body: bytes
    url: str
    now: datetime
    token: str = ""

    def form(self) -> dict[str, str]:
        """The body as the fields of a form."""
        return dict(parse_qsl(self.body.decode(errors="replace")))


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        told: JSON, or the body's bytes as they are.
    """

    told: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"

    @property
    def body(self) -> bytes:
        """What is sent."""
        if isinstance(self.told, bytes):
            return self.told
        return json.dumps(self.told, separators=(",", ":")).encode()

    @property
    def json(self) -> Any:
        """What is told, to be read or changed."""
        return json.loads(self.told) if isinstance(self.told, bytes) else self.told

    def with_headers(self, headers: Mapping[str, str]) -> "Answer":
        """The same answer with more headers."""
        return replace(self, headers={**self.headers, **headers})

    def response(self) -> Response:
        """The answer as it is sent."""
        return Response(self.body, self.status, dict(self.headers), self.media_type)


Told = Answer | bytes | Mapping[str, Any] | Sequence[Any]
"""What a handler may give back: a whole answer, or the JSON (or its text) of one that is well."""


def answered(told: Told) -> Answer:
    """What a handler gave back, as an answer."""
    return told if isinstance(told, Answer) else Answer(told)


class Refusal(Exception):
    """An answer that says no, in the vendor's own words; a handler raises it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status, answer.told)
        self.answer = answer
