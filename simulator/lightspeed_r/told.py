"""What of a ledger one Retail R-Series account can tell.

R knows one currency, whole quantities, one kind of tax in a sale, and balanced sales only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from simulator.ledger import (
    Item,
    Ledger,
    Line,
    LineKind,
    Movement,
    MovementKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Payout,
    Return,
    Sale,
    SaleState,
)
from simulator.lightspeed_r.numbering import Renumbering

THOUSAND = 1000

Factors = dict[str | None, int]
"""Item id (None: what has no item) → how many of R's units make one of the ledger's."""

DIFFERENCES = (
    "Every id is a whole number, counted in the order of making: R has no other ids.",
    "All stores trade in the first one's currency: an R account has one default currency and a shop none.",
    "Goods that are sold in parts of a unit are counted in thousandths of it: R's quantities are whole.",
    "A gift card is no item: R keeps it as a negative payment, and documents none that is given back.",
    "A line has no modifiers; their price stays in the line's.",
    "A charge that is spread over lines is one item fee of the sale.",
    "A sale with taxes inside prices and taxes on top has all of them on top: R has one flag a sale.",
    "There is no cash rounding: R documents no field for it, so payments are what is owed to the cent.",
    "A completed sale is paid in full: R completes no other.",
    "Payments that failed are not told: R keeps those that were taken, and those that were voided.",
    "A sale that a till sent late carries the time at which it came: R stamps changes by its own clock.",
    "A count that found nothing wrong is not told: R logs changes of stock.",
    "A cost of nothing is no cost: R writes 0 for both.",
)


def told(ledger: Ledger) -> Ledger:
    """The part of a ledger that R can tell, in its ids. What is told already stays as it is."""
    factors = factors_of(ledger)
    sales, returns = settled(ledger, factors)
    currency = ledger.stores[0].currency
    plain = replace(
        ledger,
        stores=tuple(replace(store, currency=currency) for store in ledger.stores),
        items=tuple(an_item(item, currency) for item in ledger.items if not item.is_gift_card),
        sales=sales,
        returns=returns,
        refunds=tuple(replace(refund, updated_at=refund.visible_at) for refund in ledger.refunds),
        movements=tuple(movements(ledger.movements, factors)),
        purchase_orders=tuple(
            replace(
                order,
                lines=tuple(
                    replace(
                        line,
                        quantity=line.quantity * factors.get(line.item_id, 1),
                        received=line.received * factors.get(line.item_id, 1),
                    )
                    for line in order.lines
                ),
            )
            for order in ledger.purchase_orders
        ),
    )
    return Renumbering(plain).numbered()


def settled(ledger: Ledger, factors: Factors) -> tuple[tuple[Sale, ...], tuple[Return, ...]]:
    """Sales and returns as R can tell them; a return in an exchange pays for a part of its sale."""
    returns = {given.id: a_return(given, factors) for given in ledger.returns}
    exchanged = {given.exchange_sale_id: given.id for given in ledger.returns if given.exchange_sale_id}
    sales = []
    for in_ledger in ledger.sales:
        sale, back = a_sale(in_ledger, factors), returns.get(exchanged.get(in_ledger.id, ""))
        if is_mixed(sale, back):
            sale, back = sale_with_tax_on_top(sale), back and return_with_tax_on_top(back)
        if back:
            sale = replace(sale, credit=min(sale.total, back.total))
            returns[back.id] = paid_out(back, back.total - sale.credit)
        sales.append(balanced(sale))
    for back in returns.values():
        if not back.exchange_sale_id:
            plain = return_with_tax_on_top(back) if is_mixed(None, back) else back
            returns[back.id] = paid_out(plain, plain.total)
    return tuple(sales), tuple(back for back in returns.values() if back.lines or back.total)


def factors_of(ledger: Ledger) -> Factors:
    """Which goods are sold in parts of their unit."""
    quantities: list[tuple[str | None, Decimal]] = [
        (line.item_id, line.quantity) for sale in ledger.sales for line in sale.lines
    ]
    quantities += [
        (returned.line.item_id, returned.line.quantity)
        for given in ledger.returns
        for returned in given.lines
    ]
    quantities += [(movement.item_id, movement.quantity) for movement in ledger.movements]
    return dict.fromkeys((item_id for item_id, quantity in quantities if quantity % 1), THOUSAND)


def an_item(item: Item, currency: str) -> Item:
    """An item of the catalogue."""
    return replace(item, cost_currency=currency, unit_cost=item.unit_cost or None, is_weighed=False)


def a_line(line: Line, factors: Factors) -> Line:
    """A sold or returned line."""
    gift_card = line.kind == LineKind.GIFT_CARD
    return replace(
        line,
        item_id=None if gift_card else line.item_id,
        quantity=line.quantity if gift_card else line.quantity * factors.get(line.item_id, 1),
        modifiers=(),
        service_charge=0,
    )


def a_sale(sale: Sale, factors: Factors) -> Sale:
    """A sale, not yet paid in full."""
    kept = (PaymentStatus.COMPLETED, PaymentStatus.CANCELLED)
    return replace(
        sale,
        updated_at=sale.visible_at,
        lines=tuple(a_line(line, factors) for line in sale.lines),
        service_charges=tuple(replace(charge, is_spread=False) for charge in sale.service_charges),
        payments=tuple(payment for payment in sale.payments if payment.status in kept),
        rounding=0,
    )


def a_return(given: Return, factors: Factors) -> Return:
    """A return, its payouts not yet what it gives back."""
    return replace(
        given,
        updated_at=given.visible_at,
        lines=tuple(
            replace(returned, line=a_line(returned.line, factors))
            for returned in given.lines
            if returned.line.kind != LineKind.GIFT_CARD
        ),
        rounding=0,
    )


def is_mixed(sale: Sale | None, back: Return | None) -> bool:
    """Whether a record of R's has taxes inside its prices and taxes on top of them.

    Args:
        sale: What is sold in it, if anything.
        back: What is given back in it, if anything.
    """
    lines = [*(sale.lines if sale else ()), *(returned.line for returned in (back.lines if back else ()))]
    kinds = {applied.inclusive for line in lines for applied in line.taxes}
    if sale and any(charge.tax for charge in sale.service_charges):
        kinds.add(False)  # the tax of a charge is on top of it
    return len(kinds) > 1


def sale_with_tax_on_top(sale: Sale) -> Sale:
    """The sale with all its taxes on top of the prices."""
    return replace(sale, lines=tuple(with_tax_on_top(line) for line in sale.lines))


def return_with_tax_on_top(back: Return) -> Return:
    """The return with all its taxes on top of the prices."""
    lines = (replace(returned, line=with_tax_on_top(returned.line)) for returned in back.lines)
    return replace(back, lines=tuple(lines))


def with_tax_on_top(line: Line) -> Line:
    """The line with what its price holds of taxes taken out and put on top: it costs the same."""
    return replace(
        line,
        gross=line.gross - line.inclusive_tax,
        taxes=tuple(replace(applied, inclusive=False) for applied in line.taxes),
    )


def balanced(sale: Sale) -> Sale:
    """A completed sale paid to the cent: the largest payment bears the difference, or a new one in cash."""
    missing = sale.total - sale.credit - sale.paid
    if sale.state != SaleState.COMPLETED or not missing:
        return sale
    paid = [payment for payment in sale.payments if payment.status == PaymentStatus.COMPLETED]
    if not paid:
        at = sale.closed_at or sale.opened_at
        cash = Payment(f"{sale.id}-PB", PaymentMethod.CASH, missing, 0, PaymentStatus.COMPLETED, at)
        return replace(sale, payments=(*sale.payments, cash))
    largest = max(paid, key=lambda payment: payment.amount)
    return replace(
        sale,
        payments=tuple(
            replace(payment, amount=payment.amount + missing) if payment is largest else payment
            for payment in sale.payments
        ),
    )


def paid_out(given: Return, amount: int) -> Return:
    """The return with payouts of an amount: first to last as they stood, the last one bears what is left."""
    payouts: list[Payout] = []
    for payout in given.payouts:
        part = min(amount, payout.amount)
        if part:
            payouts.append(replace(payout, amount=part))
        amount -= part
    if amount and payouts:
        payouts[-1] = replace(payouts[-1], amount=payouts[-1].amount + amount)
    elif amount:
        payouts.append(Payout(f"{given.id}-FB", None, amount))
    return replace(given, payouts=tuple(payouts))


def movements(ledger_movements: Iterable[Movement], factors: Factors) -> Iterator[Movement]:
    """The changes of stock."""
    for movement in ledger_movements:
        if movement.kind != MovementKind.COUNT or movement.quantity:
            factor = factors.get(movement.item_id, 1)
            counted = None if movement.counted is None else movement.counted * factor
            yield replace(movement, quantity=movement.quantity * factor, counted=counted)
