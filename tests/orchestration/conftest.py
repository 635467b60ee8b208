from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.audit import AuditStamp, Status
from orchestration.settings import Settings
from tests.orchestration.command import Command

VARIABLES = ("POS_", "SQUARE_", "CSV_", "DAGSTER_")


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working directory and none of the machine's own configuration."""
    import os

    for name in list(os.environ):
        if name.startswith(VARIABLES):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", settings_dir=tmp_path / "settings", lock_timeout_seconds=1)


@pytest.fixture
def audit(settings: Settings) -> AuditStamp:
    return AuditStamp(settings.build_dir / "audit.json")


@pytest.fixture
def build(settings: Settings, audit: AuditStamp) -> Callable[[int], None]:
    """Builds a working file that holds one figure, and stamps it as passed."""

    def build_figure(figure: int) -> None:
        settings.build_dir.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(settings.working_file)) as connection:
            connection.execute("create schema if not exists marts")
            connection.execute(
                "create or replace table marts.figures as select ?::bigint as figure", [figure]
            )
            connection.execute("create or replace view marts.shown as from warehouse.marts.figures")
        audit.begin("run", date(2026, 1, 31))
        audit.finish(Status.PASSED)

    return build_figure


@pytest.fixture
def seen(settings: Settings) -> Callable[[], int]:
    """The figure that a reader of the published file sees."""

    def read() -> int:
        with duckdb.connect(str(settings.published_file), read_only=True) as connection:
            row = connection.execute("select figure from marts.shown").fetchone()
            assert row is not None
            return int(row[0])

    return read


@pytest.fixture
def pos(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return Command(monkeypatch, capfd)
