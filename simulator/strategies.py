"""Small ledgers that look for trouble: odd amounts, clock changes, edits, and every kind of refund.

A ledger covers a few days around one night in which a clock changes. Only this module and `simulator.fates`
need hypothesis.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from simulator.assortment import CITY_TAX, SALES_TAX, TAXES, VALUE_ADDED_TAX, make_customers, make_stores
from simulator.fates import Draft, amounts, what_becomes_of
from simulator.ledger import (
    Category,
    Discount,
    Item,
    Ledger,
    LineKind,
    Movement,
    MovementKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Sale,
    SaleState,
    ServiceCharge,
    Store,
    Supplier,
    utc,
)
from simulator.pricing import BasketLine, Rebate, price

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

pieces = st.integers(1, 5).map(Decimal)
weights = st.integers(1, 5000).map(lambda grams: Decimal(grams).scaleb(-3))
percentages = st.sampled_from(
    [Decimal(text) for text in ("0.01", "3.33", "7.77", "10", "33.333", "50", "99.99", "100")]
)
tax_sets = st.sampled_from(
    [(), (SALES_TAX,), (VALUE_ADDED_TAX,), (SALES_TAX, CITY_TAX), (VALUE_ADDED_TAX, CITY_TAX)]
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
