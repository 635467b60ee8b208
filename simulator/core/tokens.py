"""Access tokens of one simulated account: fixed ones, and those that a login hands out."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Unauthorized(Enum):
    """Why a token opens nothing."""

    MISSING = "missing"
    WRONG = "wrong"
    EXPIRED = "expired"


class Tokens:
    """Which tokens are alive.

    Args:
        fixed: Tokens that never end, as an owner makes them in the vendor's settings.
        name: How the tokens that are handed out begin; a number follows.
    """

    def __init__(self, fixed: Iterable[str] = (), name: str = "token") -> None:
        self._fixed = frozenset(fixed)
        self._name = name
        self._handed_out: dict[str, datetime | None] = {}
        self._used: Counter[str] = Counter()

    def hand_out(self, now: datetime, lives: timedelta | None = None) -> str:
        """A new token, which lives for some time (None: for ever)."""
        token = f"{self._name}-{len(self._handed_out) + 1}"
        self._handed_out[token] = now + lives if lives else None
        return token

    def end(self, token: str) -> None:
        """Ends a token that was handed out."""
        if token in self._handed_out:
            self._handed_out[token] = LONG_AGO

    def use(self, token: str, now: datetime, most: int | None) -> Unauthorized | None:
        """Uses a token for one request: why it opens nothing, or None when it does.

        Args:
            token: As it was sent; empty when there was none.
            now: The vendor's time.
            most: How many requests one token is good for.
        """
        if not token:
            return Unauthorized.MISSING
        if token not in self._fixed and token not in self._handed_out:
            return Unauthorized.WRONG
        self._used[token] += 1
        ends = self._handed_out.get(token)
        if (ends and ends <= now) or (most is not None and self._used[token] > most):
            return Unauthorized.EXPIRED
        return None
