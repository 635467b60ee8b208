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
RUN = """
import sys
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import duckdb
from connectors.core.landing import land
from connectors.registry import CONNECTORS
from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from simulator.pos import SIMULATED
from simulator.server import serve
from tests.dbt_project.warehouse import Warehouse
from tests.end_to_end.comparison import days_in, item_days_expected, item_days_in, orders_in, orders_expected, same

folder = Path(sys.argv[1])
acme, connector = SIMULATED["acme"], CONNECTORS["acme"]
assert str(folder) in connector.source.__code__.co_filename
as_of = date(2026, 11, 1)
ledger = acme.told(generate_ledger(5, stores=2, days=12, orders_per_day=12, as_of=as_of))
warehouse = Warehouse(folder / "warehouse.duckdb", {"as_of_date": as_of.isoformat()}).create_raw_tables()
with serve(acme.create_app(ledger)) as url:
    settings = {**acme.connection(url), "id": "shop", "start_date": as_of - timedelta(days=20)}
    connection = connector.settings.model_validate({**settings, "api_key": acme.secrets["ACME_API_KEY"]})
    findings = list(connector.check(connection))
    assert findings and all(finding.holds for finding in findings), findings
    for run in range(2):
        land(
            connection, connector, warehouse=warehouse.path, pipelines=folder / "pipelines", lock=nullcontext(),
            hash_key=b"a key of this test", now=ledger.ends_at + timedelta(days=run), progress=print,
        )
warehouse.run("run", "--select", "+daily_revenue", "+item_daily_sales")
expected = expected_figures(ledger, as_of=as_of)
assert len(expected.counted_orders) > 100
with duckdb.connect(str(warehouse.path)) as built:
    same("daily revenue", days_in(built, "shop"), expected.daily_revenue)
    same("item days", item_days_in(built, "shop"), item_days_expected(built, "shop", expected, as_of))
    found, wanted = orders_in(built, "shop"), orders_expected(expected)
    same("orders", {key: value[:-1] for key, value in found.items()}, {key: value[:-1] for key, value in wanted.items()})
"""


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
        [sys.executable, "-c", RUN, str(project)],
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
