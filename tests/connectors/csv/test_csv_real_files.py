"""The example's mappings on the two real files; the truth is computed from the files by other means."""

import csv
import gzip
import re
import shutil
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.core.connections import load_connections
from connectors.csv.settings import CsvConnection
from tests.connectors.csv.files import Warehouse

REPOSITORY = Path(__file__).parents[3]
DATA = REPOSITORY / ".." / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not (DATA / "online_retail.csv.gz").exists(), reason="the real sales files are not in ../shared/data"
)


def example(connection_id: str, tmp_path: Path, file_name: str) -> CsvConnection:
    """A connection exactly as the example has it, its file dropped where the example says."""
    tmp_path.mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "connections.example.yaml", tmp_path / "connections.yaml")
    secrets = re.findall(r"\$\{(\w+)\}", (tmp_path / "connections.yaml").read_text())
    connections = load_connections(tmp_path / "connections.yaml", dict.fromkeys(secrets, "not a real secret"))
    found = next(item for item in connections if item.id == connection_id)
    assert isinstance(found, CsvConnection)
    found.files_at.mkdir(parents=True)
    shutil.copyfile(DATA / file_name, found.files_at / file_name)
    return found


def lines(file_name: str) -> list[dict[str, str]]:
    with gzip.open(DATA / file_name, "rt", encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_the_wholesalers_figures_are_those_of_its_file(tmp_path: Path, warehouse: Warehouse) -> None:
    sales: dict[str, Decimal] = defaultdict(Decimal)
    returns: dict[str, Decimal] = defaultdict(Decimal)
    kinds: Counter[str] = Counter()
    for line in lines("online_retail.csv.gz"):
        quantity, price = int(line["Quantity"]), Decimal(line["UnitPrice"])
        month = f"{line['InvoiceDate'][6:10]}-{line['InvoiceDate'][:2]}"
        if price < 0:
            kinds["rejected"] += 1
        elif line["InvoiceNo"].startswith("C"):
            kinds["return"] += 1
            returns[month] -= quantity * price
        elif quantity < 0 and price == 0:
            kinds["write_off"] += 1
        else:
            kinds["sale"] += 1
            sales[month] += quantity * price
    assert (sum(sales.values()), sum(returns.values())) == (Decimal("6304826.062"), Decimal("520770.560"))
    assert (kinds.total(), kinds["rejected"]) == (320_705, 2)

    landed = warehouse.land(example("wholesale", tmp_path, "online_retail.csv.gz"))

    assert landed.rejected == 2
    counted = dict(warehouse.rows("select row_kind, count(*) from raw_csv.sales group by 1"))
    assert counted == {kind: kinds[kind] for kind in ("sale", "return", "write_off")}
    by_month = """
        select strftime(sold_at at time zone 'Europe/London', '%Y-%m'), sum(quantity * unit_price)
        from raw_csv.sales where row_kind = '{}' group by 1
    """
    assert dict(warehouse.rows(by_month.format("sale"))) == sales
    assert dict(warehouse.rows(by_month.format("return"))) == returns
    assert warehouse.rows("select native_id, reason from raw_csv.rejected_rows order by 1") == [
        ("A563186", "unit_price is negative"),
        ("A563187", "unit_price is negative"),
    ]
    assert warehouse.land(example("wholesale", tmp_path / "again", "online_retail.csv.gz")).rows["sales"] == 0


def test_the_wholesalers_local_times_follow_the_summer(tmp_path: Path, warehouse: Warehouse) -> None:
    written = {
        (line["InvoiceNo"], line["InvoiceDate"])
        for line in lines("online_retail.csv.gz")
        if not line["UnitPrice"].startswith("-")
    }
    warehouse.land(example("wholesale", tmp_path, "online_retail.csv.gz"))
    local = "strftime(sold_at at time zone 'Europe/London', '%m/%d/%Y %H:%M')"
    assert set(warehouse.rows(f"select distinct order_id, {local} from raw_csv.sales")) == written


def test_the_bakery_is_unit_sales_without_its_nones(tmp_path: Path, warehouse: Warehouse) -> None:
    sold = Counter(line["Item"].strip() for line in lines("bakery.csv.gz"))
    nones = sold.pop("NONE")
    landed = warehouse.land(example("bakery", tmp_path, "bakery.csv.gz"))
    assert (nones, landed.rejected) == (786, 0)
    assert warehouse.rows("select rows_read, rows_loaded, rows_skipped from raw_csv.files") == [
        (21_293, 20_507, 786)
    ]
    units = warehouse.rows("select item_name, sum(quantity) from raw_csv.sales group by 1")
    assert {item: int(quantity) for item, quantity in units} == sold
    assert warehouse.rows("select count(unit_price) + count(gross_sales) from raw_csv.sales") == [(0,)]
