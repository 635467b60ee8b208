"""When the jobs run, in the business's time zone. Both are on from the start; the UI can switch them off."""

import os

import dagster as dg

from orchestration.jobs import intraday_sync, nightly_refresh

TIMEZONE = os.environ.get("POS_TIMEZONE") or "UTC"

SCHEDULES = [
    dg.ScheduleDefinition(
        name="nightly_refresh",
        job=nightly_refresh,
        cron_schedule="30 2 * * *",
        execution_timezone=TIMEZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    ),
    dg.ScheduleDefinition(
        name="intraday_sync",
        job=intraday_sync,
        cron_schedule="*/15 * * * *",
        execution_timezone=TIMEZONE,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    ),
]
