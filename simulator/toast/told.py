"""What of a ledger the restaurants of one Toast client can tell.

Toast knows an order by when it was opened, counts it before it is paid, and tells one refund of a payment and
one of a selection, with amounts and no quantity.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from simulator.ledger import (
    Ledger,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Payout,
    Refund,
    RefundForm,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
    Store,
)

CARD_METHODS = frozenset({PaymentMethod.CARD, PaymentMethod.WALLET})

DIFFERENCES = (
    "An open order counts as a sale: Toast's net sales hold orders that are not paid yet.",
    "An order is opened in the hour in which it is closed: Toast's business date is that of the opening.",
    "A charge that is spread over lines is a charge of the check: Toast has no other.",
    "Only a card's payment can have failed: Toast tells a status of no other kind.",
    "An exchange is a sale that is paid in full and a refund: a Toast order takes nothing back.",
    "A line comes back whole: the refund of a selection has an amount, but no quantity.",
    "Of an order only the first giving-back is told: a payment and a selection have room for one refund.",
    "Nothing comes back without an order or for nothing: a refund is always that of a payment.",
    "A refund is told once it went through: Toast tells no status of it.",
    "There are no suppliers, purchase orders, costs and barcodes: Toast has no fields for them.",
)


@dataclass(frozen=True, slots=True)
class PaymentRefund:
    """What is given back of one payment; `amount` is without the tip."""

    payment_id: str
    amount: int
    tip: int


def told(ledger: Ledger) -> Ledger:
    """The part of a ledger that Toast can tell, in the ledger's ids. What is told already stays as it is."""
    stores = {store.id: store for store in ledger.stores}
    sales = tuple(a_sale(sale, stores[sale.store_id]) for sale in ledger.sales)
    newest = newest_versions(sales)
    given = dict(first_of_each_order([*returns_of(ledger, newest), *refunds_of(ledger, newest)]))
    return replace(
        ledger,
        suppliers=(),
        purchase_orders=(),
        items=tuple(replace(item, barcode=None, unit_cost=None, supplier_id=None) for item in ledger.items),
        sales=sales,
        returns=tuple(one for one in given.values() if isinstance(one, Return)),
        refunds=tuple(one for one in given.values() if isinstance(one, Refund)),
    )


def newest_versions(sales: tuple[Sale, ...]) -> dict[str, Sale]:
    """Each order in its last version."""
    newest: dict[str, Sale] = {}
    for sale in sales:
        if sale.id not in newest or sale.version > newest[sale.id].version:
            newest[sale.id] = sale
    return newest


def a_sale(sale: Sale, store: Store) -> Sale:
    """An order: it counts while it is open, and its charges stand beside its lines."""
    state = SaleState.COMPLETED if sale.state == SaleState.OPEN else sale.state
    sale = replace(
        sale,
        state=state,
        opened_at=opening(sale, store),
        lines=tuple(replace(line, service_charge=0) for line in sale.lines),
        service_charges=tuple(replace(charge, is_spread=False) for charge in sale.service_charges),
        payments=tuple(payment for payment in sale.payments if can_be_told(payment)),
    )
    if not sale.credit:
        return sale
    at = sale.closed_at or sale.opened_at
    whole = Payment(f"{sale.id}-P1", PaymentMethod.CARD, sale.total, 0, PaymentStatus.COMPLETED, at)
    return replace(sale, credit=0, payments=(whole,))


def opening(sale: Sale, store: Store) -> datetime:
    """When it was opened; at the earliest on the last full hour before it was closed, where a day may end."""
    if sale.closed_at is None:
        return sale.opened_at
    on_the_wall = sale.closed_at.astimezone(store.zone)
    past = timedelta(
        minutes=on_the_wall.minute, seconds=on_the_wall.second, microseconds=on_the_wall.microsecond
    )
    return max(sale.opened_at, sale.closed_at - past)


def can_be_told(payment: Payment) -> bool:
    """Whether Toast has a word for what became of a payment."""
    return payment.status != PaymentStatus.FAILED or payment.method in CARD_METHODS


def returns_of(ledger: Ledger, sales: Mapping[str, Sale]) -> Iterator[Return]:
    """Returns that some payments of their order can give back."""
    for given in ledger.returns:
        sale = sales.get(given.sale_id or "")
        if sale is None:
            continue
        lines = {line.id: line for line in sale.lines}
        whole = replace(
            given,
            exchange_sale_id=None,
            lines=tuple(
                ReturnedLine(
                    replace(lines[returned.source_line_id], id=returned.line.id, modifiers=(), note=None),
                    returned.source_line_id,
                    returned.restocked,
                )
                for returned in given.lines
                if returned.source_line_id in lines
            ),
        )
        parts = parts_of(sale, whole)
        if parts:
            payouts = (
                Payout(f"{given.id}-F{number}", part.payment_id, part.amount + part.tip)
                for number, part in enumerate(parts, start=1)
            )
            yield replace(whole, payouts=tuple(payouts))


def parts_of(sale: Sale, given: Return) -> tuple[PaymentRefund, ...]:
    """What each payment gives back for a return; nothing when they cannot, or when nothing is owed."""
    amount, tip = given.total - given.tip, given.tip
    parts = []
    for payment in sale.payments:
        if payment.status == PaymentStatus.COMPLETED:
            part = PaymentRefund(payment.id, min(amount, payment.amount), min(tip, payment.tip))
            amount, tip = amount - part.amount, tip - part.tip
            if part.amount or part.tip:
                parts.append(part)
    return tuple(parts) if given.total > 0 and amount == 0 and tip == 0 else ()


def refunds_of(ledger: Ledger, sales: Mapping[str, Sale]) -> Iterator[Refund]:
    """Refunds without goods that went through."""
    for refund in ledger.refunds:
        if refund.status == PaymentStatus.COMPLETED:
            paid = {payment.id: payment for payment in sales[refund.sale_id].payments}
            payment = paid.get(refund.payment_id)
            if payment and payment.status == PaymentStatus.COMPLETED and 0 < refund.amount <= payment.amount:
                yield replace(refund, version=1, order_id=None, form=RefundForm.NO_ORDER)


def first_of_each_order(given: list[Return | Refund]) -> Iterator[tuple[str, Return | Refund]]:
    """The giving-back of each order that was known first."""
    seen: set[str] = set()
    for one in sorted(given, key=lambda one: (one.visible_at, one.id)):
        if one.sale_id and one.sale_id not in seen:
            seen.add(one.sale_id)
            yield one.sale_id, one
