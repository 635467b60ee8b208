"""Toast's own sums of a business date: service charges are net sales, gratuity and gift cards are not."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from simulator.core.answers import Json
from simulator.ledger import Ledger, Line, LineKind, Refund, Return, Sale, SaleState, Store
from simulator.toast.orders import price_of
from simulator.toast.parts import money

Sums = dict[str, int]
NAMES = ("orders", "net", "discounts", "refunds", "voids")


class Totals:
    """Adds up some orders of a ledger by restaurant and business date.

    Args:
        ledger: What happened.
        day_of: The business date of a moment at a store, as Toast writes it.
    """

    def __init__(self, ledger: Ledger, day_of: Callable[[datetime, Store], int]) -> None:
        self._stores = {store.id: store for store in ledger.stores}
        self._day_of = day_of
        self._days: dict[tuple[str, int], Sums] = defaultdict(lambda: dict.fromkeys(NAMES, 0))

    def add_sale(self, sale: Sale) -> None:
        """Counts an order on its own day; one that was struck out only as a void."""
        store = self._stores[sale.store_id]
        day = self._days[store.id, self._day_of(sale.opened_at, store)]
        goods = [line for line in sale.lines if line.kind != LineKind.GIFT_CARD]
        if sale.state == SaleState.CANCELLED:
            day["voids"] += sum(price_of(line) for line in goods)
            return
        day["orders"] += 1
        day["net"] += sum(price_of(line) for line in goods) + sale.rounding
        day["net"] += sum(charge.amount for charge in sale.service_charges if not charge.is_gratuity)
        day["discounts"] += sum(line.discount for line in goods)

    def add_return(self, given: Return | Refund) -> None:
        """Takes what was given back off the day on which it was."""
        store = self._stores[given.store_id]
        if isinstance(given, Refund):
            at, amount = given.refunded_at, given.amount
        else:
            at, amount = given.closed_at, sum(price_of(line) for line in goods_of(given))
            amount += given.service_charge + given.rounding
        day = self._days[store.id, self._day_of(at, store)]
        day["net"] -= amount
        day["refunds"] += amount

    def rows(self, restaurants: Iterable[str], first: int, last: int) -> list[Json]:
        """The sums of some restaurants and days."""
        return [
            {
                "restaurantGuid": store_id,
                "businessDate": str(day),
                "guestCount": sums["orders"],
                "ordersCount": sums["orders"],
                "netSalesAmount": money(sums["net"], self._stores[store_id]),
                "grossSalesAmount": money(
                    sums["net"] + sums["discounts"] + sums["refunds"], self._stores[store_id]
                ),
                "discountAmount": money(sums["discounts"], self._stores[store_id]),
                "refundAmount": money(sums["refunds"], self._stores[store_id]),
                "voidOrdersAmount": money(sums["voids"], self._stores[store_id]),
            }
            for (store_id, day), sums in sorted(self._days.items())
            if store_id in restaurants and first <= day <= last
        ]


def goods_of(given: Return) -> list[Line]:
    """The returned lines that are no gift cards."""
    return [returned.line for returned in given.lines if returned.line.kind != LineKind.GIFT_CARD]
