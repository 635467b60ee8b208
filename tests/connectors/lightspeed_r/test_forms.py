"""R's one-element objects, empty texts and odd spellings put into one form (row 11 of the known pains)."""

import json
from dataclasses import replace
from pathlib import Path

from connectors.lightspeed_r.forms import one_form, with_last_id
from connectors.lightspeed_r.schema import INVENTORY_LOGS, SALE_TABLES, VENDORS
from simulator.lightspeed_r import SIMULATED
from tests.connectors.contract.account import read, with_sales
from tests.connectors.lightspeed_r.accounts import r_account, small_ledger


def prepared(told: object) -> object:
    return json.loads(one_form(SALE_TABLES)(json.dumps(told).encode()))


def test_a_list_of_one_is_an_object_and_is_read_as_a_list_at_every_depth() -> None:
    account = {"saleAccountID": "20", "saleLineID": "192"}
    payment = {"salePaymentID": "120", "SaleAccounts": {"SaleAccount": account}}
    sale = {
        "saleID": "195",
        "SaleLines": {"SaleLine": {"saleLineID": "192"}},
        "SalePayments": {"SalePayment": payment},
    }
    assert prepared({"@attributes": {"next": ""}, "Sale": sale}) == {
        "@attributes": {},
        "Sale": [
            {
                "saleID": "195",
                "SaleLines": {"SaleLine": [{"saleLineID": "192"}]},
                "SalePayments": {
                    "SalePayment": [
                        {"salePaymentID": "120", "SaleAccounts": {"SaleAccount": [account]}},
                    ]
                },
            }
        ],
    }


def test_a_list_stays_a_list_and_a_missing_one_stays_missing() -> None:
    lines = [{"saleLineID": "1"}, {"saleLineID": "2"}]
    several = {"Sale": [{"saleID": "1", "SaleLines": {"SaleLine": lines}}, {"saleID": "2"}]}
    assert prepared(several) == several
    assert prepared({"@attributes": {"count": "0"}}) == {"@attributes": {"count": "0"}}


def test_an_object_that_is_no_list_of_the_schema_stays_an_object() -> None:
    vendor = {"vendorID": "1", "purchasingCurrency": {"code": "CAD"}}
    told = json.loads(one_form((VENDORS,))(json.dumps({"Vendor": vendor}).encode()))
    assert told == {"Vendor": [vendor]}


def test_an_empty_text_is_no_time_no_number_and_no_list() -> None:
    told = {"saleID": "1", "completeTime": "", "calcTotal": "", "SaleLines": "", "lineType": ""}
    assert prepared({"Sale": [told]}) == {"Sale": [{"saleID": "1"}]}


def test_both_spellings_of_the_time_of_change_are_one() -> None:
    assert prepared({"Sale": [{"updateTime": "x"}, {"updatetime": "y"}]}) == {
        "Sale": [{"updatetime": "x"}, {"updatetime": "y"}]
    }


def test_nobody_is_no_customer() -> None:
    assert prepared({"Sale": [{"customerID": "0", "quoteID": "0"}, {"customerID": "10"}]}) == {
        "Sale": [{"quoteID": "0"}, {"customerID": "10"}]
    }


def test_what_is_no_json_is_left_to_those_who_read_it() -> None:
    for answer in (b"<html>", b"[1]", b'"text"', b""):
        assert one_form(SALE_TABLES)(answer) == answer


def test_the_place_of_a_growing_list_is_its_highest_id() -> None:
    prepare = with_last_id(INVENTORY_LOGS, "inventoryLogID")
    logs = [{"inventoryLogID": "9"}, {"inventoryLogID": "10"}]
    assert json.loads(prepare(json.dumps({"InventoryLog": logs}).encode()))["@attributes"] == {
        "everythingRead": "10"
    }
    assert json.loads(prepare(b'{"@attributes":{"next":""}}')) == {"@attributes": {}}


def test_an_account_with_one_sale_of_one_line_is_read_like_any_other(tmp_path: Path) -> None:
    ledger = with_sales(SIMULATED.told(small_ledger()), 20)
    sale = next(sale for sale in ledger.sales if len(sale.lines) == len(sale.payments) == 1)
    with r_account(replace(ledger, sales=(sale,)), tmp_path) as account:
        tables = read(account).tables
    assert [row["id"] for row in tables["sales"]] == [sale.id]
    assert [row["id"] for row in tables["sale_lines"]] == [sale.lines[0].id]
    assert [row["id"] for row in tables["sale_payments"]] == [sale.payments[0].id]
