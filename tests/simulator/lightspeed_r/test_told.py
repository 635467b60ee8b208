"""What R can tell of a ledger: little is changed, nothing twice, and no money is lost on the way."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings

from simulator.expected import expected_figures
from simulator.generate import generate_ledger
from simulator.ledger import Ledger, LineKind, PaymentStatus, SaleState
from simulator.lightspeed_r import SIMULATED
from simulator.strategies import ledgers

drawn = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
MEASURES = (
    "gross_sales",
    "discounts",
    "returns",
    "tax",
    "refunded_tax",
    "tips",
    "refunded_tips",
    "service_charges",
    "refunded_service_charges",
    "gift_cards_sold",
    "unitemized_refunds",
    "orders",
)
"""What stays to the cent; not told are cash rounding and gift cards that are given back."""


def assert_r_could_tell_it(ledger: Ledger) -> None:
    assert len({store.currency for store in ledger.stores}) == 1
    for sale in ledger.sales:
        assert sale.id.isdigit()
        assert sale.rounding == 0
        if sale.state == SaleState.COMPLETED:
            assert sale.paid == sale.total - sale.credit
        assert {payment.status for payment in sale.payments} <= {
            PaymentStatus.COMPLETED,
            PaymentStatus.CANCELLED,
        }
        taxes = {applied.inclusive for line in sale.lines for applied in line.taxes}
        assert len(taxes) < 2
        assert all(line.quantity % 1 == 0 and not line.modifiers for line in sale.lines)
    for back in ledger.returns:
        credit = {sale.id: sale.credit for sale in ledger.sales}.get(back.exchange_sale_id or "", 0)
        assert sum(payout.amount for payout in back.payouts) == back.total - credit
        assert all(returned.line.kind != LineKind.GIFT_CARD for returned in back.lines)


@drawn
@given(ledgers())
def test_every_drawn_ledger_is_told_in_rs_words_and_telling_it_again_changes_nothing(ledger: Ledger) -> None:
    told = SIMULATED.told(ledger)
    assert_r_could_tell_it(told)
    assert SIMULATED.told(told) == told


def test_the_figures_of_a_store_stay_what_they_are() -> None:
    ledger = generate_ledger(3, stores=1, days=60, orders_per_day=8, items=12, customers=4)
    told = SIMULATED.told(ledger)
    assert_r_could_tell_it(told)

    def sums(of: Ledger) -> dict[str, Decimal]:
        (totals,) = expected_figures(of).totals.values()
        return {name: totals[name] for name in MEASURES}

    assert sums(told) == sums(ledger)


def test_goods_that_are_sold_in_parts_are_counted_in_thousandths_everywhere() -> None:
    ledger = generate_ledger(3, stores=1, days=30, orders_per_day=8, items=20, customers=4)
    told = SIMULATED.told(ledger)
    quantities = [line.quantity for sale in told.sales for line in sale.lines]
    quantities += [movement.quantity for movement in told.movements]
    quantities += [line.quantity for order in told.purchase_orders for line in order.lines]
    assert all(quantity % 1 == 0 for quantity in quantities)
    before = ledger.on_hand(ledger.ends_at)
    after = told.on_hand(told.ends_at)
    weighed = {item.id for item in ledger.items if item.is_weighed}
    expected = sorted(on_hand * (1000 if item in weighed else 1) for (_, item), on_hand in before.items())
    assert sorted(after.values()) == expected


def test_each_difference_is_one_sentence() -> None:
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in SIMULATED.differences)
