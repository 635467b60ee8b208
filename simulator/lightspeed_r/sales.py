"""Sales as R's `Sale`: sold lines have positive quantities, those that are given back negative ones.

A return is a later sale of its own; in an exchange both stand in one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import (
    Ledger,
    Line,
    LineKind,
    PaymentStatus,
    Refund,
    Return,
    Sale,
    SaleState,
)
from simulator.lightspeed_r.parts import NOBODY, amount, collection, flag, moment, second
from simulator.lightspeed_r.sale_parts import PaymentPart, SaleLinePart, customer_relation

REFUND_LINES = 800_000_000
"""Lines and payments that the ledger has no id for are counted from here on, by their sale's number."""
FEE_LINES = 900_000_000
IN_STORE = "Point of Sale"


@dataclass(frozen=True)
class Ticket:
    """One version of one of R's sales.

    Attributes:
        completed_at: When it was completed; None while it is not.
        updated_at: When it was changed last.
    """

    id: str
    version: int
    shop_id: str
    created_at: datetime
    completed_at: datetime | None
    updated_at: datetime
    visible_at: datetime
    lines: tuple[SaleLinePart, ...]
    payments: tuple[PaymentPart, ...]
    voided: bool = False
    archived: bool = False
    customer_id: str | None = None
    channel: str = IN_STORE
    note: str | None = None


class SaleRenderer:
    """Writes a ledger's sales, returns and refunds."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._currency = ledger.stores[0].currency
        self._customers = {customer.id: customer for customer in ledger.customers}
        self._exchanged = {
            given.exchange_sale_id: given for given in ledger.returns if given.exchange_sale_id
        }
        self._whole_order = {
            discount.id for sale in ledger.sales for discount in sale.discounts if discount.whole_order
        }

    def records(self) -> Iterator[Record]:
        """Every version of every sale."""
        for ticket in self._tickets():
            keys = {
                "saleID": int(ticket.id),
                "timeStamp": second(ticket.completed_at or ticket.updated_at),
                "createTime": second(ticket.created_at),
                "updatetime": second(ticket.updated_at),
            }
            if ticket.completed_at:
                keys["completeTime"] = second(ticket.completed_at)
            yield Record(
                id=ticket.id,
                version=ticket.version,
                keys=keys,
                visible_at=ticket.visible_at,
                render=partial(self._render, ticket),
                location_id=ticket.shop_id,
                state="archived" if ticket.archived else "",
            )

    def _tickets(self) -> Iterator[Ticket]:
        for sale in self._ledger.sales:
            yield self._sale(sale)
        for given in self._ledger.returns:
            if not given.exchange_sale_id:
                yield self._return(given)
        for refund in self._ledger.refunds:
            yield self._refund(refund)

    def _sale(self, sale: Sale) -> Ticket:
        back = self._exchanged.get(sale.id)
        archived = sale.state == SaleState.CANCELLED
        lines = [self._line(line) for line in sale.lines]
        lines += [
            SaleLinePart(charge.id, Decimal(1), charge.amount, taxes=(charge.tax,), line_type="item_fee")
            for charge in sale.service_charges
        ]
        payments = [
            PaymentPart.deposit(line, archived, sale.closed_at or sale.opened_at)
            for line in sale.lines
            if line.kind == LineKind.GIFT_CARD
        ]
        payments += [PaymentPart.of(payment) for payment in sale.payments]
        return Ticket(
            id=sale.id,
            version=sale.version,
            shop_id=sale.store_id,
            created_at=sale.opened_at,
            completed_at=sale.closed_at if sale.state != SaleState.OPEN else None,
            updated_at=sale.updated_at,
            visible_at=sale.visible_at,
            lines=(*lines, *(self._returned_lines(back) if back else ())),
            payments=(*payments, *(payouts(back) if back else ())),
            voided=archived,
            customer_id=sale.customer_id,
            channel=sale.channel,
            note=sale.note,
        )

    def _return(self, given: Return) -> Ticket:
        return Ticket(
            id=given.id,
            version=given.version,
            shop_id=given.store_id,
            created_at=given.opened_at,
            completed_at=given.closed_at,
            updated_at=given.updated_at,
            visible_at=given.visible_at,
            lines=tuple(self._returned_lines(given)),
            payments=tuple(payouts(given)),
            note=given.reason or None,
        )

    def _refund(self, refund: Refund) -> Ticket:
        """Money without goods: a line that names nothing. It is completed once the bank has agreed."""
        part_id = str(REFUND_LINES + int(refund.id))
        done = refund.status == PaymentStatus.COMPLETED
        failed = refund.status == PaymentStatus.FAILED
        payment = PaymentPart(
            part_id, "1", -refund.amount, 0, failed, refund.refunded_at, reference=refund.payment_id
        )
        return Ticket(
            id=refund.id,
            version=refund.version,
            shop_id=refund.store_id,
            created_at=refund.refunded_at,
            completed_at=refund.refunded_at if done else None,
            updated_at=refund.updated_at,
            visible_at=refund.visible_at,
            lines=(SaleLinePart(part_id, Decimal(-1), refund.amount, note=refund.reason),),
            payments=(payment,) if done else (),
            archived=failed,
        )

    def _line(self, line: Line, *, back: bool = False, parent: str | None = None) -> SaleLinePart:
        gift_card = line.kind == LineKind.GIFT_CARD
        whole = [applied.amount for applied in line.discounts if applied.discount_id in self._whole_order]
        return SaleLinePart(
            id=line.id,
            quantity=-line.quantity if back else line.quantity,
            gross=0 if gift_card else line.gross,
            item_id=line.item_id,
            line_discount=line.discount - sum(whole),
            transaction_discount=sum(whole),
            taxes=tuple(applied.amount for applied in line.taxes),
            inclusive_tax=line.inclusive_tax,
            parent=parent,
            note=line.note or (line.name if line.kind == LineKind.CUSTOM else None),
        )

    def _returned_lines(self, given: Return) -> Iterator[SaleLinePart]:
        for returned in given.lines:
            yield self._line(returned.line, back=True, parent=returned.source_line_id)
        if given.service_charge:
            fee_id = str(FEE_LINES + int(given.id))
            yield SaleLinePart(fee_id, Decimal(-1), given.service_charge, line_type="item_fee_refund")

    def _render(self, ticket: Ticket) -> Json:
        lines, currency = ticket.lines, self._currency
        alive = [payment for payment in ticket.payments if not payment.archived]
        subtotal = sum(line.signed(line.gross) for line in lines)
        discount = sum(line.signed(line.discount) for line in lines)
        taxes = [sum(line.signed(line.tax(rate)) for line in lines) for rate in (0, 1)]
        total = sum(line.signed(line.total) for line in lines)
        deposits = -sum(payment.amount for payment in alive if payment.sale_line_id)
        paid = sum(payment.amount + payment.tip for payment in alive)

        def money(value: int) -> str:
            return amount(value, currency)

        rendered: Json = {
            "saleID": ticket.id,
            "timeStamp": moment(ticket.completed_at or ticket.updated_at),
            "discountPercent": "0",
            "completed": flag(ticket.completed_at is not None),
            "archived": flag(ticket.archived),
            "voided": flag(ticket.voided),
            "enablePromotions": "true",
            "isTaxInclusive": flag(any(line.inclusive_tax for line in lines)),
            "tipEnabled": "true",
            "createTime": moment(ticket.created_at),
            "updatetime": moment(ticket.updated_at),
            "completeTime": moment(ticket.completed_at) if ticket.completed_at else "",
            "referenceNumber": "",
            "referenceNumberSource": "" if ticket.channel == IN_STORE else ticket.channel,
            "tax1Rate": "0",
            "tax2Rate": "0",
            "change": "0",
            "receiptPreference": "printed",
            "displayableSubtotal": money(subtotal - discount),
            "ticketNumber": f"22{int(ticket.id):010d}",
            "calcDiscount": money(discount),
            "calcTotal": money(total),
            "calcSubtotal": money(subtotal),
            "calcTaxable": money(subtotal),
            "calcNonTaxable": "0",
            "calcAvgCost": "0",
            "calcFIFOCost": "0",
            "calcTax1": money(taxes[0]),
            "calcTax2": money(taxes[1]),
            "calcPayments": money(paid),
            "calcTips": money(sum(payment.tip for payment in alive)),
            "total": money(total),
            "totalDue": money(total + deposits),
            "displayableTotal": money(total + deposits),
            "balance": money(total - paid),
            "customerID": ticket.customer_id or NOBODY,
            "discountID": NOBODY,
            "employeeID": "1",
            "tipEmployeeID": "1",
            "quoteID": NOBODY,
            "registerID": ticket.shop_id,
            "shipToID": NOBODY,
            "shopID": ticket.shop_id,
            "taxCategoryID": "1",
            "taxTotal": money(sum(taxes)),
            **self._relations(ticket),
        }
        return rendered

    def _relations(self, ticket: Ticket) -> Json:
        lines = [
            line.render(ticket.id, ticket.shop_id, self._currency, ticket.created_at) for line in ticket.lines
        ]
        payments = [payment.render(ticket.id, self._currency) for payment in ticket.payments]
        relations = {
            **collection("SaleLines", "SaleLine", lines),
            **collection("SalePayments", "SalePayment", payments),
        }
        customer = self._customers.get(ticket.customer_id or "")
        if customer:
            relations["Customer"] = customer_relation(customer)
        if ticket.note:
            relations["SaleNotes"] = {"InternalNote": {"noteID": ticket.id, "note": ticket.note}}
        return relations


def payouts(given: Return) -> Iterator[PaymentPart]:
    """The money that a return gives back; the first of it is the tip's."""
    tip = given.tip
    for payout in given.payouts:
        part = min(tip, payout.amount)
        tip -= part
        yield PaymentPart(
            payout.id, "1", part - payout.amount, -part, False, given.closed_at, reference=payout.payment_id
        )


RELATIONS = {
    "SaleLines": ("SaleLines",),
    "SaleLines.Note": ("SaleLines", "SaleLine", "Note"),
    "SalePayments": ("SalePayments",),
    "SalePayments.SaleAccounts": ("SalePayments", "SalePayment", "SaleAccounts"),
    "SaleNotes": ("SaleNotes",),
    "Customer": ("Customer",),
}
"""The relations that are simulated, and where they stand in a sale."""
