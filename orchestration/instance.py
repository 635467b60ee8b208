"""Dagster's own folder: run history, schedules and the queue, with telemetry off."""

import os
from pathlib import Path

import yaml

from orchestration.files import write_atomically
from orchestration.settings import Settings

CONFIGURATION = {
    "telemetry": {"enabled": False},
    # no window that asks for an e-mail address before the first page
    "nux": {"enabled": False},
    # there is one warehouse and it has one writer, so runs queue up behind each other
    "concurrency": {"runs": {"max_concurrent_runs": 1}},
    "event_log_storage": {"module": "orchestration.history", "class": "RunHistory"},
    "run_monitoring": {"enabled": True},
    "retention": {"schedule": {"purge_after_days": {"skipped": 7, "failure": 90, "success": 90}}},
}


def prepare_dagster_home(settings: Settings) -> Path:
    """Makes Dagster's folder and names it in the environment.

    Args:
        settings: Where the folder stands.

    Returns:
        The folder. A `dagster.yaml` that is already there is left as it is.
    """
    configuration = settings.home / "dagster.yaml"
    if not configuration.exists():
        write_atomically(configuration, yaml.safe_dump(CONFIGURATION, sort_keys=False).encode())
    os.environ["DAGSTER_HOME"] = str(settings.home)
    return settings.home
