"""A ledger's sales as Toast's orders: one check each, and on it what was sold, paid and given back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import (
    AppliedTax,
    Customer,
    Ledger,
    Line,
    LineKind,
    Modifier,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    Return,
    Sale,
    SaleState,
    ServiceCharge,
    Store,
)
from simulator.toast.parts import NEVER, business_date, money, reference, toast_date, toast_time
from simulator.toast.told import PaymentRefund, parts_of

CHANNELS = {
    "Point of Sale": ("In Store", "DO-DINE-IN", "RC-COUNTER"),
    "Online Store": ("Online", "DO-TAKE-OUT", "RC-ONLINE"),
    "Delivery": ("API", "DO-DELIVERY", "RC-ONLINE"),
}
"""Channel of the ledger → source, dining option and revenue centre."""
PAYMENT_TYPES = {
    PaymentMethod.CARD: ("CREDIT", "EMV_CHIP_SIGN"),
    PaymentMethod.WALLET: ("CREDIT", "APPLE_PAY_CNP"),
    PaymentMethod.CASH: ("CASH", None),
    PaymentMethod.GIFT_CARD: ("GIFTCARD", None),
    PaymentMethod.OTHER: ("OTHER", None),
}
CARD_STATUSES = {
    PaymentStatus.COMPLETED: "CAPTURED",
    PaymentStatus.PENDING: "PROCESSING",
    PaymentStatus.CANCELLED: "VOIDED",
    PaymentStatus.FAILED: "DENIED",
}
SELECTION_TYPES = {
    LineKind.ITEM: "NONE",
    LineKind.CUSTOM: "OPEN_ITEM",
    LineKind.GIFT_CARD: "TOAST_CARD_SELL",
}
ONE_TICK = timedelta(milliseconds=1)


def change_key(store_id: str, modified: datetime) -> tuple[str, datetime]:
    """Where an order stands among those of its restaurant by time of change."""
    return store_id, modified


@dataclass(frozen=True)
class State:
    """An order as it stands at a moment.

    Attributes:
        gone: Lines that an earlier version had, and when they went.
        given: What was given back of it.
    """

    sale: Sale
    modified: datetime
    gone: tuple[tuple[Line, datetime], ...] = ()
    given: tuple[Return | Refund, ...] = ()

    @property
    def voided(self) -> bool:
        """Whether the order was struck out."""
        return self.sale.state == SaleState.CANCELLED


@dataclass
class OrderRenderer:
    """Writes a ledger's orders.

    Attributes:
        closeout_hour: The hour at which every restaurant's business day ends.
    """

    ledger: Ledger
    closeout_hour: int = 0
    _stores: dict[str, Store] = field(init=False)
    _customers: dict[str, Customer] = field(init=False)

    def __post_init__(self) -> None:
        self._stores = {store.id: store for store in self.ledger.stores}
        self._customers = {customer.id: customer for customer in self.ledger.customers}
        self._categories = {item.id: item.category_id for item in self.ledger.items}
        self._weighed = {item.id for item in self.ledger.items if item.is_weighed}
        self._taxes = {tax.id: tax for tax in self.ledger.taxes}

    def records(self) -> Iterator[Record]:
        """Every version of every order: of its sale, and each giving-back."""
        events: dict[str, list[Sale | Return | Refund]] = {}
        for event in (*self.ledger.sales, *self.ledger.returns, *self.ledger.refunds):
            order = event.id if isinstance(event, Sale) else event.sale_id
            events.setdefault(order or "", []).append(event)
        for order, history in events.items():
            for version, (visible_at, state) in enumerate(states(history), start=1):
                store = self._stores[state.sale.store_id]
                day = self._day(store, state.sale.opened_at)
                yield Record(
                    id=order,
                    version=version,
                    keys={
                        "CHANGED": change_key(store.id, state.modified),
                        "DAY": (store.id, day, state.modified),
                    },
                    visible_at=visible_at,
                    render=partial(self.order, state),
                    location_id=store.id,
                )

    def order(self, state: State) -> Json:
        """One version of an order."""
        sale, store = state.sale, self._stores[state.sale.store_id]
        source, dining_option, revenue_center = CHANNELS[sale.channel]
        customer = self._customers.get(sale.customer_id or "")
        delivery = None
        if customer and sale.channel == "Delivery":
            place = {"city": "Northgate", "state": "NY", "administrativeArea": "NY", "zipCode": "10001"}
            delivery = {"address1": customer.address, **place, "notes": sale.note}
        return {
            "guid": sale.id,
            "entityType": "Order",
            "externalId": None,
            "openedDate": toast_time(sale.opened_at),
            "createdDate": toast_time(sale.opened_at),
            "modifiedDate": toast_time(state.modified),
            "promisedDate": None,
            "estimatedFulfillmentDate": None,
            "paidDate": paid_date(sale),
            "closedDate": toast_time(sale.closed_at) if sale.closed_at else None,
            "businessDate": self._day(store, sale.opened_at),
            "diningOption": reference(dining_option, "DiningOption"),
            "revenueCenter": reference(revenue_center, "RevenueCenter"),
            "restaurantService": reference("SERVICE-ALL-DAY", "RestaurantService"),
            "table": None,
            "serviceArea": None,
            "server": reference("EMPLOYEE-1", "RestaurantUser"),
            "source": source,
            "numberOfGuests": 1,
            "duration": int(((sale.closed_at or sale.opened_at) - sale.opened_at).total_seconds()),
            "deliveryInfo": delivery,
            "approvalStatus": "APPROVED",
            **self._struck_out(store, state, state.voided),
            "deleted": False,
            "deletedDate": NEVER,
            "createdInTestMode": False,
            "excessFood": False,
            "displayNumber": sale.id[-3:],
            "pricingFeatures": ["TAXESV2"],
            "checks": [self._check(state, store, customer)],
        }

    def _check(self, state: State, store: Store, customer: Customer | None) -> Json:
        sale, check = state.sale, f"{state.sale.id}-C1"
        charges = [self._charge(state, store, charge) for charge in sale.service_charges]
        if sale.rounding:
            charges.append(self._rounding(state, store))
        amount = sum(price_of(line) for line in sale.lines) + sale.rounding
        amount += sum(charge.amount for charge in sale.service_charges if not charge.is_gratuity)
        gratuity = sum(charge.amount for charge in sale.service_charges if charge.is_gratuity)
        amounts = (0, 0, 0) if state.voided else (amount, sale.tax, amount + sale.tax + gratuity)
        owed = 0 if state.voided else sale.total - sale.paid
        return {
            "guid": check,
            "entityType": "Check",
            "externalId": None,
            "displayNumber": sale.id[-3:],
            "createdDate": toast_time(sale.opened_at),
            "openedDate": toast_time(sale.opened_at),
            "closedDate": toast_time(sale.closed_at) if sale.closed_at else None,
            "modifiedDate": toast_time(state.modified),
            "paidDate": paid_date(sale),
            "deleted": False,
            "deletedDate": NEVER,
            **self._struck_out(store, state, state.voided),
            "paymentStatus": "CLOSED" if sale.closed_at and owed <= 0 else "OPEN",
            "amount": money(amounts[0], store),
            "taxAmount": money(amounts[1], store),
            "totalAmount": money(amounts[2], store),
            "taxExempt": False,
            "tabName": sale.note,
            "customer": guest(customer) if customer else None,
            "appliedLoyaltyInfo": None,
            "appliedDiscounts": list(self._discounts(store, sale)),
            "appliedServiceCharges": charges,
            "selections": [
                *(self._selection(state, store, line, state.voided, state.modified) for line in sale.lines),
                *(self._selection(state, store, line, True, at) for line, at in state.gone),
            ],
            "payments": [self._payment(state, store, check, payment) for payment in sale.payments],
        }

    def _selection(self, state: State, store: Store, line: Line, voided: bool, at: datetime) -> Json:
        guid = f"{state.sale.id}-{line.id}"
        item = line.item_id if line.kind == LineKind.ITEM else None
        extras = [
            self._modifier(store, f"{guid}-m{number}", modifier)
            for number, modifier in enumerate(line.modifiers, start=1)
        ]
        if line.note:
            request = self._modifier(store, f"{guid}-r", Modifier("", line.note, Decimal(1), 0, 0))
            extras.append(request | {"selectionType": "SPECIAL_REQUEST"})
        return {
            "guid": guid,
            "entityType": "MenuItemSelection",
            "externalId": None,
            "item": reference(item, "MenuItem"),
            "itemGroup": reference("GROUP-ALL-DAY" if item else None, "MenuGroup"),
            "optionGroup": None,
            "preModifier": None,
            "quantity": float(line.quantity),
            "seatNumber": -1,
            "unitOfMeasure": "KG" if item in self._weighed else "NONE",
            "selectionType": SELECTION_TYPES[line.kind],
            "deferred": line.kind == LineKind.GIFT_CARD,
            "salesCategory": reference(self._categories.get(item or ""), "SalesCategory"),
            "preDiscountPrice": money(line.gross - line.inclusive_tax, store),
            "price": money(price_of(line), store),
            "receiptLinePrice": money(line.unit_price, store),
            "tax": money(line.tax, store),
            "taxInclusion": "INCLUDED" if line.inclusive_tax else "NOT_INCLUDED",
            "appliedTaxes": [self._tax(store, guid, tax) for tax in line.taxes],
            "appliedDiscounts": list(self._discounts(store, state.sale, line)),
            **self._struck_out(store, state, voided, at),
            "voidReason": None,
            "refundDetails": self._refund_of(state, store, line),
            "displayName": line.name,
            "plu": None,
            "createdDate": toast_time(state.sale.opened_at),
            "modifiedDate": toast_time(state.modified),
            "fulfillmentStatus": "SENT",
            "modifiers": extras,
        }

    def _modifier(self, store: Store, guid: str, modifier: Modifier) -> Json:
        return {
            "guid": guid,
            "entityType": "MenuItemSelection",
            "externalId": None,
            "item": reference(modifier.id, "MenuItem"),
            "itemGroup": None,
            "optionGroup": reference("OPTIONS-EXTRAS" if modifier.id else None, "MenuOptionGroup"),
            "quantity": float(modifier.quantity),
            "unitOfMeasure": "NONE",
            "selectionType": "NONE",
            "deferred": False,
            "preDiscountPrice": money(modifier.amount, store),
            "price": money(modifier.amount, store),
            "tax": 0.0,
            "taxInclusion": "INHERITED",
            "appliedTaxes": [],
            "appliedDiscounts": [],
            "voided": False,
            "displayName": modifier.name,
            "modifiers": [],
        }

    def _tax(self, store: Store, owner: str, applied: AppliedTax) -> Json:
        tax = self._taxes[applied.tax_id]
        return {
            "guid": f"{owner}-{tax.id}",
            "entityType": "AppliedTaxRate",
            "taxRate": reference(tax.id, "TaxRate"),
            "name": tax.name,
            "rate": float(tax.percentage / 100),
            "taxAmount": money(applied.amount, store),
            "type": "PERCENT",
        }

    def _discounts(self, store: Store, sale: Sale, line: Line | None = None) -> Iterator[Json]:
        """The discounts of a line, or those of the whole check."""
        for discount in sale.discounts:
            amount = sum(
                applied.amount
                for each in (sale.lines if line is None else (line,))
                for applied in each.discounts
                if applied.discount_id == discount.id
            )
            if discount.whole_order == (line is None) and amount:
                percent = discount.percentage
                yield {
                    "guid": f"{sale.id}-{line.id if line else 'check'}-{discount.id}",
                    "entityType": "AppliedCustomDiscount",
                    "externalId": None,
                    "name": discount.name,
                    "discount": reference(discount.id, "Discount"),
                    "discountType": "FIXED" if percent is None else "PERCENT",
                    "discountPercent": None if percent is None else float(percent),
                    "discountAmount": money(amount, store),
                    "nonTaxDiscountAmount": money(amount, store),
                    "approver": None,
                    "processingState": None,
                    "loyaltyDetails": None,
                    "comboItems": [],
                    "triggers": [],
                    "appliedPromoCode": None,
                }

    def _charge(self, state: State, store: Store, charge: ServiceCharge) -> Json:
        guid = f"{state.sale.id}-{charge.id}"
        tax = {
            "guid": f"{guid}-tax",
            "entityType": "AppliedTaxRate",
            "taxRate": reference("TAX-CHARGES", "TaxRate"),
            "name": "Charges",
            "rate": None,
            "taxAmount": money(charge.tax, store),
            "type": "FIXED",
        }
        return {
            "guid": guid,
            "entityType": "AppliedServiceCharge",
            "externalId": None,
            "name": charge.name,
            "serviceCharge": reference(f"CONFIGURED-{charge.id}", "ServiceCharge"),
            "chargeAmount": money(charge.amount, store),
            "chargeType": "OPEN",
            "gratuity": charge.is_gratuity,
            "taxable": bool(charge.tax),
            "delivery": False,
            "takeout": False,
            "dineIn": True,
            "serviceChargeCategory": "SERVICE_CHARGE",
            "appliedTaxes": [tax] if charge.tax else [],
            "refundDetails": self._refund_of(state, store, charge),
            "paymentGuid": None,
        }

    def _rounding(self, state: State, store: Store) -> Json:
        """Cash rounding is a charge of a category of its own."""
        sale = state.sale
        charge = ServiceCharge("rounding", "Cash rounding", sale.rounding, 0, False, False)
        given = [one for one in state.given if isinstance(one, Return) and one.rounding]
        return self._charge(state, store, charge) | {
            "serviceChargeCategory": "CASH_ROUNDING",
            "paymentGuid": sale.payments[0].id if sale.payments else None,
            "refundDetails": refund_details(given[0].id, given[0].rounding, 0, store) if given else None,
        }

    def _refund_of(self, state: State, store: Store, part: Line | ServiceCharge) -> Json | None:
        """What was given back of a line, or of a charge."""
        for given in state.given:
            if not isinstance(given, Return):
                continue
            if isinstance(part, Line):
                for returned in given.lines:
                    if returned.source_line_id == part.id:
                        line = returned.line
                        return refund_details(given.id, price_of(line), line.tax, store)
            elif given.service_charge and part == charge_given_back(state.sale, given):
                return refund_details(given.id, given.service_charge, 0, store)
        return None

    def _payment(self, state: State, store: Store, check: str, payment: Payment) -> Json:
        kind, entry_mode = PAYMENT_TYPES[payment.method]
        card = kind == "CREDIT"
        voided = payment.status == PaymentStatus.CANCELLED
        given = next(refunds_of_payment(state, payment), None)
        return {
            "guid": payment.id,
            "entityType": "OrderPayment",
            "externalId": None,
            "paidDate": toast_time(payment.paid_at),
            "paidBusinessDate": self._day(store, payment.paid_at),
            "type": kind,
            "cardEntryMode": entry_mode,
            "amount": money(payment.amount, store),
            "tipAmount": money(payment.tip, store),
            "amountTendered": None,
            "cardType": "VISA" if card else None,
            "last4Digits": "4929" if card else None,
            "originalProcessingFee": None,
            "server": reference("EMPLOYEE-1", "RestaurantUser"),
            "paymentStatus": CARD_STATUSES[payment.status] if card else None,
            "refundStatus": refund_status(payment, given[1]) if given else "NONE",
            "refund": self._refund(store, *given) if given else None,
            "voidInfo": {
                "voidUser": reference("EMPLOYEE-1", "RestaurantUser"),
                "voidDate": toast_time(state.modified),
                "voidBusinessDate": self._day(store, state.modified),
                "voidReason": None,
            }
            if voided
            else None,
            "otherPayment": reference("OTHER-VOUCHER", "AlternatePaymentType") if kind == "OTHER" else None,
            "orderGuid": state.sale.id,
            "checkGuid": check,
        }

    def _refund(self, store: Store, given: Return | Refund, part: PaymentRefund) -> Json:
        at = given.closed_at if isinstance(given, Return) else given.refunded_at
        return {
            "refundAmount": money(part.amount, store),
            "tipRefundAmount": money(part.tip, store),
            "refundDate": toast_time(at),
            "refundBusinessDate": self._day(store, at),
            "refundTransaction": reference(given.id, "RefundTransaction"),
        }

    def _struck_out(self, store: Store, state: State, voided: bool, at: datetime | None = None) -> Json:
        moment = at or state.modified
        return {
            "voided": voided,
            "voidDate": toast_time(moment) if voided else None,
            "voidBusinessDate": self._day(store, moment) if voided else None,
        }

    def _day(self, store: Store, moment: datetime) -> int:
        return toast_date(business_date(moment, store, self.closeout_hour))


def states(history: list[Any]) -> Iterator[tuple[datetime, State]]:
    """An order after each thing that happened to it, and from when on that is told."""
    state: State | None = None
    for event in sorted(history, key=lambda one: (one.visible_at, not isinstance(one, Sale), one.version)):
        changed = event.updated_at.replace(microsecond=event.updated_at.microsecond // 1000 * 1000)
        if isinstance(event, Sale):
            before = state.sale.lines if state else ()
            kept = {line.id for line in event.lines}
            gone = (state.gone if state else ()) + tuple(
                (line, event.updated_at) for line in before if line.id not in kept
            )
            modified = max(changed, state.modified + ONE_TICK) if state else changed
            state = State(event, modified, gone, state.given if state else ())
        elif state:
            modified = max(changed, state.modified + ONE_TICK)
            state = State(state.sale, modified, state.gone, (*state.given, event))
        if state:
            yield event.visible_at, state


def price_of(line: Line) -> int:
    """What a selection costs after its discounts, without tax."""
    return line.gross - line.inclusive_tax - line.discount


def charge_given_back(sale: Sale, given: Return) -> ServiceCharge | None:
    """The charge that a return gives back."""
    return next((each for each in sale.service_charges if each.amount == given.service_charge), None)


def refunds_of_payment(state: State, payment: Payment) -> Iterator[tuple[Return | Refund, PaymentRefund]]:
    """What was given back of a payment."""
    for given in state.given:
        if isinstance(given, Return):
            yield from (
                (given, part) for part in parts_of(state.sale, given) if part.payment_id == payment.id
            )
        elif given.payment_id == payment.id:
            yield given, PaymentRefund(payment.id, given.amount, 0)


def refund_status(payment: Payment, part: PaymentRefund) -> str:
    """How much of a payment was given back."""
    return "FULL" if part.amount + part.tip == payment.amount + payment.tip else "PARTIAL"


def refund_details(transaction: str, amount: int, tax: int, store: Store) -> Json:
    """What was given back of a selection or a charge."""
    return {
        "refundAmount": money(amount, store),
        "taxRefundAmount": money(tax, store),
        "refundTransaction": reference(transaction, "RefundTransaction"),
    }


def paid_date(sale: Sale) -> str | None:
    """When an order was last paid."""
    paid = [payment.paid_at for payment in sale.payments if payment.status == PaymentStatus.COMPLETED]
    return toast_time(max(paid)) if paid else None


def guest(customer: Customer) -> Json:
    """The guest of a check, with all that must never leave Toast."""
    first, _, last = customer.name.partition(" ")
    return {
        "guid": customer.id,
        "entityType": "Customer",
        "firstName": first,
        "lastName": last,
        "phone": customer.phone,
        "email": customer.email,
    }
