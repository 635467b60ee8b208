"""What the warehouse has to say about a ledger, added up here a second time in another way.

Plain loops over the ledger, with nothing of the pipeline: no connector, no SQL, no table library. Figures are
exact `Decimal`s in the currency's own unit, keyed by the ledger's ids. The rules are those of the warehouse's
documentation: gross without tax, returns on their own day, gift cards no sale, open and cancelled orders
nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.ledger import (
    Ledger,
    Line,
    LineKind,
    PaymentStatus,
    PurchaseOrder,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
    Store,
    major_units,
)

Figures = dict[str, Decimal]
DayKey = tuple[str, str, date]
ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)
WEEK = timedelta(days=7)

COLLECTED = {
    "net_sales": 1,
    "tax": 1,
    "refunded_tax": -1,
    "tips": 1,
    "refunded_tips": -1,
    "service_charges": 1,
    "refunded_service_charges": -1,
    "shipping": 1,
    "gift_cards_sold": 1,
    "refunded_gift_cards": -1,
    "rounding": 1,
    "unitemized_refunds": -1,
}
"""What total collected is made of, and with which sign."""

DAY_MEASURES = (
    *(
        "gross_sales",
        "discounts",
        "returns",
        "net_sales",
        "unitemized_refunds",
        "tax",
        "refunded_tax",
        "tips",
    ),
    *("refunded_tips", "service_charges", "refunded_service_charges", "shipping", "gift_cards_sold"),
    *("refunded_gift_cards", "rounding", "total_collected", "orders", "units", "units_returned"),
)
ITEM_MEASURES = ("units_sold", "units_returned", "gross_sales", "discounts", "returns", "net_sales")


@dataclass(frozen=True)
class ExpectedFigures:
    """The figures of a ledger at one moment.

    Attributes:
        daily_revenue: (store id, currency, business date) → every measure of a day, days without sales
            included.
        daily_comparisons: The same keys → average order value, items per order, the previous day, the same
            weekday a week before (None before the first day), and the mean of up to seven days.
        item_daily_sales: (store id, item id, business date) → units and money; only days on which something
            moved.
        orders: Sale id → the sums of its lines and its other amounts; open and cancelled sales too.
        counted_orders: Ids of the sales that count.
        business_dates: Sale or return id → its business date.
        refunds: Id of a return's order, or of a refund without goods → what was given back.
        payments: Payment id → amount without tip, and tip, in the currency's unit.
        paid: Ids of the payments that went through.
        stock: (store id, item id) → quantity on hand.
        purchase_orders: Id → the purchase order as it stands.
        totals: Currency → the sums of `daily_revenue`.
    """

    daily_revenue: dict[DayKey, Figures]
    daily_comparisons: dict[DayKey, dict[str, Decimal | None]]
    item_daily_sales: dict[DayKey, Figures]
    orders: dict[str, Figures]
    counted_orders: frozenset[str]
    business_dates: dict[str, date]
    refunds: dict[str, Figures]
    payments: dict[str, Figures]
    paid: frozenset[str]
    stock: dict[tuple[str, str], Decimal]
    purchase_orders: dict[str, PurchaseOrder]
    totals: dict[str, Figures]


def business_date(moment: datetime, store: Store, cutoff_minutes: int) -> date:
    """The store's local date; what its clock shows before the cut-off belongs to the day before."""
    on_the_clock = moment.astimezone(store.zone).replace(tzinfo=None)
    return (on_the_clock - timedelta(minutes=cutoff_minutes)).date()


def expected_figures(
    ledger: Ledger,
    *,
    cutoffs: Mapping[str, int] | None = None,
    at: datetime | None = None,
    as_of: date | None = None,
) -> ExpectedFigures:
    """Adds up a ledger.

    Args:
        ledger: What happened.
        cutoffs: Store id → minutes after midnight until which a sale belongs to the day before. Default 0.
        at: What the vendor tells at this moment counts. Default: the ledger's end.
        as_of: Days are listed up to the one before. Default: the UTC date of `at`.
    """
    at = at or ledger.ends_at
    return Sum(ledger, cutoffs or {}, at).figures(as_of or at.date())


class Sum:
    """The sums of one ledger while they grow."""

    def __init__(self, ledger: Ledger, cutoffs: Mapping[str, int], at: datetime) -> None:
        self._ledger = ledger
        self._cutoffs = cutoffs
        self._at = at
        self._stores = {store.id: store for store in ledger.stores}
        self._days: dict[DayKey, Figures] = defaultdict(lambda: dict.fromkeys(DAY_MEASURES, ZERO))
        self._items: dict[DayKey, Figures] = defaultdict(lambda: dict.fromkeys(ITEM_MEASURES, ZERO))
        self._orders: dict[str, Figures] = {}
        self._counted: set[str] = set()
        self._dates: dict[str, date] = {}
        self._refunds: dict[str, Figures] = {}
        self._payments: dict[str, Figures] = {}
        self._paid: set[str] = set()

    def figures(self, as_of: date) -> ExpectedFigures:
        """Goes through the ledger once."""
        for sale in self._ledger.sales_at(self._at):
            self._add_sale(sale)
        for given in self._ledger.returns_at(self._at):
            self._add_return(given)
        self._add_refunds()
        for key, measures in self._items.items():
            measures["net_sales"] = measures["gross_sales"] - measures["discounts"] - measures["returns"]
            self._items[key] = measures
        for measures in self._days.values():
            net = measures["gross_sales"] - measures["discounts"] - measures["returns"]
            measures["net_sales"] = net
            measures["total_collected"] = sum(
                (measures[name] * sign for name, sign in COLLECTED.items()), ZERO
            )
        dense = dict(self._dense(as_of))
        return ExpectedFigures(
            daily_revenue=dense,
            daily_comparisons={key: comparisons(dense, key) for key in dense},
            item_daily_sales=dict(self._items),
            orders=self._orders,
            counted_orders=frozenset(self._counted),
            business_dates=self._dates,
            refunds=self._refunds,
            payments=self._payments,
            paid=frozenset(self._paid),
            stock=self._ledger.on_hand(self._at),
            purchase_orders={order.id: order for order in self._ledger.purchase_orders_at(self._at)},
            totals=totals(dense),
        )

    def _day(self, store: Store, moment: datetime) -> date:
        return business_date(moment, store, self._cutoffs.get(store.id, 0))

    def _add_sale(self, sale: Sale) -> None:
        store = self._stores[sale.store_id]
        for payment in sale.payments:
            self._payments[payment.id] = {
                "amount": major_units(payment.amount, store.currency),
                "tip": major_units(payment.tip, store.currency),
            }
            if payment.status == PaymentStatus.COMPLETED:
                self._paid.add(payment.id)
        goods = [line for line in sale.lines if line.kind != LineKind.GIFT_CARD]
        measures = {
            "gross_sales": sum(gross_without_tax(line) for line in goods),
            "discounts": sum(line.discount for line in goods),
            "tax": sale.tax,
            "tips": sale.tip,
            "service_charges": sum(charge.amount for charge in sale.service_charges),
            "gift_cards_sold": sum(line.total for line in sale.lines if line.kind == LineKind.GIFT_CARD),
            "rounding": sale.rounding,
        }
        total = sale.total
        order = {name: major_units(amount, store.currency) for name, amount in measures.items()}
        day = self._day(store, sale.closed_at or sale.opened_at)
        self._dates[sale.id] = day
        self._orders[sale.id] = order | {
            "net_sales_before_returns": order["gross_sales"] - order["discounts"],
            "total": major_units(total, store.currency),
            "unpaid_balance": major_units(max(0, total - sale.credit - sale.paid), store.currency),
        }
        if sale.state != SaleState.COMPLETED or not (sale.lines or total):
            return
        self._counted.add(sale.id)
        totals_of_day = self._days[store.id, store.currency, day]
        add(totals_of_day, order)
        add(totals_of_day, {"orders": Decimal(1), "units": sum((line.quantity for line in goods), ZERO)})
        for line in goods:
            if line.item_id:
                moved = {
                    "units_sold": line.quantity,
                    "gross_sales": major_units(gross_without_tax(line), store.currency),
                    "discounts": major_units(line.discount, store.currency),
                }
                add(self._items[store.id, line.item_id, day], moved)

    def _add_return(self, given: Return) -> None:
        store = self._stores[given.store_id]
        day = self._day(store, given.closed_at)
        named = [returned.line for returned in given.lines if is_named(returned)]
        goods = [line for line in named if line.kind != LineKind.GIFT_CARD]
        unnamed = sum(returned.line.total for returned in given.lines if not is_named(returned))
        measures = {
            "returns": sum(gross_without_tax(line) - line.discount for line in goods),
            "refunded_tax": sum(line.tax for line in named),
            "refunded_tips": given.tip,
            "refunded_service_charges": given.service_charge,
            "refunded_gift_cards": sum(line.total for line in named if line.kind == LineKind.GIFT_CARD),
            "rounding": -given.rounding,
            "unitemized_refunds": unnamed,
        }
        figures = {name: major_units(amount, store.currency) for name, amount in measures.items()}
        order_id = given.exchange_sale_id or given.id
        self._dates[given.id] = day
        self._refunds[order_id] = figures | {"total": major_units(given.total, store.currency)}
        totals_of_day = self._days[store.id, store.currency, day]
        add(totals_of_day, figures)
        add(totals_of_day, {"units_returned": sum((line.quantity for line in goods), ZERO)})
        for line in goods:
            if line.item_id:
                amount = major_units(gross_without_tax(line) - line.discount, store.currency)
                moved = {"units_returned": line.quantity, "returns": amount}
                add(self._items[store.id, line.item_id, day], moved)

    def _add_refunds(self) -> None:
        for refund in self._ledger.refunds_at(self._at):
            if refund.status != PaymentStatus.COMPLETED:
                continue
            store = self._stores[refund.store_id]
            amount = major_units(refund.amount, store.currency)
            day = self._day(store, refund.refunded_at)
            self._dates[refund.id] = day
            self._refunds[refund.id] = {"unitemized_refunds": amount, "total": amount}
            add(self._days[store.id, store.currency, day], {"unitemized_refunds": amount})

    def _dense(self, as_of: date) -> Iterator[tuple[DayKey, Figures]]:
        """Every day of every store, from its first to its last or the day before `as_of`."""
        days_of: dict[tuple[str, str], list[date]] = defaultdict(list)
        for store_id, currency, day in self._days:
            days_of[store_id, currency].append(day)
        for (store_id, currency), days in sorted(days_of.items()):
            day, last = min(days), max(*days, as_of - ONE_DAY)
            while day <= last:
                key = (store_id, currency, day)
                yield key, self._days.get(key) or dict.fromkeys(DAY_MEASURES, ZERO)
                day += ONE_DAY


def gross_without_tax(line: Line) -> int:
    """Price times quantity with modifiers, before discounts; inclusive tax taken out."""
    return line.gross - line.inclusive_tax


def is_named(returned: ReturnedLine) -> bool:
    """Whether a returned line says what came back; otherwise it is money without goods."""
    return returned.source_line_id is not None or returned.line.item_id is not None


def add(figures: Figures, more: Figures) -> None:
    """Adds figures to others of the same names."""
    for name, amount in more.items():
        figures[name] += amount


def comparisons(days: dict[DayKey, Figures], key: DayKey) -> dict[str, Decimal | None]:
    """What a day is compared with, and its means."""
    store_id, currency, day = key
    measures = days[key]
    orders = measures["orders"]

    def net_sales(days_before: int) -> Decimal | None:
        other = days.get((store_id, currency, day - timedelta(days=days_before)))
        return other["net_sales"] if other else None

    last_week = [net for days_before in range(WEEK.days) if (net := net_sales(days_before)) is not None]
    return {
        "average_order_value": measures["net_sales"] / orders if orders else None,
        "items_per_order": measures["units"] / orders if orders else None,
        "net_sales_previous_day": net_sales(1),
        "net_sales_same_weekday_last_week": net_sales(WEEK.days),
        "net_sales_7_day_mean": sum(last_week, ZERO) / len(last_week),
    }


def totals(days: dict[DayKey, Figures]) -> dict[str, Figures]:
    """All days and stores of a currency together."""
    sums: dict[str, Figures] = defaultdict(lambda: dict.fromkeys(DAY_MEASURES, ZERO))
    for (_, currency, _), measures in days.items():
        add(sums[currency], measures)
    return dict(sums)
