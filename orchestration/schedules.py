"""When the jobs run, in the business's time zone. All are on from the start; the UI can switch them off."""

import os

import dagster as dg

from connectors.registry import CONNECTORS
from orchestration.jobs import intraday_sync, nightly_refresh, weekly_policy_review
from orchestration.settings import Settings

WAITING_OR_RUNNING = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def is_configured() -> bool:
    """Tells whether a person has named any connection yet; whether they are right is for the run to say."""
    environ = dict(os.environ)
    return Settings.from_environment().connections_file is not None or any(
        connector.from_environment(environ) is not None for connector in CONNECTORS.values()
    )


def scheduled(job: str, cron: str) -> dg.ScheduleDefinition:
    """A schedule that leaves a tick out when nothing is configured or its last run is not over.

    Args:
        job: Name of what is run.
        cron: When, in the business's time zone.
    """

    def is_worth_starting(context: dg.ScheduleEvaluationContext) -> bool:
        unfinished = dg.RunsFilter(job_name=job, statuses=WAITING_OR_RUNNING)
        return is_configured() and context.instance.get_runs_count(unfinished) == 0

    return dg.ScheduleDefinition(
        name=job,
        job_name=job,
        cron_schedule=cron,
        execution_timezone=Settings.from_environment().timezone,
        should_execute=is_worth_starting,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


SCHEDULES = [
    scheduled(nightly_refresh.name, "30 2 * * *"),
    scheduled(intraday_sync.name, "*/15 * * * *"),
    scheduled(weekly_policy_review.name, "0 5 * * 1"),
]
