"""A wholesaler's year and a bakery's winter, from their files to the published warehouse."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tests.end_to_end.shop import Shop

ROOT = Path(__file__).parents[2]
REAL_SALES = ROOT.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(
    not REAL_SALES.is_dir(), reason="the real sales files are not beside this checkout (../shared/data)"
)


def lines(name: str) -> list[dict[str, str]]:
    with gzip.open(REAL_SALES / name, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("real_sales"))
    example = yaml.safe_load((ROOT / "connections.example.yaml").read_text())
    by_id = {connection["id"]: connection for connection in example["connections"]}
    files = {"wholesale": "online_retail.csv.gz", "bakery": "bakery.csv.gz"}
    shop.connect([{**by_id[name], "inbox": str(REAL_SALES / file)} for name, file in files.items()])
    shop.pos("refresh", "--as-of", "2011-09-01")
    yield shop


@pytest.fixture(scope="module")
def wholesale() -> list[dict[str, str]]:
    return lines("online_retail.csv.gz")


def signed_value(line: dict[str, str]) -> Decimal:
    return Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])


def month(line: dict[str, str]) -> str:
    return f"{line['InvoiceDate'][6:10]}-{line['InvoiceDate'][:2]}"


def test_the_wholesalers_totals_are_those_of_the_file(shop: Shop, wholesale: list[dict[str, str]]) -> None:
    gross = sum(
        (
            signed_value(line)
            for line in wholesale
            if Decimal(line["UnitPrice"]) > 0 and signed_value(line) > 0
        ),
        Decimal(0),
    )
    returns = -sum(
        (signed_value(line) for line in wholesale if line["InvoiceNo"].startswith("C")), Decimal(0)
    )
    assert (gross, returns) == (Decimal("6304826.062"), Decimal("520770.560"))
    assert shop.rows(
        "select sum(gross_sales), sum(returns), sum(net_sales) from marts.daily_revenue"
        " where connection_id = 'wholesale'"
    ) == [(gross, returns, gross - returns)]
    assert shop.rows(
        "select sum(gross_sales), sum(returns), sum(net_sales) from marts.fct_sales_lines"
        " where connection_id = 'wholesale'"
    ) == [(gross, returns, gross - returns)]


def test_the_wholesalers_months_are_those_of_the_file(shop: Shop, wholesale: list[dict[str, str]]) -> None:
    months: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in wholesale:
        if line["InvoiceNo"].startswith("C"):
            months[month(line)][1] -= signed_value(line)
        elif signed_value(line) > 0:
            months[month(line)][0] += signed_value(line)
    found = shop.rows(
        "select strftime(business_date, '%Y-%m'), sum(gross_sales), sum(returns) from marts.daily_revenue"
        " where connection_id = 'wholesale' group by 1 having sum(gross_sales) <> 0 or sum(returns) <> 0"
    )
    assert {name: [gross, returns] for name, gross, returns in found} == dict(months)


def test_only_the_two_negative_prices_are_rejected(shop: Shop, wholesale: list[dict[str, str]]) -> None:
    negative = [number for number, line in enumerate(wholesale, start=2) if Decimal(line["UnitPrice"]) < 0]
    rejected = shop.rows("select position, reason from raw_csv.rejected_rows order by 1")
    assert sorted(int(position) for position, _ in rejected) == negative
    assert len(negative) == 2
    assert all("price" in reason for _, reason in rejected)


def test_every_line_of_the_wholesaler_is_somewhere(shop: Shop, wholesale: list[dict[str, str]]) -> None:
    loaded = shop.rows("select count(*) from raw_csv.sales where connection_id = 'wholesale'")[0][0]
    assert loaded + 2 == len(wholesale)
    sold_or_returned = sum(Decimal(line["Quantity"]) for line in wholesale if Decimal(line["UnitPrice"]) >= 0)
    written_off = sum(
        Decimal(line["Quantity"])
        for line in wholesale
        if Decimal(line["Quantity"]) < 0 and not line["InvoiceNo"].startswith("C")
    )
    units = shop.rows("select sum(quantity) from marts.fct_sales_lines where connection_id = 'wholesale'")[0][
        0
    ]
    waste = shop.rows(
        "select sum(quantity) from unified.inventory_movements"
        " where connection_id = 'wholesale' and kind = 'waste'"
    )[0][0]
    assert waste == written_off
    assert units + waste == sold_or_returned


def test_the_bakery_sells_units_without_prices(shop: Shop) -> None:
    bakery = lines("bakery.csv.gz")
    sold: dict[str, int] = defaultdict(int)
    for line in bakery:
        if line["Item"] != "NONE":
            # the till has "Coffee granules " beside "Coffee granules"
            sold[line["Item"].strip()] += 1
    found = shop.rows(
        "select i.product_name, sum(l.quantity)"
        " from marts.fct_sales_lines as l join unified.items as i using (item_id)"
        " where l.connection_id = 'bakery' group by 1"
    )
    assert {name: int(units) for name, units in found} == dict(sold)
    assert shop.rows("select sum(net_sales) from marts.daily_revenue where connection_id = 'bakery'") == [
        (Decimal(0),)
    ]


def test_the_wholesaler_gets_an_order_list_that_admits_it_knows_no_stock(shop: Shop) -> None:
    rows = shop.rows(
        "select count(*), count(*) filter (where not list_contains(reason_codes, 'no_stock_data'))"
        " from planning.order_recommendations"
    )
    assert rows[0][0] > 1000
    assert rows[0][1] == 0


def test_loading_the_same_files_again_changes_nothing(shop: Shop) -> None:
    before = shop.published.resolve()
    shop.pos("refresh", "--as-of", "2011-09-01")
    assert shop.published.resolve() != before
    with shop.warehouse() as warehouse:
        warehouse.execute(f"attach '{before}' as earlier (read_only)")
        for table in (
            "marts.fct_sales_lines",
            "marts.daily_revenue",
            "planning.order_recommendations",
            "raw_csv.sales",
            "raw_csv.rejected_rows",
        ):
            now, then = f"select * from {table}", f"select * from earlier.{table}"
            for rows in (f"{now} except all {then}", f"{then} except all {now}"):
                assert warehouse.execute(f"select count(*) from ({rows})").fetchall() == [(0,)], table
            assert warehouse.execute(f"select count(*) > 0 from {table}").fetchall() == [(True,)]
