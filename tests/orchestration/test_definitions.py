"""What Dagster is given, as plain lists: a change of the graph has to be meant."""

from collections import defaultdict

import dagster as dg
import pytest
import yaml

from connectors.registry import CONNECTORS
from orchestration.assets.models import dbt_models
from orchestration.dbt import build_arguments
from orchestration.definitions import defs
from orchestration.instance import prepare_dagster_home
from orchestration.schedules import is_configured
from orchestration.settings import PROJECT_ROOT, Settings
from tests.orchestration.asset_keys import INTRADAY, MODELS, OTHERS, WEEKLY

GRAPH = defs.resolve_asset_graph()


def keys_of(job: str) -> set[str]:
    return {key.to_user_string() for key in defs.resolve_job_def(job).asset_layer.selected_asset_keys}


def test_every_asset_stands_in_its_group() -> None:
    found = defaultdict(set)
    for key in GRAPH.get_all_asset_keys():
        found[GRAPH.get(key).group_name].add(key.to_user_string())
    raw = {
        f"raw/{connector.pos}/{table.name}"
        for connector in CONNECTORS.values()
        for table in connector.all_tables
    }
    assert found.pop("ingest") == raw | OTHERS["ingest"]
    assert {group: keys - OTHERS.get(group, set()) for group, keys in found.items()} == MODELS
    assert set().union(*OTHERS.values()) <= {key.to_user_string() for key in GRAPH.get_all_asset_keys()}


def test_every_asset_can_be_materialised_here() -> None:
    assert not GRAPH.external_asset_keys


def test_the_jobs_and_what_they_run() -> None:
    everything = {key.to_user_string() for key in GRAPH.get_all_asset_keys()}
    assert {job.name for job in defs.jobs or []} == {
        "nightly_refresh",
        "intraday_sync",
        "backfill",
        "weekly_policy_review",
    }
    assert keys_of("nightly_refresh") == everything - WEEKLY
    assert keys_of("backfill") == everything - WEEKLY
    assert keys_of("weekly_policy_review") == {*WEEKLY, "published_warehouse"}
    assert {key for key in keys_of("intraday_sync") if not key.startswith("raw/")} == INTRADAY
    assert {key for key in keys_of("intraday_sync") if key.startswith("raw/")} == {
        key for key in everything if key.startswith("raw/")
    }


@pytest.mark.parametrize(
    ("name", "cron"),
    [
        ("nightly_refresh", "30 2 * * *"),
        ("intraday_sync", "*/15 * * * *"),
        ("weekly_policy_review", "0 5 * * 1"),
    ],
)
def test_the_schedules(name: str, cron: str) -> None:
    schedule = defs.resolve_schedule_def(name)
    assert schedule.cron_schedule == cron
    assert schedule.execution_timezone == "UTC"
    assert schedule.job_name == name
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


@pytest.mark.parametrize("name", ["nightly_refresh", "intraday_sync", "weekly_policy_review"])
def test_a_tick_is_left_out_until_something_is_configured(
    name: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = defs.resolve_schedule_def(name)
    monkeypatch.setenv("DAGSTER_HOME", str(prepare_dagster_home(settings)))
    with dg.DagsterInstance.get() as instance:
        context = dg.build_schedule_context(instance=instance, repository_def=defs.get_repository_def())
        assert not is_configured()
        assert not schedule.evaluate_tick(context).run_requests
        monkeypatch.setenv("SQUARE_ACCESS_TOKEN", "a token")
        assert schedule.evaluate_tick(context).run_requests
        unfinished = instance.create_run_for_job(defs.resolve_job_def(name))
        assert not schedule.evaluate_tick(context).run_requests
        instance.report_run_canceled(unfinished)
        assert schedule.evaluate_tick(context).run_requests


def test_the_backfill_is_configured_by_four_words() -> None:
    backfill = defs.resolve_job_def("backfill")
    given = {"connection": "shop", "start_date": "2025-03-01", "end_date": "2025-03-31"}
    assert dg.validate_run_config(backfill, given)
    with pytest.raises(dg.DagsterInvalidConfigError):
        dg.validate_run_config(backfill, {"connection": "shop"})


def test_publishing_waits_for_every_model_above_staging_and_for_what_planning_makes_of_them() -> None:
    parents = GRAPH.get(dg.AssetKey("published_warehouse")).parent_keys
    readable = {key for key in dbt_models.keys if key.path[0] in {"unified", "marts"}}
    planned = {
        dg.AssetKey(["planning", name]) for name in ("order_recommendations", "policy_backtest", "transfers")
    }
    assert parents == readable | planned


def test_only_an_incomplete_order_list_blocks_among_the_native_checks() -> None:
    ours = {
        key.name: GRAPH.get(key).blocking
        for key in GRAPH.asset_check_keys
        if key not in dbt_models.check_keys
    }
    assert ours == {
        "connections_are_fresh": False,
        "every_item_is_listed": True,
        "no_quiet_till": False,
        "no_rejected_rows": False,
        "order_list_is_not_empty": False,
        "settings_do_not_contradict": False,
        "settings_name_what_is_there": False,
        "differences_are_told": False,
        "vendors_tell_the_same": False,
    }


def test_dbt_tests_are_checks_and_unit_tests_are_left_out() -> None:
    assert len(list(dbt_models.check_keys)) > 50
    assert build_arguments(["csv"], full_refresh=False)[:3] == [
        "build",
        "--exclude-resource-type",
        "unit_test",
    ]


def test_the_workspace_names_the_definitions() -> None:
    workspace = yaml.safe_load((PROJECT_ROOT / "workspace.yaml").read_text())
    assert workspace["load_from"][0]["python_module"]["module_name"] == "orchestration.definitions"


def test_dagsters_folder_has_no_telemetry_one_run_at_a_time_and_keeps_a_persons_changes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    configuration = prepare_dagster_home(settings) / "dagster.yaml"
    written = yaml.safe_load(configuration.read_text())
    assert written["telemetry"] == {"enabled": False}
    assert written["concurrency"]["runs"]["max_concurrent_runs"] == 1
    with dg.DagsterInstance.get() as instance:
        assert not instance.telemetry_enabled
    configuration.write_text("telemetry: {enabled: false}\n")
    prepare_dagster_home(settings)
    assert configuration.read_text() == "telemetry: {enabled: false}\n"
