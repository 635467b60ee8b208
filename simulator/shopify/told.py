"""What of a ledger one Shopify shop can tell.

Shopify numbers everything, sells whole units, has one currency and one time zone, and never changes a
payment.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count

from simulator.ledger import (
    Item,
    Ledger,
    Line,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Payout,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
    Store,
)

AT_THE_TILL = "Point of Sale"
ONLINE = "online"
THOUSAND = Decimal(1000)
FIRST_NUMBERS = {"store": 61, "sale": 5_001, "return": 910_001, "payment": 700_000_000_001}

DIFFERENCES = (
    "Ids are numbers: Shopify gives every record one.",
    "All stores have the first one's currency and time zone: a shop has one of each, its locations none.",
    "What is sold online has no store: Shopify names a location only for sales at a till.",
    "Of an item of which a part was ever sold or taken back, a thousandth is the unit: Shopify sells whole "
    "units only.",
    "An open order is not told: a cart that is not paid is no order in Shopify.",
    "A line has no modifiers: their price is inside the line's.",
    "A charge that is spread over lines stands beside them: Shopify knows additional fees of an order only.",
    "Goods do not come back without the sale that they came from: Shopify takes back lines of an order.",
    "An exchange is a new order, which the value of what came back pays for, and a return: what one order of "
    "another shop does at once is two things here.",
    "A payment never changes: all versions of an order have the payments, tips and rounding of the last.",
    "A tip belongs to the order: it is on the first payments that went through, and rounding on the largest, "
    "which is in cash.",
    "There are no suppliers and no purchase orders in Shopify's API.",
)


@dataclass
class Numbers:
    """Gives every id of a kind a number, in the order in which they come; a number stays as it is."""

    first: int
    given: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._next = count(self.first)

    def of(self, native_id: str) -> str:
        """The number of an id."""
        if native_id.isdigit():
            return native_id
        if native_id not in self.given:
            self.given[native_id] = str(next(self._next))
        return self.given[native_id]


def told(ledger: Ledger) -> Ledger:
    """The ledger as Shopify can tell it. Telling it twice changes nothing more."""
    return Told(ledger).ledger()


class Told:
    """One ledger while it is told."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._home = ledger.stores[0]
        self._numbers: dict[str, Numbers] = defaultdict(lambda: Numbers(1))
        self._numbers |= {kind: Numbers(first) for kind, first in FIRST_NUMBERS.items()}
        self._in_parts = in_parts(ledger)
        self._last = {sale.id: sale for sale in sorted(ledger.sales, key=lambda sale: sale.version)}

    def ledger(self) -> Ledger:
        """All of it."""
        ledger = self._ledger
        stores = tuple(self._store(store) for store in ledger.stores)
        sales = tuple(self._sale(sale) for sale in ledger.sales if sale.state != SaleState.OPEN)
        known = {sale.id: sale.store_id for sale in sales}
        if ONLINE in known.values() and all(store.id != ONLINE for store in stores):
            stores += (replace(stores[0], id=ONLINE, name="Online"),)
        returns = (self._return(given) for given in ledger.returns if given.sale_id)
        refunds = (
            replace(
                refund,
                id=self._id("return", refund.id),
                sale_id=self._id("sale", refund.sale_id),
                payment_id=self._id("payment", refund.payment_id),
                order_id=None,
            )
            for refund in ledger.refunds
        )
        return replace(
            ledger,
            stores=stores,
            suppliers=(),
            purchase_orders=(),
            items=tuple(self._item(item) for item in ledger.items),
            customers=tuple(
                replace(customer, id=self._id("customer", customer.id)) for customer in ledger.customers
            ),
            sales=sales,
            returns=tuple(replace(given, store_id=known[given.sale_id or ""]) for given in returns),
            refunds=tuple(replace(refund, store_id=known[refund.sale_id]) for refund in refunds),
            movements=tuple(
                replace(
                    movement,
                    store_id=self._id("store", movement.store_id),
                    item_id=self._id("item", movement.item_id),
                    quantity=self._units(movement.item_id, movement.quantity),
                    counted=None
                    if movement.counted is None
                    else self._units(movement.item_id, movement.counted),
                    order_id=None,
                )
                for movement in ledger.movements
            ),
        )

    def _id(self, kind: str, native_id: str) -> str:
        return self._numbers[kind].of(native_id)

    def _units(self, item: str, quantity: Decimal) -> Decimal:
        return quantity * THOUSAND if item in self._in_parts else quantity

    def _store(self, store: Store) -> Store:
        number = store.id if store.id == ONLINE else self._id("store", store.id)
        return replace(store, id=number, currency=self._home.currency, timezone=self._home.timezone)

    def _item(self, item: Item) -> Item:
        return replace(
            item,
            id=self._id("item", item.id),
            product_id=self._id("product", item.product_id),
            supplier_id=None,
            cost_currency=self._home.currency,
            is_weighed=False,
        )

    def _sale(self, sale: Sale) -> Sale:
        last = self._last[sale.id]
        at_the_till = sale.channel == AT_THE_TILL and sale.store_id != ONLINE
        plain = replace(
            sale,
            id=self._id("sale", sale.id),
            store_id=self._id("store", sale.store_id) if at_the_till else ONLINE,
            lines=tuple(self._line(sale.id, line) for line in sale.lines),
            service_charges=tuple(replace(charge, is_spread=False) for charge in sale.service_charges),
            customer_id=self._id("customer", sale.customer_id) if sale.customer_id else None,
            updated_at=max(sale.updated_at, sale.visible_at),
            rounding=last.rounding,
            credit=0,
        )
        payments = tuple(
            replace(payment, id=self._id("payment", payment.id)) for payment in self._payments(last)
        )
        return replace(plain, payments=payments)

    def _payments(self, sale: Sale) -> Iterable[Payment]:
        """The payments of a sale's last version; an exchange's credit is one of them."""
        at = sale.closed_at or sale.opened_at
        payments = list(sale.payments)
        if sale.credit:
            payments.append(
                Payment(
                    f"{sale.id}-credit",
                    PaymentMethod.GIFT_CARD,
                    sale.credit,
                    0,
                    PaymentStatus.COMPLETED,
                    at,
                )
            )
        through = [payment for payment in payments if payment.status == PaymentStatus.COMPLETED]
        if sale.rounding and not through and sale.state == SaleState.COMPLETED:
            payments.append(
                Payment(f"{sale.id}-rounding", PaymentMethod.CASH, 0, 0, PaymentStatus.COMPLETED, at)
            )
        return with_tips_first(rounded_in_cash(payments, sale.rounding))

    def _line(self, order: str, line: Line) -> Line:
        return replace(
            line,
            item_id=self._id("item", line.item_id) if line.item_id else None,
            quantity=self._units(line.item_id or f"{order} {line.id}", line.quantity),
            modifiers=(),
            service_charge=0,
        )

    def _return(self, given: Return) -> Return:
        return replace(
            given,
            id=self._id("return", given.id),
            sale_id=self._id("sale", given.sale_id or ""),
            exchange_sale_id=None,
            updated_at=max(given.updated_at, given.visible_at),
            lines=tuple(self._returned(given, returned) for returned in given.lines),
            payouts=self._payouts(given),
        )

    def _returned(self, given: Return, returned: ReturnedLine) -> ReturnedLine:
        line = returned.line
        source = f"{given.sale_id} {returned.source_line_id}"
        item = line.item_id or source
        return replace(
            returned,
            line=replace(
                line,
                item_id=self._id("item", line.item_id) if line.item_id else None,
                quantity=self._units(item, line.quantity),
                modifiers=(),
            ),
        )

    def _payouts(self, given: Return) -> tuple[Payout, ...]:
        """An exchange pays out what pays for the new goods as well."""
        paid = sum(payout.amount for payout in given.payouts)
        credit = (Payout(f"{given.id}-credit", None, given.total - paid),) if given.total > paid else ()
        return tuple(
            replace(
                payout,
                id=self._id("payment", payout.id),
                payment_id=self._id("payment", payout.payment_id) if payout.payment_id else None,
            )
            for payout in (*given.payouts, *credit)
        )


def in_parts(ledger: Ledger) -> frozenset[str]:
    """The items, and the lines without an item as order and line, of which a part was ever moved."""
    moved = [(movement.item_id, movement.quantity) for movement in ledger.movements]
    moved += [(movement.item_id, movement.counted or Decimal(0)) for movement in ledger.movements]
    moved += [
        (line.item_id or f"{sale.id} {line.id}", line.quantity)
        for sale in ledger.sales
        for line in sale.lines
    ]
    moved += [
        (returned.line.item_id or f"{given.sale_id} {returned.source_line_id}", returned.line.quantity)
        for given in ledger.returns
        for returned in given.lines
    ]
    return frozenset(what for what, quantity in moved if quantity % 1)


def rounded_in_cash(payments: list[Payment], rounding: int) -> list[Payment]:
    """The payment that cash rounding changed is in cash."""
    largest = largest_through(payments)
    if not rounding or largest is None:
        return payments
    return [
        replace(payment, method=PaymentMethod.CASH) if payment is largest else payment for payment in payments
    ]


def largest_through(payments: Iterable[Payment]) -> Payment | None:
    """The largest payment that went through, the first of several."""
    through = [payment for payment in payments if payment.status == PaymentStatus.COMPLETED]
    return max(through, key=lambda payment: payment.amount + payment.tip, default=None)


def with_tips_first(payments: Iterable[Payment]) -> Iterable[Payment]:
    """The same payments with the order's tip on the first ones that went through."""
    payments = list(payments)
    through = [payment for payment in payments if payment.status == PaymentStatus.COMPLETED]
    left = sum(payment.tip for payment in through)
    for payment in payments:
        if payment.status != PaymentStatus.COMPLETED:
            yield payment
            continue
        whole = payment.amount + payment.tip
        tip = min(left, whole)
        left -= tip
        yield replace(payment, amount=whole - tip, tip=tip)
