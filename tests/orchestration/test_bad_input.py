"""Each wrong input gives one sentence on standard error, exit code 1, and leaves the published file alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.audit import AuditStamp
from orchestration.publisher import Publisher
from orchestration.settings import Settings
from simulator.generate import generate_ledger
from simulator.server import serve
from simulator.square import create_app
from tests.orchestration.command import Command

KEY = "0123456789abcdef0123456789abcdef"

CSV_CONNECTION = """\
connections:
  - id: shop
    pos: csv
    inbox: inbox
    timezone: Europe/London
    currency: GBP
    date_format: "%Y-%m-%d"
    columns: {order_id: order, sold_at: day, item_name: item, quantity: quantity, unit_price: price}
"""


@pytest.fixture(autouse=True)
def published(
    settings: Settings, audit: AuditStamp, build: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A published version, which has to be the same file afterwards."""
    monkeypatch.setenv("POS_HASH_KEY", KEY)
    monkeypatch.setenv("POS_LOCK_TIMEOUT_SECONDS", "1")
    build(1)
    version = Publisher(settings).publish(audit)
    content = version.path.read_bytes()
    yield
    assert Publisher(settings).current() == version
    assert version.path.read_bytes() == content


@pytest.fixture(scope="module")
def square() -> Iterator[str]:
    """A Square account that accepts one token."""
    with serve(create_app(generate_ledger(1, stores=1, days=2), access_token="right")) as url:
        yield url


def refused(pos: Command, *arguments: str) -> str:
    outcome = pos(*(arguments or ("refresh",)))
    assert outcome.code == 1
    assert "Traceback" not in outcome.err + outcome.out
    return outcome.err.strip().splitlines()[-1]


def test_no_connection_is_configured(pos: Command) -> None:
    assert refused(pos) == (
        "No connection is configured: set the variables of one system in .env (SQUARE_..., SHOPIFY_..., "
        "TOAST_..., CLOVER_..., LIGHTSPEED_R_..., LIGHTSPEED_X_..., LIGHTSPEED_K_..., GENERIC_POS_..., "
        "CSV_...; .env.example lists them), or copy connections.example.yaml to connections.yaml and fill "
        "it in."
    )


def test_an_unknown_point_of_sale_system(pos: Command, tmp_path: Path) -> None:
    path = tmp_path / "connections.yaml"
    path.write_text("connections:\n  - id: shop\n    pos: squre\n")
    assert refused(pos) == (
        f"{path}, line 3: pos of connection 'shop' is 'squre', which is unknown (did you mean 'square'?); "
        "known: square, shopify, toast, clover, lightspeed_r, lightspeed_x, lightspeed_k, generic, csv."
    )


def test_a_variable_that_is_missing(pos: Command, tmp_path: Path) -> None:
    path = tmp_path / "connections.yaml"
    path.write_text("connections:\n  - id: shop\n    pos: square\n    access_token: ${SHOP_TOKEN}\n")
    assert refused(pos) == (
        f"{path}, line 4: access_token of connection 'shop' names the variable SHOP_TOKEN, which is not set; "
        "set it in .env."
    )


def test_a_missing_hash_key(pos: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POS_HASH_KEY")
    (tmp_path / "connections.yaml").write_text(CSV_CONNECTION)
    assert refused(pos).startswith("The environment variable POS_HASH_KEY is not set: ")


def test_malformed_yaml(pos: Command, tmp_path: Path) -> None:
    path = tmp_path / "connections.yaml"
    path.write_text("connections:\n  - id: shop\n   pos: square\n")
    assert refused(pos).startswith(f"{path}, line 3: this is no valid YAML (")


def test_a_file_of_connections_that_is_not_there(pos: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POS_CONNECTIONS", "/nowhere/connections.yaml")
    assert refused(pos).startswith("/nowhere/connections.yaml does not exist: ")


def test_a_base_url_that_is_not_encrypted(pos: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQUARE_ACCESS_TOKEN", "right")
    monkeypatch.setenv("SQUARE_BASE_URL", "http://square.example.com")
    assert refused(pos) == (
        "The environment variable SQUARE_BASE_URL is not right: has to begin with https:// (http:// only for "
        "a server on this machine)."
    )


@pytest.mark.parametrize("command", ["refresh", "backfill"])
def test_a_token_that_the_vendor_refuses(
    pos: Command, square: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("SQUARE_ACCESS_TOKEN", "wrong")
    monkeypatch.setenv("SQUARE_BASE_URL", square)
    days = ("square", "--from", "2026-11-01", "--to", "2026-11-02") if command == "backfill" else ()
    sentence = refused(pos, command, *days)
    assert "square" in sentence.lower()
    assert "token" in sentence
    assert "wrong" not in sentence


def test_check_tells_the_refused_token_and_never_shows_it(
    pos: Command, square: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQUARE_ACCESS_TOKEN", "a-wrong-token")
    monkeypatch.setenv("SQUARE_BASE_URL", square)
    outcome = pos("check")
    assert outcome.code == 1
    assert "FAILED" in outcome.out
    assert "a-wrong-token" not in outcome.out + outcome.err


def test_a_sales_file_that_cannot_be_read(pos: Command, tmp_path: Path) -> None:
    (tmp_path / "connections.yaml").write_text(CSV_CONNECTION)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "sales.csv.gz").write_bytes(b"this is no gzip")
    assert "sales.csv.gz" in refused(pos)


def test_an_inbox_that_is_not_there(pos: Command, tmp_path: Path) -> None:
    (tmp_path / "connections.yaml").write_text(CSV_CONNECTION)
    assert str(tmp_path / "inbox") in refused(pos)


def test_a_settings_file_with_a_wrong_cell(pos: Command, tmp_path: Path) -> None:
    (tmp_path / "connections.yaml").write_text(CSV_CONNECTION)
    (tmp_path / "settings").mkdir()
    path = tmp_path / "settings" / "replenishment.csv"
    path.write_text("scope,key,service_level\ndefault,,95\n")
    assert refused(pos) == (
        f"{path}, line 2: service_level is '95'; input should be less than or equal to 0.999."
    )


def test_a_connection_that_is_not_configured(pos: Command, tmp_path: Path) -> None:
    (tmp_path / "connections.yaml").write_text(CSV_CONNECTION)
    sentence = "There is no connection 'shp'; configured are: shop."
    assert refused(pos, "refresh", "--connection", "shp") == sentence
    assert refused(pos, "check", "shp") == sentence
    assert refused(pos, "backfill", "shp", "--from", "2026-01-01", "--to", "2026-01-02") == sentence


def test_a_backfill_that_ends_before_it_starts(pos: Command, tmp_path: Path) -> None:
    (tmp_path / "connections.yaml").write_text(CSV_CONNECTION)
    assert refused(pos, "backfill", "shop", "--from", "2026-01-02", "--to", "2026-01-01") == (
        "The backfill ends on 2026-01-01, before it starts on 2026-01-02: swap them."
    )


def test_a_query_that_cannot_be_run(pos: Command) -> None:
    assert refused(pos, "sql", "select nothing from nowhere").startswith("Catalog Error: ")


@pytest.mark.parametrize(
    "query",
    [
        "create table marts.mine as select 1",
        "from read_csv('/etc/hostname')",
        "copy (select 1) to 'out.csv'",
        "set enable_external_access = true",
    ],
)
def test_a_query_reaches_nothing_but_the_published_tables(pos: Command, query: str) -> None:
    assert "Traceback" not in refused(pos, "sql", query)


def test_a_version_that_is_not_kept(pos: Command) -> None:
    assert refused(pos, "rollback", "v1").startswith("There is no version v1; kept are: v2")


@pytest.mark.parametrize("arguments", [("refresh", "--as-of", "tomorrow"), ("backfill", "shop"), ("fresh",)])
def test_a_wrong_use_of_the_command_exits_with_two(pos: Command, arguments: tuple[str, ...]) -> None:
    assert pos(*arguments).code == 2


def test_an_unexpected_error_names_a_file_with_its_details(
    pos: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("no one foresaw this")

    monkeypatch.setattr("orchestration.cli.versions.roll_back", fail)
    outcome = pos("rollback")
    assert outcome.code == 1
    assert outcome.err.startswith("An unexpected error: ZeroDivisionError. Its details are in ")
    log = Path(outcome.err.strip().split(" are in ")[1].rstrip("."))
    assert "no one foresaw this" in log.read_text()
    log.unlink()


@pytest.mark.parametrize(
    "command",
    ["check", "refresh", "backfill", "simulate", "demo", "sql", "report", "docs", "status", "rollback", "ui"],
)
def test_every_command_has_help_with_examples(pos: Command, command: str) -> None:
    outcome = pos(command, "--help")
    assert outcome.code == 0
    assert f"pos {command}" in outcome.out.split("Examples:")[1]
