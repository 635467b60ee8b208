"""Sales and refunds as K's accounts: amounts are texts, modifiers lines of their own, gift cards payments."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zlib import crc32

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import (
    CURRENCY_EXPONENTS,
    Ledger,
    Line,
    LineKind,
    PaymentMethod,
    Return,
    Sale,
    SaleState,
    ServiceCharge,
    Store,
    major_units,
)
from simulator.lightspeed_k.told import OPEN_ITEM
from simulator.pricing import allocate

PAYMENT_CODES = {
    PaymentMethod.CASH: ("CASH", "Cash"),
    PaymentMethod.CARD: ("CC", "Credit card"),
    PaymentMethod.GIFT_CARD: ("IKGIFT", "Gift card"),
    PaymentMethod.WALLET: ("WALLET", "Apple Pay wallet"),
    PaymentMethod.OTHER: ("OTHER", "Voucher"),
}
"""Code and name of each way of paying."""
GIFT_CARD = PaymentMethod.GIFT_CARD


def instant(time: datetime) -> str:
    """A time as K writes it: UTC with milliseconds."""
    utc = time.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"


@dataclass(frozen=True)
class Amounts:
    """Amounts of one line, in the currency's smallest unit.

    Attributes:
        listed: At the menu's price, before discounts; an inclusive tax is in it.
        line_discount: Taken off the line; `account_discount` is its share of what was taken off the account.
        included_tax: The part of the tax that is in `listed`.
    """

    listed: int
    line_discount: int = 0
    account_discount: int = 0
    tax: int = 0
    included_tax: int = 0
    service_charge: int = 0

    @property
    def discount(self) -> int:
        """Everything that was taken off."""
        return self.line_discount + self.account_discount

    def times(self, sign: int) -> "Amounts":
        """The same amounts, or what is given back of them."""
        return Amounts(*(sign * each for each in astuple(self)))

    @property
    def without_tax(self) -> int:
        """What was charged for the goods, without tax and service charge."""
        return self.listed - self.included_tax - self.discount


class SaleRenderer:
    """Writes a ledger's sales and returns."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stores = {store.id: store for store in ledger.stores}
        self._items = {item.id: item for item in ledger.items}
        self._categories = {category.id: category for category in ledger.categories}
        self._customers = {customer.id: customer for customer in ledger.customers}

    def records(self) -> Iterator[Record]:
        """Every version of every account."""
        for sale in self._ledger.sales:
            yield self._record(sale, self.sale)
        for given in self._ledger.returns:
            yield self._record(given, self.refund)

    def _record(self, told: Sale | Return, render: Any) -> Record:
        closed_at = told.closed_at or told.opened_at
        return Record(
            id=told.id,
            version=told.version,
            keys={"timeClosed": closed_at.replace(microsecond=closed_at.microsecond // 1000 * 1000)},
            visible_at=told.visible_at,
            render=partial(render, told),
            location_id=told.store_id,
        )

    def sale(self, sale: Sale) -> Json:
        """The account of a sale."""
        store = self._stores[sale.store_id]
        whole = {discount.id for discount in sale.discounts if discount.whole_order}
        lines = [
            rendered
            for line in sale.lines
            if line.kind != LineKind.GIFT_CARD
            for rendered in self._lines(store, sale, line, whole)
        ]
        lines += [
            self._charge(store, sale, charge) for charge in sale.service_charges if not charge.is_spread
        ]
        payments = [
            self._payment(store, payment.id, payment.method, payment.amount, payment.paid_at, tip=payment.tip)
            for payment in sale.payments
        ]
        if payments and sale.rounding:
            payments[0]["roundingAmount"] = amount(store, sale.rounding)
        payments += [
            self._payment(store, f"{sale.id}-{line.id}", GIFT_CARD, -line.total, sale.closed_at)
            for line in sale.lines
            if line.kind == LineKind.GIFT_CARD
        ]
        customer = self._customers.get(sale.customer_id or "")
        for payment in payments:
            if customer:
                payment["consumer"] = consumer(customer.id, customer.name, customer.email, customer.phone)
        return self._account(
            sale,
            kind="SALE",
            source={"initialAccountId": sale.id},
            lines=lines,
            payments=payments,
            cancelled=sale.state == SaleState.CANCELLED,
            voidReason=sale.note,
        )

    def refund(self, given: Return) -> Json:
        """The account of a refund: every quantity and amount is negative."""
        store = self._stores[given.store_id]
        lines = [
            rendered
            for returned in given.lines
            if returned.line.kind != LineKind.GIFT_CARD
            for rendered in self._lines(store, given, returned.line, set(), sign=-1)
        ]
        if given.service_charge:
            charge = ServiceCharge(
                "s", "Service", -given.service_charge, 0, is_gratuity=False, is_spread=False
            )
            lines.append(self._charge(store, given, charge))
        payments = [
            self._payment(store, payout.id, PaymentMethod.CARD, -payout.amount, given.closed_at)
            for payout in given.payouts
        ]
        if not payments and (given.tip or given.rounding):
            payments = [self._payment(store, f"{given.id}-0", PaymentMethod.CASH, 0, given.closed_at)]
        if payments:
            first = payments[0]
            first["tip"] = amount(store, -given.tip)
            paid_out = given.payouts[0].amount if given.payouts else 0
            first["netAmountWithTax"] = amount(store, given.tip - paid_out)
            first["roundingAmount"] = amount(store, -given.rounding)
        payments += [
            self._payment(
                store, f"{given.id}-{returned.line.id}", GIFT_CARD, returned.line.total, given.closed_at
            )
            for returned in given.lines
            if returned.line.kind == LineKind.GIFT_CARD
        ]
        source = {"initialAccountId": given.sale_id or given.id}
        if given.sale_id:
            source["previousAccountId"] = given.sale_id
        return self._account(
            given,
            kind="REFUND",
            source=source,
            lines=lines,
            payments=payments,
            cancelled=False,
            voidReason=given.reason,
        )

    def _account(
        self,
        told: Sale | Return,
        *,
        kind: str,
        source: Json,
        lines: list[Json],
        payments: list[Json],
        **more: Any,
    ) -> Json:
        return {
            "accountReference": f"{told.id}==",
            "accountFiscId": told.id,
            "receiptId": f"R{told.id}",
            "source": source,
            "salesLines": lines,
            "payments": payments,
            "timeOfOpening": instant(told.opened_at),
            "timeClosed": instant(told.closed_at or told.opened_at),
            "tableName": "Dining Room, Table 1",
            "ownerName": "Manager",
            "type": kind,
            "externalReferences": [],
            "nbCovers": 2.0,
            "dineIn": True,
            **{name: value for name, value in more.items() if value is not None and value != ""},
        }

    def _lines(
        self, store: Store, of: Sale | Return, line: Line, whole: set[str], sign: int = 1
    ) -> Iterator[Json]:
        """A line and one more for each of its modifiers, which have their share of what the line costs."""
        extras = [modifier.amount for modifier in line.modifiers]
        listed = [line.gross - sum(extras), *extras]
        on_account = sum(each.amount for each in line.discounts if each.discount_id in whole)
        shares = allocate(line.discount, listed)
        account_shares = allocate(on_account, shares)
        left = [price - share for price, share in zip(listed, shares, strict=True)]
        parts = [
            Amounts(*part).times(sign)
            for part in zip(
                listed,
                [share - account for share, account in zip(shares, account_shares, strict=True)],
                account_shares,
                allocate(line.tax, left),
                allocate(line.inclusive_tax, left),
                allocate(line.service_charge, listed)
                if sum(listed)
                else [line.service_charge, *[0] * len(extras)],
                strict=True,
            )
        ]
        item = self._items[line.item_id or ""]
        category = self._categories.get(item.category_id or "")
        line_id = f"S{of.id}.{line.id}"
        rendered = self._line(store, of, line_id, sign * line.quantity, parts[0])
        rendered |= {
            "sku": item.id,
            "name": item.product_name,
            "unitCostPrice": amount(store, item.unit_cost or 0),
            "accountingGroup": {"accountingGroupId": crc32(category.id.encode()), "name": category.name}
            if category
            else {},
        }
        if line.item_id == OPEN_ITEM:
            rendered["nameOverride"] = line.name
        yield rendered
        for number, (modifier, part) in enumerate(zip(line.modifiers, parts[1:], strict=True), start=1):
            quantity = sign * modifier.quantity * line.quantity
            yield self._line(store, of, f"{line_id}.{number}", quantity, part) | {
                "parentLineId": line_id,
                "sku": modifier.id,
                "name": modifier.name,
                "unitCostPrice": "0",
                "accountingGroup": {},
            }

    def _charge(self, store: Store, of: Sale | Return, charge: ServiceCharge) -> Json:
        """A service charge that stands alone: a line that costs nothing else."""
        parts = Amounts(0, tax=charge.tax, service_charge=charge.amount)
        return self._line(store, of, f"S{of.id}.{charge.id}", Decimal(1), parts) | {
            "name": charge.name,
            "unitCostPrice": "0",
            "serviceChargeType": "UNTAXED",
        }

    def _line(self, store: Store, of: Sale | Return, line_id: str, quantity: Decimal, parts: Amounts) -> Json:
        with_tax = parts.without_tax + parts.tax + parts.service_charge
        return {
            "id": line_id,
            "totalNetAmountWithTax": amount(store, with_tax),
            "totalNetAmountWithoutTax": amount(store, parts.without_tax),
            "menuListPrice": amount(store, parts.listed),
            "serviceCharge": amount(store, parts.service_charge),
            "serviceChargeType": "APPORTIONED" if parts.service_charge else "NO_SERVICE_CHARGE",
            "discountAmount": amount(store, parts.line_discount),
            "accountDiscountAmount": amount(store, parts.account_discount),
            "totalDiscountAmount": amount(store, parts.discount),
            "taxAmount": amount(store, parts.tax),
            "taxLines": [{"taxAmount": amount(store, parts.tax), "taxIncluded": parts.included_tax != 0}],
            "quantity": f"{quantity:.3f}",
            "currency": store.currency,
            "tags": [],
            "revenueCenter": "Fixed POS",
            "timeOfSale": instant(of.opened_at),
            "staffName": "Manager",
        }

    def _payment(
        self,
        store: Store,
        payment_id: str,
        method: PaymentMethod,
        paid: int,
        at: datetime | None,
        *,
        tip: int = 0,
    ) -> Json:
        code, description = PAYMENT_CODES[method]
        return {
            "code": code,
            "description": description,
            "netAmountWithTax": amount(store, paid),
            "currency": store.currency,
            "tip": amount(store, tip),
            "type": "NORMAL",
            "deviceName": "ipad9",
            "staffName": "Manager",
            "revenueCenter": "Fixed POS",
            "fiscId": payment_id,
            "uuid": f"{payment_id}==",
            "fiscDate": instant(at) if at else None,
            "surcharge": amount(store, 0),
            "roundingAmount": amount(store, 0),
        }


def amount(store: Store, units: int) -> str:
    """An amount as K writes it: a text with the currency's places."""
    return f"{major_units(units, store.currency):.{CURRENCY_EXPONENTS[store.currency]}f}"


def consumer(customer_id: str, name: str, email: str, phone: str) -> Json:
    """A guest, all of it personal data."""
    first, _, last = name.partition(" ")
    return {"id": customer_id, "firstName": first, "lastName": last, "email": email, "phoneNumber1": phone}
