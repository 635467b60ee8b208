"""The till of one store: sells, and takes back, with everything that makes vendors' figures hard to add up.

Sales are mostly plain. A small share of them is: open, voided, edited later, tipped after closing, uploaded late by
an offline till, discounted unevenly or down to nothing, paid with gift cards or in rounded cash, an exchange,
returned in part or next month, or refunded by amount without naming goods.
"""

import heapq
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from simulator.assortment import (
    CITY_TAX,
    SALES_TAX,
    TAX_INCLUSIVE_COUNTRIES,
    VALUE_ADDED_TAX,
    Assortment,
)
from simulator.ledger import (
    Discount,
    Item,
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
    ServiceCharge,
    Store,
)
from simulator.pricing import BasketLine, Rebate, cash_rounding, part_of, price, rounded
from simulator.stockroom import Stockroom

ONE = Decimal(1)
PROMOTION = Discount("DISC-PROMO", "Week's offer", Decimal(20), whole_order=False)
TEN_PERCENT = Discount("DISC-TEN", "Ten percent", Decimal(10), whole_order=True)
UNEVEN = Discount("DISC-UNEVEN", "Regulars", Decimal("7.77"), whole_order=True)
VOUCHER = Discount("DISC-VOUCHER", "Voucher", None, whole_order=True)
ON_THE_HOUSE = Discount("DISC-FREE", "On the house", Decimal(100), whole_order=True)

OAT_MILK = ("MOD-OAT", "Oat milk", ONE, 60)
EXTRA_SHOT = ("MOD-SHOT", "Extra shot", Decimal(2), 45)

CASH_STEPS = {"CAD": 5, "AUD": 5}
"""Currencies whose smallest coin is larger than their smallest unit."""


class Till:
    """Rings up sales at given moments and remembers what has to happen later."""

    def __init__(self, store: Store, assortment: Assortment, stockroom: Stockroom, rng: Random) -> None:
        self.store = store
        self.stockroom = stockroom
        self.sales: list[Sale] = []
        self.returns: list[Return] = []
        self.refunds: list[Refund] = []
        self._assortment = assortment
        self._rng = rng
        self._numbers = count(1)
        self._follow_ups: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        inclusive = store.country in TAX_INCLUSIVE_COUNTRIES
        self._taxes = (VALUE_ADDED_TAX,) if inclusive else (SALES_TAX,)

    def run_until(self, moment: datetime) -> None:
        """Does what was put off until now: edits, returns and refunds, in the order of time."""
        while self._follow_ups and self._follow_ups[0][0] <= moment:
            due, _, action = heapq.heappop(self._follow_ups)
            action(due)

    def sell(self, at: datetime, ask_for: list[float], promoted: range) -> None:
        """Rings up one order.

        Args:
            at: When it is closed.
            ask_for: Cumulative weights of the items.
            promoted: Positions of the items on promotion.
        """
        rng = self._rng
        sale_id = f"{self.store.id}-{next(self._numbers):07d}"
        offline = rng.random() < 0.01
        visible_at = at + timedelta(hours=rng.uniform(0.5, 71.5)) if offline else at + timedelta(seconds=2)
        state = rng.choices((SaleState.COMPLETED, SaleState.CANCELLED, SaleState.OPEN), (970, 20, 10))[0]
        basket = self._basket(ask_for)
        if not basket:
            return
        known = self._assortment.customers and rng.random() < 0.3
        sale = self._priced(
            Sale(
                id=sale_id,
                store_id=self.store.id,
                version=1,
                state=state,
                opened_at=at - timedelta(seconds=rng.randrange(20, 2400)),
                closed_at=None if state == SaleState.OPEN else at,
                # A vendor stamps a late upload with its own clock; some stamp the till's. Both must be found.
                updated_at=at if offline and rng.random() < 0.3 else visible_at,
                visible_at=visible_at,
                lines=(),
                customer_id=rng.choice(self._assortment.customers).id if known else None,
                channel=rng.choices(("Point of Sale", "Online Store", "Delivery"), (8, 1, 1))[0],
                note=f"Ticket of table {sale_id[-3:]}, birthday surprise" if rng.random() < 0.02 else None,
            ),
            basket,
            self._rebates(basket, promoted),
        )
        sale = replace(sale, payments=self._payments(sale, offline))
        if state == SaleState.COMPLETED:
            sale = self._rounded_for_cash(sale)
            self._take_stock(sale)
            self._plan_follow_up(sale)
        self.sales.append(sale)

    def _basket(self, ask_for: list[float]) -> list[BasketLine]:
        rng = self._rng
        basket = []
        wanted = rng.choices((1, 2, 3, 4, 7), (34, 30, 20, 12, 4))[0]
        chosen = rng.choices(range(len(ask_for)), cum_weights=ask_for, k=wanted)
        for position, index in enumerate(dict.fromkeys(chosen), start=1):
            item = self._assortment.items[index]
            quantity = self._quantity(item)
            if not self.stockroom.available(item.id, quantity):
                continue
            extras = ()
            if item.category_id == "CAT1" and rng.random() < 0.4:
                extras = (OAT_MILK,) if rng.random() < 0.7 else (OAT_MILK, EXTRA_SHOT)
            chance = rng.random()
            taxes = () if chance < 0.1 else (*self._taxes, CITY_TAX) if chance < 0.2 else self._taxes
            note = f"allergy note for guest {position}: no nuts please" if rng.random() < 0.01 else None
            basket.append(
                BasketLine(
                    f"l{position}",
                    LineKind.ITEM,
                    item,
                    item.product_name,
                    quantity,
                    item.price,
                    extras,
                    taxes,
                    note,
                )
            )
        chance = rng.random()
        if chance < 0.012:
            card = self._assortment.gift_card
            amount = rng.choice((1000, 2500, 5000))
            basket.append(BasketLine("g1", LineKind.GIFT_CARD, card, card.product_name, ONE, amount))
        elif chance < 0.03:
            name = f"Repair for Mx {rng.choice(('Wolverhampton', 'Zimmerli', 'Okonkwo-Bright'))}"
            basket.append(
                BasketLine("c1", LineKind.CUSTOM, None, name, ONE, rng.randrange(50, 4000), (), self._taxes)
            )
        return basket

    def _quantity(self, item: Item) -> Decimal:
        if item.is_weighed:
            return Decimal(self._rng.randrange(80, 2400)).scaleb(-3)
        return Decimal(self._rng.choices((1, 2, 3, 6), (78, 15, 5, 2))[0])

    def _rebates(self, basket: list[BasketLine], promoted: range) -> tuple[Rebate, ...]:
        rng = self._rng
        on_offer = {self._assortment.items[index].id for index in promoted}
        rebates = [
            Rebate(PROMOTION, line_id=line.id) for line in basket if line.item and line.item.id in on_offer
        ]
        chance = rng.random()
        if chance < 0.04:
            rebates.append(Rebate(TEN_PERCENT))
        elif chance < 0.06:
            rebates.append(Rebate(UNEVEN))
        elif chance < 0.075:
            rebates.append(Rebate(VOUCHER, amount=rng.randrange(1, 1500)))
        elif chance < 0.08:
            rebates.append(Rebate(ON_THE_HOUSE))
        return tuple(rebates)

    def _priced(self, sale: Sale, basket: list[BasketLine], rebates: tuple[Rebate, ...]) -> Sale:
        chance = self._rng.random()
        spread = self._rng.randrange(50, 400) if chance < 0.005 else 0
        lines = price(basket, rebates, spread)
        charges: tuple[ServiceCharge, ...] = ()
        goods = sum(line.gross - line.discount for line in lines if line.kind != LineKind.GIFT_CARD)
        if spread:
            shared = sum(line.service_charge for line in lines)
            charges = (ServiceCharge("s1", "Delivery fee", shared, 0, is_gratuity=False, is_spread=True),)
        elif chance < 0.02:
            amount = rounded(Decimal(goods) * 18 / 100)
            charges = (
                ServiceCharge(
                    "s1", "Gratuity for large parties", amount, 0, is_gratuity=True, is_spread=False
                ),
            )
        elif chance < 0.03:
            charges = (ServiceCharge("s1", "Packaging", 150, 13, is_gratuity=False, is_spread=False),)
        used = {applied.discount_id for line in lines for applied in line.discounts}
        discounts = dict.fromkeys(rebate.discount for rebate in rebates if rebate.discount.id in used)
        return replace(sale, lines=lines, service_charges=charges, discounts=tuple(discounts))

    def _payments(self, sale: Sale, offline: bool) -> tuple[Payment, ...]:
        rng = self._rng
        if sale.state == SaleState.OPEN or not sale.total:
            return ()
        at = sale.closed_at or sale.opened_at
        status = PaymentStatus.COMPLETED if sale.state == SaleState.COMPLETED else PaymentStatus.CANCELLED
        method = rng.choices(
            (
                PaymentMethod.CARD,
                PaymentMethod.CASH,
                PaymentMethod.WALLET,
                PaymentMethod.GIFT_CARD,
                PaymentMethod.OTHER,
            ),
            (62, 27, 6, 3, 2),
        )[0]
        tip = 0
        if method == PaymentMethod.CARD and rng.random() < 0.25:
            tip = rounded(Decimal(sale.total) * rng.choice((10, 15, 18, 20)) / 100)
        payments = [Payment(f"{sale.id}-P1", method, sale.total, tip, status, at, offline)]
        chance = rng.random()
        if chance < 0.02 and sale.total > 1:
            part = sale.total // 3 or 1
            gift = Payment(f"{sale.id}-P2", PaymentMethod.GIFT_CARD, part, 0, status, at, offline)
            payments = [replace(payments[0], amount=sale.total - part), gift]
        elif chance < 0.03 and method == PaymentMethod.CARD:
            declined = replace(payments[0], id=f"{sale.id}-P0", status=PaymentStatus.FAILED, tip=0)
            payments = [declined, *payments]
        return tuple(payments)

    def _rounded_for_cash(self, sale: Sale) -> Sale:
        step = CASH_STEPS.get(self.store.currency)
        if step is None or len(sale.payments) != 1 or sale.payments[0].method != PaymentMethod.CASH:
            return sale
        rounding = cash_rounding(sale.total, step)
        payment = replace(sale.payments[0], amount=sale.payments[0].amount + rounding)
        return replace(sale, rounding=rounding, payments=(payment,) if payment.amount else ())

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
        tip = sale.tip if whole and rng.random() < 0.4 else 0
        charges = [charge for charge in sale.service_charges if not charge.is_spread and not charge.tax]
        charge = charges[0].amount if whole and charges and rng.random() < 0.5 else 0
        rounding = sale.rounding if whole else 0
        self._give_back(sale, return_id, at, tuple(lines), tip, charge, rounding)

    def _give_back(
        self,
        sale: Sale,
        return_id: str,
        at: datetime,
        lines: tuple[ReturnedLine, ...],
        tip: int = 0,
        service_charge: int = 0,
        rounding: int = 0,
    ) -> None:
        given = Return(
            id=return_id,
            version=1,
            store_id=self.store.id,
            sale_id=sale.id,
            exchange_sale_id=None,
            opened_at=at - timedelta(seconds=30),
            closed_at=at,
            updated_at=at + timedelta(seconds=1),
            visible_at=at + timedelta(seconds=1),
            lines=lines,
            payouts=(),
            tip=tip,
            service_charge=service_charge,
            rounding=rounding,
            reason=f"Returned by the guest of {return_id}, said it was broken"
            if self._rng.random() < 0.5
            else "",
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
        item = next((item for item in self._assortment.items if line and item.id == line.item_id), None)
        if line is None or item is None or not self.stockroom.available(item.id, ONE):
            return
        exchange_id = f"{sale.id}-X1"
        new = self._priced(
            Sale(
                id=exchange_id,
                store_id=self.store.id,
                version=1,
                state=SaleState.COMPLETED,
                opened_at=at - timedelta(minutes=2),
                closed_at=at,
                updated_at=at,
                visible_at=at,
                lines=(),
            ),
            [BasketLine("l1", LineKind.ITEM, item, item.product_name, ONE, item.price, (), self._taxes)],
            (),
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
