"""Payments and refunds as Square tells them; a payment changes when some of it is given back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import Ledger, Payment, PaymentMethod, PaymentStatus, Refund, Return, Sale
from simulator.square.parts import card, money_of, rfc3339

STATUSES = {
    PaymentStatus.COMPLETED: "COMPLETED",
    PaymentStatus.PENDING: "PENDING",
    PaymentStatus.CANCELLED: "CANCELED",
    PaymentStatus.FAILED: "FAILED",
}
SOURCE_TYPES = {
    PaymentMethod.CARD: "CARD",
    PaymentMethod.GIFT_CARD: "CARD",
    PaymentMethod.CASH: "CASH",
    PaymentMethod.WALLET: "WALLET",
    PaymentMethod.OTHER: "EXTERNAL",
}


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Part of a payment that was given back, known from a moment on."""

    refund_id: str
    amount: int
    updated_at: datetime
    visible_at: datetime


class PaymentRenderer:
    """Writes a ledger's payments and refunds."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._stores = {store.id: store for store in ledger.stores}
        self._customers = {customer.id: customer for customer in ledger.customers}
        self._given_back: dict[str, list[GivenBack]] = {}
        for given in ledger.returns:
            for payout in given.payouts:
                if payout.payment_id:
                    part = GivenBack(payout.id, payout.amount, given.updated_at, given.visible_at)
                    self._given_back.setdefault(payout.payment_id, []).append(part)
        for refund in ledger.refunds:
            if refund.status == PaymentStatus.COMPLETED:
                part = GivenBack(refund.id, refund.amount, refund.updated_at, refund.visible_at)
                self._given_back.setdefault(refund.payment_id, []).append(part)

    def payments(self) -> Iterator[Record]:
        """Every version of every payment: each version of its sale, and each part given back later."""
        for sale in self._ledger.sales:
            for payment in sale.payments:
                parts = sorted(self._given_back.get(payment.id, ()), key=lambda part: part.visible_at)
                for count in range(len(parts) + 1):
                    latest = parts[count - 1] if count else sale
                    updated_at = max(latest.updated_at, sale.updated_at)
                    yield Record(
                        id=payment.id,
                        version=sale.version * 100 + count,
                        location_id=sale.store_id,
                        state=STATUSES[payment.status],
                        keys={"CREATED_AT": payment.paid_at, "UPDATED_AT": updated_at},
                        visible_at=max(latest.visible_at, sale.visible_at),
                        render=partial(self.payment, sale, payment, tuple(parts[:count]), updated_at),
                        source=SOURCE_TYPES[payment.method],
                    )

    def payment(
        self, sale: Sale, payment: Payment, given: tuple[GivenBack, ...], updated_at: datetime
    ) -> Json:
        """One version of a payment."""
        store = self._stores[sale.store_id]
        customer = self._customers.get(sale.customer_id or "")
        money = partial(money_of, store)
        rendered: Json = {
            "id": payment.id,
            "created_at": rfc3339(payment.paid_at),
            "updated_at": rfc3339(updated_at),
            "amount_money": money(payment.amount),
            "tip_money": money(payment.tip),
            "total_money": money(payment.amount + payment.tip),
            "status": STATUSES[payment.status],
            "source_type": SOURCE_TYPES[payment.method],
            "location_id": store.id,
            "order_id": sale.id,
            "receipt_number": payment.id[-4:],
        }
        if given:
            rendered["refunded_money"] = money(sum(part.amount for part in given))
            rendered["refund_ids"] = [part.refund_id for part in given]
        if payment.method in (PaymentMethod.CARD, PaymentMethod.GIFT_CARD):
            brand = "VISA" if payment.method == PaymentMethod.CARD else "SQUARE_GIFT_CARD"
            captured = payment.status == PaymentStatus.COMPLETED
            status = (
                "CAPTURED" if captured else "FAILED" if payment.status == PaymentStatus.FAILED else "VOIDED"
            )
            rendered["card_details"] = {
                "status": status,
                "card": card(customer, brand),
                "entry_method": "EMV",
            }
        elif payment.method == PaymentMethod.CASH:
            supplied = money(payment.amount + payment.tip)
            rendered["cash_details"] = {"buyer_supplied_money": supplied, "change_back_money": money(0)}
        elif payment.method == PaymentMethod.WALLET:
            rendered["wallet_details"] = {"status": "CAPTURED", "brand": "CASH_APP"}
        else:
            rendered["external_details"] = {"type": "OTHER", "source": "House account"}
        if customer:
            given_name, _, family_name = customer.name.partition(" ")
            rendered["customer_id"] = customer.id
            rendered["buyer_email_address"] = customer.email
            rendered["shipping_address"] = {
                "address_line_1": customer.address,
                "first_name": given_name,
                "last_name": family_name,
                "country": store.country,
            }
        if sale.note:
            rendered["note"] = sale.note
        if payment.is_offline:
            rendered["is_offline_payment"] = True
            rendered["offline_payment_details"] = {"client_created_at": rfc3339(payment.paid_at)}
        return rendered

    def refunds(self) -> Iterator[Record]:
        """Every version of every refund: of returns, and without goods."""
        sources = {p.id: SOURCE_TYPES[p.method] for sale in self._ledger.sales for p in sale.payments}
        for given in self._ledger.returns:
            for index, payout in enumerate(given.payouts):
                yield Record(
                    id=payout.id,
                    version=given.version,
                    location_id=given.store_id,
                    state="COMPLETED",
                    keys={"CREATED_AT": given.closed_at, "UPDATED_AT": given.updated_at},
                    visible_at=given.visible_at,
                    render=partial(self._refund_of_return, given, index),
                    source=sources.get(payout.payment_id or "", "CASH"),
                )
        for refund in self._ledger.refunds:
            yield Record(
                id=refund.id,
                version=refund.version,
                location_id=refund.store_id,
                state=STATUSES[refund.status],
                keys={"CREATED_AT": refund.refunded_at, "UPDATED_AT": refund.updated_at},
                visible_at=refund.visible_at,
                render=partial(self._refund, refund),
                source=sources[refund.payment_id],
            )

    def _refund_of_return(self, given: Return, index: int) -> Json:
        payout = given.payouts[index]
        rendered: Json = {
            "id": payout.id,
            "status": "COMPLETED",
            "location_id": given.store_id,
            "unlinked": payout.payment_id is None,
            "amount_money": money_of(self._stores[given.store_id], payout.amount),
            "order_id": given.exchange_sale_id or given.id,
            "created_at": rfc3339(given.closed_at),
            "updated_at": rfc3339(given.updated_at),
        }
        if payout.payment_id:
            rendered["payment_id"] = payout.payment_id
        if given.reason:
            rendered["reason"] = given.reason
        return rendered

    def _refund(self, refund: Refund) -> Json:
        rendered: Json = {
            "id": refund.id,
            "status": STATUSES[refund.status],
            "location_id": refund.store_id,
            "amount_money": money_of(self._stores[refund.store_id], refund.amount),
            "payment_id": refund.payment_id,
            "reason": refund.reason,
            "created_at": rfc3339(refund.refunded_at),
            "updated_at": rfc3339(refund.updated_at),
        }
        if refund.order_id:
            rendered["order_id"] = refund.order_id
        return rendered
