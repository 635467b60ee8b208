"""How fast a vendor may be asked: a leaky bucket that our requests fill and the vendor's word corrects."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from connectors.core.answers import Answer


@dataclass(frozen=True)
class Budget:
    """What a vendor says of its bucket.

    Attributes:
        level: How much of it is used.
        capacity: How much it holds.
        drip: How much flows out in a second.
    """

    level: float
    capacity: float
    drip: float


class LeakyBucket:
    """Each request fills it by its cost; what would overflow waits. Safe for several threads.

    Args:
        capacity: How much it holds: the requests that may be made at once.
        drip: How much flows out in a second: the requests a second that may be made for long.
        told: Finds the vendor's own word in an answer.
        cost: Of one request.
        clock: Seconds.
    """

    def __init__(
        self,
        capacity: float,
        drip: float,
        *,
        told: Callable[[Answer], Budget | None] = lambda answer: None,
        cost: float = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._budget = Budget(0, capacity, drip)
        self._told = told
        self._cost = cost
        self._clock = clock
        self._at = clock()
        self._lock = threading.Lock()

    def delay(self) -> float:
        """Takes the room of one request and returns how many seconds it has to wait for it."""
        with self._lock:
            now, budget = self._clock(), self._budget
            level = max(0.0, budget.level - (now - self._at) * budget.drip) + self._cost
            self._budget, self._at = Budget(level, budget.capacity, budget.drip), now
            return max(0.0, (level - budget.capacity) / budget.drip)

    def learn(self, answer: Answer) -> None:
        """Corrects the bucket by what the vendor says."""
        told = self._told(answer)
        if told:
            with self._lock:
                self._budget, self._at = told, self._clock()
