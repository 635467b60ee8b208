"""`pos docs`: the documentation of every table and column, as one page that a browser opens from the disk."""

import os
import webbrowser
from contextlib import chdir

from dbt.cli.main import dbtRunner

from connectors.registry import CONNECTORS
from orchestration.cli.query import published
from orchestration.dbt import PROJECT_DIR
from orchestration.errors import OperationError
from orchestration.settings import Settings
from orchestration.warehouse import systems_with_rows

PAGE = PROJECT_DIR / "target" / "static_index.html"


class DocsFailed(OperationError):
    """dbt could not write the page."""


def write_docs(*, show: bool) -> None:
    """Writes the page from the published file.

    Args:
        show: Whether to open it.

    Raises:
        DocsFailed: dbt gives an error.
    """
    settings = Settings.from_environment()
    with published(settings) as warehouse:
        systems = systems_with_rows(warehouse, CONNECTORS.values())
    os.environ |= {"POS_WAREHOUSE": str(settings.published_file), "POS_SYSTEMS": ",".join(sorted(systems))}
    project = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--target", "published"]
    with chdir(PROJECT_DIR):
        outcome = dbtRunner().invoke(["--quiet", "docs", "generate", "--static", *project])
    if not outcome.success:
        raise DocsFailed(f"dbt could not write the page: {' '.join(str(outcome.exception).split())}")
    print(f"Every table and column, what it means and what it is made of: {PAGE.as_uri()}")  # noqa: T201
    if show:
        webbrowser.open(PAGE.as_uri())
