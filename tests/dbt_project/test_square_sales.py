"""Square's orders, returns and refunds as revenue. Every expected figure is worked out by hand."""

from typing import Any

import pytest

from tests.dbt_project.square_rows import CONNECTION, Account, amounts
from tests.dbt_project.warehouse import Warehouse


@pytest.fixture(scope="module")
def sales(warehouse: Warehouse) -> Warehouse:
    """One store a story."""
    account = Account(warehouse)
    for story in (
        a_plain_sale,
        an_inclusive_tax,
        a_japanese_inclusive_tax,
        a_return_in_the_next_month,
        an_exchange,
        an_exchange_with_money_back,
        refunds_without_goods,
        refunds_that_did_not_happen,
        a_return_that_gives_more_than_its_goods,
        credit_without_goods,
        nights_when_clocks_change,
        gift_cards,
        orders_that_are_no_sales,
        an_edited_order,
        a_dinar,
        two_payments,
        figures_that_do_not_add_up,
    ):
        story(account)
    assert warehouse.build() == {"orders_reconcile"}
    return warehouse


def order(sales: Warehouse, order_id: str) -> dict[str, Any]:
    (row,) = sales.query(f"from unified.orders where order_id = '{CONNECTION}:{order_id}'")
    return row


def day(sales: Warehouse, store_id: str, date: str) -> dict[str, Any]:
    (row,) = sales.query(
        f"from marts.daily_revenue where location_id = '{CONNECTION}:{store_id}' and business_date = '{date}'"
    )
    return row


def a_plain_sale(account: Account) -> None:
    # 2 at 5.00 and 1 at 3.00; 1.30 off, spread 1.00 and 0.30; 9 % tax on 11.70, and 0.18 on the gratuity
    account.store("plain")
    account.order(
        "o1",
        "plain",
        "2026-03-02 17:00",
        total=1758,
        tax_amount=123,
        discount_amount=130,
        tip_amount=200,
        service_charge_amount=200 + 65,
        net_amount_due=0,
    )
    account.line("o1", "a", 1000, item="V1", quantity="2", discount=100, tax=81, charge=50)
    account.line("o1", "b", 300, item="V2", discount=30, tax=24, charge=15)
    account.add(
        "order_service_charges",
        order_id="o1",
        order_version=1,
        uid="s",
        type="AUTO_GRATUITY",
        treatment_type="LINE_ITEM_TREATMENT",
        applied_amount=200,
        tax_amount=18,
        total_amount=218,
    )
    account.add(
        "order_service_charges",
        order_id="o1",
        order_version=1,
        uid="t",
        type="CUSTOM",
        treatment_type="APPORTIONED_TREATMENT",
        applied_amount=65,
        tax_amount=0,
        total_amount=65,
    )
    account.tender("o1", "p1", 1758, tip=200)


def test_a_sale_is_split_into_its_measures_and_they_add_up_to_what_the_buyer_paid(sales: Warehouse) -> None:
    row = order(sales, "o1")
    assert list(
        amounts(
            row,
            "gross_sales",
            "discounts",
            "net_sales_before_returns",
            "tax",
            "tips",
            "service_charges",
            "total",
        )
    ) == ["13", "1.3", "11.7", "1.23", "2", "2.65", "17.58"]


def test_a_charge_spread_over_lines_is_counted_once(sales: Warehouse) -> None:
    row = day(sales, "plain", "2026-03-02")
    assert list(amounts(row, "net_sales", "service_charges", "total_collected")) == ["11.7", "2.65", "17.58"]


def test_ratios_of_a_day_are_per_order(sales: Warehouse) -> None:
    row = day(sales, "plain", "2026-03-02")
    assert (row["orders"], *amounts(row, "units", "average_order_value", "items_per_order")) == (
        1,
        "3",
        "11.7",
        "3",
    )


def test_days_without_sales_are_there_with_zeros_up_to_the_day_before_the_order_list(
    sales: Warehouse,
) -> None:
    rows = sales.query(
        f"select business_date, net_sales, orders, average_order_value, net_sales_previous_day, "
        f"net_sales_same_weekday_last_week, net_sales_7_day_mean from marts.daily_revenue "
        f"where location_id = '{CONNECTION}:plain' order by business_date"
    )
    assert str(rows[0]["business_date"]) == "2026-03-02"
    assert str(rows[-1]["business_date"]) == "2026-11-02"
    assert len(rows) == 246
    assert (
        rows[1]["orders"],
        *amounts(rows[1], "net_sales", "average_order_value", "net_sales_previous_day"),
    ) == (
        0,
        "0",
        "null",
        "11.7",
    )
    assert list(amounts(rows[7], "net_sales_same_weekday_last_week", "net_sales_7_day_mean")) == ["11.7", "0"]
    assert list(amounts(rows[6], "net_sales_same_weekday_last_week", "net_sales_7_day_mean")) == [
        "null",
        "1.6714",
    ]


def an_inclusive_tax(account: Account) -> None:
    # 12.00 with 20 % inside, 10 % off: the buyer pays 10.80, 1.80 of it tax; a charge of 1.20 holds 0.20
    account.store("vat", "GBP")
    account.order(
        "vat1",
        "vat",
        "2026-03-29 00:30",
        total=1200,
        tax_amount=200,
        discount_amount=120,
        service_charge_amount=120,
    )
    account.line("vat1", "a", 1200, item="V1", discount=120, tax=180, total=1080)
    account.add(
        "order_service_charges",
        order_id="vat1",
        order_version=1,
        uid="s",
        type="CUSTOM",
        treatment_type="LINE_ITEM_TREATMENT",
        applied_amount=120,
        tax_amount=20,
        total_amount=120,
    )
    account.tender("vat1", "pvat1", 1200)
    account.order("vat2", "vat", "2026-03-30 10:00")
    account.returned("vat2", source="vat1", total=1080, tax=180)
    account.returned_line(
        "vat2", "r", 1200, source="vat1", source_line="a", item="V1", discount=120, tax=180, total=1080
    )
    account.refund("rvat", 1080, "2026-03-30 10:00", store_id="vat", order_id="vat2", payment_id="pvat1")


def test_inclusive_tax_is_taken_out_of_gross_sales_and_charges(sales: Warehouse) -> None:
    row = order(sales, "vat1")
    assert list(
        amounts(
            row, "gross_sales", "discounts", "net_sales_before_returns", "tax", "service_charges", "total"
        )
    ) == ["10.2", "1.2", "9", "2", "1", "12"]


def test_a_return_gives_inclusive_tax_back_as_tax(sales: Warehouse) -> None:
    row = day(sales, "vat", "2026-03-30")
    assert list(amounts(row, "returns", "refunded_tax", "net_sales", "total_collected")) == [
        "9",
        "1.8",
        "-9",
        "-10.8",
    ]


def a_japanese_inclusive_tax(account: Account) -> None:
    # 1,100 yen with 100 inside; Square has taken the tax out of the gross itself
    account.store("yen", "JPY")
    account.order("yen1", "yen", "2026-03-02 03:00", total=1100, tax_amount=100)
    account.line("yen1", "a", 1000, item="V1", tax=100, total=1100)
    account.tender("yen1", "pyen1", 1100, kind="CASH")


def test_gross_that_square_already_freed_of_tax_is_left_as_it_is(sales: Warehouse) -> None:
    assert list(amounts(order(sales, "yen1"), "gross_sales", "tax", "total")) == ["1000", "100", "1100"]


def test_a_yen_has_no_smaller_unit(sales: Warehouse) -> None:
    (row,) = sales.query(f"from unified.payments where payment_id = '{CONNECTION}:pyen1'")
    assert (row["method"], row["currency"], *amounts(row, "amount")) == ("cash", "JPY", "1100")


def a_return_in_the_next_month(account: Account) -> None:
    account.store("month")
    account.order("m1", "month", "2026-03-31 16:00", total=1090, tax_amount=90)
    account.line("m1", "a", 1000, item="V1", quantity="2", tax=90)
    account.tender("m1", "pm1", 1090)
    account.order("m2", "month", "2026-04-01 16:00")
    account.returned("m2", source="m1", total=545, tax=45)
    account.returned_line("m2", "r", 500, source="m1", source_line="a", tax=45)
    account.refund("rm2", 545, "2026-04-01 16:00", store_id="month", order_id="m2", payment_id="pm1")


def test_a_return_lowers_the_day_it_was_made_not_the_day_of_the_sale(sales: Warehouse) -> None:
    sold, returned = day(sales, "month", "2026-03-31"), day(sales, "month", "2026-04-01")
    assert list(amounts(sold, "gross_sales", "returns", "net_sales", "total_collected")) == [
        "10",
        "0",
        "10",
        "10.9",
    ]
    assert list(
        amounts(returned, "gross_sales", "returns", "net_sales", "refunded_tax", "total_collected")
    ) == [
        "0",
        "5",
        "-5",
        "0.45",
        "-5.45",
    ]
    assert (sold["orders"], returned["orders"], *amounts(returned, "units", "units_returned")) == (
        1,
        0,
        "0",
        "1",
    )


def test_a_returned_line_knows_its_item_by_the_sold_line(sales: Warehouse) -> None:
    (row,) = sales.query(
        f"from marts.fct_sales_lines where line_type = 'return' and location_id = '{CONNECTION}:month'"
    )
    assert (row["item_id"], row["order_id"], *amounts(row, "quantity", "net_sales", "tax")) == (
        f"{CONNECTION}:V1",
        f"{CONNECTION}:m1",
        "-1",
        "-5",
        "-0.45",
    )


def an_exchange(account: Account) -> None:
    account.store("exchange")
    account.order("x1", "exchange", "2026-03-03 16:00", total=400)
    account.line("x1", "a", 400, item="V1")
    account.tender("x1", "px1", 400)
    account.order("x2", "exchange", "2026-03-04 16:00", total=1000)
    account.line("x2", "a", 1000, item="V2")
    account.returned("x2", source="x1", total=400)
    account.returned_line("x2", "r", 400, source="x1", source_line="a", item="V1")
    account.tender("x2", "px2", 600)


def test_an_exchange_is_a_sale_and_a_return_and_its_payment_the_difference(sales: Warehouse) -> None:
    row = day(sales, "exchange", "2026-03-04")
    assert (row["orders"], *amounts(row, "gross_sales", "returns", "net_sales", "total_collected")) == (
        1,
        "10",
        "4",
        "6",
        "6",
    )


def an_exchange_with_money_back(account: Account) -> None:
    account.store("swap")
    account.order("w1", "swap", "2026-03-04 16:00", total=300)
    account.line("w1", "a", 300, item="V1")
    account.returned("w1", source=None, total=1000)
    account.returned_line("w1", "r", 1000, source=None, source_line=None, item="V2")
    account.refund("rw1", 700, "2026-03-04 16:00", store_id="swap", order_id="w1", status="PENDING")


def test_an_exchange_gives_goods_back_even_while_its_refund_is_pending(sales: Warehouse) -> None:
    row = day(sales, "swap", "2026-03-04")
    assert list(amounts(row, "net_sales", "returns", "unitemized_refunds", "total_collected")) == [
        "-7",
        "10",
        "0",
        "-7",
    ]


def refunds_without_goods(account: Account) -> None:
    account.store("amount", cutoff=240)
    account.order("a1", "amount", "2026-03-05 17:00", total=2000)
    account.line("a1", "a", 2000, item="V1")
    account.add(
        "payments",
        id="pa1",
        order_id="a1",
        location_id="amount",
        status="COMPLETED",
        source_type="CARD",
        currency="USD",
        amount=2000,
        tip_amount=0,
    )
    # without an order; 03:00 in New York, before the day's end
    account.refund("ra1", 300, "2026-03-07 08:00", store_id="amount", payment_id="pa1")
    # with an order that holds nothing
    account.order("a2", "amount", "2026-03-08 17:00")
    account.refund("ra2", 200, "2026-03-08 17:00", store_id="amount", order_id="a2", payment_id="pa1")
    # with an order that gives back an amount that names neither line nor item
    account.order("a3", "amount", "2026-03-09 17:00")
    account.returned("a3", source="a1", total=100)
    account.returned_line("a3", "custom", 100, source="a1", source_line=None, kind="CUSTOM_AMOUNT")
    account.refund("ra3", 100, "2026-03-09 17:00", store_id="amount", order_id="a3", payment_id="pa1")


def test_money_given_back_without_goods_is_kept_apart_from_net_sales(sales: Warehouse) -> None:
    for date, amount in (("2026-03-06", "3"), ("2026-03-08", "2"), ("2026-03-09", "1")):
        row = day(sales, "amount", date)
        assert list(amounts(row, "unitemized_refunds", "returns", "net_sales", "total_collected")) == [
            amount,
            "0",
            "0",
            f"-{amount}",
        ]
        assert row["orders"] == 0


def test_money_given_back_without_goods_knows_its_sale(sales: Warehouse) -> None:
    rows = sales.query(
        f"select distinct order_id from unified.refunds where location_id = '{CONNECTION}:amount'"
    )
    assert rows == [{"order_id": f"{CONNECTION}:a1"}]


def refunds_that_did_not_happen(account: Account) -> None:
    account.store("never")
    account.order("n1", "never", "2026-03-05 17:00", total=2000)
    account.line("n1", "a", 2000, item="V1")
    account.tender("n1", "pn1", 2000)
    account.refund("rn1", 300, "2026-03-06 17:00", store_id="never", payment_id="pn1", status="PENDING")
    account.refund("rn2", 300, "2026-03-06 17:00", store_id="never", payment_id="pn1", status="FAILED")
    account.order("n2", "never", "2026-03-06 18:00")
    account.returned("n2", source="n1", total=2000)
    account.returned_line("n2", "r", 2000, source="n1", source_line="a", item="V1")
    account.refund("rn3", 2000, "2026-03-06 18:00", store_id="never", order_id="n2", status="REJECTED")


def test_a_refund_that_failed_or_is_pending_gives_nothing_back(sales: Warehouse) -> None:
    row = day(sales, "never", "2026-03-06")
    assert list(amounts(row, "returns", "unitemized_refunds", "total_collected")) == ["0", "0", "0"]


def a_return_that_gives_more_than_its_goods(account: Account) -> None:
    # goods 4.00 + tax 0.36 + tip 1.00 + charge 0.50, and 2.14 on top in two payments
    account.store("more")
    account.order("g1", "more", "2026-03-05 17:00")
    account.returned("g1", source="old", total=586, tax=36, tip=100, service_charge_amount=50)
    account.returned_line("g1", "r", 400, source="old", source_line="gone", item="V1", tax=36)
    account.refund("rg1", 500, "2026-03-05 17:00", store_id="more", order_id="g1")
    account.refund("rg2", 300, "2026-03-06 17:00", store_id="more", order_id="g1")


def test_what_a_refund_gives_beyond_its_goods_tips_and_charges_is_unitemised(sales: Warehouse) -> None:
    first, second = day(sales, "more", "2026-03-05"), day(sales, "more", "2026-03-06")
    assert list(
        amounts(
            first,
            "returns",
            "refunded_tax",
            "refunded_tips",
            "refunded_service_charges",
            "unitemized_refunds",
            "total_collected",
        )
    ) == ["4", "0.36", "1", "0.5", "0", "-5.86"]
    assert list(amounts(second, "returns", "unitemized_refunds", "total_collected")) == ["0", "2.14", "-2.14"]


def credit_without_goods(account: Account) -> None:
    # 6.00 of credit that names no goods and 4.00 for goods pay for 3.00 of new ones; 7.00 go back to the card
    account.store("credit")
    account.order("i1", "credit", "2026-03-05 17:00", total=300)
    account.line("i1", "a", 300, item="V1")
    account.returned("i1", source=None, total=1000)
    account.returned_line("i1", "r", 400, source=None, source_line=None, item="V2")
    account.returned_line("i1", "s", 600, source=None, source_line=None, kind="CUSTOM_AMOUNT")
    account.refund("ri1", 700, "2026-03-05 17:00", store_id="credit", order_id="i1")
    # the same without goods: all the credit is spent
    account.order("i2", "credit", "2026-03-06 17:00", total=600)
    account.line("i2", "a", 600, item="V1")
    account.returned("i2", source=None, total=600)
    account.returned_line("i2", "s", 600, source=None, source_line=None, kind="CUSTOM_AMOUNT")


def test_credit_that_names_no_goods_is_unitemised_whether_paid_out_or_spent(sales: Warehouse) -> None:
    first, second = day(sales, "credit", "2026-03-05"), day(sales, "credit", "2026-03-06")
    assert list(amounts(first, "gross_sales", "returns", "unitemized_refunds", "total_collected")) == [
        "3",
        "4",
        "6",
        "-7",
    ]
    assert list(amounts(second, "gross_sales", "returns", "unitemized_refunds", "total_collected")) == [
        "6",
        "0",
        "6",
        "0",
    ]


def nights_when_clocks_change(account: Account) -> None:
    # New York: clocks go forward at 2026-03-08 07:00 UTC, back at 2026-11-01 06:00 UTC; days end at 04:00
    account.store("late", cutoff=240)
    for number, closed in enumerate(
        (
            "2026-03-08 06:30",  # 01:30 before the change
            "2026-03-08 07:59",  # 03:59 after it
            "2026-03-08 08:00",  # 04:00
            "2026-11-01 05:30",  # 01:30, the first
            "2026-11-01 06:30",  # 01:30, the second
            "2026-11-01 08:59",  # 03:59
            "2026-11-01 09:00",  # 04:00
        )
    ):
        account.order(f"late{number}", "late", closed, total=100)
        account.line(f"late{number}", "a", 100, item="V1")
        account.tender(f"late{number}", f"plate{number}", 100)
    # London: clocks go forward at 2026-03-29 01:00 UTC; days end at midnight
    account.store("bst", "GBP")
    for number, closed in enumerate(
        ("2026-03-28 23:59", "2026-03-29 00:00", "2026-03-29 22:59", "2026-03-29 23:00")
    ):
        account.order(f"bst{number}", "bst", closed, total=100)
        account.line(f"bst{number}", "a", 100, item="V1")
        account.tender(f"bst{number}", f"pbst{number}", 100)


def test_a_sale_after_midnight_belongs_to_the_day_before_also_when_clocks_change(sales: Warehouse) -> None:
    dates = [str(order(sales, f"late{number}")["business_date"]) for number in range(7)]
    assert dates == [
        "2026-03-07",
        "2026-03-07",
        "2026-03-08",
        "2026-10-31",
        "2026-10-31",
        "2026-10-31",
        "2026-11-01",
    ]


def test_midnight_in_london_moves_with_summer_time(sales: Warehouse) -> None:
    dates = [str(order(sales, f"bst{number}")["business_date"]) for number in range(4)]
    assert dates == ["2026-03-28", "2026-03-29", "2026-03-29", "2026-03-30"]


def gift_cards(account: Account) -> None:
    account.store("gifts")
    account.order("c1", "gifts", "2026-03-05 17:00", total=3500)
    account.line("c1", "a", 2500, kind="GIFT_CARD")
    account.line("c1", "b", 1000, item="V1")
    account.tender("c1", "pc1", 3500)
    account.order("c2", "gifts", "2026-03-06 17:00", total=1000)
    account.line("c2", "a", 1000, item="V1")
    account.tender("c2", "pc2", 1000, kind="SQUARE_GIFT_CARD")
    account.order("c3", "gifts", "2026-03-07 17:00")
    account.returned("c3", source="c1", total=2500)
    account.returned_line("c3", "r", 2500, source="c1", source_line="a", kind="GIFT_CARD")
    account.refund("rc3", 2500, "2026-03-07 17:00", store_id="gifts", order_id="c3")


def test_a_gift_card_is_no_sale_when_sold_and_a_payment_when_redeemed(sales: Warehouse) -> None:
    sold, redeemed, returned = (day(sales, "gifts", f"2026-03-0{number}") for number in (5, 6, 7))
    assert list(amounts(sold, "gross_sales", "gift_cards_sold", "total_collected")) == ["10", "25", "35"]
    assert list(amounts(redeemed, "gross_sales", "gift_cards_sold", "total_collected")) == ["10", "0", "10"]
    assert list(amounts(returned, "returns", "refunded_gift_cards", "total_collected")) == ["0", "25", "-25"]
    (payment,) = sales.query(f"from unified.payments where payment_id = '{CONNECTION}:pc2'")
    assert payment["method"] == "gift_card"
    assert not sales.query("from marts.fct_sales_lines where line_kind = 'gift_card'")


def orders_that_are_no_sales(account: Account) -> None:
    account.store("none")
    account.order("z1", "none", "2026-03-05 17:00", total=100)
    account.line("z1", "a", 100, item="V1")
    account.tender("z1", "pz1", 100)
    for number, state in enumerate(("OPEN", "CANCELED", "DRAFT"), start=2):
        account.order(f"z{number}", "none", None, opened="2026-03-05 17:00", state=state, total=5000)
        account.line(f"z{number}", "a", 5000, item="V1")


def test_open_and_cancelled_orders_are_kept_and_count_nothing(sales: Warehouse) -> None:
    row = day(sales, "none", "2026-03-05")
    assert (row["orders"], *amounts(row, "gross_sales", "total_collected")) == (1, "1", "1")
    assert [order(sales, f"z{number}")["counts_as_sale"] for number in (1, 2, 3, 4)] == [
        True,
        False,
        False,
        False,
    ]


def test_an_order_that_only_takes_goods_back_is_no_sale(sales: Warehouse) -> None:
    assert not order(sales, "m2")["counts_as_sale"]
    assert order(sales, "x2")["counts_as_sale"]


def an_edited_order(account: Account) -> None:
    account.store("edit")
    account.order("e1", "edit", "2026-03-05 17:00", version=3, total=700)
    account.line("e1", "a", 1000, item="V1", version=2)
    account.line("e1", "b", 700, item="V2", version=3)
    account.add(
        "order_line_modifiers",
        order_id="e1",
        order_version=2,
        line_uid="a",
        uid="m",
        name="Oat milk",
        total_price_amount=100,
    )
    account.add(
        "order_line_modifiers",
        order_id="e1",
        order_version=3,
        line_uid="b",
        uid="m",
        name="Oat milk",
        quantity=1,
        total_price_amount=200,
    )
    account.add(
        "order_tenders",
        order_id="e1",
        order_version=2,
        id="stale",
        payment_id="stale",
        type="CARD",
        amount=1000,
    )
    account.tender("e1", "pe1", 700)


def test_an_edited_order_leaves_no_stale_lines(sales: Warehouse) -> None:
    assert list(amounts(order(sales, "e1"), "gross_sales", "total")) == ["7", "7"]
    lines = sales.query(f"select native_id from unified.order_lines where order_id = '{CONNECTION}:e1'")
    modifiers = sales.query(
        f"select amount from unified.order_line_modifiers where order_line_id like '{CONNECTION}:e1:%'"
    )
    payments = sales.query(f"select native_id from unified.payments where order_id = '{CONNECTION}:e1'")
    assert (lines, payments) == ([{"native_id": "e1:b"}], [{"native_id": "pe1"}])
    assert [list(amounts(row, "amount")) for row in modifiers] == [["2"]]


def a_dinar(account: Account) -> None:
    account.store("dinar", "KWD")
    account.order("k1", "dinar", "2026-03-05 17:00", total=1234)
    account.line("k1", "a", 1234, item="V1")
    account.tender("k1", "pk1", 1234)


def test_a_dinar_has_a_thousand_fils(sales: Warehouse) -> None:
    assert list(amounts(order(sales, "k1"), "gross_sales")) == ["1.234"]


def test_currencies_are_never_added(sales: Warehouse) -> None:
    rows = sales.query(
        "select location_id, count(distinct currency) as currencies from marts.daily_revenue group by 1"
    )
    assert {row["currencies"] for row in rows} == {1}
    assert {row["currency"] for row in sales.query("from marts.daily_revenue")} == {
        "USD",
        "GBP",
        "JPY",
        "KWD",
    }


def two_payments(account: Account) -> None:
    account.store("tenders")
    account.order("t1", "tenders", "2026-03-05 17:00", total=1200, tip_amount=200, net_amount_due=0)
    account.line("t1", "a", 1000, item="V1")
    account.tender("t1", "pt1", 700, tip=200)
    account.tender("t1", "pt2", 500, kind="CASH")
    account.add(
        "payments",
        id="pt1",
        order_id="t1",
        location_id="tenders",
        status="COMPLETED",
        source_type="CARD",
        currency="USD",
        amount=500,
        tip_amount=200,
    )
    account.add(
        "payments",
        id="pt3",
        order_id="t1",
        location_id="tenders",
        status="FAILED",
        source_type="CARD",
        currency="USD",
        amount=1000,
        tip_amount=200,
    )


def test_a_tender_and_its_payment_are_one_and_a_tip_is_no_part_of_the_amount(sales: Warehouse) -> None:
    rows = sales.query(f"from unified.payments where order_id = '{CONNECTION}:t1' order by payment_id")
    assert [
        (row["native_id"], row["method"], row["status"], *amounts(row, "amount", "tip")) for row in rows
    ] == [
        ("pt1", "card", "completed", "5", "2"),
        ("pt2", "cash", "completed", "5", "0"),
        ("pt3", "card", "failed", "10", "2"),
    ]


def figures_that_do_not_add_up(account: Account) -> None:
    account.store("wrong")
    account.order("d1", "wrong", "2026-03-05 17:00", total=1001)
    account.line("d1", "a", 1000, item="V1")
    account.tender("d1", "pd1", 901)
    account.order("d2", "wrong", "2026-03-05 17:00", total=1000, net_amount_due=400)
    account.line("d2", "a", 1000, item="V1")
    account.tender("d2", "pd2", 600)


def test_only_orders_that_do_not_add_up_are_among_the_differences(sales: Warehouse) -> None:
    rows = sales.query("from unified.reconciliation_differences order by order_id, rule")
    assert [
        (row["native_id"], row["rule"], *amounts(row, "expected", "found", "difference")) for row in rows
    ] == [
        ("d1", "lines_against_order", "10.01", "10", "-0.01"),
        ("d1", "payments_against_total", "10.01", "9.01", "-1"),
    ]


def test_every_line_of_the_sales_table_adds_up_to_the_days(sales: Warehouse) -> None:
    (row,) = sales.query(
        """
        with days as (
            select location_id, sum(gross_sales) as gross, sum(discounts) as off, sum(net_sales) as net
            from marts.daily_revenue group by 1
        ), lines as (
            select location_id, sum(gross_sales) as gross, sum(discounts) as off, sum(net_sales) as net
            from marts.fct_sales_lines group by 1
        )
        select count(*) as stores, count(*) filter (where lines.gross = days.gross and lines.off = days.off
            and lines.net = days.net) as equal
        from lines full join days using (location_id)
        """
    )
    assert row["stores"] == row["equal"] == 18
