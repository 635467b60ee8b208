"""The expected figures: by hand for small ledgers, by an independent identity for all others."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from simulator.expected import DAY_MEASURES, business_date, expected_figures
from simulator.ledger import (
    Discount,
    Ledger,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundForm,
    Return,
    ReturnedLine,
    SaleState,
    ServiceCharge,
    major_units,
)
from simulator.pricing import Rebate, part_of
from simulator.strategies import ledgers
from tests.simulator.small import NOON, TAX_ADDED, TAX_INSIDE, a_basket_line, a_ledger, a_sale, a_store

DAY = date(2026, 11, 10)


def dollars(**amounts: str) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in amounts.items()}


def nonzero(figures: dict[str, Decimal]) -> dict[str, Decimal]:
    return {name: amount for name, amount in figures.items() if amount}


def test_a_plain_sale_adds_up_by_hand() -> None:
    ten_percent = Rebate(Discount("D", "Ten", Decimal(10), whole_order=True))
    charge = ServiceCharge("s1", "Packaging", 150, 13, is_gratuity=False, is_spread=False)
    basket = [
        a_basket_line("2", 500, taxes=(TAX_ADDED,)),
        a_basket_line("1", 1200, line_id="l2", kind=LineKind.CUSTOM, taxes=(TAX_INSIDE,)),
        a_basket_line("1", 2500, line_id="l3", kind=LineKind.GIFT_CARD),
    ]
    sale = a_sale("A", NOON, basket, (ten_percent,), tip=300, service_charges=(charge,), rounding=2)
    figures = expected_figures(a_ledger([sale]))
    # 10.00 less 1.00, tax 0.90 on top; 12.00 less 1.20, of the 10.80 left 1.80 is tax.
    assert nonzero(figures.daily_revenue["S1", "USD", DAY]) == dollars(
        gross_sales="20.20",
        discounts="2.20",
        net_sales="18.00",
        tax="2.83",
        tips="3.00",
        service_charges="1.50",
        gift_cards_sold="25.00",
        rounding="0.02",
        total_collected="50.35",
        orders="1",
        units="3",
    )
    assert figures.orders["A"]["total"] == Decimal("50.35")
    assert figures.orders["A"]["net_sales_before_returns"] == Decimal("18.00")
    assert figures.daily_comparisons["S1", "USD", DAY]["average_order_value"] == Decimal(18)
    assert nonzero(figures.item_daily_sales["S1", "TEA", DAY]) == dollars(
        units_sold="2", gross_sales="10.00", discounts="1.00", net_sales="9.00"
    )


def test_a_return_counts_on_its_own_day_and_leaves_the_sales_day_alone() -> None:
    sale = a_sale("A", NOON, [a_basket_line("3", 500, taxes=(TAX_ADDED,))], tip=100)
    given_back = Return(
        "R",
        1,
        "S1",
        "A",
        None,
        NOON,
        NOON + timedelta(days=2),
        NOON,
        NOON + timedelta(days=2),
        (ReturnedLine(part_of(sale.lines[0], Decimal(0), Decimal(1), "r1"), "l1", True),),
        (),
        tip=100,
    )
    days = expected_figures(a_ledger([sale], returns=(given_back,))).daily_revenue
    assert nonzero(days["S1", "USD", DAY]) == dollars(
        gross_sales="15.00",
        net_sales="15.00",
        tax="1.50",
        tips="1.00",
        total_collected="17.50",
        orders="1",
        units="3",
    )
    assert nonzero(days["S1", "USD", DAY + timedelta(days=2)]) == dollars(
        returns="5.00",
        net_sales="-5.00",
        refunded_tax="0.50",
        refunded_tips="1.00",
        total_collected="-6.50",
        units_returned="1",
    )


def test_money_given_back_without_goods_is_no_return_and_counts_once_the_bank_agreed() -> None:
    sale = a_sale("A", NOON, [a_basket_line("1", 500)])
    asked = Refund(
        "F", 1, "S1", "A", "A-P", None, RefundForm.NO_ORDER, 200, PaymentStatus.PENDING, NOON, NOON, NOON
    )
    settled = NOON + timedelta(days=1)
    agreed = replace(asked, version=2, status=PaymentStatus.COMPLETED, updated_at=settled, visible_at=settled)
    ledger = a_ledger([sale], refunds=(asked, agreed))
    before = expected_figures(ledger, at=settled - timedelta(seconds=1)).daily_revenue["S1", "USD", DAY]
    after = expected_figures(ledger, at=settled).daily_revenue["S1", "USD", DAY]
    assert before["unitemized_refunds"] == 0
    assert (after["unitemized_refunds"], after["returns"], after["net_sales"]) == (2, 0, 5)
    assert after["total_collected"] == 3


@pytest.mark.parametrize("state", [SaleState.OPEN, SaleState.CANCELLED])
def test_an_order_that_is_not_completed_counts_nowhere(state: SaleState) -> None:
    figures = expected_figures(a_ledger([a_sale("A", NOON, [a_basket_line("1", 500)], state=state)]))
    assert figures.daily_revenue == {}
    assert figures.counted_orders == frozenset()
    assert figures.orders["A"]["gross_sales"] == 5


def test_an_order_edited_to_nothing_does_not_count_but_a_free_one_does() -> None:
    empty = a_sale("A", NOON, [])
    free = a_sale("B", NOON, [a_basket_line("1", 0)])
    figures = expected_figures(a_ledger([empty, free]))
    assert figures.counted_orders == {"B"}
    assert nonzero(figures.daily_revenue["S1", "USD", DAY]) == dollars(orders="1", units="1")


def test_a_payment_that_failed_does_not_count_as_paid() -> None:
    declined = Payment("P0", PaymentMethod.CARD, 500, 0, PaymentStatus.FAILED, NOON)
    paid = replace(declined, id="P1", status=PaymentStatus.COMPLETED)
    figures = expected_figures(
        a_ledger([a_sale("A", NOON, [a_basket_line("1", 500)], payments=(declined, paid))])
    )
    assert figures.paid == {"P1"}
    assert figures.orders["A"]["unpaid_balance"] == 0


@pytest.mark.parametrize(
    ("timezone", "moment", "cutoff", "expected"),
    [
        ("America/New_York", datetime(2026, 11, 11, 4, 59, tzinfo=UTC), 0, date(2026, 11, 10)),
        ("America/New_York", datetime(2026, 11, 11, 6, 30, tzinfo=UTC), 240, date(2026, 11, 10)),
        ("America/New_York", datetime(2026, 11, 11, 9, 0, tzinfo=UTC), 240, date(2026, 11, 11)),
        # The clock shows 04:10 an hour early on this morning: the day has begun all the same.
        ("America/New_York", datetime(2026, 3, 8, 8, 10, tzinfo=UTC), 240, date(2026, 3, 8)),
        ("America/New_York", datetime(2026, 3, 8, 7, 50, tzinfo=UTC), 240, date(2026, 3, 7)),
        # 01:30 happens twice; both belong to the evening before.
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), 120, date(2026, 10, 31)),
        ("America/New_York", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), 120, date(2026, 10, 31)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 45, tzinfo=UTC), 0, date(2026, 4, 5)),
    ],
)
def test_the_business_date_is_what_the_stores_clock_shows_less_the_cutoff(
    timezone: str, moment: datetime, cutoff: int, expected: date
) -> None:
    assert business_date(moment, a_store(timezone=timezone), cutoff) == expected


def test_days_without_sales_are_listed_up_to_the_day_before() -> None:
    sales = [
        a_sale("A", NOON, [a_basket_line("1", 400)]),
        a_sale("B", NOON + timedelta(days=7), [a_basket_line("1", 500)]),
    ]
    figures = expected_figures(a_ledger(sales, ends_at=NOON + timedelta(days=9)))
    assert [day for _, _, day in figures.daily_revenue] == [DAY + timedelta(days=n) for n in range(9)]
    last_week = figures.daily_comparisons["S1", "USD", DAY + timedelta(days=7)]
    assert last_week["net_sales_same_weekday_last_week"] == 4
    assert last_week["net_sales_previous_day"] == 0
    assert last_week["net_sales_7_day_mean"] == Decimal(5) / 7
    assert figures.daily_comparisons["S1", "USD", DAY]["net_sales_previous_day"] is None
    assert figures.daily_comparisons["S1", "USD", DAY + timedelta(days=1)]["average_order_value"] is None


def test_two_currencies_are_never_added() -> None:
    stores = (a_store(), a_store("S2", "Asia/Tokyo", "JPY", "JP"))
    sales = [
        a_sale("A", NOON, [a_basket_line("1", 500)]),
        a_sale("B", NOON, [a_basket_line("1", 500)], store="S2"),
    ]
    totals = expected_figures(a_ledger(sales, stores=stores)).totals
    assert (totals["USD"]["net_sales"], totals["JPY"]["net_sales"]) == (Decimal(5), Decimal(500))


def assert_all_money_is_accounted_for(ledger: Ledger) -> None:
    """Money in less money out, counted order by order, is what the days' measures come to."""
    figures = expected_figures(ledger, cutoffs={store.id: 240 for store in ledger.stores})
    currency = {store.id: store.currency for store in ledger.stores}
    collected: dict[str, Decimal] = defaultdict(Decimal)
    for sale in ledger.sales_at(ledger.ends_at):
        if sale.state == SaleState.COMPLETED:
            received = major_units(sale.paid + sale.credit, currency[sale.store_id])
            collected[currency[sale.store_id]] += received
    for given_back in ledger.returns_at(ledger.ends_at):
        collected[currency[given_back.store_id]] -= major_units(
            given_back.total, currency[given_back.store_id]
        )
    for refund in ledger.refunds_at(ledger.ends_at):
        if refund.status == PaymentStatus.COMPLETED:
            collected[currency[refund.store_id]] -= major_units(refund.amount, currency[refund.store_id])
    measured = {name: measures["total_collected"] for name, measures in figures.totals.items()}
    assert nonzero(measured) == nonzero(dict(collected))
    for measures in figures.daily_revenue.values():
        assert set(measures) == set(DAY_MEASURES)


def test_all_money_of_a_generated_ledger_is_accounted_for(ledger: Ledger) -> None:
    assert_all_money_is_accounted_for(ledger)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(ledgers())
def test_all_money_of_every_drawn_ledger_is_accounted_for(drawn: Ledger) -> None:
    assert_all_money_is_accounted_for(drawn)


def test_items_add_up_to_the_days_without_amounts_that_name_no_item(ledger: Ledger) -> None:
    figures = expected_figures(ledger)
    by_store: dict[str, Decimal] = defaultdict(Decimal)
    for (store_id, _, _), measures in figures.item_daily_sales.items():
        by_store[store_id] += measures["net_sales"]
    custom: dict[str, Decimal] = defaultdict(Decimal)
    currency = {store.id: store.currency for store in ledger.stores}
    for sale in ledger.sales_at(ledger.ends_at):
        for line in sale.lines:
            if line.kind == LineKind.CUSTOM and sale.id in figures.counted_orders:
                net = line.gross - line.inclusive_tax - line.discount
                custom[sale.store_id] += major_units(net, currency[sale.store_id])
    for given_back in ledger.returns_at(ledger.ends_at):
        for returned in given_back.lines:
            if returned.line.kind == LineKind.CUSTOM:
                net = returned.line.gross - returned.line.inclusive_tax - returned.line.discount
                custom[given_back.store_id] -= major_units(net, currency[given_back.store_id])
    for store in ledger.stores:
        days = [
            measures for (store_id, _, _), measures in figures.daily_revenue.items() if store_id == store.id
        ]
        assert sum(day["net_sales"] for day in days) == by_store[store.id] + custom[store.id]


def test_a_late_sale_changes_the_figures_of_its_own_day_once_it_is_known(ledger: Ledger) -> None:
    late = next(
        sale
        for sale in ledger.sales
        if sale.visible_at - sale.opened_at > timedelta(hours=40)
        and sale.state == SaleState.COMPLETED
        and sale.version == 1
        and sale.visible_at < ledger.ends_at
    )
    store = next(store for store in ledger.stores if store.id == late.store_id)
    assert late.closed_at
    day = late.closed_at.astimezone(ZoneInfo(store.timezone)).date()
    key = (store.id, store.currency, day)
    before = expected_figures(ledger, at=late.visible_at - timedelta(milliseconds=1)).daily_revenue[key]
    after = expected_figures(ledger, at=late.visible_at).daily_revenue[key]
    assert after["orders"] == before["orders"] + 1


def test_the_expected_figures_use_nothing_of_the_pipeline(
    imported_modules: Callable[[str], set[str]],
) -> None:
    pipeline = {
        "connectors",
        "orchestration",
        "planning",
        "dlt",
        "dbt",
        "duckdb",
        "pyarrow",
        "dagster",
        "numpy",
    }
    loaded = imported_modules(
        "simulator.expected, simulator.generate, simulator.csv_export, simulator.square"
    )
    assert loaded & pipeline == set()
    assert "hypothesis" not in loaded


def test_no_other_room_imports_the_simulator_except_the_demo() -> None:
    root = Path(__file__).parents[2]
    importing = [
        str(path.relative_to(root))
        for room in ("connectors", "planning", "orchestration")
        for path in (root / room).rglob("*.py")
        if "simulator" in path.read_text()
        and "import" in path.read_text()
        and any(
            line.strip().startswith(("import simulator", "from simulator"))
            for line in path.read_text().splitlines()
        )
    ]
    assert [path for path in importing if "demo" not in path and "simulate" not in path] == []
