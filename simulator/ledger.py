"""What happened in a set of stores, in no vendor's words.

Money is an integer in the currency's smallest unit, a quantity a `Decimal`, a time an aware UTC `datetime`.
Nothing here prices anything: amounts are decided in `simulator.pricing` and only added up here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

UNKNOWN_CARDHOLDER = "Hieronymus Anonymous-Cardholder"
"""The name on the card of a buyer whom the ledger does not know."""

CURRENCY_EXPONENTS = {"USD": 2, "GBP": 2, "EUR": 2, "CAD": 2, "AUD": 2, "JPY": 0}
"""ISO 4217: how many decimal places the smallest unit of a currency has."""


def major_units(amount: int, currency: str) -> Decimal:
    """Turns an amount in the smallest unit into the currency's own unit, exactly."""
    return Decimal(amount).scaleb(-CURRENCY_EXPONENTS[currency])


class SaleState(StrEnum):
    """Where an order stands."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class LineKind(StrEnum):
    """What a line sells: a catalogue item, an amount that the cashier typed, or value on a gift card."""

    ITEM = "item"
    CUSTOM = "custom"
    GIFT_CARD = "gift_card"


class PaymentMethod(StrEnum):
    """How a payment was made."""

    CASH = "cash"
    CARD = "card"
    GIFT_CARD = "gift_card"
    WALLET = "wallet"
    OTHER = "other"


class PaymentStatus(StrEnum):
    """What became of a payment, or of money given back."""

    COMPLETED = "completed"
    PENDING = "pending"
    CANCELLED = "cancelled"
    FAILED = "failed"


class MovementKind(StrEnum):
    """Why stock moved."""

    SALE = "sale"
    RETURN = "return"
    RECEIPT = "receipt"
    COUNT = "count"
    WASTE = "waste"


class RefundForm(StrEnum):
    """How a vendor records money given back without naming goods."""

    EMPTY_ORDER = "empty_order"
    CUSTOM_LINE = "custom_line"
    NO_ORDER = "no_order"


class Versioned(Protocol):
    """A record that can change: of the versions visible at a moment, the highest counts."""

    @property
    def id(self) -> str:
        """Names the record in all its versions."""

    @property
    def version(self) -> int:
        """Counts the versions, from 1."""

    @property
    def visible_at(self) -> datetime:
        """When the vendor first tells of this version."""


Record = TypeVar("Record", bound=Versioned)


def latest_visible(versions: tuple[Record, ...], at: datetime) -> Iterator[Record]:
    """Yields each record once, in its highest version that is visible at a moment."""
    latest: dict[str, Record] = {}
    for record in versions:
        if record.visible_at <= at and (
            record.id not in latest or record.version > latest[record.id].version
        ):
            latest[record.id] = record
    yield from latest.values()


@dataclass(frozen=True, slots=True)
class Store:
    """A store; `closes` at or before `opens` means that it closes after midnight."""

    id: str
    name: str
    timezone: str
    currency: str
    country: str
    opens: time
    closes: time
    created_at: datetime
    is_active: bool
    address: str
    phone: str
    email: str

    @property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Category:
    """A group of items."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Supplier:
    """A company that delivers items."""

    id: str
    name: str
    is_active: bool
    contact_name: str
    contact_email: str


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax; an inclusive one is already inside the price."""

    id: str
    name: str
    percentage: Decimal
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Item:
    """What is sold and counted: one variant of a product.

    Attributes:
        id: Names the variant; `product_id` names the product that it belongs to.
        price: In the smallest unit of each store's own currency, before any tax that is added.
        unit_cost: In the smallest unit of `cost_currency`, None when unknown.
        is_weighed: Sold in thousandths of a kilogram.
        is_deleted: Taken out of the catalogue; its old sales stay.
    """

    id: str
    product_id: str
    product_name: str
    variant_name: str
    sku: str | None
    barcode: str | None
    category_id: str | None
    supplier_id: str | None
    price: int
    unit_cost: int | None
    cost_currency: str
    tracks_inventory: bool
    is_weighed: bool
    is_gift_card: bool
    is_deleted: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer. Everything but the id is planted so that tests can search for it where it must not be."""

    id: str
    name: str
    email: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Modifier:
    """An extra on a line; `amount` is for the whole line and already inside its gross."""

    id: str
    name: str
    quantity: Decimal
    unit_price: int
    amount: int


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount of a sale. Its amount stands on the lines."""

    id: str
    name: str
    percentage: Decimal | None
    whole_order: bool


@dataclass(frozen=True, slots=True)
class AppliedDiscount:
    """A line's share of a discount."""

    discount_id: str
    amount: int


@dataclass(frozen=True, slots=True)
class AppliedTax:
    """A tax on a line."""

    tax_id: str
    amount: int
    inclusive: bool


@dataclass(frozen=True)
class Line:
    """A sold or returned line.

    Attributes:
        gross: Quantity times price, modifiers included, before discounts; holds any inclusive tax.
        service_charge: The line's share of a charge that is spread over lines.
    """

    id: str
    kind: LineKind
    item_id: str | None
    name: str
    quantity: Decimal
    unit_price: int
    gross: int
    modifiers: tuple[Modifier, ...] = ()
    discounts: tuple[AppliedDiscount, ...] = ()
    taxes: tuple[AppliedTax, ...] = ()
    service_charge: int = 0
    note: str | None = None

    @cached_property
    def discount(self) -> int:
        """All discounts of the line."""
        return sum([applied.amount for applied in self.discounts])

    @cached_property
    def tax(self) -> int:
        """All taxes of the line."""
        return sum([applied.amount for applied in self.taxes])

    @cached_property
    def inclusive_tax(self) -> int:
        """The taxes that are inside the gross."""
        return sum([applied.amount for applied in self.taxes if applied.inclusive])

    @cached_property
    def total(self) -> int:
        """What the buyer owes for the line."""
        return self.gross - self.discount + self.tax - self.inclusive_tax + self.service_charge


@dataclass(frozen=True, slots=True)
class ServiceCharge:
    """A charge on an order; a spread one stands on the lines and is not added to the order again."""

    id: str
    name: str
    amount: int
    tax: int
    is_gratuity: bool
    is_spread: bool


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received; `amount` is without the tip."""

    id: str
    method: PaymentMethod
    amount: int
    tip: int
    status: PaymentStatus
    paid_at: datetime
    is_offline: bool = False


@dataclass(frozen=True)
class Sale:
    """One version of an order.

    Attributes:
        updated_at: When this version was made, by the vendor's clock.
        visible_at: When the vendor first tells of it; later than `updated_at` for a till that was offline.
        rounding: What cash rounding added to the total (negative when it took away).
        credit: Value of goods given back in the same order, used to pay for it.
    """

    id: str
    store_id: str
    version: int
    state: SaleState
    opened_at: datetime
    closed_at: datetime | None
    updated_at: datetime
    visible_at: datetime
    lines: tuple[Line, ...]
    discounts: tuple[Discount, ...] = ()
    service_charges: tuple[ServiceCharge, ...] = ()
    payments: tuple[Payment, ...] = ()
    rounding: int = 0
    credit: int = 0
    customer_id: str | None = None
    channel: str = "Point of Sale"
    note: str | None = None

    @cached_property
    def tip(self) -> int:
        """Tips on payments that went through or will."""
        alive = (PaymentStatus.COMPLETED, PaymentStatus.PENDING)
        return sum(payment.tip for payment in self.payments if payment.status in alive)

    @cached_property
    def tax(self) -> int:
        """All taxes, those on service charges included."""
        return sum(line.tax for line in self.lines) + sum(charge.tax for charge in self.service_charges)

    @cached_property
    def total(self) -> int:
        """What the buyer owes."""
        charges = sum(charge.amount + charge.tax for charge in self.service_charges if not charge.is_spread)
        return sum(line.total for line in self.lines) + charges + self.tip + self.rounding

    @cached_property
    def paid(self) -> int:
        """What was received, tips included."""
        received = (payment for payment in self.payments if payment.status == PaymentStatus.COMPLETED)
        return sum(payment.amount + payment.tip for payment in received)


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """A line given back, with the sale's line that it came from, when that is known."""

    line: Line
    source_line_id: str | None
    restocked: bool


@dataclass(frozen=True, slots=True)
class Payout:
    """Money given back for a return, to the payment it came from (None: without a receipt)."""

    id: str
    payment_id: str | None
    amount: int


@dataclass(frozen=True, slots=True)
class Return:
    """Goods given back, dated when it happened.

    Attributes:
        sale_id: The sale that the goods came from, None without a receipt.
        exchange_sale_id: The sale in whose order the goods were given back; otherwise the return is an order
            of its own, with this record's id.
        service_charge: Part of the sale's service charges that was given back.
    """

    id: str
    version: int
    store_id: str
    sale_id: str | None
    exchange_sale_id: str | None
    opened_at: datetime
    closed_at: datetime
    updated_at: datetime
    visible_at: datetime
    lines: tuple[ReturnedLine, ...]
    payouts: tuple[Payout, ...]
    tip: int = 0
    service_charge: int = 0
    rounding: int = 0
    reason: str = ""

    @property
    def total(self) -> int:
        """What the buyer gets back, in money or as credit."""
        return (
            sum(returned.line.total for returned in self.lines)
            + self.tip
            + self.service_charge
            + self.rounding
        )


@dataclass(frozen=True, slots=True)
class Refund:
    """One version of money given back without naming goods."""

    id: str
    version: int
    store_id: str
    sale_id: str
    payment_id: str
    order_id: str | None
    form: RefundForm
    amount: int
    status: PaymentStatus
    refunded_at: datetime
    updated_at: datetime
    visible_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of stock; `quantity` is positive into stock, `counted` what a person found on the shelf."""

    id: str
    store_id: str
    item_id: str
    kind: MovementKind
    quantity: Decimal
    occurred_at: datetime
    visible_at: datetime
    order_id: str | None = None
    counted: Decimal | None = None
    purchase_order_id: str | None = None


@dataclass(frozen=True, slots=True)
class PurchaseOrderLine:
    """An item on a purchase order; `received` is what of it was put on the shelf so far.

    `unit_cost` is in the smallest unit of the item's cost currency, None when unknown.
    """

    id: str
    item_id: str
    quantity: Decimal
    received: Decimal
    unit_cost: int | None


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """One version of an order placed with a supplier; `received_at` is when its last line was there whole."""

    id: str
    version: int
    store_id: str
    supplier_id: str | None
    ordered_at: datetime
    expected_at: datetime
    received_at: datetime | None
    updated_at: datetime
    visible_at: datetime
    lines: tuple[PurchaseOrderLine, ...]


@dataclass(frozen=True)
class Ledger:
    """Everything that happened; `ends_at` is its last moment.

    `sales`, `refunds` and `purchase_orders` hold every version.
    """

    stores: tuple[Store, ...]
    categories: tuple[Category, ...]
    suppliers: tuple[Supplier, ...]
    taxes: tuple[Tax, ...]
    items: tuple[Item, ...]
    customers: tuple[Customer, ...]
    sales: tuple[Sale, ...]
    returns: tuple[Return, ...]
    refunds: tuple[Refund, ...]
    movements: tuple[Movement, ...]
    ends_at: datetime
    purchase_orders: tuple[PurchaseOrder, ...] = ()

    def sales_at(self, at: datetime) -> Iterator[Sale]:
        """Each sale as the vendor tells it at a moment."""
        return latest_visible(self.sales, at)

    def returns_at(self, at: datetime) -> Iterator[Return]:
        """Each return that the vendor tells of at a moment."""
        return latest_visible(self.returns, at)

    def refunds_at(self, at: datetime) -> Iterator[Refund]:
        """Each refund without goods as the vendor tells it at a moment."""
        return latest_visible(self.refunds, at)

    def purchase_orders_at(self, at: datetime) -> Iterator[PurchaseOrder]:
        """Each purchase order as the vendor tells it at a moment."""
        return latest_visible(self.purchase_orders, at)

    def on_hand(self, at: datetime) -> dict[tuple[str, str], Decimal]:
        """Stock by (store id, item id), of items whose stock was ever moved."""
        stock: dict[tuple[str, str], Decimal] = {}
        for movement in self.movements:
            if movement.visible_at <= at:
                key = (movement.store_id, movement.item_id)
                stock[key] = stock.get(key, Decimal(0)) + movement.quantity
        return stock

    def personal_data(self) -> frozenset[str]:
        """Every planted text that must never leave the vendor: people, contacts, addresses and notes."""
        planted = {UNKNOWN_CARDHOLDER}
        for customer in self.customers:
            planted |= {customer.name, customer.email, customer.phone, customer.address}
        for store in self.stores:
            planted |= {store.address, store.phone, store.email}
        for supplier in self.suppliers:
            planted |= {supplier.contact_name, supplier.contact_email}
        for sale in self.sales:
            planted |= {note for note in (sale.note, *(line.note for line in sale.lines)) if note}
            planted |= {line.name for line in sale.lines if line.kind == LineKind.CUSTOM}
        planted |= {event.reason for event in (*self.returns, *self.refunds) if event.reason}
        return frozenset(planted)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)
