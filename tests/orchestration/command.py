"""Calls the `pos` command in this process, as the installed script does."""

import sys
from dataclasses import dataclass

import pytest

from orchestration.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


class Command:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capfd = capfd

    def __call__(self, *arguments: str) -> Outcome:
        self._monkeypatch.setattr(sys, "argv", ["pos", *arguments])
        self._capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = self._capfd.readouterr()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return Outcome(code, captured.out, captured.err)
