"""Work in a process of its own, and what it needs there: wall time, processor time, memory.

Linux only: `ru_maxrss` of a new process begins with the size of the one that started it, so the peak is
read from `/proc`, which knows the process alone.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

KILOBYTES_OF_A_MEGABYTE = 1024

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Needed:
    """What some work needed.

    Attributes:
        seconds: Wall time.
        processor_seconds: Of all threads.
        peak_megabytes: Memory of the process at its peak, from its start.
    """

    seconds: float
    processor_seconds: float
    peak_megabytes: float

    def __str__(self) -> str:
        """As benchmarks print it."""
        return (
            f"{self.seconds:.1f} s, {self.processor_seconds:.1f} s of processor, "
            f"{self.peak_megabytes:,.0f} MB at the peak"
        )


class Meter:
    """Measures this process from the moment at which the meter is made."""

    def __init__(self) -> None:
        self._began, self._spent = time.perf_counter(), _processor_seconds()

    def read(self) -> Needed:
        """What was needed since."""
        return Needed(
            seconds=time.perf_counter() - self._began,
            processor_seconds=_processor_seconds() - self._spent,
            peak_megabytes=_peak_kilobytes() / KILOBYTES_OF_A_MEGABYTE,
        )


def in_own_process(
    work: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """Runs a function in a new process and gives its result, or raises its error."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments, **named).result()


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak_kilobytes() -> int:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
