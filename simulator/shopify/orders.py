"""Sales, returns and refunds as Shopify's orders, each with its ledger of dated agreements."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import (
    UNKNOWN_CARDHOLDER,
    Customer,
    Item,
    Ledger,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    Return,
    Sale,
    SaleState,
)
from simulator.shopify.agreements import PER_ORDER, Agreements, History, taxes_are_included
from simulator.shopify.catalog import Catalogue
from simulator.shopify.parts import gid, iso, money_bag, typed
from simulator.shopify.told import ONLINE, largest_through

SOURCES = {"Point of Sale": "pos", "Online Store": "web"}
GATEWAYS = {
    PaymentMethod.CASH: "cash",
    PaymentMethod.CARD: "shopify_payments",
    PaymentMethod.WALLET: "shopify_payments",
    PaymentMethod.GIFT_CARD: "gift_card",
    PaymentMethod.OTHER: "manual",
}
CARDS = frozenset({PaymentMethod.CARD, PaymentMethod.WALLET})
OUTCOMES = {
    PaymentStatus.COMPLETED: "SUCCESS",
    PaymentStatus.PENDING: "PENDING",
    PaymentStatus.FAILED: "FAILURE",
    PaymentStatus.CANCELLED: "FAILURE",
}


class OrderRenderer:
    """Writes a ledger's sales, with what became of them, as orders."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue) -> None:
        self._currency = ledger.stores[0].currency
        self._bag = partial(money_bag, currency=self._currency)
        self._catalogue = catalogue
        self._items: dict[str, Item] = {item.id: item for item in ledger.items}
        self._customers = {customer.id: customer for customer in ledger.customers}
        self._versions: dict[str, list[Sale]] = defaultdict(list)
        self._returns: dict[str, list[Return]] = defaultdict(list)
        self._refunds: dict[str, list[Refund]] = defaultdict(list)
        for sale in sorted(ledger.sales, key=lambda sale: sale.version):
            self._versions[sale.id].append(sale)
        for given in ledger.returns:
            self._returns[given.sale_id or ""].append(given)
        for refund in ledger.refunds:
            self._refunds[refund.sale_id].append(refund)

    def records(self) -> Iterator[Record]:
        """Every version of every order: whenever something becomes known, it changes."""
        for order_id, versions in self._versions.items():
            first = versions[0].visible_at
            known = {
                max(first, event.visible_at)
                for event in (*versions, *self._returns[order_id], *self._refunds[order_id])
            }
            sold = versions[0].closed_at or versions[0].opened_at
            for number, at in enumerate(sorted(known), start=1):
                yield Record(
                    id=order_id,
                    version=number,
                    keys={"PROCESSED_AT": sold, "CREATED_AT": sold, "UPDATED_AT": at, "ID": int(order_id)},
                    visible_at=at,
                    render=partial(self.order, order_id, at),
                )

    def order(self, order_id: str, at: datetime) -> Json:
        """An order as it stands at a moment."""
        history = self._history(order_id, at)
        sale = history.sale
        sold = iso(sale.closed_at or sale.opened_at)
        customer = self._customers.get(sale.customer_id or "")
        paid_rounding = sale.rounding if largest_through(sale.payments) else 0
        cancelled = sale.state == SaleState.CANCELLED
        items = dict(self._line_items(history))
        return {
            "id": gid("Order", order_id),
            "legacyResourceId": order_id,
            "name": f"#{order_id}",
            "processedAt": sold,
            "createdAt": sold,
            "updatedAt": iso(at),
            "cancelledAt": sold if cancelled else None,
            "closedAt": None,
            "test": False,
            "edited": len(history.versions) > 1,
            "sourceName": SOURCES.get(sale.channel, "580111"),
            "currencyCode": self._currency,
            "presentmentCurrencyCode": self._currency,
            "taxesIncluded": taxes_are_included(history),
            "displayFinancialStatus": "VOIDED" if cancelled else "PAID",
            "retailLocation": None if sale.store_id == ONLINE else {"id": gid("Location", sale.store_id)},
            "customer": self._customer(customer) if customer else None,
            "email": customer.email if customer else None,
            "phone": customer.phone if customer else None,
            "note": sale.note,
            "totalPriceSet": self._bag(sale.total - sale.rounding),
            "totalReceivedSet": self._bag(sale.paid - paid_rounding),
            "totalTipReceivedSet": self._bag(sale.tip),
            "totalRefundedSet": self._bag(refunded(history)),
            "totalOutstandingSet": self._bag(max(0, sale.total - sale.paid)),
            "totalCashRoundingAdjustment": {
                "paymentSet": self._bag(paid_rounding),
                "refundSet": self._bag(sum(given.rounding for given in history.returns)),
            },
            "transactions": [*self._payments(sale), *self._repayments(history)],
            "lineItems": list(items.values()),
            "refunds": [self._refund(given) for given in (*history.returns, *history.refunds)],
            "agreements": list(Agreements(history, self._currency, items)),
        }

    def _history(self, order_id: str, at: datetime) -> History:
        def known(events: list[Refund]) -> list[Refund]:
            newest: dict[str, Refund] = {}
            for event in sorted(events, key=lambda event: event.version):
                if event.visible_at <= at:
                    newest[event.id] = event
            return list(newest.values())

        versions = self._versions[order_id]
        return History(
            [sale for sale in versions if sale.visible_at <= at or sale is versions[0]],
            [given for given in self._returns[order_id] if given.visible_at <= at],
            known(self._refunds[order_id]),
        )

    def _customer(self, customer: Customer) -> Json:
        return {
            "id": gid("Customer", customer.id),
            "displayName": customer.name,
            "email": customer.email,
            "phone": customer.phone,
        }

    def _payments(self, sale: Sale) -> Iterator[Json]:
        rounded = largest_through(sale.payments)
        for payment in sale.payments:
            rounding = sale.rounding if payment is rounded else 0
            amount = payment.amount + payment.tip - rounding
            void = payment.status == PaymentStatus.CANCELLED
            yield self._transaction(
                payment,
                "AUTHORIZATION" if void else "SALE",
                "SUCCESS" if void else OUTCOMES[payment.status],
                amount,
                rounding,
            )
            if void:
                yield self._transaction(payment, "VOID", "SUCCESS", amount, 0)

    def _transaction(self, payment: Payment, kind: str, status: str, amount: int, rounding: int) -> Json:
        at = iso(payment.paid_at)
        card = typed(
            "CardPaymentDetails",
            name=UNKNOWN_CARDHOLDER,
            number="•••• •••• •••• 4242",
            company="Visa",
            wallet="APPLE_PAY" if payment.method == PaymentMethod.WALLET else None,
            paymentMethodName="card",
        )
        own = gid("OrderTransaction", payment.id)
        void = kind == "VOID"
        return {
            "id": gid("OrderTransaction", f"{payment.id}9") if void else own,
            "kind": kind,
            "status": status,
            "gateway": GATEWAYS[payment.method],
            "processedAt": at,
            "createdAt": at,
            "test": False,
            "parentTransaction": {"id": own} if void else None,
            "amountSet": self._bag(amount),
            "amountRoundingSet": self._bag(rounding) if rounding else None,
            "paymentDetails": card if payment.method in CARDS else None,
        }

    def _repayments(self, history: History) -> Iterator[Json]:
        """What was paid back; a return over nothing that was rounded has one payment over the rounding."""
        for given in history.returns:
            payouts = [(payout.id, payout.payment_id, payout.amount) for payout in given.payouts]
            if given.rounding and not payouts:
                payouts = [(f"{given.id}8", None, 0)]
            largest = max(payouts, key=lambda payout: payout[2], default=None)
            for payout in payouts:
                rounding = given.rounding if payout is largest else 0
                yield self._repayment(*payout, at=given.closed_at, rounding=rounding)
        for refund in history.refunds:
            own = f"{refund.id}7"
            yield self._repayment(
                own, refund.payment_id, refund.amount, at=refund.refunded_at, status=refund.status
            )

    def _repayment(
        self,
        number: str,
        payment_id: str | None,
        amount: int,
        *,
        at: datetime,
        status: PaymentStatus = PaymentStatus.COMPLETED,
        rounding: int = 0,
    ) -> Json:
        return {
            "id": gid("OrderTransaction", number),
            "kind": "REFUND",
            "status": OUTCOMES[status],
            "gateway": "cash" if rounding else "manual",
            "processedAt": iso(at),
            "createdAt": iso(at),
            "test": False,
            "parentTransaction": {"id": gid("OrderTransaction", payment_id)} if payment_id else None,
            "amountSet": self._bag(amount - rounding),
            "amountRoundingSet": self._bag(rounding) if rounding else None,
            "paymentDetails": None,
        }

    def _refund(self, given: Return | Refund) -> Json:
        at = given.closed_at if isinstance(given, Return) else given.refunded_at
        whole = given.total if isinstance(given, Return) else given.amount
        return {
            "id": gid("Refund", given.id),
            "legacyResourceId": given.id,
            "createdAt": iso(at),
            "updatedAt": iso(given.visible_at),
            "processedAt": iso(at),
            "note": given.reason or None,
            "totalRefundedSet": self._bag(whole),
        }

    def _line_items(self, history: History) -> Iterator[tuple[str, Json]]:
        """Each line that the order ever had, by its id."""
        left = {line.id: line.quantity for line in history.sale.lines}
        for given in history.returns:
            for returned in given.lines:
                if returned.source_line_id in left:
                    left[returned.source_line_id] -= returned.line.quantity
        for position, line in enumerate(history.lines.values()):
            item = self._items.get(line.item_id or "")
            price = int(line.gross / line.quantity) if line.quantity else 0
            yield (
                line.id,
                {
                    "id": gid("LineItem", int(history.sale.id) * PER_ORDER + position),
                    "title": item.product_name if item else line.name,
                    "variantTitle": item.variant_name if item else None,
                    "sku": item.sku if item else None,
                    "quantity": int(line.quantity),
                    "currentQuantity": int(left.get(line.id, 0)),
                    "isGiftCard": line.kind == LineKind.GIFT_CARD,
                    "originalUnitPriceSet": self._bag(price),
                    "variant": self._catalogue.variant(item) if item else None,
                },
            )


def refunded(history: History) -> int:
    """What was paid back."""
    through = (one.amount for one in history.refunds if one.status == PaymentStatus.COMPLETED)
    return sum(payout.amount for given in history.returns for payout in given.payouts) + sum(through)
