"""Shopify's limit: a bucket of points that each query fills by its cost, told in every answer."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.core.answers import Answer

TAIL = 600
"""Shopify writes what it says of the cost at the end of an answer."""
COST = re.compile(rb'"requestedQueryCost"\s*:\s*(\d+)')
AVAILABLE = re.compile(rb'"currentlyAvailable"\s*:\s*([\d.]+)')
RESTORED = re.compile(rb'"restoreRate"\s*:\s*([\d.]+)')


@dataclass(frozen=True)
class Cost:
    """What an answer says of its cost.

    Attributes:
        requested: The points that the query may cost at most; as many have to be there before it runs.
        available: The points that are left.
        restored: The points that come back in a second.
    """

    requested: float
    available: float
    restored: float

    @property
    def wait(self) -> float:
        """Seconds until the same query may run once more."""
        return max(0.0, (self.requested - self.available) / self.restored)


def cost_of(answer: Answer) -> Cost | None:
    """What an answer says of its cost; None when it says nothing, as an answer that is no GraphQL."""
    tail = answer.content[-TAIL:]
    found = [pattern.search(tail) for pattern in (COST, AVAILABLE, RESTORED)]
    numbers = [float(match[1]) for match in found if match]
    return Cost(*numbers) if len(numbers) == len(found) and numbers[-1] else None


class CostBucket:
    """Waits before a query that would be throttled. Safe for several threads.

    What the next query will cost is not known here: it is taken to be as dear as the dearest so far.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._dearest = 0.0
        self._cost: Cost | None = None
        self._at = clock()
        self._lock = threading.Lock()

    def delay(self) -> float:
        """Seconds to wait before the next query."""
        with self._lock:
            if self._cost is None:
                return 0.0
            restored = (self._clock() - self._at) * self._cost.restored
            missing = self._dearest - self._cost.available - restored
            return max(0.0, missing / self._cost.restored)

    def learn(self, answer: Answer) -> None:
        """Takes note of what an answer says."""
        if cost := cost_of(answer):
            with self._lock:
                self._cost, self._at = cost, self._clock()
                self._dearest = max(self._dearest, cost.requested)
