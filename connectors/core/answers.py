"""What a vendor answers, and an error that hides inside an answer with HTTP 200."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus


@dataclass(frozen=True)
class Answer:
    """What a vendor answered: the body's bytes, the headers (in any case), the status."""

    content: bytes
    headers: Mapping[str, str]
    status: int = HTTPStatus.OK


class FaultKind(Enum):
    """What an error amounts to that arrives with HTTP 200."""

    THROTTLED = auto()
    DENIED = auto()
    REFUSED = auto()
    BROKEN = auto()


@dataclass(frozen=True)
class Fault:
    """An error inside an answer with HTTP 200.

    Attributes:
        kind: What it amounts to.
        code: The vendor's code, in capitals.
        wait: Seconds after which a throttled request may be made again.
    """

    kind: FaultKind
    code: str
    wait: float | None = None
