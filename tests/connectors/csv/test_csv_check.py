from pathlib import Path

from connectors.csv.check import check
from tests.connectors.csv.files import COLUMNS, connection


def test_check_shows_the_mapping_and_one_row_without_people(inbox: Path) -> None:
    (inbox / "sales.csv").write_text(
        "Receipt,Time,Item,Qty,Price,Customer,Email\n1,2024-01-05 10:00,Tea,2,1.50,CUST-9,jane@example.com\n"
    )
    (inbox / "sales.xlsx").write_text("no csv")
    findings = list(check(connection(inbox=inbox, columns={**COLUMNS, "customer_id": "Customer"})))
    assert all(finding.holds for finding in findings)
    told = "\n".join(finding.detail for finding in findings)
    assert "item_name=Tea" in told
    assert "sales.xlsx" in told
    assert "CUST-9" not in told
    assert "jane" not in told


def test_check_says_what_is_wrong_with_the_newest_file(inbox: Path) -> None:
    (inbox / "sales.csv").write_text("Receipt,Time,Item,Qty\n1,2024-01-05 10:00,Tea,2\n")
    findings = list(check(connection(inbox=inbox)))
    assert [finding.holds for finding in findings] == [True, False]
    assert "no column 'Price'" in findings[1].detail


def test_check_tells_when_too_many_rows_would_be_rejected(inbox: Path) -> None:
    (inbox / "sales.csv").write_text("Receipt,Time,Item,Qty,Price\n1,05/01/2024,Tea,2,1\n")
    rows = next(finding for finding in check(connection(inbox=inbox)) if finding.subject == "rows")
    assert not rows.holds
    assert "line 2: sold_at is no date" in rows.detail


def test_check_of_a_missing_or_empty_inbox_is_a_sentence(inbox: Path) -> None:
    assert [finding.holds for finding in check(connection(inbox=inbox / "nowhere"))] == [False]
    assert [finding.detail for finding in check(connection(inbox=inbox))] == [f"0 file(s) in {inbox}"]
