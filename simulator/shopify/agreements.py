"""The ledger of one order.

The order is one agreement, each edit another, each return or refund a further one. An agreement's sales are
signed; what a sale does not name, such as money given back without goods, is an adjustment. While a refund
waits for the bank or failed, a second adjustment takes the first one back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from simulator.core.answers import Json
from simulator.ledger import Line, LineKind, PaymentStatus, Refund, Return, Sale, SaleState, ServiceCharge
from simulator.shopify.parts import gid, iso, money_bag, typed

EDITS_FROM, CANCELLATION, RETURNS_FROM, REFUNDS_FROM = 1, 99, 100, 500
"""Numbers of an order's agreements: the order itself is 0."""
PER_ORDER = 1_000
"""How many numbers an order's agreements and line items have."""


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


class Agreements:
    """The agreements of one order, in the order of their making."""

    def __init__(self, history: History, currency: str, items: dict[str, Json]) -> None:
        self._bag = partial(money_bag, currency=currency)
        self._included = taxes_are_included(history)
        self._order = int(history.sale.id)
        self._items = items
        self._history = history

    def __iter__(self) -> Iterator[Json]:
        history, first = self._history, self._history.versions[0]
        sold = first.closed_at or first.opened_at
        yield self._agreement("OrderAgreement", 0, "ORDER", sold, self._sold(first))
        if first.state == SaleState.CANCELLED:
            back = self._difference(first, None)
            yield self._agreement("RefundAgreement", CANCELLATION, "REFUND", sold, back)
        for number, (before, after) in enumerate(
            zip(history.versions, history.versions[1:], strict=False), start=EDITS_FROM
        ):
            if changes := self._difference(before, after):
                yield self._agreement("OrderEditAgreement", number, "ORDER_EDIT", after.updated_at, changes)
        for number, given in enumerate(history.returns, start=RETURNS_FROM):
            yield self._agreement(
                "RefundAgreement", number, "REFUND", given.closed_at, self._given_back(given)
            )
        for number, refund in enumerate(history.refunds, start=REFUNDS_FROM):
            adjusted = self._adjustments(refund)
            yield self._agreement("RefundAgreement", number, "REFUND", refund.refunded_at, adjusted)

    def _agreement(self, kind: str, number: int, reason: str, at: datetime, sales: list[Json]) -> Json:
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

    def _sold(self, sale: Sale) -> list[Json]:
        """What an order sells."""
        return [
            *(self._line(line, 1, "ORDER") for line in sale.lines),
            *(self._fee(charge, 1, "ORDER") for charge in sale.service_charges),
            *(self._tip(amount, "ORDER") for amount in (sale.tip,) if amount),
        ]

    def _difference(self, before: Sale, after: Sale | None) -> list[Json]:
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

    def _given_back(self, given: Return) -> list[Json]:
        """What a return takes back."""
        back = [self._line(returned.line, -1, "RETURN", returned.source_line_id) for returned in given.lines]
        if given.service_charge:
            charge = ServiceCharge("", "", given.service_charge, 0, is_gratuity=False, is_spread=False)
            back.append(self._fee(charge, -1, "RETURN"))
        if given.tip:
            back.append(self._tip(-given.tip, "RETURN"))
        return back

    def _adjustments(self, refund: Refund) -> list[Json]:
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
