"""How the command speaks: results on standard output, everything else on standard error."""

import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.status import Status

LOGS_KEPT = 20


def screen() -> Console:
    """Standard error as it is now: it stays the terminal when the streams are put aside."""
    return Console(file=os.fdopen(os.dup(2), "w", encoding="utf-8"), highlight=False, soft_wrap=True)


class TerminalProgress:
    """Shows a run: a line for each step, and the latest update with the seconds since the start."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._status = Status("starting", console=console)

    def step(self, text: str) -> None:
        """Writes a line."""
        self._console.print(f"{self.seconds:6.1f} s  {text}", markup=False)

    def update(self, text: str) -> None:
        """Replaces the last line of a terminal; says nothing where there is none."""
        self._status.update(text)

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._started

    @contextmanager
    def running(self) -> Iterator["TerminalProgress"]:
        """Shows that work goes on, where there is a terminal."""
        if not self._console.is_terminal:
            yield self
            return
        with self._status:
            yield self


@contextmanager
def streams_put_aside(log: Path) -> Iterator[None]:
    """Sends what libraries and child processes write on both streams to a file.

    Args:
        log: The file; it is appended to.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(stream) for stream in (1, 2)]
    with log.open("ab") as file:
        try:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
            yield
        finally:
            for number, stream, original in zip((1, 2), (sys.stdout, sys.stderr), kept, strict=True):
                _empty(stream, number)
                os.dup2(original, number)
                os.close(original)


def _empty(stream: TextIO, number: int) -> None:
    """Writes what a stream still holds; on a full disk lets go of it, so that a person can still be told."""
    try:
        stream.flush()
    except OSError:
        with Path(os.devnull).open("ab") as nowhere:
            os.dup2(nowhere.fileno(), number)
            stream.flush()


def new_log(folder: Path, name: str) -> Path:
    """A log file's path; of the older ones only the newest are kept.

    Args:
        folder: Where logs stand; made when missing.
        name: What the log is of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)[: -LOGS_KEPT + 1]:
        old.unlink(missing_ok=True)
    return folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"


def explain(error: Exception) -> int:
    """Tells a person what went wrong.

    Args:
        error: What was raised.

    Returns:
        The exit code: 1.
    """
    from orchestration.errors import plain_sentence

    sentence = plain_sentence(error)
    if sentence is None:
        with tempfile.NamedTemporaryFile(
            "w", prefix="pos-", suffix=".log", delete=False, encoding="utf-8"
        ) as log:
            log.writelines(traceback.format_exception(error))
        sentence = f"An unexpected error: {type(error).__name__}. Its details are in {log.name}."
    print(sentence, file=sys.stderr)  # noqa: T201
    return 1
