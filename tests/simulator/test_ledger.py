"""The ledger adds up, and everything that is hard about sales happens in it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.generate import generate_ledger
from simulator.ledger import (
    Ledger,
    LineKind,
    MovementKind,
    PaymentMethod,
    PaymentStatus,
    RefundForm,
    SaleState,
    major_units,
)
from simulator.pricing import allocate, cash_rounding, part_of, price, tax_on
from simulator.strategies import ledgers
from tests.simulator.small import TAX_ADDED, TAX_INSIDE, a_basket_line

drawn = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def assert_it_adds_up(ledger: Ledger) -> None:
    for sale in ledger.sales:
        if sale.state == SaleState.COMPLETED:
            assert sale.paid == sale.total - sale.credit, sale
        for line in sale.lines:
            assert 0 <= line.discount <= line.gross, line
            assert line.kind != LineKind.GIFT_CARD or line.total == line.gross
        spread = sum(charge.amount for charge in sale.service_charges if charge.is_spread)
        assert sum(line.service_charge for line in sale.lines) == spread
    for given_back in ledger.returns:
        paid_out = sum(payout.amount for payout in given_back.payouts)
        credit = {sale.id: sale.credit for sale in ledger.sales}.get(given_back.exchange_sale_id or "", 0)
        assert paid_out == given_back.total - credit, given_back
    on_shelf: Counter[tuple[str, str]] = Counter()
    for movement in sorted(ledger.movements, key=lambda movement: movement.occurred_at):
        key = (movement.store_id, movement.item_id)
        on_shelf[key] += movement.quantity  # type: ignore[assignment]
        assert on_shelf[key] >= 0, movement
        if movement.kind == MovementKind.COUNT:
            assert on_shelf[key] == movement.counted


def test_a_generated_ledger_adds_up(ledger: Ledger) -> None:
    assert_it_adds_up(ledger)


@drawn
@given(ledgers())
def test_every_drawn_ledger_adds_up(drawn_ledger: Ledger) -> None:
    assert_it_adds_up(drawn_ledger)


def test_the_same_seed_gives_the_same_ledger_and_another_seed_another() -> None:
    def make(seed: int) -> Ledger:
        return generate_ledger(seed, stores=2, days=6, as_of=date(2026, 11, 20), orders_per_day=8)

    assert make(5) == make(5)
    assert make(5).sales != make(6).sales


def test_a_store_sells_the_same_whatever_other_stores_there_are() -> None:
    one = generate_ledger(5, stores=1, days=6, as_of=date(2026, 11, 20), orders_per_day=8)
    two = generate_ledger(5, stores=2, days=6, as_of=date(2026, 11, 20), orders_per_day=8)
    assert [sale for sale in two.sales if sale.store_id == "L001"] == list(one.sales)


def test_more_than_ten_stores_can_be_made(wide_ledger: Ledger) -> None:
    assert len({store.id for store in wide_ledger.stores}) == 12
    assert {sale.store_id for sale in wide_ledger.sales} == {store.id for store in wide_ledger.stores}


def test_every_hard_case_happens(ledger: Ledger) -> None:
    sales, lines = ledger.sales, [line for sale in ledger.sales for line in sale.lines]
    by_id = {sale.id: sale for sale in sales}
    first = {sale.id: sale for sale in sales if sale.version == 1}
    stores = {store.id: store for store in ledger.stores}
    happened = {
        "open": any(sale.state == SaleState.OPEN for sale in sales),
        "voided": any(sale.state == SaleState.CANCELLED for sale in sales),
        "edited to fewer lines": any(s.version == 2 and len(s.lines) < len(first[s.id].lines) for s in sales),
        "edited to no lines": any(s.version == 2 and not s.lines for s in sales),
        "tipped after closing": any(s.version == 2 and s.tip > first[s.id].tip for s in sales),
        "offline": any(sale.visible_at - sale.opened_at > timedelta(hours=24) for sale in sales),
        "offline, stamped by the till": any(sale.updated_at < sale.visible_at for sale in sales),
        "tip": any(sale.tip for sale in sales),
        "gift card sold": any(line.kind == LineKind.GIFT_CARD for line in lines),
        "custom amount": any(line.kind == LineKind.CUSTOM for line in lines),
        "inclusive tax": any(line.inclusive_tax for line in lines),
        "additive tax": any(line.tax > line.inclusive_tax for line in lines),
        "two taxes on a line": any(len(line.taxes) > 1 for line in lines),
        "no tax": any(not line.taxes for line in lines if line.gross),
        "weighed": any(line.quantity % 1 for line in lines),
        "free by discount": any(line.discount == line.gross > 0 for line in lines),
        "free by price": any(line.gross == 0 and line.item_id for line in lines),
        "two discounts on a line": any(len(line.discounts) > 1 for line in lines),
        "modifiers": any(line.modifiers for line in lines),
        "service charge": any(
            not c.is_gratuity and not c.is_spread for s in sales for c in s.service_charges
        ),
        "gratuity": any(charge.is_gratuity for sale in sales for charge in sale.service_charges),
        "spread charge": any(charge.is_spread for sale in sales for charge in sale.service_charges),
        "rounded cash": any(sale.rounding for sale in sales),
        "anonymous": any(sale.customer_id is None for sale in sales),
        "known": any(sale.customer_id for sale in sales),
        "exchange": any(given_back.exchange_sale_id for given_back in ledger.returns),
        "without receipt": any(given_back.sale_id is None for given_back in ledger.returns),
        "part of a line": any(
            r.line.quantity
            < next(x.quantity for x in by_id[g.sale_id or ""].lines if x.id == r.source_line_id)
            for g in ledger.returns
            if g.sale_id and not g.exchange_sale_id
            for r in g.lines
        ),
        "next month": any(
            g.sale_id and g.closed_at.month != by_id[g.sale_id].opened_at.month for g in ledger.returns
        ),
        "tip given back": any(given_back.tip for given_back in ledger.returns),
        "not restocked": any(not r.restocked for g in ledger.returns for r in g.lines if r.line.item_id),
        "failed payment": any(p.status == PaymentStatus.FAILED for s in sales for p in s.payments),
        "two payments": any(len({p.method for p in s.payments}) > 1 for s in sales),
        "waste": any(movement.kind == MovementKind.WASTE for movement in ledger.movements),
        "after midnight": any(
            s.closed_at.astimezone(stores[s.store_id].zone).hour == 1 for s in sales if s.closed_at
        ),
        "an item without category": any(
            item.category_id is None for item in ledger.items if not item.is_gift_card
        ),
    }
    assert [case for case, found in happened.items() if not found] == []
    assert {payment.method for sale in sales for payment in sale.payments} == set(PaymentMethod)
    assert {refund.form for refund in ledger.refunds} == set(RefundForm)
    assert {refund.status for refund in ledger.refunds} >= {PaymentStatus.COMPLETED, PaymentStatus.PENDING}
    assert len({store.currency for store in ledger.stores}) > 3


def test_an_empty_shelf_sells_nothing_until_the_delivery() -> None:
    ledger = generate_ledger(4, stores=1, days=60, as_of=date(2026, 11, 20), orders_per_day=40)
    stock: dict[str, Decimal] = {}
    empty_since: dict[str, datetime] = {}
    longest = timedelta(0)
    for movement in sorted(ledger.movements, key=lambda movement: movement.occurred_at):
        item = movement.item_id
        if item in empty_since and movement.kind == MovementKind.RECEIPT:
            longest = max(longest, movement.occurred_at - empty_since.pop(item))
        stock[item] = stock.get(item, Decimal(0)) + movement.quantity
        if stock[item] == 0:
            empty_since.setdefault(item, movement.occurred_at)
    assert longest > timedelta(days=1)


def test_saturdays_sell_more_than_mondays(ledger: Ledger) -> None:
    weekdays = Counter(sale.opened_at.weekday() for sale in ledger.sales if sale.store_id == "L002")
    assert weekdays[5] > weekdays[0]


def test_some_items_are_asked_for_on_few_days_only() -> None:
    ledger = generate_ledger(4, stores=1, days=60, as_of=date(2026, 11, 20), orders_per_day=40)
    days_sold: dict[str, set[date]] = {}
    for movement in ledger.movements:
        if movement.kind == MovementKind.SALE:
            days_sold.setdefault(movement.item_id, set()).add(movement.occurred_at.date())
    counts = sorted(len(days) for days in days_sold.values())
    assert counts[0] < 15
    assert counts[-1] > 50


def test_sales_are_made_in_the_hour_that_the_clock_shows_twice(ledger: Ledger) -> None:
    zone = ZoneInfo("America/New_York")
    shown = [
        (sale.closed_at.astimezone(zone).strftime("%m-%d %H"), sale.closed_at.astimezone(zone).fold)
        for sale in ledger.sales
        if sale.store_id == "L001" and sale.closed_at
    ]
    assert {fold for hour, fold in shown if hour == "11-01 01"} == {0, 1}


def test_personal_data_is_planted_in_every_place(ledger: Ledger) -> None:
    planted = ledger.personal_data()
    assert {customer.email for customer in ledger.customers} <= planted
    assert any("allergy note" in text for text in planted)
    assert any(text.startswith("Returned by the guest") for text in planted)
    assert any(text.startswith("Goodwill") for text in planted)
    assert any(text.startswith("Ticket of table") for text in planted)
    assert all(len(text) >= 8 for text in planted)


def test_of_the_versions_of_a_sale_the_latest_that_is_known_counts(ledger: Ledger) -> None:
    edited = next(sale for sale in ledger.sales if sale.version == 2)
    before = {sale.id: sale for sale in ledger.sales_at(edited.visible_at - timedelta(milliseconds=1))}
    after = {sale.id: sale for sale in ledger.sales_at(edited.visible_at)}
    assert before[edited.id].version == 1
    assert after[edited.id] == edited


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, [1, 1, 1], None),
        (10, [30, 60, 10], [3, 6, 1]),
        (1, [5, 9, 5], [0, 1, 0]),
        (2, [333, 333, 334], [1, 0, 1]),
        (0, [0, 0], [0, 0]),
        (7, [0, 7], [0, 7]),
    ],
)
def test_an_amount_is_spread_in_proportion_and_the_remainder_goes_to_the_largest(
    amount: int, weights: list[int], shares: list[int] | None
) -> None:
    if shares is None:
        with pytest.raises(ValueError, match="cannot spread 100 over 3"):
            allocate(amount, weights)
    else:
        assert allocate(amount, weights) == shares


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=8), st.data())
def test_shares_add_up_to_the_amount_and_stay_within_their_weights(
    weights: list[int], data: st.DataObject
) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    shares = allocate(amount, weights)
    assert sum(shares) == amount
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))
    assert all(
        abs(share - amount * weight / (sum(weights) or 1)) <= 1
        for share, weight in zip(shares, weights, strict=True)
    )


def test_inclusive_tax_is_taken_out_and_additive_tax_put_on() -> None:
    (inside,) = price([a_basket_line("1", 1200, taxes=(TAX_INSIDE,))])
    (added,) = price([a_basket_line("1", 1000, taxes=(TAX_ADDED,))])
    assert (inside.tax, inside.inclusive_tax, inside.total) == (200, 200, 1200)
    assert (added.tax, added.inclusive_tax, added.total) == (100, 0, 1100)
    assert tax_on(TAX_ADDED, 0).amount == 0


@given(st.integers(0, 10**6), st.integers(2, 9), st.integers(0, 10**5))
def test_a_line_given_back_piece_by_piece_gives_back_exactly_itself(
    unit_price: int, pieces: int, off: int
) -> None:
    (line,) = price([a_basket_line(str(pieces), unit_price, taxes=(TAX_ADDED, TAX_INSIDE))])
    parts = [part_of(line, Decimal(taken), Decimal(1), f"r{taken}") for taken in range(pieces)]
    assert sum(part.gross for part in parts) == line.gross
    assert sum(part.tax for part in parts) == line.tax
    assert sum(part.total for part in parts) == line.total


def test_cash_is_rounded_to_the_nearest_coin() -> None:
    assert [cash_rounding(total, 5) for total in (1001, 1002, 1003, 1004, 1005)] == [-1, -2, 2, 1, 0]


def test_yen_have_no_cents() -> None:
    assert major_units(1234, "JPY") == Decimal(1234)
    assert major_units(1234, "USD") == Decimal("12.34")


def test_the_ledger_ends_when_the_last_store_has_closed(ledger: Ledger) -> None:
    assert ledger.ends_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert (
        max(sale.closed_at for sale in ledger.sales if sale.closed_at and sale.version == 1) < ledger.ends_at
    )
