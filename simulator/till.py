"""The till of one store: what people buy, with everything that makes a vendor's figures hard to add up.

Sales are mostly plain. A small share of them is: open, voided, uploaded late by an offline till, discounted
unevenly or down to nothing, taxed twice or not, paid with gift cards, in two ways or in rounded cash.
"""

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
from simulator.back_office import BackOffice
from simulator.ledger import (
    Discount,
    Item,
    Line,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Sale,
    SaleState,
    ServiceCharge,
    Store,
)
from simulator.pricing import BasketLine, Rebate, cash_rounding, price, rounded

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

METHODS = (
    PaymentMethod.CARD,
    PaymentMethod.CASH,
    PaymentMethod.WALLET,
    PaymentMethod.GIFT_CARD,
    PaymentMethod.OTHER,
)
METHOD_SHARES = (62, 27, 6, 3, 2)


class Till:
    """Rings up sales at given moments and hands them to the back office."""

    def __init__(self, store: Store, assortment: Assortment, back_office: BackOffice, rng: Random) -> None:
        self.store = store
        self._assortment = assortment
        self._back_office = back_office
        self._rng = rng
        self._numbers = count(1)
        self._taxes = (VALUE_ADDED_TAX,) if store.country in TAX_INCLUSIVE_COUNTRIES else (SALES_TAX,)

    def sell(self, at: datetime, ask_for: list[float], promoted: range) -> None:
        """Rings up one order.

        Args:
            at: When it is closed.
            ask_for: Cumulative weights of the items.
            promoted: Positions of the items on promotion.
        """
        rng = self._rng
        sale_id = f"{self.store.id}-{next(self._numbers):07d}"
        basket = self._basket(ask_for)
        if not basket:
            return
        rebates = self._rebates(basket, promoted)
        lines, charges = self._bill(basket, rebates)
        used = {applied.discount_id for line in lines for applied in line.discounts}
        state = rng.choices((SaleState.COMPLETED, SaleState.CANCELLED, SaleState.OPEN), (970, 20, 10))[0]
        offline = rng.random() < 0.01
        due = sum(line.total for line in lines)
        due += sum(charge.amount + charge.tax for charge in charges if not charge.is_spread)
        rounding, payments = self._payments(sale_id, due, state, at, offline)
        visible_at = at + (timedelta(hours=rng.uniform(0.5, 71.5)) if offline else timedelta(seconds=2))
        known = self._assortment.customers and rng.random() < 0.3
        sale = Sale(
            id=sale_id,
            store_id=self.store.id,
            version=1,
            state=state,
            opened_at=at - timedelta(seconds=rng.randrange(20, 2400)),
            closed_at=None if state == SaleState.OPEN else at,
            # A vendor stamps a late upload with its own clock; some stamp the till's. Both must be found.
            updated_at=at if offline and rng.random() < 0.3 else visible_at,
            visible_at=visible_at,
            lines=lines,
            discounts=tuple(dict.fromkeys(r.discount for r in rebates if r.discount.id in used)),
            service_charges=charges,
            payments=payments,
            rounding=rounding,
            customer_id=rng.choice(self._assortment.customers).id if known else None,
            channel=rng.choices(("Point of Sale", "Online Store", "Delivery"), (8, 1, 1))[0],
            note=f"Ticket of table {sale_id[-3:]}: bride" if rng.random() < 0.02 else None,
        )
        self._back_office.file(sale)

    def _basket(self, ask_for: list[float]) -> list[BasketLine]:
        rng = self._rng
        basket = []
        wanted = rng.choices((1, 2, 3, 4, 7), (34, 30, 20, 12, 4))[0]
        chosen = rng.choices(range(len(ask_for)), cum_weights=ask_for, k=wanted)
        for position, index in enumerate(dict.fromkeys(chosen), start=1):
            item = self._assortment.items[index]
            quantity = self._quantity(item)
            if not self._back_office.stockroom.available(item.id, quantity):
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

    def _bill(
        self, basket: list[BasketLine], rebates: tuple[Rebate, ...]
    ) -> tuple[tuple[Line, ...], tuple[ServiceCharge, ...]]:
        chance = self._rng.random()
        spread = self._rng.randrange(50, 400) if chance < 0.005 else 0
        lines = price(basket, rebates, spread)
        if spread:
            shared = sum(line.service_charge for line in lines)
            return lines, (ServiceCharge("s1", "Delivery fee", shared, 0, is_gratuity=False, is_spread=True),)
        if chance < 0.02:
            goods = sum(line.gross - line.discount for line in lines if line.kind != LineKind.GIFT_CARD)
            amount = rounded(Decimal(goods) * 18 / 100)
            return lines, (ServiceCharge("s1", "Gratuity", amount, 0, is_gratuity=True, is_spread=False),)
        if chance < 0.03:
            return lines, (ServiceCharge("s1", "Packaging", 150, 13, is_gratuity=False, is_spread=False),)
        return lines, ()

    def _payments(
        self, sale_id: str, due: int, state: SaleState, at: datetime, offline: bool
    ) -> tuple[int, tuple[Payment, ...]]:
        """Pays what is due; returns what cash rounding adds to it, and the payments."""
        rng = self._rng
        if state == SaleState.OPEN or not due:
            return 0, ()
        status = PaymentStatus.COMPLETED if state == SaleState.COMPLETED else PaymentStatus.CANCELLED
        method = rng.choices(METHODS, METHOD_SHARES)[0]
        tip = 0
        if method == PaymentMethod.CARD and rng.random() < 0.25:
            tip = rounded(Decimal(due) * rng.choice((10, 15, 18, 20)) / 100)
        first = Payment(f"{sale_id}-P1", method, due, tip, status, at, offline)
        chance = rng.random()
        if chance < 0.02 and due > 1:
            part = due // 3 or 1
            gift = Payment(f"{sale_id}-P2", PaymentMethod.GIFT_CARD, part, 0, status, at, offline)
            return 0, (replace(first, amount=due - part), gift)
        if chance < 0.03 and method == PaymentMethod.CARD:
            declined = replace(first, id=f"{sale_id}-P0", status=PaymentStatus.FAILED, tip=0)
            return 0, (declined, first)
        if method == PaymentMethod.CASH and self.store.currency in CASH_STEPS:
            rounding = cash_rounding(due, CASH_STEPS[self.store.currency])
            return rounding, (replace(first, amount=due + rounding),) if due + rounding else ()
        return 0, (first,)
