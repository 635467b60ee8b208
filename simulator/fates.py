"""What becomes of a drawn sale: it is edited or tipped, comes back, is exchanged, or money goes back for it.

Like `simulator.strategies`, which draws the sales, it needs hypothesis.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from simulator.assortment import SALES_TAX
from simulator.back_office import payouts
from simulator.ledger import (
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
)
from simulator.pricing import BasketLine, part_of, price

amounts = st.one_of(st.sampled_from([0, 1, 2, 3, 99, 100, 333, 1001]), st.integers(0, 100_000))


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
            ["nothing", "nothing", "edit", "void", "tip", "return", "twice", "exchange", "unknown", "amount"]
        )
    )
    if fate == "edit":
        edit(draw, sale, draft, later)
    elif fate == "void":
        void(sale, draft, later)
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


def void(sale: Sale, draft: Draft, at: datetime) -> None:
    """A sale that was closed is struck out: its payments too, and the goods are back on the shelf."""
    gone = tuple(replace(payment, status=PaymentStatus.CANCELLED) for payment in sale.payments)
    voided = replace(sale, version=2, updated_at=at, visible_at=at, state=SaleState.CANCELLED, payments=gone)
    draft.sales.append(voided)
    for line in sale.lines:
        draft.move(MovementKind.SALE, line, line.quantity, voided, at)


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
