"""The sales file says what the ledger says, as far as a file can."""

import csv
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.csv_export import COLUMNS, DATE_FORMAT, MAPPING, write_sales_csv
from simulator.expected import expected_figures
from simulator.ledger import Ledger

STORE = "L001"
MONEY = (
    "gross_sales",
    "discounts",
    "returns",
    "tax",
    "refunded_tax",
    "gift_cards_sold",
    "units",
    "units_returned",
)


@pytest.fixture(scope="module")
def rows(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    path = tmp_path_factory.mktemp("export") / "sales.csv"
    count = write_sales_csv(ledger, path, stores=[STORE])
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count
    return rows


def test_the_file_adds_up_to_the_expected_figures_by_day(rows: list[dict[str, str]], ledger: Ledger) -> None:
    days: dict[date, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(MONEY, Decimal(0)))
    for row in rows:
        figures = days[datetime.strptime(row["InvoiceDate"], DATE_FORMAT).date()]
        gross, discount, tax, quantity = (
            Decimal(row[name]) for name in ("GrossAmount", "Discount", "Tax", "Quantity")
        )
        if row["LineType"] == "gift_card":
            figures["gift_cards_sold"] += gross if quantity > 0 else 0
        elif quantity > 0:
            figures["gross_sales"] += gross
            figures["discounts"] += discount
            figures["units"] += quantity
        else:
            figures["returns"] -= gross - discount
            figures["units_returned"] -= quantity
        figures["tax" if quantity > 0 else "refunded_tax"] += abs(tax)
    expected = expected_figures(ledger).daily_revenue
    for (store, _, day), measures in expected.items():
        if store == STORE:
            assert {name: measures[name] for name in MONEY} == days[day], day


def test_credit_notes_begin_with_c_and_are_negative(rows: list[dict[str, str]]) -> None:
    notes = [row for row in rows if row["InvoiceNo"].startswith("C")]
    assert notes
    assert all(Decimal(row["Quantity"]) < 0 and Decimal(row["GrossAmount"]) <= 0 for row in notes)
    assert all(Decimal(row["Quantity"]) > 0 for row in rows if row not in notes)
    assert any(row["OriginalInvoice"] for row in notes)


def test_tips_and_service_charges_stand_once_an_order(rows: list[dict[str, str]], ledger: Ledger) -> None:
    figures = expected_figures(ledger)
    with_lines = {row["InvoiceNo"] for row in rows}
    for column, measure in (("Tip", "tips"), ("ServiceCharge", "service_charges")):
        told = sum(Decimal(row[column]) for row in rows if row[column])
        counted = figures.counted_orders & with_lines
        assert told == sum(figures.orders[order][measure] for order in counted)
        assert told > 0


def test_people_stand_in_columns_that_no_mapping_reads(rows: list[dict[str, str]]) -> None:
    mapped = set(MAPPING["columns"].values()) | {
        MAPPING["returns"]["column"],
        MAPPING["gift_cards"]["column"],
    }
    assert mapped <= set(COLUMNS)
    assert mapped.isdisjoint({"CustomerName", "CustomerEmail", "CustomerPhone", "Remark"})
    assert any(row["CustomerEmail"].endswith("@mailbox.example") for row in rows)
    assert all("Repair for" not in row[column] for row in rows for column in mapped)


def test_a_file_has_one_time_zone(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a sales file has one time zone, these stores have 7"):
        write_sales_csv(ledger, tmp_path / "sales.csv")
