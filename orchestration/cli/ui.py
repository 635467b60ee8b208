"""`pos ui`: Dagster's web server and daemon."""

import os
import sys
from pathlib import Path

from orchestration.dbt import prepared_manifest
from orchestration.instance import prepare_dagster_home
from orchestration.settings import PROJECT_ROOT, Settings


def open_ui(port: int) -> None:
    """Becomes `dagster dev`.

    Args:
        port: Port on this machine.
    """
    prepare_dagster_home(Settings.from_environment())
    # once, before the web server and the daemon would each want to do it
    prepared_manifest()
    dagster = str(Path(sys.executable).with_name("dagster"))
    arguments = ["dev", "--workspace", str(PROJECT_ROOT / "workspace.yaml"), "--port", str(port)]
    os.execv(dagster, [dagster, *arguments])  # noqa: S606
