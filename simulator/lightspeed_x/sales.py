"""Sales and returns as X's sales: a return is a sale of its own, an exchange is one sale with both."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import (
    AppliedTax,
    Ledger,
    Line,
    LineKind,
    PaymentMethod,
    Return,
    Sale,
    SaleState,
    Store,
    major_units,
)
from simulator.lightspeed_x.told import OPEN_AMOUNT, named
from simulator.pricing import allocate, tax_on

DISCOUNT_PRODUCT = named("discount-product")
"""X's own product of every account: a line of it is a discount of the whole sale."""
WALK_IN = named("walk-in")
"""X's own customer of every account, on sales whose buyer is not known."""
USER = named("user")
NO_TAX = named("no-tax")
PAYMENT_TYPES = {
    PaymentMethod.CASH: ("1", "Cash"),
    PaymentMethod.CARD: ("3", "Credit Card"),
    PaymentMethod.GIFT_CARD: ("118", "Gift Card"),
    PaymentMethod.WALLET: ("5", "PayPal Wallet"),
    PaymentMethod.OTHER: ("5", "Voucher of the market"),
}
"""`payment_type_id` and the name that a shop gives."""
PRICE_PLACES = Decimal("0.00001")


def moment(time: datetime) -> str:
    """A time as X writes it: whole seconds, UTC."""
    return f"{time:%Y-%m-%dT%H:%M:%S}+00:00"


class SaleRenderer:
    """Writes a ledger's sales and returns."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stores = {store.id: store for store in ledger.stores}
        self._taxes = {tax.id: tax for tax in ledger.taxes}
        self._costs = {item.id: item.unit_cost for item in ledger.items}
        self._exchanged = {
            given.exchange_sale_id: given for given in ledger.returns if given.exchange_sale_id
        }

    def records(self) -> Iterator[Record]:
        """Every version of every sale."""
        for sale in self._ledger.sales:
            yield self._record(sale.id, sale, self.sale)
        for given in self._ledger.returns:
            if given.exchange_sale_id is None:
                yield self._record(given.id, given, self.given_back)

    def _record(self, sale_id: str, version: Sale | Return, render: Any) -> Record:
        return Record(
            id=sale_id,
            version=version.version,
            keys={"sale_date": version.closed_at or version.opened_at},
            visible_at=version.visible_at,
            render=partial(render, version),
            location_id=version.store_id,
        )

    def sale(self, sale: Sale) -> Json:
        """A sale, with what was given back in it when it is an exchange."""
        store = self._stores[sale.store_id]
        given = self._exchanged.get(sale.id)
        lines = self._lines_with_order_discount(store, sale) or [
            self._line(store, line, sale) for line in sale.lines
        ]
        if given:
            lines += [self._line(store, returned.line, sale, returned=True) for returned in given.lines]
        charges = [("SURCHARGE", charge.name, charge.amount, charge.tax) for charge in sale.service_charges]
        payments = [
            self._payment(store, payment.id, payment.method, payment.amount + payment.tip, payment.paid_at)
            for payment in sale.payments
        ]
        if given:
            payments += self._payouts(store, given)
        paid = sum(payment.amount + payment.tip for payment in sale.payments)
        owed = sale.total - sale.credit > paid
        status = {SaleState.OPEN: "SAVED", SaleState.CANCELLED: "VOIDED"}.get(
            sale.state, "ONACCOUNT" if owed else "CLOSED"
        )
        return self._sale(
            store,
            sale,
            status=status,
            lines=lines,
            adjustments=[*charges, ("TIP", "Tip", sale.tip, 0)],
            payments=payments,
            return_for=given.sale_id if given else None,
            customer_id=sale.customer_id,
            note=sale.note,
            source="USER" if sale.channel == "Point of Sale" else "ECOMMERCE",
        )

    def given_back(self, given: Return) -> Json:
        """A return: the quantities and amounts of its lines, and what was paid out, are negative."""
        store = self._stores[given.store_id]
        return self._sale(
            store,
            given,
            status="CLOSED",
            lines=[self._line(store, returned.line, given, returned=True) for returned in given.lines],
            adjustments=[
                ("SURCHARGE", "Charges given back", -given.service_charge, 0),
                ("TIP", "Tip", -given.tip, 0),
            ],
            payments=self._payouts(store, given),
            return_for=given.sale_id,
            customer_id=None,
            note=given.reason,
            source="USER",
        )

    def _sale(
        self,
        store: Store,
        told: Sale | Return,
        *,
        status: str,
        lines: list[Json],
        adjustments: Iterable[tuple[str, str, int, int]],
        payments: list[Json],
        **fields: Any,
    ) -> Json:
        """A sale of 2.0: prices without tax; `adjustments` are part of the totals."""
        adjustments = [each for each in adjustments if each[2] or each[3]]
        number = str(int(told.id[:8], 16))
        line_status = {"SAVED": "SAVED", "VOIDED": "VOIDED"}.get(status, "CONFIRMED")
        lines = [{**line, "sequence": sequence, "status": line_status} for sequence, line in enumerate(lines)]
        charged = sum(amount for _, _, amount, _ in adjustments)
        charged_tax = sum(tax for _, _, _, tax in adjustments)
        price = total(lines, "price_total") + major_units(charged, store.currency)
        tax = total(lines, "tax_total") + major_units(charged_tax, store.currency)
        closed_at = told.closed_at or told.opened_at
        return {
            "id": told.id,
            "outlet_id": told.store_id,
            "register_id": named(f"{told.store_id}/register"),
            "user_id": USER,
            "customer_id": fields["customer_id"] or WALK_IN,
            "invoice_number": number,
            "receipt_number": number,
            "source": fields["source"],
            "source_id": "",
            "status": status,
            "note": fields["note"] or "",
            "short_code": told.id[:6],
            "return_for": fields["return_for"],
            "total_loyalty": 0,
            "created_at": moment(told.opened_at),
            "updated_at": moment(told.updated_at),
            "sale_date": moment(closed_at),
            "deleted_at": None,
            "line_items": lines,
            "payments": payments,
            "adjustments": [self._adjustment(store, *adjustment) for adjustment in adjustments],
            "attributes": ["onaccount"] if status == "ONACCOUNT" else [],
            "taxes": [{"id": NO_TAX, "amount": float(tax)}],
            "total_price": float(price),
            "total_tax": float(tax),
            "total_price_incl": float(price + tax),
        }

    def _line(self, store: Store, line: Line, of: Sale | Return, *, returned: bool = False) -> Json:
        taxes = [*line.taxes]
        price = line.gross - line.inclusive_tax - line.discount
        return self._priced(
            store,
            line,
            returned=returned,
            price=price,
            discount=line.discount,
            taxes=taxes,
            linked=bool(isinstance(of, Return) and of.sale_id),
        )

    def _priced(
        self,
        store: Store,
        line: Line,
        *,
        price: int,
        discount: int,
        taxes: list[AppliedTax],
        returned: bool = False,
        linked: bool = False,
    ) -> Json:
        """A line of a product: `price` is after the discount, totals have the sign of the quantity."""
        sign = -1 if returned else 1
        cost = self._costs.get(line.item_id or "") or 0
        tax = sum(applied.amount for applied in taxes)
        note = line.name if line.item_id == named(OPEN_AMOUNT) else line.note
        return line_item(
            line_id=line.id,
            product_id=line.item_id or "",
            quantity=sign * line.quantity,
            price=sign * major_units(price, store.currency),
            discount=sign * major_units(discount, store.currency),
            tax=sign * major_units(tax, store.currency),
            unit_cost=major_units(cost, store.currency),
            tax_components=[
                {
                    "rate_id": applied.tax_id,
                    "total_tax": float(sign * major_units(applied.amount, store.currency)),
                }
                for applied in taxes
            ],
            gift_card_number=f"GC-{line.id[:8]}" if line.kind == LineKind.GIFT_CARD else None,
            is_return=linked,
            note=note,
        )

    def _lines_with_order_discount(self, store: Store, sale: Sale) -> list[Json]:
        """The goods before a discount of the whole sale, and a line of the discount product.

        None where X would share the discount out in another way: then it stands on the lines.
        """
        whole = [discount for discount in sale.discounts if discount.whole_order]
        goods = [line for line in sale.lines if line.kind != LineKind.GIFT_CARD]
        if len(whole) != 1 or any(line.inclusive_tax for line in goods):
            return []
        shares = {
            line.id: sum(each.amount for each in line.discounts if each.discount_id == whole[0].id)
            for line in goods
        }
        before = {line.id: line.gross - line.discount + shares[line.id] for line in goods}
        amount = sum(shares.values())
        if not amount or allocate(amount, list(before.values())) != list(shares.values()):
            return []
        lines = []
        for line in sale.lines:
            price = before.get(line.id, line.gross)
            taxes = [tax_on(self._taxes[applied.tax_id], price) for applied in line.taxes]
            discount = line.gross - price
            lines.append(self._priced(store, line, price=price, discount=discount, taxes=taxes))
        tax = total(lines, "tax_total") - major_units(sum(line.tax for line in sale.lines), store.currency)
        discount_line = line_item(
            line_id=named(f"{sale.id}/discount"),
            product_id=DISCOUNT_PRODUCT,
            quantity=Decimal(-1),
            price=-major_units(amount, store.currency),
            tax=-tax,
        )
        return [*lines, discount_line]

    def _adjustment(self, store: Store, kind: str, name: str, amount: int, tax: int) -> Json:
        components = [{"rate_id": NO_TAX, "total_tax": float(major_units(tax, store.currency))}]
        return {
            "name": name,
            "type": kind,
            "adjustment_type": kind,
            "value": float(major_units(amount, store.currency)),
            "tax_components": components if tax else [],
        }

    def _payment(
        self, store: Store, payment_id: str, method: PaymentMethod, amount: int, paid_at: datetime
    ) -> Json:
        type_id, name = PAYMENT_TYPES[method]
        return {
            "id": payment_id,
            "register_id": named(f"{store.id}/register"),
            "outlet_id": store.id,
            "retailer_payment_type_id": named(f"payment-type/{name}"),
            "payment_type_id": type_id,
            "name": name,
            "amount": float(major_units(amount, store.currency)),
            "payment_date": moment(paid_at),
            "deleted_at": None,
            "external_attributes": [],
        }

    def _payouts(self, store: Store, given: Return) -> list[Json]:
        return [
            self._payment(store, payout.id, PaymentMethod.CASH, -payout.amount, given.closed_at)
            for payout in given.payouts
        ]


def line_item(
    *,
    line_id: str,
    product_id: str,
    quantity: Decimal,
    price: Decimal,
    tax: Decimal,
    discount: Decimal = Decimal(0),
    unit_cost: Decimal = Decimal(0),
    tax_components: list[Json] | None = None,
    gift_card_number: str | None = None,
    is_return: bool = False,
    note: str | None = None,
) -> Json:
    """A line of 2.0. The totals are exact; what is told for one unit is rounded."""

    def unit(amount: Decimal) -> float:
        return float((amount / quantity).quantize(PRICE_PLACES, ROUND_HALF_UP)) if quantity else float(amount)

    totals = {"price": price, "discount": discount, "tax": tax, "cost": unit_cost * quantity}
    return {
        "id": line_id,
        "product_id": product_id,
        "tax_id": tax_components[0]["rate_id"] if tax_components else NO_TAX,
        "quantity": float(quantity),
        **{name: unit(amount) for name, amount in totals.items()},
        **{f"{name}_total": float(amount) for name, amount in totals.items()},
        **{f"unit_{name}": unit(amount) for name, amount in totals.items()},
        **{f"total_{name}": float(amount) for name, amount in totals.items()},
        "loyalty_value": 0,
        "note": note,
        "price_set": False,
        "gift_card_number": gift_card_number,
        "tax_components": tax_components or [],
        "promotions": [],
        "surcharges": [],
        "is_return": is_return,
    }


def total(lines: list[Json], field: str) -> Decimal:
    """The sum of a field of the lines, exact: a number's shortest form is the decimal that was meant."""
    return sum((Decimal(repr(line[field])) for line in lines), Decimal(0))
