"""R's two limiters: a leaky bucket for what requests cost, and one that counts them by the second."""

import time
from collections.abc import Callable
from math import ceil

from simulator.core.answers import Refusal
from simulator.lightspeed_r.errors import BUCKET, BURST, limited

FIRST_CAPACITY, MORE_CAPACITY = 90.0, 10.0
FIRST_DRIP, MORE_DRIP = 1.0, 0.5
BURST_SHARE = 20 / 90
"""How much of the bucket's size may be asked in one second."""


class Bucket:
    """The allowance of one connection.

    Args:
        registers: How many the merchant pays for: each lets more through.
        clock: Seconds.
    """

    def __init__(self, registers: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.capacity = FIRST_CAPACITY + MORE_CAPACITY * (registers - 1)
        self.drip = FIRST_DRIP + MORE_DRIP * (registers - 1)
        self._clock = clock
        self._level = 0.0
        self._at = clock()
        self._second = 0
        self._in_second = 0

    def take(self, cost: float) -> None:
        """Lets a request in.

        The first one that makes the bucket overflow still passes.

        Raises:
            Refusal: It has to wait.
        """
        now = self._clock()
        self._level = max(0.0, self._level - (now - self._at) * self.drip)
        self._at = now
        if int(now) != self._second:
            self._second, self._in_second = int(now), 0
        if self._in_second >= self.burst:
            raise Refusal(limited(BURST, {"Retry-After": "1"}))
        if self._level >= self.capacity:
            wait = ceil((self._level - self.capacity) / self.drip) or 1
            raise Refusal(limited(BUCKET, {"Retry-After": str(wait)}))
        self._in_second += 1
        self._level += cost

    @property
    def burst(self) -> int:
        """How many requests a second may bring."""
        return round(self.capacity * BURST_SHARE)

    def headers(self, cost: float) -> dict[str, str]:
        """What every answer tells of it."""
        return {
            "X-LS-API-Bucket-Level": f"{self._level:g}/{self.capacity:g}",
            "X-LS-API-Burst-Level": f"{self._in_second}/{self.burst}",
            "X-LS-API-Drip-Rate": f"{self.drip:g}",
            "X-LS-API-Request-Cost": f"{cost:g}",
        }
