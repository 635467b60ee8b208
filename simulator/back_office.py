"""What becomes of a sale after it was rung up: edits, tips, returns, exchanges, refunds by amount."""

import heapq
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from simulator.assortment import TAXES, Assortment
from simulator.ledger import (
    LineKind,
    MovementKind,
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
from simulator.pricing import BasketLine, part_of, price
from simulator.stockroom import Stockroom

ONE = Decimal(1)


class BackOffice:
    """Files the sales of one store, moves their stock, and does later what is due later."""

    def __init__(self, store: Store, assortment: Assortment, stockroom: Stockroom, rng: Random) -> None:
        self.store = store
        self.stockroom = stockroom
        self.sales: list[Sale] = []
        self.returns: list[Return] = []
        self.refunds: list[Refund] = []
        self._items = {item.id: item for item in assortment.items}
        self._taxes = {tax.id: tax for tax in TAXES}
        self._rng = rng
        self._numbers = count()
        self._follow_ups: list[tuple[datetime, int, Callable[[datetime], None]]] = []

    def run_until(self, moment: datetime) -> None:
        """Does what was put off until now, in the order of time."""
        while self._follow_ups and self._follow_ups[0][0] <= moment:
            due, _, action = heapq.heappop(self._follow_ups)
            action(due)

    def file(self, sale: Sale) -> None:
        """Takes over a sale from the till."""
        self.sales.append(sale)
        if sale.state == SaleState.COMPLETED:
            self._take_stock(sale)
            self._plan_follow_up(sale)

    def _take_stock(self, sale: Sale) -> None:
        for line in sale.lines:
            if line.item_id:
                self.stockroom.move(
                    MovementKind.SALE,
                    line.item_id,
                    -line.quantity,
                    sale.closed_at or sale.opened_at,
                    visible_at=sale.visible_at,
                    order_id=sale.id,
                )

    def _plan_follow_up(self, sale: Sale) -> None:
        rng = self._rng
        chance = rng.random()
        # Nothing can be done to an order before the vendor has it.
        start = max(sale.visible_at, sale.closed_at or sale.opened_at)
        if chance < 0.006:
            self._plan(
                start + timedelta(minutes=rng.randrange(2, 600)), lambda at: self._change_tip(sale, at)
            )
        elif chance < 0.012:
            self._plan(start + timedelta(hours=rng.uniform(0.1, 100)), lambda at: self._drop_line(sale, at))
        elif chance < 0.042:
            days = rng.choice((0.02, 0.3, 1, 2, 6, 20, 35))
            self._plan(start + timedelta(days=days), lambda at: self._take_back(sale, at))
        elif chance < 0.050:
            self._plan(start + timedelta(days=rng.uniform(0.1, 33)), lambda at: self._refund_amount(sale, at))
        elif chance < 0.053:
            self._plan(start + timedelta(days=rng.uniform(1, 12)), lambda at: self._exchange(sale, at))
        elif chance < 0.055:
            self._plan(
                start + timedelta(days=rng.uniform(1, 40)),
                lambda at: self._take_back_without_receipt(sale, at),
            )

    def _plan(self, at: datetime, action: Callable[[datetime], None]) -> None:
        heapq.heappush(self._follow_ups, (at, next(self._numbers), action))

    def _change_tip(self, sale: Sale, at: datetime) -> None:
        paid = [payment for payment in sale.payments if payment.status == PaymentStatus.COMPLETED]
        if paid:
            changed = replace(paid[0], tip=paid[0].tip + self._rng.randrange(1, 700))
            payments = tuple(changed if payment is paid[0] else payment for payment in sale.payments)
            self.sales.append(
                replace(sale, version=sale.version + 1, updated_at=at, visible_at=at, payments=payments)
            )

    def _drop_line(self, sale: Sale, at: datetime) -> None:
        """The order is corrected: its first line goes, the price of the rest and the payment with it."""
        gone, *kept = sale.lines
        if gone.kind == LineKind.GIFT_CARD or gone.service_charge or sale.rounding or len(sale.payments) != 1:
            return
        (payment,) = sale.payments
        edited = replace(sale, version=sale.version + 1, updated_at=at, visible_at=at, lines=tuple(kept))
        due = edited.total - edited.tip
        nothing = due + edited.tip == 0
        changed = (
            replace(payment, status=PaymentStatus.CANCELLED) if nothing else replace(payment, amount=due)
        )
        self.sales.append(replace(edited, payments=(changed,)))
        if gone.item_id:
            self.stockroom.move(MovementKind.SALE, gone.item_id, gone.quantity, at, order_id=sale.id)

    def _take_back(self, sale: Sale, at: datetime) -> None:
        """Goods come back: all of the order, one line, or part of a line."""
        rng = self._rng
        goods = [line for line in sale.lines if line.quantity]
        whole = rng.random() < 0.3
        chosen = goods if whole else goods[:1]
        return_id = f"{sale.id}-R1"
        lines = []
        for position, line in enumerate(chosen, start=1):
            part = ONE if not whole and line.quantity > 1 and line.quantity % 1 == 0 else line.quantity
            restocked = line.kind == LineKind.ITEM and rng.random() < 0.8
            returned = part_of(line, Decimal(0), part, f"r{position}")
            lines.append(ReturnedLine(returned, line.id, restocked))
        charges = [charge for charge in sale.service_charges if not charge.is_spread and not charge.tax]
        reason = f"Returned by the guest of {return_id}, said it was broken" if rng.random() < 0.5 else ""
        known_at = at + timedelta(seconds=1)
        given = Return(
            id=return_id,
            version=1,
            store_id=self.store.id,
            sale_id=sale.id,
            exchange_sale_id=None,
            opened_at=at - timedelta(seconds=30),
            closed_at=at,
            updated_at=known_at,
            visible_at=known_at,
            lines=tuple(lines),
            payouts=(),
            tip=sale.tip if whole and rng.random() < 0.4 else 0,
            service_charge=charges[0].amount if whole and charges and rng.random() < 0.5 else 0,
            rounding=sale.rounding if whole else 0,
            reason=reason,
        )
        self.returns.append(replace(given, payouts=payouts(sale, return_id, given.total)))
        self._restock(given)

    def _restock(self, given: Return) -> None:
        for returned in given.lines:
            if returned.restocked and returned.line.item_id:
                self.stockroom.move(
                    MovementKind.RETURN,
                    returned.line.item_id,
                    returned.line.quantity,
                    given.closed_at,
                    visible_at=given.visible_at,
                    order_id=given.id,
                )

    def _take_back_without_receipt(self, sale: Sale, at: datetime) -> None:
        """The goods are known, the sale that they came from is not."""
        line = next((line for line in sale.lines if line.kind == LineKind.ITEM), None)
        if line is None:
            return
        return_id = f"{sale.id}-U1"
        plain = replace(part_of(line, Decimal(0), line.quantity, "r1"), discounts=())
        total = plain.total
        given = Return(
            id=return_id,
            version=1,
            store_id=self.store.id,
            sale_id=None,
            exchange_sale_id=None,
            opened_at=at,
            closed_at=at,
            updated_at=at,
            visible_at=at,
            lines=(ReturnedLine(plain, None, restocked=True),),
            payouts=(Payout(f"{return_id}-F1", None, total),) if total else (),
        )
        self.returns.append(given)
        self._restock(given)

    def _exchange(self, sale: Sale, at: datetime) -> None:
        """A line comes back and another unit of the same item goes out, in one order."""
        line = next((line for line in sale.lines if line.kind == LineKind.ITEM), None)
        if line is None:
            return
        item = self._items[line.item_id or ""]
        if not self.stockroom.available(item.id, ONE):
            return
        exchange_id = f"{sale.id}-X1"
        taxes = tuple(self._taxes[applied.tax_id] for applied in line.taxes)
        basket = [BasketLine("l1", LineKind.ITEM, item, item.product_name, ONE, item.price, (), taxes)]
        new = Sale(
            id=exchange_id,
            store_id=self.store.id,
            version=1,
            state=SaleState.COMPLETED,
            opened_at=at - timedelta(minutes=2),
            closed_at=at,
            updated_at=at,
            visible_at=at,
            lines=price(basket),
        )
        returned = ReturnedLine(part_of(line, Decimal(0), line.quantity, "r1"), line.id, restocked=True)
        credit = min(new.total, returned.line.total)
        due, left = new.total - credit, returned.line.total - credit
        payments = (Payment(f"{exchange_id}-P1", PaymentMethod.CARD, due, 0, PaymentStatus.COMPLETED, at),)
        new = replace(new, credit=credit, payments=payments if due else ())
        given = Return(
            id=f"{exchange_id}-R",
            version=1,
            store_id=self.store.id,
            sale_id=sale.id,
            exchange_sale_id=exchange_id,
            opened_at=new.opened_at,
            closed_at=at,
            updated_at=at,
            visible_at=at,
            lines=(returned,),
            payouts=payouts(sale, exchange_id, left),
        )
        self.sales.append(new)
        self.returns.append(given)
        self._restock(given)
        self._take_stock(new)

    def _refund_amount(self, sale: Sale, at: datetime) -> None:
        """Money goes back without naming goods; some of it waits for the bank, and the bank may refuse."""
        rng = self._rng
        payment = next((p for p in sale.payments if p.status == PaymentStatus.COMPLETED and p.amount), None)
        if payment is None:
            return
        form = rng.choice(tuple(RefundForm))
        refund_id = f"{sale.id}-A1"
        waits = form != RefundForm.CUSTOM_LINE and rng.random() < 0.4
        refund = Refund(
            id=refund_id,
            version=1,
            store_id=self.store.id,
            sale_id=sale.id,
            payment_id=payment.id,
            order_id=None if form == RefundForm.NO_ORDER else f"{refund_id}-O",
            form=form,
            amount=rng.randint(1, payment.amount),
            status=PaymentStatus.PENDING if waits else PaymentStatus.COMPLETED,
            refunded_at=at,
            updated_at=at,
            visible_at=at,
            reason=f"Goodwill for the complaint {refund_id}",
        )
        self.refunds.append(refund)
        if waits:
            settled = at + timedelta(hours=rng.uniform(1, 60))
            status = PaymentStatus.FAILED if rng.random() < 0.2 else PaymentStatus.COMPLETED
            self.refunds.append(
                replace(refund, version=2, status=status, updated_at=settled, visible_at=settled)
            )


def payouts(sale: Sale, order_id: str, amount: int) -> tuple[Payout, ...]:
    """Gives an amount back to the sale's payments, first to last."""
    given = []
    for payment in sale.payments:
        part = min(amount, payment.amount + payment.tip) if payment.status == PaymentStatus.COMPLETED else 0
        if part:
            given.append(Payout(f"{order_id}-F{len(given) + 1}", payment.id, part))
            amount -= part
    if amount:
        given.append(Payout(f"{order_id}-F{len(given) + 1}", None, amount))
    return tuple(given)
