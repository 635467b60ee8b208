"""Small ledgers that look for trouble: odd amounts, clock changes, edits, and every kind of refund.

A ledger covers a few days around one night in which a clock changes. The only module that needs hypothesis.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from simulator.assortment import CITY_TAX, SALES_TAX, TAXES, VALUE_ADDED_TAX, make_customers, make_stores
from simulator.back_office import payouts
from simulator.ledger import (
    Category,
    Discount,
    Item,
    Ledger,
    Line,
    LineKind,
    Movement,
    MovementKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundForm,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
    ServiceCharge,
    Store,
    Supplier,
    utc,
)
from simulator.pricing import BasketLine, Rebate, part_of, price

CLOCK_CHANGES = (
    utc(2026, 3, 8, 7),  # New York forward
    utc(2026, 3, 29, 1),  # London forward
    utc(2026, 4, 4, 15),  # Lord Howe back, by half an hour
    utc(2026, 10, 25, 1),  # London back
    utc(2026, 11, 1, 6),  # New York back
    utc(2027, 1, 1, 0),  # no change, but a year's end
)
LENGTH = timedelta(days=6)
FILLED = Decimal(1000)

amounts = st.one_of(st.sampled_from([0, 1, 2, 3, 99, 100, 333, 1001]), st.integers(0, 100_000))
pieces = st.integers(1, 5).map(Decimal)
weights = st.integers(1, 5000).map(lambda grams: Decimal(grams).scaleb(-3))
percentages = st.sampled_from(
    [Decimal(text) for text in ("0.01", "3.33", "7.77", "10", "33.333", "50", "99.99", "100")]
)
tax_sets = st.sampled_from(
    [(), (SALES_TAX,), (VALUE_ADDED_TAX,), (SALES_TAX, CITY_TAX), (VALUE_ADDED_TAX, CITY_TAX)]
)


@dataclass
class Draft:
    """A ledger while it is drawn."""

    change: datetime
    sales: list[Sale] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)

    def move(
        self, kind: MovementKind, line: Line, quantity: Decimal, record: Sale | Return, at: datetime
    ) -> None:
        """Writes down a movement for a line of a tracked item."""
        if line.kind == LineKind.ITEM and line.item_id:
            self.movements.append(
                Movement(
                    id=f"M{len(self.movements) + 1}",
                    store_id=record.store_id,
                    item_id=line.item_id,
                    kind=kind,
                    quantity=quantity,
                    occurred_at=at,
                    visible_at=max(at, record.visible_at),
                    order_id=record.id,
                )
            )


@st.composite
def ledgers(draw: st.DrawFn, *, max_sales: int = 12) -> Ledger:
    """Draws a small ledger in which everything adds up.

    Args:
        draw: Given by hypothesis.
        max_sales: How many sales it has at most.
    """
    draft = Draft(draw(st.sampled_from(CLOCK_CHANGES)))
    opened = draft.change - timedelta(days=30)
    places = make_stores(7, opened)
    stores = tuple(
        draw(st.lists(st.sampled_from(places), min_size=1, max_size=3, unique_by=lambda place: place.id))
    )
    items = tuple(draw(an_item(number, opened)) for number in range(1, draw(st.integers(2, 5)) + 1))
    gift_card = replace(
        items[0],
        id="VARGIFT",
        product_id="GIFT",
        product_name="Gift card",
        sku=None,
        barcode=None,
        is_gift_card=True,
        is_weighed=False,
        tracks_inventory=False,
        price=2500,
    )
    customers = make_customers(2)
    for store in stores:
        for item in items:
            receipt = Movement(
                f"M{len(draft.movements) + 1}",
                store.id,
                item.id,
                MovementKind.RECEIPT,
                FILLED,
                opened,
                opened,
            )
            draft.movements.append(receipt)
    for number in range(1, draw(st.integers(0, max_sales)) + 1):
        store = draw(st.sampled_from(stores))
        sale = draw(
            a_sale(
                f"O{number}",
                store,
                items=items,
                gift_card=gift_card,
                change=draft.change,
                customer_ids=[customer.id for customer in customers],
            )
        )
        draw(what_becomes_of(sale, draft))
    return Ledger(
        stores=stores,
        categories=(Category("CAT1", "Coffee"),),
        suppliers=(
            Supplier("SUP1", "Northgate Wholesale", True, "Rep Ottoline Fairweather", "rep@supplier.example"),
        ),
        taxes=TAXES,
        items=(*items, gift_card),
        customers=customers,
        sales=tuple(draft.sales),
        returns=tuple(draft.returns),
        refunds=tuple(draft.refunds),
        movements=tuple(draft.movements),
        ends_at=(draft.change + LENGTH).replace(hour=12),
    )


@st.composite
def an_item(draw: st.DrawFn, number: int, updated_at: datetime) -> Item:
    """Draws an item; names, codes, category, cost and supplier may be missing."""
    cost = draw(st.none() | amounts)
    return Item(
        id=f"VAR{number}",
        product_id=f"ITEM{number}",
        product_name=draw(st.sampled_from(["Flat white", 'Tea "Earl, Grey"', "Crème brûlée", "0"])),
        variant_name="Regular",
        sku=draw(st.none() | st.just(f"SKU-{number}")),
        barcode=draw(st.none() | st.just(f"40{number:010d}")),
        category_id=draw(st.sampled_from(["CAT1", None])),
        supplier_id=None if cost is None else "SUP1",
        price=draw(amounts),
        unit_cost=cost,
        cost_currency="USD",
        tracks_inventory=True,
        is_weighed=draw(st.booleans()),
        is_gift_card=False,
        is_deleted=draw(st.integers(0, 4)) == 0,
        updated_at=updated_at,
    )


@st.composite
def a_moment(draw: st.DrawFn, change: datetime) -> datetime:
    """Draws a moment: near the clock change, on the full hour of some cut-off, or anywhere in three days."""
    minutes = draw(
        st.one_of(
            st.integers(-120, 120), st.integers(-48, 48).map(lambda half: half * 30), st.integers(-4300, 4300)
        )
    )
    return change + timedelta(minutes=minutes, milliseconds=draw(st.sampled_from([0, 0, 1, 999, 59_999])))


@st.composite
def a_sale(
    draw: st.DrawFn,
    sale_id: str,
    store: Store,
    *,
    items: tuple[Item, ...],
    gift_card: Item,
    change: datetime,
    customer_ids: list[str],
) -> Sale:
    """Draws the first version of a sale, paid in full when it is completed."""
    kinds = draw(
        st.lists(st.sampled_from(["item", "item", "item", "custom", "gift"]), min_size=1, max_size=4)
    )
    basket = [
        draw(a_line(f"l{number}", kind, items, gift_card)) for number, kind in enumerate(kinds, start=1)
    ]
    rebates = tuple(draw(st.lists(a_rebate(basket), max_size=2, unique_by=lambda rebate: rebate.discount.id)))
    spread = draw(st.sampled_from([0, 0, 0, 1, 250]))
    lines = price(basket, rebates, spread)
    shared = sum(line.service_charge for line in lines)
    charges = (
        (ServiceCharge("s1", "Delivery", shared, 0, is_gratuity=False, is_spread=True),) if shared else ()
    )
    if draw(st.integers(0, 4)) == 0:
        gratuity = draw(st.booleans())
        tax = 0 if gratuity else draw(st.sampled_from([0, 7]))
        charges += (
            ServiceCharge("s2", "Service", draw(amounts), tax, is_gratuity=gratuity, is_spread=False),
        )
    closed_at = draw(a_moment(change))
    late = timedelta(minutes=draw(st.sampled_from([0, 0, 0, 0, 1, 600, 72 * 60])))
    state = draw(st.sampled_from([SaleState.COMPLETED] * 6 + [SaleState.OPEN, SaleState.CANCELLED]))
    sale = Sale(
        id=sale_id,
        store_id=store.id,
        version=1,
        state=state,
        opened_at=closed_at - timedelta(minutes=draw(st.sampled_from([0, 1, 300]))),
        closed_at=None if state == SaleState.OPEN else closed_at,
        updated_at=closed_at + draw(st.sampled_from([timedelta(0), late])),
        visible_at=closed_at + late,
        lines=lines,
        discounts=tuple(rebate.discount for rebate in rebates),
        service_charges=charges,
        rounding=draw(st.sampled_from([0, 0, 0, -2, 2])) if sum(line.total for line in lines) > 1 else 0,
        customer_id=draw(st.none() | st.sampled_from(customer_ids)),
        note=draw(st.none() | st.just(f"Ticket {sale_id}: lady in green")),
    )
    return replace(sale, payments=draw(some_payments(sale, closed_at, late > timedelta(0))))


@st.composite
def a_line(draw: st.DrawFn, line_id: str, kind: str, items: tuple[Item, ...], gift_card: Item) -> BasketLine:
    """Draws what is entered for a line."""
    if kind == "gift":
        return BasketLine(
            line_id, LineKind.GIFT_CARD, gift_card, "Gift card", Decimal(1), draw(st.integers(1, 50_000))
        )
    if kind == "custom":
        name = "Mending for Mx Zimmerli"
        return BasketLine(line_id, LineKind.CUSTOM, None, name, Decimal(1), draw(amounts), (), draw(tax_sets))
    item = draw(st.sampled_from(items))
    extras = draw(st.sampled_from([(), (), (("MOD-OAT", "Oat milk", Decimal(1), 55),)]))
    quantity = draw(weights if item.is_weighed else pieces)
    note = draw(st.none() | st.just("no nuts please, says Dr. Applegarth"))
    return BasketLine(
        line_id, LineKind.ITEM, item, item.product_name, quantity, item.price, extras, draw(tax_sets), note
    )


@st.composite
def a_rebate(draw: st.DrawFn, basket: list[BasketLine]) -> Rebate:
    """Draws a discount of a line or of the order, in per cent or as an amount."""
    line_id = draw(st.none() | st.sampled_from([line.id for line in basket]))
    percentage = draw(st.none() | percentages)
    discount_id = f"D-{line_id or 'order'}-{percentage or 'amount'}"
    discount = Discount(discount_id, "Kindness", percentage, whole_order=line_id is None)
    return Rebate(discount, draw(amounts), line_id)


@st.composite
def some_payments(draw: st.DrawFn, sale: Sale, at: datetime, offline: bool) -> tuple[Payment, ...]:
    """Draws payments that cover a sale: one or two, with tips, perhaps after one that failed."""
    if sale.state == SaleState.OPEN or not sale.total:
        return ()
    status = PaymentStatus.COMPLETED if sale.state == SaleState.COMPLETED else PaymentStatus.CANCELLED
    methods = st.sampled_from(list(PaymentMethod))
    tip = draw(st.sampled_from([0, 0, 1, 350]))
    first = Payment(f"{sale.id}-P1", draw(methods), sale.total, tip, status, at, offline)
    if sale.total > 1 and draw(st.integers(0, 3)) == 0:
        part = draw(st.integers(1, sale.total - 1))
        second = Payment(f"{sale.id}-P2", draw(methods), part, 0, status, at, offline)
        return (replace(first, amount=sale.total - part), second)
    if draw(st.integers(0, 5)) == 0:
        return (replace(first, id=f"{sale.id}-P0", status=PaymentStatus.FAILED, tip=0), first)
    return (first,)


@st.composite
def what_becomes_of(draw: st.DrawFn, sale: Sale, draft: Draft) -> None:
    """Draws what happens to a sale later, and writes it all into the draft."""
    draft.sales.append(sale)
    if sale.state != SaleState.COMPLETED:
        return
    at = sale.closed_at or sale.opened_at
    for line in sale.lines:
        draft.move(MovementKind.SALE, line, -line.quantity, sale, at)
    later = sale.visible_at + timedelta(minutes=draw(st.sampled_from([1, 30, 1439, 1440, 4000, 8000])))
    fate = draw(
        st.sampled_from(
            ["nothing", "nothing", "edit", "tip", "return", "twice", "exchange", "unknown", "amount"]
        )
    )
    if fate == "edit":
        edit(draw, sale, draft, later)
    elif fate == "tip" and sale.payments:
        *others, last = sale.payments
        tipped = (*others, replace(last, tip=last.tip + draw(st.integers(1, 500))))
        draft.sales.append(replace(sale, version=2, updated_at=later, visible_at=later, payments=tipped))
    elif fate in ("return", "twice"):
        take_back(draw, sale, draft, later, times=2 if fate == "twice" else 1)
    elif fate == "exchange":
        exchange(draw, sale, draft, later)
    elif fate == "unknown":
        take_back_unknown(sale, draft, later)
    elif fate == "amount":
        refund_amount(draw, sale, draft, later)


def edit(draw: st.DrawFn, sale: Sale, draft: Draft, at: datetime) -> None:
    """Some lines go, perhaps all, and the payments become what is left to pay."""
    kept = tuple(line for line in sale.lines if draw(st.booleans()))
    if any(charge.is_spread for charge in sale.service_charges):
        return
    edited = replace(sale, version=2, updated_at=at, visible_at=at, lines=kept, rounding=0, payments=())
    payments = list(sale.payments)
    gone = [replace(payment, status=PaymentStatus.CANCELLED) for payment in payments]
    due = edited.total
    if due and payments:
        *rest, last = gone
        payments = [*rest, replace(last, status=PaymentStatus.COMPLETED, amount=due)]
    else:
        payments = gone
    draft.sales.append(replace(edited, payments=tuple(payments)))
    for line in sale.lines:
        if line not in kept:
            draft.move(MovementKind.SALE, line, line.quantity, draft.sales[-1], at)


def take_back(draw: st.DrawFn, sale: Sale, draft: Draft, at: datetime, times: int) -> None:
    """Some lines come back, whole or in two parts."""
    lines = draw(
        st.lists(st.sampled_from(sale.lines), min_size=1, max_size=3, unique_by=lambda line: line.id)
    )
    for number in range(1, times + 1):
        given = []
        for position, line in enumerate(lines, start=1):
            half = (line.quantity / 2).quantize(Decimal("0.001"))
            taken = half if number == 2 else Decimal(0)
            quantity = line.quantity if times == 1 else half if number == 1 else line.quantity - half
            if quantity:
                part = part_of(line, taken, quantity, f"r{position}")
                given.append(ReturnedLine(part, line.id, draw(st.booleans())))
        tip = sale.tip if number == times and draw(st.booleans()) else 0
        moment = at + timedelta(hours=number)
        record = a_return(f"{sale.id}-R{number}", sale.store_id, sale.id, moment, tuple(given))
        record = replace(record, tip=tip)
        write_return(draft, replace(record, payouts=payouts(sale, record.id, record.total)))


def take_back_unknown(sale: Sale, draft: Draft, at: datetime) -> None:
    """An item comes back without the receipt of its sale."""
    line = next((line for line in sale.lines if line.kind == LineKind.ITEM), None)
    if line:
        plain = part_of(line, Decimal(0), line.quantity, "r1")
        record = a_return(f"{sale.id}-U", sale.store_id, None, at, (ReturnedLine(plain, None, True),))
        write_return(
            draft, replace(record, payouts=payouts(replace(sale, payments=()), record.id, record.total))
        )


def exchange(draw: st.DrawFn, sale: Sale, draft: Draft, at: datetime) -> None:
    """A line comes back and something else goes out, in one order."""
    old = draw(st.sampled_from(sale.lines))
    new_price = draw(amounts)
    basket = [
        BasketLine(
            "l1", LineKind.CUSTOM, None, "Mending for Mx Zimmerli", Decimal(1), new_price, (), (SALES_TAX,)
        )
    ]
    exchange_id = f"{sale.id}-X"
    record = a_return(
        f"{exchange_id}-R",
        sale.store_id,
        sale.id,
        at,
        (ReturnedLine(part_of(old, Decimal(0), old.quantity, "r1"), old.id, True),),
    )
    new = Sale(exchange_id, sale.store_id, 1, SaleState.COMPLETED, at, at, at, at, price(basket))
    credit = min(new.total, record.total)
    due = new.total - credit
    payment = Payment(f"{exchange_id}-P1", PaymentMethod.CARD, due, 0, PaymentStatus.COMPLETED, at)
    draft.sales.append(replace(new, credit=credit, payments=(payment,) if due else ()))
    left = payouts(sale, exchange_id, record.total - credit)
    write_return(draft, replace(record, exchange_sale_id=exchange_id, payouts=left))


def refund_amount(draw: st.DrawFn, sale: Sale, draft: Draft, at: datetime) -> None:
    """Money goes back without goods, at once or after the bank agreed, or never."""
    payment = next((p for p in sale.payments if p.status == PaymentStatus.COMPLETED and p.amount), None)
    if payment is None:
        return
    form = draw(st.sampled_from(list(RefundForm)))
    outcome = draw(st.sampled_from([None, PaymentStatus.COMPLETED, PaymentStatus.FAILED]))
    if form == RefundForm.CUSTOM_LINE:
        outcome = None
    refund = Refund(
        id=f"{sale.id}-A",
        version=1,
        store_id=sale.store_id,
        sale_id=sale.id,
        payment_id=payment.id,
        order_id=None if form == RefundForm.NO_ORDER else f"{sale.id}-AO",
        form=form,
        amount=draw(st.integers(1, payment.amount)),
        status=PaymentStatus.PENDING if outcome else PaymentStatus.COMPLETED,
        refunded_at=at,
        updated_at=at,
        visible_at=at,
        reason=f"Goodwill for {sale.id}, she was furious",
    )
    draft.refunds.append(refund)
    if outcome:
        settled = at + timedelta(hours=30)
        draft.refunds.append(
            replace(refund, version=2, status=outcome, updated_at=settled, visible_at=settled)
        )


def a_return(
    return_id: str, store_id: str, sale_id: str | None, at: datetime, lines: tuple[ReturnedLine, ...]
) -> Return:
    """A return that nothing was paid out for yet."""
    return Return(
        return_id,
        1,
        store_id,
        sale_id,
        None,
        at,
        at,
        at,
        at,
        lines,
        (),
        reason=f"Reason {return_id}: soaked in rain",
    )


def write_return(draft: Draft, record: Return) -> None:
    """Writes a return down, and what goes back on the shelf."""
    draft.returns.append(record)
    for returned in record.lines:
        if returned.restocked:
            draft.move(MovementKind.RETURN, returned.line, returned.line.quantity, record, record.closed_at)
