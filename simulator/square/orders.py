"""Sales, returns and refunds as Square's orders. A return is an order of its own, an exchange is both in one."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from simulator.ledger import (
    AppliedTax,
    Customer,
    Item,
    Ledger,
    Line,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundForm,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
    Store,
    Tax,
)
from simulator.square.collection import Json, Record, rfc3339

STATES = {SaleState.OPEN: "OPEN", SaleState.COMPLETED: "COMPLETED", SaleState.CANCELLED: "CANCELED"}
ITEM_TYPES = {LineKind.ITEM: "ITEM", LineKind.CUSTOM: "CUSTOM_AMOUNT", LineKind.GIFT_CARD: "GIFT_CARD"}
TENDER_TYPES = {
    PaymentMethod.CARD: "CARD",
    PaymentMethod.CASH: "CASH",
    PaymentMethod.WALLET: "WALLET",
    PaymentMethod.GIFT_CARD: "SQUARE_GIFT_CARD",
    PaymentMethod.OTHER: "OTHER",
}
TAX_LEAVES_GROSS = frozenset({"US", "CA", "JP"})
"""Countries in which Square takes inclusive tax out of gross_sales_money; elsewhere it stays in."""


def quantity_text(quantity: Decimal) -> str:
    """A quantity as Square writes it."""
    return f"{quantity.normalize():f}"


def card(customer: Customer | None, brand: str = "VISA") -> Json:
    """Details of a payment card, all of them personal data."""
    holder = customer.name if customer else "Hieronymus Anonymous-Cardholder"
    return {
        "card_brand": brand,
        "last_4": "4929",
        "exp_month": 11,
        "exp_year": 2031,
        "cardholder_name": holder,
    }


class OrderRenderer:
    """Writes a ledger's sales, returns and refunds as orders."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stores = {store.id: store for store in ledger.stores}
        self._items: dict[str, Item] = {item.id: item for item in ledger.items}
        self._taxes: dict[str, Tax] = {tax.id: tax for tax in ledger.taxes}
        self._customers = {customer.id: customer for customer in ledger.customers}
        self._exchanged = {
            given.exchange_sale_id: given for given in ledger.returns if given.exchange_sale_id
        }

    def records(self) -> Iterator[Record]:
        """Every version of every order."""
        for sale in self._ledger.sales:
            times = {"CREATED_AT": sale.opened_at, "UPDATED_AT": sale.updated_at}
            if sale.closed_at:
                times["CLOSED_AT"] = sale.closed_at
            yield Record(
                id=sale.id,
                version=sale.version,
                location_id=sale.store_id,
                state=STATES[sale.state],
                times=times,
                visible_at=sale.visible_at,
                render=partial(self.sale, sale),
                source=sale.channel,
            )
        for given in self._ledger.returns:
            if given.exchange_sale_id is None:
                yield Record(
                    id=given.id,
                    version=given.version,
                    location_id=given.store_id,
                    state="COMPLETED",
                    times={
                        "CREATED_AT": given.opened_at,
                        "UPDATED_AT": given.updated_at,
                        "CLOSED_AT": given.closed_at,
                    },
                    visible_at=given.visible_at,
                    render=partial(self.given_back, given),
                    source="Point of Sale",
                )
        for refund in self._ledger.refunds:
            if refund.order_id and refund.version == 1:
                moment = refund.refunded_at
                yield Record(
                    id=refund.order_id,
                    version=1,
                    location_id=refund.store_id,
                    state="COMPLETED",
                    times={"CREATED_AT": moment, "UPDATED_AT": refund.updated_at, "CLOSED_AT": moment},
                    visible_at=refund.visible_at,
                    render=partial(self.refund_order, refund),
                    source="Dashboard",
                )

    def sale(self, sale: Sale) -> Json:
        """The order of a sale, with what was given back in it when it is an exchange."""
        store = self._stores[sale.store_id]
        money = partial(money_of, store)
        customer = self._customers.get(sale.customer_id or "")
        charges = sum(charge.amount for charge in sale.service_charges)
        totals = {
            "total_money": money(sale.total),
            "tax_money": money(sale.tax),
            "discount_money": money(sum(line.discount for line in sale.lines)),
            "tip_money": money(sale.tip),
            "service_charge_money": money(charges),
        }
        order: Json = {
            "id": sale.id,
            "location_id": sale.store_id,
            "source": {"name": sale.channel},
            "created_at": rfc3339(sale.opened_at),
            "updated_at": rfc3339(sale.updated_at),
            "state": STATES[sale.state],
            "version": sale.version,
            **{f"total_{name}" if name != "total_money" else name: value for name, value in totals.items()},
            "net_amounts": totals,
            "net_amount_due_money": money(max(0, sale.total - sale.credit - sale.paid)),
        }
        if sale.lines:
            order["line_items"] = [self._line(store, sale, line) for line in sale.lines]
        if sale.closed_at:
            order["closed_at"] = rfc3339(sale.closed_at)
        if sale.note:
            order["ticket_name"] = sale.note[:30]
            order["metadata"] = {"remark": sale.note}
        if customer:
            order["customer_id"] = customer.id
            if sale.channel != "Point of Sale":
                order["fulfillments"] = [self._fulfillment(customer, sale)]
        applied_taxes = [applied for line in sale.lines for applied in line.taxes]
        if applied_taxes:
            order["taxes"] = self._order_taxes(store, applied_taxes)
        if sale.discounts:
            order["discounts"] = [
                self._order_discount(store, sale, index) for index in range(len(sale.discounts))
            ]
        if sale.service_charges:
            order["service_charges"] = [
                {
                    "uid": charge.id,
                    "name": charge.name,
                    "amount_money": money(charge.amount),
                    "applied_money": money(charge.amount),
                    "total_money": money(charge.amount + charge.tax),
                    "total_tax_money": money(charge.tax),
                    "calculation_phase": "APPORTIONED_AMOUNT_PHASE" if charge.is_spread else "TOTAL_PHASE",
                    "taxable": charge.tax != 0,
                    "type": "AUTO_GRATUITY" if charge.is_gratuity else "CUSTOM",
                    "treatment_type": "APPORTIONED_TREATMENT" if charge.is_spread else "LINE_ITEM_TREATMENT",
                }
                for charge in sale.service_charges
            ]
        if sale.rounding:
            order["rounding_adjustment"] = {
                "uid": "rounding",
                "name": "Cash rounding",
                "amount_money": money(sale.rounding),
            }
        tenders = [payment for payment in sale.payments if payment.status != PaymentStatus.FAILED]
        if tenders:
            order["tenders"] = [self._tender(store, sale, payment, customer) for payment in tenders]
        if sale.id in self._exchanged:
            given = self._exchanged[sale.id]
            order["returns"] = [self._return(store, given)]
            order["return_amounts"] = return_amounts(store, given)
            order["net_amounts"] = subtract(totals, return_amounts(store, given))
            order["refunds"] = [*self._refunds(store, given, sale.id)]
        return order

    def _line(self, store: Store, sale: Sale, line: Line) -> Json:
        money = partial(money_of, store)
        extras = sum(modifier.amount for modifier in line.modifiers)
        gross = line.gross - (line.inclusive_tax if store.country in TAX_LEAVES_GROSS else 0)
        rendered: Json = {
            **self._what(line, deleted_name=line.name),
            "base_price_money": money(line.unit_price),
            "variation_total_price_money": money(line.gross - extras),
            "gross_sales_money": money(gross),
            "total_tax_money": money(line.tax),
            "total_discount_money": money(line.discount),
            "total_service_charge_money": money(line.service_charge),
            "total_money": money(line.total),
        }
        if line.note:
            rendered["note"] = line.note
        if line.modifiers:
            rendered["modifiers"] = [
                {
                    "uid": f"m{index}",
                    "catalog_object_id": modifier.id,
                    "name": modifier.name,
                    "quantity": quantity_text(modifier.quantity),
                    "base_price_money": money(modifier.unit_price),
                    "total_price_money": money(modifier.amount),
                }
                for index, modifier in enumerate(line.modifiers, start=1)
            ]
        if line.service_charge:
            (charge,) = (charge for charge in sale.service_charges if charge.is_spread)
            rendered["applied_service_charges"] = [
                {"uid": "as1", "service_charge_uid": charge.id, "applied_money": money(line.service_charge)}
            ]
        return rendered | applied_to(store, line)

    def _what(self, line: Line, deleted_name: str) -> Json:
        item = self._items.get(line.item_id or "")
        what: Json = {
            "uid": line.id,
            "name": item.product_name if item else deleted_name,
            "quantity": quantity_text(line.quantity),
            "item_type": ITEM_TYPES[line.kind],
        }
        if line.item_id:
            what |= {"catalog_object_id": line.item_id, "catalog_version": 1}
        if item:
            what["variation_name"] = item.variant_name
        return what

    def _order_taxes(self, store: Store, applied: list[AppliedTax]) -> list[Json]:
        amounts: dict[str, int] = {}
        for one in applied:
            amounts[one.tax_id] = amounts.get(one.tax_id, 0) + one.amount
        return [
            {
                "uid": tax_id,
                "catalog_object_id": tax_id,
                "name": self._taxes[tax_id].name,
                "percentage": quantity_text(self._taxes[tax_id].percentage),
                "type": "INCLUSIVE" if self._taxes[tax_id].inclusive else "ADDITIVE",
                "applied_money": money_of(store, amount),
                "scope": "LINE_ITEM",
            }
            for tax_id, amount in amounts.items()
        ]

    def _order_discount(self, store: Store, sale: Sale, index: int) -> Json:
        discount = sale.discounts[index]
        amount = sum(
            applied.amount
            for line in sale.lines
            for applied in line.discounts
            if applied.discount_id == discount.id
        )
        rendered: Json = {
            "uid": discount.id,
            "catalog_object_id": discount.id,
            "name": discount.name,
            "type": "FIXED_AMOUNT" if discount.percentage is None else "FIXED_PERCENTAGE",
            "scope": "ORDER" if discount.whole_order else "LINE_ITEM",
            "applied_money": money_of(store, amount),
        }
        if discount.percentage is None:
            rendered["amount_money"] = money_of(store, amount)
        else:
            rendered["percentage"] = quantity_text(discount.percentage)
        return rendered

    def _tender(self, store: Store, sale: Sale, payment: Payment, customer: Customer | None) -> Json:
        tender: Json = {
            "id": payment.id,
            "payment_id": payment.id,
            "location_id": store.id,
            "transaction_id": sale.id,
            "created_at": rfc3339(payment.paid_at),
            "type": TENDER_TYPES[payment.method],
            "amount_money": money_of(store, payment.amount + payment.tip),
            "tip_money": money_of(store, payment.tip),
        }
        if payment.method == PaymentMethod.CARD:
            status = "CAPTURED" if payment.status == PaymentStatus.COMPLETED else "VOIDED"
            tender["card_details"] = {"status": status, "card": card(customer), "entry_method": "EMV"}
        if customer:
            tender["customer_id"] = customer.id
        return tender

    def _fulfillment(self, customer: Customer, sale: Sale) -> Json:
        recipient = {
            "customer_id": customer.id,
            "display_name": customer.name,
            "email_address": customer.email,
            "phone_number": customer.phone[:17],
        }
        details = {"recipient": recipient, "pickup_at": rfc3339(sale.closed_at or sale.opened_at)}
        state = "COMPLETED" if sale.state == SaleState.COMPLETED else "PROPOSED"
        return {"uid": "f1", "type": "PICKUP", "state": state, "pickup_details": details}

    def given_back(self, given: Return) -> Json:
        """The order of a return: no line items, everything stands in `returns`."""
        store = self._stores[given.store_id]
        return {
            **empty_order(store, given.id, given.version),
            "created_at": rfc3339(given.opened_at),
            "updated_at": rfc3339(given.updated_at),
            "closed_at": rfc3339(given.closed_at),
            "returns": [self._return(store, given)],
            "return_amounts": return_amounts(store, given),
            "net_amounts": subtract(no_amounts(store), return_amounts(store, given)),
            "refunds": self._refunds(store, given, given.id),
        }

    def _return(self, store: Store, given: Return) -> Json:
        rendered: Json = {
            "uid": "ret",
            "return_line_items": [self._returned_line(store, returned) for returned in given.lines],
            "return_amounts": return_amounts(store, given),
        }
        if given.sale_id:
            rendered["source_order_id"] = given.sale_id
        if given.tip:
            tip: Json = {"uid": "rt1", "applied_money": money_of(store, given.tip)}
            if given.payouts and given.payouts[0].payment_id:
                tip["source_tender_id"] = given.payouts[0].payment_id
            rendered["return_tips"] = [tip]
        if given.service_charge:
            charge = money_of(store, given.service_charge)
            rendered["return_service_charges"] = [
                {
                    "uid": "rs1",
                    "source_service_charge_uid": "s1",
                    "applied_money": charge,
                    "total_money": charge,
                }
            ]
        if given.rounding:
            amount = money_of(store, given.rounding)
            rendered["rounding_adjustment"] = {"uid": "rr", "name": "Cash rounding", "amount_money": amount}
        return rendered

    def _returned_line(self, store: Store, returned: ReturnedLine) -> Json:
        line = returned.line
        money = partial(money_of, store)
        rendered = {
            **self._what(line, deleted_name=line.name),
            "base_price_money": money(line.unit_price),
            "variation_total_price_money": money(line.gross),
            "gross_return_money": money(line.gross),
            "total_tax_money": money(line.tax),
            "total_discount_money": money(line.discount),
            "total_service_charge_money": money(line.service_charge),
            "total_money": money(line.total),
            **applied_to(store, line),
        }
        if returned.source_line_id:
            rendered["source_line_item_uid"] = returned.source_line_id
        return rendered

    def _refunds(self, store: Store, given: Return, order_id: str) -> list[Json]:
        return [
            {
                "id": payout.id,
                "location_id": store.id,
                "transaction_id": order_id,
                "tender_id": payout.payment_id or "",
                "created_at": rfc3339(given.closed_at),
                "reason": given.reason or "Return",
                "amount_money": money_of(store, payout.amount),
                "status": "APPROVED",
            }
            for payout in given.payouts
        ]

    def refund_order(self, refund: Refund) -> Json:
        """The order that comes with money given back without goods."""
        store = self._stores[refund.store_id]
        moment = rfc3339(refund.refunded_at)
        amount = money_of(store, refund.amount)
        amounts = no_amounts(store)
        order: Json = {
            **empty_order(store, refund.order_id or "", 1),
            "created_at": moment,
            "updated_at": rfc3339(refund.updated_at),
            "closed_at": moment,
            "net_amounts": amounts,
            "refunds": [
                {
                    "id": refund.id,
                    "location_id": store.id,
                    "transaction_id": refund.order_id,
                    "tender_id": refund.payment_id,
                    "created_at": moment,
                    "reason": refund.reason,
                    "amount_money": amount,
                    "status": "PENDING" if refund.status == PaymentStatus.PENDING else "APPROVED",
                }
            ],
        }
        if refund.form == RefundForm.CUSTOM_LINE:
            zero = money_of(store, 0)
            given_back = amounts | {"total_money": amount}
            order["returns"] = [
                {
                    "uid": "ret",
                    "source_order_id": refund.sale_id,
                    "return_line_items": [
                        {
                            "uid": "custom",
                            "name": refund.reason,
                            "quantity": "1",
                            "item_type": "CUSTOM_AMOUNT",
                            "base_price_money": amount,
                            "variation_total_price_money": amount,
                            "gross_return_money": amount,
                            "total_tax_money": zero,
                            "total_discount_money": zero,
                            "total_money": amount,
                        }
                    ],
                    "return_amounts": given_back,
                }
            ]
            order["return_amounts"] = given_back
            order["net_amounts"] = subtract(amounts, given_back)
        return order


def money_of(store: Store, amount: int) -> Json:
    """An amount in a store's currency."""
    return {"amount": amount, "currency": store.currency}


def no_amounts(store: Store) -> dict[str, Json]:
    """Totals of an order that sold nothing."""
    names = ("total_money", "tax_money", "discount_money", "tip_money", "service_charge_money")
    return {name: money_of(store, 0) for name in names}


def return_amounts(store: Store, given: Return) -> dict[str, Json]:
    """Totals of what was given back."""
    return {
        "total_money": money_of(store, given.total),
        "tax_money": money_of(store, sum(returned.line.tax for returned in given.lines)),
        "discount_money": money_of(store, sum(returned.line.discount for returned in given.lines)),
        "tip_money": money_of(store, given.tip),
        "service_charge_money": money_of(store, given.service_charge),
    }


def subtract(sold: dict[str, Json], given: dict[str, Json]) -> dict[str, Json]:
    """Net amounts: sold less given back."""
    return {name: money | {"amount": money["amount"] - given[name]["amount"]} for name, money in sold.items()}


def empty_order(store: Store, order_id: str, version: int) -> Json:
    """What every order has that sold nothing."""
    totals = no_amounts(store)
    return {
        "id": order_id,
        "location_id": store.id,
        "source": {"name": "Point of Sale"},
        "state": "COMPLETED",
        "version": version,
        **{f"total_{name}" if name != "total_money" else name: value for name, value in totals.items()},
        "net_amount_due_money": money_of(store, 0),
    }


def applied_to(store: Store, line: Line) -> Json:
    """Which taxes and discounts of the order stand on a line."""
    applied: Json = {}
    if line.taxes:
        applied["applied_taxes"] = [
            {"uid": f"at{index}", "tax_uid": tax.tax_id, "applied_money": money_of(store, tax.amount)}
            for index, tax in enumerate(line.taxes, start=1)
        ]
    if line.discounts:
        applied["applied_discounts"] = [
            {
                "uid": f"ad{index}",
                "discount_uid": one.discount_id,
                "applied_money": money_of(store, one.amount),
            }
            for index, one in enumerate(line.discounts, start=1)
        ]
    return applied
