from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.csv.settings import CsvConnection, from_environment
from tests.connectors.csv.files import COLUMNS, connection


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"colums": {}}, "colums"),
        ({"columns": {**COLUMNS, "prise": "Price"}}, "prise"),
        ({"columns": {"sold_at": "Time", "item_name": "Item"}}, "columns.order_id is missing"),
        ({"columns": {"order_id": "Receipt", "item_name": "Item"}}, "columns.sold_at is missing"),
        ({"columns": {"order_id": "Receipt", "sold_at": "Time"}}, "neither an item"),
        ({"timezone": None}, "timezone is missing"),
        ({"timezone": "London"}, "no IANA time zone"),
        ({"currency": None}, "currency is missing"),
        ({"currency": "pounds"}, "currency"),
        ({"preset": "shopfy"}, "preset 'shopfy' is unknown"),
        ({"encoding": "utf8mb4"}, "'utf8mb4' is no text encoding"),
        ({"delimiter": ";;"}, "delimiter"),
        ({"decimal_mark": ",", "thousands_mark": ","}, "are the same"),
        ({"columns": {**COLUMNS, "quantity": ["Qty", "Unit"]}}, "quantity is a number and cannot be joined"),
        ({"constants": {"quantity": "1"}}, "quantity is both in columns and in constants"),
        ({"returns": {"column": "Receipt"}}, "needs equals or starts_with"),
        ({"returns": {"equals": "C"}}, "need a column"),
        ({"returns": {}}, "a rule needs a column"),
        ({"fill_down": ["Channel"]}, "fill_down names 'Channel'"),
        ({"max_rejected_share": 1.5}, "max_rejected_share"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        connection(**settings)
    assert words in str(caught.value)


def test_a_rule_on_prices_needs_a_price() -> None:
    columns = {"order_id": "Receipt", "sold_at": "Time", "item_name": "Item"}
    with pytest.raises(ValidationError, match="asks for a price"):
        connection(columns=columns, write_offs={"price": "zero"})


def test_without_a_mapping_the_plain_layout_is_meant() -> None:
    settings = CsvConnection.model_validate({"id": "till", "timezone": "UTC"})
    assert settings.columns["order_id"] == ("order_id",)


def test_a_field_of_a_preset_can_be_unmapped() -> None:
    settings = connection(preset="square_items", columns={"tax": None})
    assert "tax" not in settings.columns
    assert settings.columns["gross_sales"] == ("Gross Sales",)


def test_the_inbox_is_the_connections_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CSV_INBOX", raising=False)
    assert connection().files_at == Path("inbox/shop")
    monkeypatch.setenv("CSV_INBOX", "/drop")
    assert connection().files_at == Path("/drop/shop")
    assert connection(inbox="elsewhere").files_at == Path("elsewhere")


def test_the_environment_alone_makes_a_plain_connection(tmp_path: Path) -> None:
    assert from_environment({}) is None
    values = from_environment({"CSV_INBOX": str(tmp_path), "POS_TIMEZONE": "Europe/Paris"})
    assert values is not None
    settings = CsvConnection.model_validate({"id": "csv", **values})
    assert (settings.files_at, settings.timezone) == (tmp_path, "Europe/Paris")
    (tmp_path / "csv").mkdir()
    values = from_environment({"CSV_INBOX": str(tmp_path)})
    assert values is not None
    assert CsvConnection.model_validate({"id": "csv", **values}).files_at == tmp_path / "csv"
