"""The dbt project as Dagster sees it: its manifest, the names of its assets and how a build is called."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dagster_dbt import DagsterDbtTranslator, DbtCliResource
from filelock import FileLock
from packaging.version import Version

from connectors.core.errors import ConfigurationError
from orchestration.errors import BuildFailed, DiskFull, full_disk, says_full_disk
from orchestration.settings import PROJECT_ROOT, Settings

PROJECT_DIR = PROJECT_ROOT / "dbt_project"
MANIFEST = PROJECT_DIR / "target" / "dagster" / "manifest.json"
PARSED = MANIFEST.parent / "parsed"
SOURCE_FOLDERS = ("models", "macros", "tests")
GROUPS = {"staging": "unify", "unified": "unify", "operations": "publish"}
"""The group of a model's folder, where it is not called the same."""

MAX_FAILURES_TOLD = 3


class Translator(DagsterDbtTranslator):
    """Groups the models by their folder."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The group: a mart's own folder, or `unify` for what stands before the marts."""
        if dbt_resource_props["resource_type"] != "model":
            return None
        _, room, *folders = dbt_resource_props["fqn"]
        folder = folders[0] if room == "marts" else room
        return GROUPS.get(folder, folder)


class LocalDbt(DbtCliResource):
    """Runs dbt as a process of its own, without the two preparations that dagster-dbt makes for each call.

    Together they cost as much as a small build: asking `dbt --version`, which looks for newer releases on
    the network, and loading dbt into this process as well, which is only for counting rows through dbt.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:
        return None


def dbt_executable() -> str:
    """The dbt of this environment, also when the environment is not activated."""
    beside = Path(sys.executable).with_name("dbt")
    return str(beside) if beside.exists() else "dbt"


def dbt_resource() -> DbtCliResource:
    """The dbt of this project."""
    return LocalDbt(
        project_dir=str(PROJECT_DIR), profiles_dir=str(PROJECT_DIR), dbt_executable=dbt_executable()
    )


def name_working_file(settings: Settings) -> None:
    """Tells dbt's profile which database to build."""
    os.environ["POS_WAREHOUSE"] = str(settings.working_file)


def prepared_manifest() -> Path:
    """The project's manifest, parsed anew when a file of the project is newer.

    Raises:
        ConfigurationError: The project cannot be parsed.
    """
    if _is_stale():
        MANIFEST.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(MANIFEST.parent / ".parse.lock"):
            if _is_stale():
                _parse()
    return MANIFEST


def build_arguments(as_of_date: date, *, full_refresh: bool) -> list[str]:
    """What dbt is called with. Unit tests prove the code, not the data, so a build leaves them out."""
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    arguments += ["--vars", json.dumps({"as_of_date": as_of_date.isoformat()})]
    return [*arguments, "--full-refresh"] if full_refresh else arguments


def failure_of(run_results: Path, fallback: str) -> BuildFailed | DiskFull:
    """The error of a dbt build that did not succeed.

    Args:
        run_results: What dbt wrote about each node; may be missing when dbt did not get that far.
        fallback: What dbt said otherwise.

    Returns:
        One sentence that names the first models and tests that failed, with dbt's own reasons.
    """
    results = json.loads(run_results.read_text())["results"] if run_results.exists() else []
    failed = [result for result in results if result["status"] in {"error", "fail"}]
    messages = [str(result["message"]) for result in failed] or [fallback]
    if any(says_full_disk(message) for message in messages):
        return full_disk("the warehouse")
    if not failed:
        return BuildFailed(f"dbt could not build the models: {' '.join(fallback.split())}")
    told = "; ".join(_failure(result) for result in failed[:MAX_FAILURES_TOLD])
    more = f"; and {len(failed) - MAX_FAILURES_TOLD} more" if len(failed) > MAX_FAILURES_TOLD else ""
    return BuildFailed(f"dbt could not build the models: {told}{more}. Nothing was published.")


def _failure(result: Mapping[str, Any]) -> str:
    kind, _, *name = result["unique_id"].split(".")
    # what follows a mark of quotation is the way through dbt's own macros
    reason = " ".join(str(result["message"]).partition("\n  > ")[0].split())
    return f"{kind} {name[0]}: {reason}"


def _is_stale() -> bool:
    if not MANIFEST.exists():
        return True
    parsed_at = MANIFEST.stat().st_mtime
    files = [PROJECT_DIR / "dbt_project.yml", PROJECT_DIR / "profiles.yml"]
    for folder in SOURCE_FOLDERS:
        files += [path for path in (PROJECT_DIR / folder).rglob("*") if path.suffix in {".sql", ".yml"}]
    return any(path.stat().st_mtime > parsed_at for path in files)


def _parse() -> None:
    # a folder of its own: dbt writes its files piece by piece, and a person may run dbt in this project too
    began = time.time()
    command = [dbt_executable(), "--quiet", "parse", "--target-path", str(PARSED)]
    command += ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    outcome = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)  # noqa: S603
    if outcome.returncode != 0:
        said = " ".join((outcome.stdout + outcome.stderr).split())
        raise ConfigurationError(f"The dbt project in {PROJECT_DIR} cannot be parsed: {said}")
    parsed = PARSED / MANIFEST.name
    # a file that was changed while dbt was reading is newer than the manifest
    os.utime(parsed, (began, began))
    parsed.replace(MANIFEST)
