"""`pos orders` as a person types it, on an order list that Dagster made of hand-made inputs."""

import base64
import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import dagster as dg
import duckdb
import pytest

from orchestration.assets.recommendations import ORDER_RECOMMENDATIONS, TRANSFERS, order_list
from orchestration.audit import AuditStamp, Status
from orchestration.progress import Quiet
from orchestration.publisher import Publisher
from orchestration.settings import Settings
from orchestration.warehouse import Warehouse
from tests.orchestration.command import Command
from tests.planning.rows import AS_OF, row, table

LEAF, BEANS = (
    {"supplier_id": "s1", "supplier_name": "Leaf & Co"},
    {"supplier_id": "s2", "supplier_name": "=Beans"},
)
HARBOUR = {"location_key": "shop:harbour", "location_name": "Harbour"}
CASTLE = {"location_key": "shop:castle", "location_name": "Castle"}
NAMESAKE = {"location_key": "till:7", "location_name": "Harbour"}
PARIS = {"location_key": "shop:paris", "location_name": "Paris", "currency": "EUR"}
FORMULA = '=HYPERLINK("http://example.com")'
INPUTS = (
    row(item_key="tea", item_name="Tea", sku="T-1", barcode="0401", on_hand=Decimal(0), **HARBOUR, **LEAF),
    row(item_key="tea", item_name="Tea", sku="T-1", barcode="0401", on_hand=Decimal(300), **CASTLE, **LEAF),
    row(item_key="beans", item_name=FORMULA, sku="-7", unit_cost=Decimal("0.3333"), **HARBOUR, **BEANS),
    row(item_key="mint", item_name="Mint", on_hand=Decimal(200), **PARIS, **LEAF),
    row(item_key="cups", item_name="Cups", on_hand=Decimal(40), unit_cost=None, **HARBOUR),
    row(item_key="salt", item_name="Salt", stock_known=False, **CASTLE, **LEAF),
    row(item_key="figs", item_name="Figs", on_hand=Decimal(240), **NAMESAKE),
    row(item_key="rice", item_name="Rice", on_hand=Decimal(900), **CASTLE, **LEAF),
)
ORDERED = {"Tea": 168, FORMULA: 168, "Mint": 36, "Cups": 192}  # tea: need 231.2089, 68 of them from Castle


def planned(settings: Settings) -> dg.ExecuteInProcessResult:
    """Runs the asset on the inputs and publishes what it made."""
    warehouse = Warehouse(settings)
    with warehouse.writing() as connection:
        connection.execute("create schema marts; create schema unified")
        connection.register("inputs", table(*INPUTS))
        connection.execute("create table marts.recommendation_inputs as from inputs")
        connection.execute(
            "create table unified.locations as"
            " select distinct 'csv' as pos, location_key, location_key as location_id,"
            " split_part(location_key, ':', 2) as native_id, location_name as name from inputs"
        )
    audit = AuditStamp(settings.build_dir / "audit.json")
    audit.begin("build", AS_OF)
    audit.finish(Status.PASSED)
    try:
        result = dg.materialize([order_list], resources={"warehouse": warehouse, "progress": Quiet()})
    finally:
        warehouse.let_go()
    Publisher(settings).publish(audit)
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("orders")


@pytest.fixture(scope="module")
def run(folder: Path) -> dg.ExecuteInProcessResult:
    return planned(Settings(data_dir=folder, transfers=True))


@pytest.fixture
def pos(
    pos: Command, run: dg.ExecuteInProcessResult, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Command:
    monkeypatch.setenv("POS_DATA_DIR", str(folder))
    return pos


def listed(pos: Command, *arguments: str) -> list[dict[str, str]]:
    """The cells of the first table that is printed."""
    outcome = pos("orders", *arguments)
    assert outcome.code == 0, outcome.err
    lines = outcome.out[: outcome.out.index("└")].replace("┃", "│").splitlines()
    header, *cells = [[cell.strip() for cell in line[1:-1].split("│")] for line in lines if line[:1] == "│"]
    return [dict(zip(header, each, strict=True)) for each in cells]


def written(folder: Path) -> dict[str, list[dict[str, str]]]:
    files = {}
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8-sig", newline="") as file:
            files[path.name] = list(csv.DictReader(file))
    return files


def test_the_list_shows_what_to_order_the_most_urgent_first(pos: Command) -> None:
    rows = listed(pos)
    assert [row["item"] for row in rows] == ["Tea", "Cups", FORMULA, "Mint"]
    assert [row["urgency"] for row in rows] == ["high", "high", "medium", "low"]
    assert {row["item"]: int(row["order"]) for row in rows} == ORDERED
    tea = rows[0]
    assert (tea["store"], tea["supplier"]) == ("Harbour (shop:harbour)", "Leaf & Co")
    assert (tea["on hand"], tea["from stores"]) == ("0", "68")
    assert (tea["packs"], tea["cost"], tea["currency"]) == ("14", "207.40", "GBP")
    said = pos("orders").out
    assert f"Order list of {AS_OF}" in said
    assert "EUR: 44.44 for 1 order." in said
    assert "GBP: 263.39 for 3 orders, 1 of unknown cost." in said  # 168 at 1.2345 and 168 at 0.3333
    moves = said[said.index("To be fetched") :]
    assert all(word in moves for word in ("Tea", "Castle", "Harbour", "68"))


@pytest.mark.parametrize(
    ("arguments", "items"),
    [
        (("--urgency", "high"), ["Tea", "Cups"]),
        (("--urgency", "medium"), ["Tea", "Cups", FORMULA]),
        (("--supplier", "leaf & co"), ["Tea", "Mint"]),
        (("--supplier", "s2"), [FORMULA]),
        (("--supplier", "none"), ["Cups"]),
        (("--location", "paris"), ["Mint"]),
        (("--location", "Castle", "--all"), ["Rice", "Salt", "Tea"]),
        (("--urgency", "high", "--supplier", "s1", "--location", "shop:harbour"), ["Tea"]),
    ],
)
def test_a_part_of_the_list_can_be_asked_for(
    pos: Command, arguments: tuple[str, ...], items: list[str]
) -> None:
    assert sorted(row["item"] for row in listed(pos, *arguments)) == sorted(items)


def test_an_item_without_stock_figure_shows_the_level_to_keep(pos: Command) -> None:
    (salt,) = (row for row in listed(pos, "--all") if row["item"] == "Salt")
    assert (salt["order"], salt["note"]) == ("231.2089", "level to keep, stock not known")
    assert "1 item without stock figure: --all shows the level to keep." in pos("orders").out


def test_where_nothing_is_ordered_that_is_said_and_all_shows_what_there_is_too_much_of(pos: Command) -> None:
    nothing = pos("orders", "--location", "Castle").out
    assert nothing == "Nothing to order.\n1 item without stock figure: --all shows the level to keep.\n"
    (rice,) = (row for row in listed(pos, "--location", "Castle", "--all") if row["item"] == "Rice")
    assert (rice["order"], rice["too much"]) == ("0", "660")  # 900 less 20 packs of 12


def test_the_reason_is_told_when_asked_for(pos: Command) -> None:
    assert "because nothing is on hand" not in pos("orders").out
    assert (
        "Fetch 68 from other stores and order 168 today, because nothing is on hand"
        in pos("orders", "--why").out
    )


def test_a_budget_cuts_what_is_listed_and_says_what_it_cut(pos: Command) -> None:
    rows = listed(pos, "--budget", "gbp=100", "--budget", "EUR=50")
    cost = {row["item"]: Decimal(row["cost"]) for row in rows if row["cost"]}
    assert 96 < cost["Tea"] + cost[FORMULA] <= 100  # a further pack of the cheapest would cost 4.00
    assert cost["Mint"] == Decimal("44.44")
    before = {row["item"]: row["recommended"] for row in rows}
    assert before == {"Tea": "168", "Cups": "192", FORMULA: "168", "Mint": ""}
    said = pos("orders", "--budget", "gbp=100").out
    assert "of a budget of 100.00; 3 orders cut, 1 for want of a known cost." in said
    (mint,) = listed(pos, "--location", "Paris", "--budget", "20")
    assert (mint["order"], mint["cost"]) == ("12", "14.81")


def test_every_supplier_gets_a_file_and_a_store_or_currency_of_its_own_where_they_differ(
    pos: Command, tmp_path: Path
) -> None:
    outcome = pos("orders", "--csv", "new/orders")
    assert outcome.code == 0, outcome.err
    files = written(tmp_path / "new" / "orders")
    assert list(files) == [
        "beans.csv", "between-stores.csv", "leaf-co-harbour-shop-harbour-gbp.csv",
        "leaf-co-paris-eur.csv", "no-supplier.csv",
    ]  # fmt: skip
    assert all(name in outcome.out for name in files)
    line, last = files["leaf-co-harbour-shop-harbour-gbp.csv"]
    assert line == {
        "order_date": AS_OF.isoformat(), "supplier": "Leaf & Co", "store": "Harbour (shop:harbour)",
        "sku": "T-1", "barcode": "0401", "item": "Tea", "quantity": "168", "pack_size": "12", "packs": "14",
        "unit_cost": "1.2345", "line_total": "207.396", "currency": "GBP",
    }  # fmt: skip
    assert (last["item"], last["line_total"], last["currency"]) == ("Total", "207.396", "GBP")
    evil, _ = files["beans.csv"]
    assert (evil["supplier"], evil["sku"], evil["item"]) == ("'=Beans", "'-7", f"'{FORMULA}")
    cups, last = files["no-supplier.csv"]
    assert (cups["quantity"], cups["unit_cost"], cups["line_total"]) == ("192", "", "")
    assert (last["item"], last["line_total"]) == ("Total (lines of unknown cost: 1)", "0.00")
    (move,) = files["between-stores.csv"]
    assert (move["from_store"], move["to_store"], move["quantity"]) == (
        "Castle",
        "Harbour (shop:harbour)",
        "68",
    )


def test_a_budget_and_a_choice_hold_for_the_files_too(pos: Command, tmp_path: Path) -> None:
    assert pos("orders", "--supplier", "s2", "--budget", "50", "--csv", "orders").code == 0
    files = written(tmp_path / "orders")
    assert list(files) == ["beans.csv"]
    assert Decimal(files["beans.csv"][0]["line_total"]) == Decimal("47.9952")  # 12 of 14 packs
    assert pos("orders", "--supplier", "s2", "--budget", "0", "--csv", "none").out == (
        "Nothing to order: no file was written.\n"
    )
    assert not (tmp_path / "none").exists()


def test_old_and_new_orders_do_not_meet_in_a_folder(pos: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert pos("orders", "--csv", "empty").code == 0
    before = written(tmp_path / "empty")
    outcome = pos("orders", "--csv", "empty")
    assert outcome.code == 1
    assert "is not an empty folder: name a new one" in outcome.err
    assert written(tmp_path / "empty") == before


def test_a_disk_that_fills_up_leaves_no_half_of_the_files(
    pos: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchestration import files
    from orchestration.cli import purchase_orders

    def fills_up(path: Path, content: bytes) -> None:
        if path.name.startswith("no-supplier"):
            raise OSError(28, "No space left on device", str(path))
        files.write_atomically(path, content)

    monkeypatch.setattr(purchase_orders, "write_atomically", fills_up)
    outcome = pos("orders", "--csv", "orders")
    assert outcome.code == 1
    assert "is full: free some space" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--supplier", "Leaf and Co"), "There is no supplier Leaf and Co; did you mean 'Leaf & Co'?"),
        (("--supplier", "xyz"), "There is no supplier xyz; choose one of =Beans, Leaf & Co."),
        (
            ("--location", "Moon"),
            "There is no store Moon; choose one of shop:castle (Castle), shop:harbour (Harbour), "
            "shop:paris (Paris), till:7 (Harbour).",
        ),
        (
            ("--budget", "5000"),
            "There are orders in EUR, GBP: say which budget is for which, like --budget EUR=5000 "
            "--budget GBP=3000.",
        ),
        (("--budget", "USD=1"), "No order is in USD; there are orders in EUR, GBP."),
        (("--budget", "EUR=1", "--budget", "eur=2"), "There are two budgets in EUR; give one."),
        (
            ("--budget", "GBP=a lot"),
            "The budget 'a lot' is no amount: write it like 5000, 5000.50 or EUR=5000.",
        ),
        (("--budget", "GBP=nan"), "The budget 'nan' is no amount: write it like 5000, 5000.50 or EUR=5000."),
        (("--budget", "GBP=-5"), "The budget -5 is less than nothing: write 0 or more."),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_sentence(
    pos: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    outcome = pos("orders", *arguments)
    assert (outcome.code, outcome.out, outcome.err.strip()) == (1, "", sentence)


def test_an_urgency_that_is_none_is_a_wrong_use_of_the_command(pos: Command) -> None:
    assert pos("orders", "--urgency", "now").code == 2


def test_before_anything_is_published_the_command_says_what_to_run(
    pos: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POS_DATA_DIR", str(tmp_path / "elsewhere"))
    outcome = pos("orders")
    assert outcome.code == 1
    assert "run `pos refresh` first" in outcome.err


def test_a_file_of_another_version_is_not_misread(
    pos: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(settings)
    with duckdb.connect(str(settings.working_file)) as connection:
        connection.execute("alter table planning.order_recommendations drop column transfer_in")
    Publisher(settings).publish(AuditStamp(settings.build_dir / "audit.json"))
    monkeypatch.setenv("POS_DATA_DIR", str(settings.data_dir))
    outcome = pos("orders")
    assert (outcome.code, outcome.err.strip()) == (
        1, "The published warehouse holds no order list of this version: run `pos refresh` first.",
    )  # fmt: skip


def test_dagster_shows_what_a_buyer_asks(run: dg.ExecuteInProcessResult) -> None:
    shown = {key: metadata_of(run, key) for key in (ORDER_RECOMMENDATIONS, TRANSFERS)}
    orders = shown[ORDER_RECOMMENDATIONS]
    counts = {name: orders[f"urgency_{name}"] for name in ("high", "medium", "low", "none")}
    assert counts == {"high": 2, "medium": 1, "low": 1, "none": 4}
    assert orders["dagster/row_count"] == len(INPUTS)
    assert orders["order_value_gbp"] == "263.39 GBP, orders: 3, without cost: 1"
    assert orders["order_value_eur"] == "44.44 EUR, orders: 1"
    lines = orders["most_urgent"].splitlines()
    assert len(lines) == 2 + len(ORDERED)
    assert lines[2].startswith("| high | Tea | Harbour | Leaf & Co |")
    assert "Fetch 68 from other stores" in lines[2]
    picture = orders["order_value_by_supplier_gbp"]
    drawn = ElementTree.fromstring(base64.b64decode(picture.split("base64,")[1].split(")")[0]))
    texts = [element.text for element in drawn if element.tag.endswith("text")]
    assert texts == ["Leaf & Co", "207.40", "=Beans", "55.99"]
    widths = [
        float(each.get("width")) for each in drawn if each.tag.endswith("rect") if float(each.get("width"))
    ]
    assert widths[0] / widths[1] == pytest.approx(207.396 / 55.9944, rel=1e-3)
    assert shown[TRANSFERS]["dagster/row_count"] == 1
    assert "| Harbour |" in shown[TRANSFERS]["preview"]


def metadata_of(run: dg.ExecuteInProcessResult, key: dg.AssetKey) -> Mapping[str, Any]:
    (event,) = (event for event in run.get_asset_materialization_events() if event.asset_key == key)
    return {name: value.value for name, value in event.materialization.metadata.items()}
