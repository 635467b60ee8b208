"""Sales, returns and refunds as Square's orders: a return is an order of its own, an exchange both in one."""

from collections.abc import Iterator
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import (
    AppliedTax,
    Customer,
    Item,
    Ledger,
    Line,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Sale,
    SaleState,
    Store,
    Tax,
)
from simulator.square.parts import applied_to, card, money_of, quantity_text, rfc3339, subtract, what_is_sold
from simulator.square.returns import ReturnRenderer, return_amounts

STATES = {SaleState.OPEN: "OPEN", SaleState.COMPLETED: "COMPLETED", SaleState.CANCELLED: "CANCELED"}
TENDER_TYPES = {
    PaymentMethod.CARD: "CARD",
    PaymentMethod.CASH: "CASH",
    PaymentMethod.WALLET: "WALLET",
    PaymentMethod.GIFT_CARD: "SQUARE_GIFT_CARD",
    PaymentMethod.OTHER: "OTHER",
}
TAX_LEAVES_GROSS = frozenset({"US", "CA", "JP"})
"""Countries in which Square takes inclusive tax out of gross_sales_money; elsewhere it stays in."""


class OrderRenderer:
    """Writes a ledger's sales, returns and refunds as orders."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stores = {store.id: store for store in ledger.stores}
        self._items: dict[str, Item] = {item.id: item for item in ledger.items}
        self._taxes: dict[str, Tax] = {tax.id: tax for tax in ledger.taxes}
        self._customers = {customer.id: customer for customer in ledger.customers}
        self._returns = ReturnRenderer(self._stores, self._items)
        self._exchanged = {
            given.exchange_sale_id: given for given in ledger.returns if given.exchange_sale_id
        }

    def records(self) -> Iterator[Record]:
        """Every version of every order."""
        for sale in self._ledger.sales:
            keys = {"CREATED_AT": sale.opened_at, "UPDATED_AT": sale.updated_at}
            if sale.closed_at:
                keys["CLOSED_AT"] = sale.closed_at
            yield Record(
                id=sale.id,
                version=sale.version,
                location_id=sale.store_id,
                state=STATES[sale.state],
                keys=keys,
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
                    keys={
                        "CREATED_AT": given.opened_at,
                        "UPDATED_AT": given.updated_at,
                        "CLOSED_AT": given.closed_at,
                    },
                    visible_at=given.visible_at,
                    render=partial(self._returns.given_back, given),
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
                    keys={"CREATED_AT": moment, "UPDATED_AT": refund.updated_at, "CLOSED_AT": moment},
                    visible_at=refund.visible_at,
                    render=partial(self._returns.refund_order, refund),
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
            order["ticket_name"] = sale.note
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
            order["returns"] = [self._returns.part_of_order(store, given)]
            order["return_amounts"] = return_amounts(store, given)
            order["net_amounts"] = subtract(totals, return_amounts(store, given))
            order["refunds"] = self._returns.refunds_of_order(store, given, sale.id)
        return order

    def _line(self, store: Store, sale: Sale, line: Line) -> Json:
        money = partial(money_of, store)
        extras = sum(modifier.amount for modifier in line.modifiers)
        gross = line.gross - (line.inclusive_tax if store.country in TAX_LEAVES_GROSS else 0)
        rendered: Json = {
            **what_is_sold(line, self._items),
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
