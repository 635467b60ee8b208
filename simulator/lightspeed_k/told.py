"""What of a ledger one Restaurant K-Series client can tell.

K tells closed and paid accounts only. A refund is an account of its own; what is sold is known by its SKU.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from zlib import crc32

from simulator.ledger import (
    Item,
    Ledger,
    Line,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
    latest_visible,
)

OPEN_ITEM = "OPEN-ITEM"
"""The SKU that is rung up for what is on no menu."""

DIFFERENCES = (
    "A location's id is a number: the simulator derives it from the ledger's.",
    "What is sold is known by its SKU alone: it is the item's id.",
    "An amount that the cashier typed is a line of the open item: K has no line without an item.",
    "Accounts that are still open are not told.",
    "An account that is changed is closed again, at the time of the change.",
    "Only payments that went through are told; what was left unpaid is a payment on account.",
    "An exchange is a refund and a new account, which is paid with what was given back.",
    "A refunded line does not name the line that it was sold on.",
    "Money given back without goods refunds the open item, and only once it went through.",
    "There is no stock, and there are no suppliers and purchase orders.",
)


def location_number(store_id: str) -> str:
    """The number of a location; a number stays what it is."""
    return store_id if store_id.isdigit() else str(10**12 + crc32(store_id.encode()))


def told(ledger: Ledger) -> Ledger:
    """The part of a ledger that K can tell. What is told already stays as it is."""
    sales = tuple(a_sale(sale) for sale in ledger.sales if sale.state != SaleState.OPEN)
    returns = (
        *(a_return(given) for given in ledger.returns),
        *(without_goods(refund) for refund in completed(ledger.refunds)),
    )
    return replace(
        ledger,
        stores=tuple(replace(store, id=location_number(store.id)) for store in ledger.stores),
        items=tuple(with_open_item(ledger, sales, returns)),
        suppliers=(),
        sales=sales,
        returns=returns,
        refunds=(),
        movements=(),
        purchase_orders=(),
    )


def with_open_item(ledger: Ledger, sales: Iterable[Sale], returns: Iterable[Return]) -> Iterator[Item]:
    """The items that were ever sold: nothing else is known of a menu."""
    lines = [line for sale in sales for line in sale.lines]
    lines += [returned.line for given in returns for returned in given.lines]
    sold = {line.item_id for line in lines if line.kind == LineKind.ITEM}
    known = {item.id for item in ledger.items}
    for item in ledger.items:
        if item.id in sold:
            yield replace(item, sku=item.id, barcode=None, supplier_id=None, tracks_inventory=False)
    if OPEN_ITEM in sold - known:
        yield Item(
            id=OPEN_ITEM,
            product_id=OPEN_ITEM,
            product_name="Open item",
            variant_name="",
            sku=OPEN_ITEM,
            barcode=None,
            category_id=None,
            supplier_id=None,
            price=0,
            unit_cost=None,
            cost_currency=ledger.stores[0].currency,
            tracks_inventory=False,
            is_weighed=False,
            is_gift_card=False,
            is_deleted=False,
            updated_at=min(store.created_at for store in ledger.stores),
        )


def a_line(line: Line) -> Line:
    """A line of an item, or value on a gift card."""
    if line.kind != LineKind.CUSTOM:
        return line
    return replace(line, kind=LineKind.ITEM, item_id=OPEN_ITEM)


def a_sale(sale: Sale) -> Sale:
    """An account, paid in full; closed again when it was changed."""
    again = sale.version > 1 and sale.closed_at
    sale = replace(
        sale,
        store_id=location_number(sale.store_id),
        closed_at=max(sale.closed_at, sale.updated_at) if again and sale.closed_at else sale.closed_at,
        lines=tuple(a_line(line) for line in sale.lines),
        payments=tuple(payment for payment in sale.payments if payment.status == PaymentStatus.COMPLETED),
    )
    if sale.state != SaleState.COMPLETED:
        return replace(sale, payments=())
    return replace(sale, payments=(*sale.payments, *rest(sale)), credit=0)


def rest(sale: Sale) -> Iterator[Payment]:
    """What pays for the rest: goods given back, the guest's account; a cash payment that was rounded away."""
    at = sale.closed_at or sale.opened_at
    owed = sale.total - sale.paid - sale.credit
    for kind, amount in (("credit", sale.credit), ("account", max(0, owed))):
        if amount:
            payment_id = f"{sale.id}-{kind}"
            yield Payment(payment_id, PaymentMethod.OTHER, amount, 0, PaymentStatus.COMPLETED, at)
    if sale.rounding and not (sale.payments or sale.credit or owed > 0):
        yield Payment(f"{sale.id}-rounded", PaymentMethod.CASH, 0, 0, PaymentStatus.COMPLETED, at)


def a_return(given: Return) -> Return:
    """A refund, an account of its own."""
    return replace(
        given,
        store_id=location_number(given.store_id),
        exchange_sale_id=None,
        lines=tuple(
            ReturnedLine(a_line(returned.line), None, returned.restocked) for returned in given.lines
        ),
    )


def completed(refunds: tuple[Refund, ...]) -> Iterator[Refund]:
    """Refunds without goods in the version in which they went through."""
    done = tuple(refund for refund in refunds if refund.status == PaymentStatus.COMPLETED)
    if done:
        yield from latest_visible(done, max(refund.visible_at for refund in done))


def without_goods(refund: Refund) -> Return:
    """Money given back without goods: one open item is refunded."""
    line = Line(
        id="r1",
        kind=LineKind.ITEM,
        item_id=OPEN_ITEM,
        name=refund.reason,
        quantity=Decimal(1),
        unit_price=refund.amount,
        gross=refund.amount,
    )
    return Return(
        id=refund.id,
        version=1,
        store_id=location_number(refund.store_id),
        sale_id=refund.sale_id,
        exchange_sale_id=None,
        opened_at=refund.refunded_at,
        closed_at=refund.refunded_at,
        updated_at=refund.updated_at,
        visible_at=refund.visible_at,
        lines=(ReturnedLine(line, None, restocked=False),),
        payouts=(),
        reason=refund.reason,
    )
