"""The dbt project as Dagster sees it: its manifest, the names of its assets and how it is built.

dbt runs in this process and is given the project as it was parsed before. In a process of its own it would
load its modules and the project once more, which takes longer than a small build.
"""

import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import (
    get_manifest_and_translator_from_dbt_assets,
    get_subset_selection_for_context,
)
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg
from dbt_common.events.functions import msg_to_dict
from dbt_common.exceptions import DbtBaseException
from filelock import FileLock

from connectors.core.errors import ConfigurationError
from orchestration.errors import BuildFailed, DiskFull, full_disk, says_full_disk
from orchestration.settings import PROJECT_ROOT, Settings

PROJECT_DIR = PROJECT_ROOT / "dbt_project"
# what one version of dbt wrote, another need not be able to read
PARSED = PROJECT_DIR / "target" / "dagster" / version("dbt-core")
MANIFEST = PARSED / "manifest.json"
PROJECT = PARSED / "partial_parse.msgpack"
SOURCE_FOLDERS = ("models", "macros", "tests")
READ_BY_DBT = frozenset({".sql", ".py", ".yml", ".md"})
GROUPS = {"staging": "unify", "changes": "unify", "unified": "unify", "operations": "publish"}
"""The group of a model's folder, where it is not called the same."""

RESULTS = frozenset({"LogModelResult", "LogTestResult"})
"""dbt's events that say how a model or a test ended."""

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


def prepared_manifest() -> Path:
    """The project's manifest, parsed anew when a file of the project is newer.

    Raises:
        ConfigurationError: The project cannot be parsed.
    """
    if _is_stale():
        PARSED.mkdir(parents=True, exist_ok=True)
        with FileLock(PARSED / ".parse.lock"):
            if _is_stale():
                _parse()
    return MANIFEST


def build_arguments(systems: Collection[str], *, full_refresh: bool) -> list[str]:
    """What dbt is called with. Unit tests prove the code, not the data, so a build leaves them out.

    Args:
        systems: The point-of-sale systems of which the warehouse holds rows.
        full_refresh: Whether incremental models are rebuilt from nothing.
    """
    arguments = ["build", "--exclude-resource-type", "unit_test", *without_staging_of_others(systems)]
    return [*arguments, "--full-refresh"] if full_refresh else arguments


def without_staging_of_others(systems: Collection[str]) -> list[str]:
    """The arguments that leave out the staging of all systems but these."""
    staged = {model.parent.name for model in (PROJECT_DIR / "models" / "staging").glob("*/*.sql")}
    excluded = [f"path:models/staging/{pos}" for pos in sorted(staged - set(systems))]
    return ["--exclude", *excluded] if excluded else []


def selection_of(context: dg.AssetExecutionContext) -> list[str]:
    """The arguments that make dbt build the run's selected assets, and make its selected checks."""
    manifest, translator, _ = get_manifest_and_translator_from_dbt_assets([context.assets_def])
    selection, indirect = get_subset_selection_for_context(
        context=context,
        manifest=manifest,
        select=None,
        exclude=None,
        selector=None,
        dagster_dbt_translator=translator,
        current_dbt_indirect_selection_env=None,
    )
    return [*selection, "--indirect-selection", indirect] if indirect else selection


@contextmanager
def build_environment(settings: Settings, as_of_date: date, systems: Collection[str]) -> Iterator[None]:
    """Tells the project which database to build, for which day, which systems have rows, and the settings."""
    told = {
        "POS_WAREHOUSE": str(settings.working_file),
        "POS_AS_OF_DATE": as_of_date.isoformat(),
        "POS_SYSTEMS": ",".join(sorted(systems)),
        "POS_PROJECT_VERSION": project_version(),
        "POS_FORECAST_CHALLENGERS": "1" if settings.forecast_challengers else "",
    }
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def run_build(
    arguments: Sequence[str], target: Path, on_result: Callable[[EventMsg], None]
) -> dbtRunnerResult:
    """Builds.

    Args:
        arguments: From `build_arguments` and `selection_of`.
        target: The folder that dbt writes while it runs.
        on_result: Told of each model and test that has ended, in dbt's threads.

    Returns:
        What dbt says of its end; of an error it only says that it happened.

    Raises:
        BaseException: What is no error of dbt's, such as the run's being stopped.
    """

    def filtered(event: EventMsg) -> None:
        if event.info.name in RESULTS:
            on_result(event)

    project = Manifest.from_msgpack(PROJECT.read_bytes())
    outcome = _call(
        dbtRunner(project, [filtered]), [*arguments, "--target-path", str(target), "--log-path", str(target)]
    )
    if outcome.exception and not isinstance(outcome.exception, DbtBaseException):
        raise outcome.exception
    return outcome


def dagster_events(results: Sequence[EventMsg], context: dg.AssetExecutionContext) -> Iterator[Any]:
    """What Dagster records of dbt's results: an output a model, a check result a test."""
    manifest, translator, _ = get_manifest_and_translator_from_dbt_assets([context.assets_def])
    for result in results:
        message = DbtCoreCliEventMessage(msg_to_dict(result), {})
        yield from message.to_default_asset_events(manifest, translator, context)


def failure_of(outcome: dbtRunnerResult) -> BuildFailed | DiskFull:
    """The error of a build that did not succeed.

    Returns:
        One sentence that names the first models and tests that failed, with dbt's own reasons.
    """
    results = getattr(outcome.result, "results", [])
    failed = [result for result in results if result.status in {"error", "fail"}]
    reason = " ".join(str(outcome.exception or "dbt gives no reason").split())
    messages = [str(result.message) for result in failed] or [reason]
    if any(says_full_disk(message) for message in messages):
        return full_disk("the warehouse")
    if not failed:
        return BuildFailed(f"dbt could not build the models: {reason}")
    told = "; ".join(_failure(result) for result in failed[:MAX_FAILURES_TOLD])
    more = f"; and {len(failed) - MAX_FAILURES_TOLD} more" if len(failed) > MAX_FAILURES_TOLD else ""
    return BuildFailed(f"dbt could not build the models: {told}{more}. Nothing was published.")


def _failure(result: Any) -> str:
    kind, _, *name = result.node.unique_id.split(".")
    # what follows a mark of quotation is the way through dbt's own macros
    reason = " ".join(str(result.message).partition("\n  > ")[0].split())
    return f"{kind} {name[0]}: {reason}"


def project_version() -> str:
    """A text that differs whenever a query of the project does.

    What was built by other queries cannot be added to: it has to be built from nothing.
    """
    digest = hashlib.sha256()
    for path in sorted(_files("dbt_project.yml", "models", "macros")):
        if path.suffix in {".sql", ".py"} or path.name == "dbt_project.yml":
            digest.update(f"{path.relative_to(PROJECT_DIR)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _files(*names: str) -> Iterator[Path]:
    """The project's own files of these names, and those in the folders of these names."""
    for name in names:
        path = PROJECT_DIR / name
        yield from (each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]


def _is_stale() -> bool:
    if not (MANIFEST.exists() and PROJECT.exists()):
        return True
    parsed_at = MANIFEST.stat().st_mtime
    files = _files("dbt_project.yml", "profiles.yml", *SOURCE_FOLDERS)
    return any(path.stat().st_mtime > parsed_at for path in files if path.suffix in READ_BY_DBT)


def _parse() -> None:
    # a folder of its own: dbt writes its files piece by piece, and a person may run dbt in this project too
    began = time.time()
    with TemporaryDirectory(dir=PARSED) as folder:
        outcome = _call(dbtRunner(), ["parse", "--target-path", folder, "--log-path", folder])
        if outcome.exception:
            said = " ".join(str(outcome.exception).split())
            raise ConfigurationError(f"The dbt project in {PROJECT_DIR} cannot be parsed: {said}")
        (Path(folder) / PROJECT.name).replace(PROJECT)
        parsed = Path(folder) / MANIFEST.name
        # a file that was changed while dbt was reading is newer than the manifest
        os.utime(parsed, (began, began))
        parsed.replace(MANIFEST)


def _call(dbt: dbtRunner, arguments: Sequence[str]) -> dbtRunnerResult:
    project = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    # dbt stays in the folder that it goes to
    with chdir(PROJECT_DIR):
        try:
            return dbt.invoke(["--quiet", "--no-use-colors", *arguments, *project])
        finally:
            # dbt keeps the warehouse open. Its lock on the file ends when the file is copied; then another
            # process may write to what this one still has in memory.
            DuckDBConnectionManager.close_all_connections()
