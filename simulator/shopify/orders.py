"""Sales, returns and refunds as Shopify's orders, each with its ledger of dated agreements.

The order is one agreement, each edit another, each return or refund a further one. An agreement's sales are
signed; what a sale does not name, such as money given back without goods, is an adjustment. While a refund
waits for the bank or failed, a second adjustment takes the first one back.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import (
    Customer,
    Item,
    Ledger,
    Line,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    Return,
    Sale,
    SaleState,
    ServiceCharge,
)
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
EDITS_FROM, CANCELLATION, RETURNS_FROM, REFUNDS_FROM = 1, 99, 100, 500
"""Numbers of an order's agreements: the order itself is 0."""
PER_ORDER = 1_000
TIP = "tip"


@dataclass(frozen=True)
class History:
    """All that is known of one order at a moment."""

    versions: list[Sale]
    returns: list[Return]
    refunds: list[Refund]

    @property
    def sale(self) -> Sale:
        """The newest version."""
        return self.versions[-1]

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Every line that the order ever had, by its id, as it was first."""
        return {line.id: line for sale in reversed(self.versions) for line in sale.lines}


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
            "agreements": list(self._agreements(history, items)),
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

    def _agreements(self, history: History, items: dict[str, Json]) -> Iterator[Json]:
        first = history.versions[0]
        lines = Lines(history, self._currency, items)
        sold = first.closed_at or first.opened_at
        yield lines.agreement("OrderAgreement", 0, "ORDER", sold, lines.sold(first))
        if first.state == SaleState.CANCELLED:
            back = lines.difference(first, None)
            yield lines.agreement("RefundAgreement", CANCELLATION, "REFUND", sold, back)
        for number, (before, after) in enumerate(
            zip(history.versions, history.versions[1:], strict=False), start=EDITS_FROM
        ):
            if changes := lines.difference(before, after):
                yield lines.agreement("OrderEditAgreement", number, "ORDER_EDIT", after.updated_at, changes)
        for number, given in enumerate(history.returns, start=RETURNS_FROM):
            yield lines.agreement(
                "RefundAgreement", number, "REFUND", given.closed_at, lines.given_back(given)
            )
        for number, refund in enumerate(history.refunds, start=REFUNDS_FROM):
            adjusted = lines.adjustments(refund)
            yield lines.agreement("RefundAgreement", number, "REFUND", refund.refunded_at, adjusted)

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
            name="Hieronymus Anonymous-Cardholder",
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


class Lines:
    """The sales of one order's agreements."""

    def __init__(self, history: History, currency: str, items: dict[str, Json]) -> None:
        self._bag = partial(money_bag, currency=currency)
        self._included = taxes_are_included(history)
        self._order = int(history.sale.id)
        self._items = items

    def agreement(self, kind: str, number: int, reason: str, at: datetime, sales: list[Json]) -> Json:
        """One agreement. Its sales get their numbers from its own."""
        own = self._order * PER_ORDER + number
        return typed(
            kind,
            id=gid(kind, own),
            happenedAt=iso(at),
            reason=reason,
            order={"id": gid("Order", self._order)},
            refund={"id": gid("Refund", own)},
            sales=[
                {**sale, "id": gid("Sale", own * PER_ORDER + position)} for position, sale in enumerate(sales)
            ],
        )

    def sold(self, sale: Sale) -> list[Json]:
        """What an order sells."""
        return [
            *(self._line(line, 1, "ORDER") for line in sale.lines),
            *(self._fee(charge, 1, "ORDER") for charge in sale.service_charges),
            *(self._tip(amount, "ORDER") for amount in (sale.tip,) if amount),
        ]

    def difference(self, before: Sale, after: Sale | None) -> list[Json]:
        """What an edit takes away; all when the order is cancelled. No edit of a ledger adds a line."""
        kept = {line.id for line in after.lines} if after else set()
        charges = {charge.id for charge in after.service_charges} if after else set()
        tip = (after.tip if after else 0) - before.tip
        return [
            *(self._line(line, -1, "RETURN") for line in before.lines if line.id not in kept),
            *(
                self._fee(charge, -1, "RETURN")
                for charge in before.service_charges
                if charge.id not in charges
            ),
            *(self._tip(amount, "UPDATE") for amount in (tip,) if amount),
        ]

    def given_back(self, given: Return) -> list[Json]:
        """What a return takes back."""
        back = [self._line(returned.line, -1, "RETURN", returned.source_line_id) for returned in given.lines]
        if given.service_charge:
            charge = ServiceCharge("", "", given.service_charge, 0, is_gratuity=False, is_spread=False)
            back.append(self._fee(charge, -1, "RETURN"))
        if given.tip:
            back.append(self._tip(-given.tip, "RETURN"))
        return back

    def adjustments(self, refund: Refund) -> list[Json]:
        """Money given back without goods; taken back while it was not paid."""
        paid = refund.status == PaymentStatus.COMPLETED
        amounts = (-refund.amount,) if paid else (-refund.amount, refund.amount)
        return [self._sale("AdjustmentSale", "ADJUSTMENT", "UPDATE", amount) for amount in amounts]

    def _line(self, line: Line, sign: int, action: str, source: str | None = None) -> Json:
        gift = line.kind == LineKind.GIFT_CARD
        net = line.gross - line.discount
        return self._sale(
            "GiftCardSale" if gift else "ProductSale",
            "GIFT_CARD" if gift else "PRODUCT",
            action,
            sign * line.total,
            tax=sign * line.tax,
            discount=sign * line.discount,
            tax_on_discount=round(sign * line.discount * line.tax / net) if net else 0,
            quantity=sign * int(line.quantity),
            lineItem=self._items[source or line.id],
        )

    def _fee(self, charge: ServiceCharge, sign: int, action: str) -> Json:
        whole, tax = sign * (charge.amount + charge.tax), sign * charge.tax
        return self._sale("AdditionalFeeSale", "ADDITIONAL_FEE", action, whole, tax=tax)

    def _tip(self, amount: int, action: str) -> Json:
        item = {"id": gid("LineItem", self._order * PER_ORDER + PER_ORDER - 1)}
        return self._sale("TipSale", "TIP", action, amount, lineItem=item)

    def _sale(
        self,
        kind: str,
        line_type: str,
        action: str,
        amount: int,
        *,
        tax: int = 0,
        discount: int = 0,
        tax_on_discount: int = 0,
        quantity: int | None = None,
        **more: Json,
    ) -> Json:
        """A sale. A discount is stated with and without the tax on it, of which the buyer saw one."""
        before = discount - tax_on_discount if self._included else discount
        return typed(
            kind,
            actionType=action,
            lineType=line_type,
            quantity=quantity,
            totalAmount=self._bag(amount),
            totalTaxAmount=self._bag(tax),
            totalDiscountAmountBeforeTaxes=self._bag(before),
            totalDiscountAmountAfterTaxes=self._bag(before + tax_on_discount),
            **more,
        )


def taxes_are_included(history: History) -> bool:
    """Whether an order's prices hold its taxes."""
    taxes = (tax for sale in history.versions for line in sale.lines for tax in line.taxes)
    return any(tax.inclusive for tax in taxes)


def refunded(history: History) -> int:
    """What was paid back."""
    through = (one.amount for one in history.refunds if one.status == PaymentStatus.COMPLETED)
    return sum(payout.amount for given in history.returns for payout in given.payouts) + sum(through)
