"""The worked example of connectors/README.md, built in a temporary folder and run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "connectors" / "README.md"
FILE = re.compile(
    r"^`((?:connectors|dbt_project|simulator)/[\w/.]+)`\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
LACKING = re.compile(r"^    acme: \[.*\]$", re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The rooms, with the example in its place."""
    ignored = shutil.ignore_patterns("__pycache__", "target", "logs", "*.duckdb")
    for room in ("connectors", "dbt_project", "simulator", "tests"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=ignored)
    text = README.read_text()
    for name, content in FILE.findall(text):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    settings = tmp_path / "dbt_project" / "dbt_project.yml"
    (lacking,) = LACKING.findall(text)
    settings.write_text(settings.read_text().replace("  pos:\n", f"  pos:\n{lacking}\n", 1))
    for registry, name in (("connectors/registry.py", "CONNECTOR"), ("simulator/pos.py", "SIMULATED")):
        file = tmp_path / registry
        room = registry.split("/", maxsplit=1)[0]
        listed = f"{file.read_text()}\n{name}S[acme.pos] = acme\n".replace("SIMULATEDS", "SIMULATED")
        file.write_text(listed.replace("\nfrom ", f"\nfrom {room}.acme import {name} as acme\nfrom ", 1))
    return tmp_path


def test_the_worked_example_gives_the_ledgers_figures(project: Path) -> None:
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ},
        "PYTHONPATH": str(project),
    }
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.worked_example"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-3000:] + outcome.stderr[-3000:]


def test_the_example_passes_the_projects_own_checks(project: Path) -> None:
    for command in (["ruff", "check"], ["ruff", "format", "--check"]):
        shutil.copy(ROOT / "pyproject.toml", project / "pyproject.toml")
        folders = [str(project / "connectors" / "acme"), str(project / "simulator" / "acme")]
        outcome = subprocess.run(
            [sys.executable, "-m", *command, *folders],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stdout
