"""Payments, refunds and credits as Clover tells them, in every version that they had."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from simulator.clover.orders import EMPLOYEE, created_at, elements, milliseconds
from simulator.clover.rows import catalogue_of
from simulator.clover.told import newest_versions, rows_given_back
from simulator.core.records import Record
from simulator.ledger import (
    UNKNOWN_CARDHOLDER,
    Ledger,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    Return,
    Sale,
)
from simulator.pricing import allocate

Json = dict[str, Any]

TENDERS = {
    PaymentMethod.CASH: ("TENDERCASH001", "com.clover.tender.cash", "Cash"),
    PaymentMethod.CARD: ("TENDERCARD001", "com.clover.tender.credit_card", "Credit Card"),
    PaymentMethod.GIFT_CARD: ("TENDERGIFT001", "com.clover.tender.external_gift_card", "Gift Card"),
    PaymentMethod.WALLET: ("TENDERWALLET1", "com.clover.paypal", "PayPal"),
    PaymentMethod.OTHER: ("TENDEROTHER01", "com.clover.tender.external_payment", "External Payment"),
}
"""Method → id, label key and label of the tender."""

RESULTS = {
    PaymentStatus.COMPLETED: "SUCCESS",
    PaymentStatus.PENDING: "PENDING",
    PaymentStatus.CANCELLED: "VOIDED",
    PaymentStatus.FAILED: "FAIL",
}
REFUND_STATUSES = {
    PaymentStatus.COMPLETED: "SUCCESS",
    PaymentStatus.PENDING: "PENDING",
    PaymentStatus.CANCELLED: "VOIDED",
    PaymentStatus.FAILED: "FAIL",
}


def payment_records(ledger: Ledger) -> Iterator[Record]:
    """Every version of every payment. One that a later version of its sale does not have was voided."""
    versions: dict[str, list[Sale]] = {}
    for sale in ledger.sales:
        versions.setdefault(sale.id, []).append(sale)
    for sales in versions.values():
        told: dict[str, Payment] = {}
        for number, sale in enumerate(sales, start=1):
            gone = set(told) - {payment.id for payment in sale.payments}
            for payment in sale.payments:
                told[payment.id] = payment
                yield _payment_record(sale, payment, number, created_at(sales[0]), RESULTS[payment.status])
            for name in sorted(gone):
                yield _payment_record(sale, told[name], number, created_at(sales[0]), "VOIDED")


def _payment_record(sale: Sale, payment: Payment, version: int, order_made: datetime, result: str) -> Record:
    made = order_made if payment.is_offline else payment.paid_at
    return Record(
        id=payment.id,
        version=version,
        keys={
            "createdTime": milliseconds(made),
            "clientCreatedTime": milliseconds(payment.paid_at),
            "modifiedTime": milliseconds(sale.updated_at),
        },
        visible_at=sale.visible_at,
        render=lambda: _payment(sale, payment, made, result),
    )


def _payment(sale: Sale, payment: Payment, made: datetime, result: str) -> Json:
    tender_id, label_key, label = TENDERS[payment.method]
    rendered: Json = {
        "id": payment.id,
        "order": {"id": sale.id},
        "tender": {"id": tender_id, "labelKey": label_key, "label": label},
        "amount": payment.amount,
        "tipAmount": payment.tip,
        "taxAmount": tax_of(sale, payment),
        "cashbackAmount": 0,
        "employee": EMPLOYEE,
        "createdTime": milliseconds(made),
        "clientCreatedTime": milliseconds(payment.paid_at),
        "modifiedTime": milliseconds(sale.updated_at),
        "offline": payment.is_offline,
        "result": result,
    }
    if payment.method == PaymentMethod.CARD:
        rendered["cardTransaction"] = {
            "last4": "4242",
            "cardType": "VISA",
            "cardholderName": UNKNOWN_CARDHOLDER,
            "type": "AUTH",
        }
    charges = [charge for charge in sale.service_charges if not charge.is_spread]
    if charges and payment is _first_paid(sale):
        rendered["serviceCharge"] = {
            "id": "SERVICECHARGE",
            "name": "Service charge",
            "amount": sum(charge.amount for charge in charges if charge.is_gratuity),
        }
        rendered["additionalCharges"] = elements(
            [
                {"id": f"{sale.id}.{charge.id}", "type": "CONVENIENCE_FEE", "amount": charge.amount}
                for charge in charges
                if not charge.is_gratuity
            ]
        )
    return rendered


def _first_paid(sale: Sale) -> Payment | None:
    return next((p for p in sale.payments if p.status == PaymentStatus.COMPLETED), None)


def tax_of(sale: Sale, payment: Payment) -> int:
    """The part of an order's tax that is in a payment."""
    paid = [each for each in sale.payments if each.status == PaymentStatus.COMPLETED]
    if payment not in paid:
        return 0
    return allocate(sale.tax, [each.amount for each in paid])[paid.index(payment)]


def refund_records(ledger: Ledger) -> Iterator[Record]:
    """Goods given back, and money given back for a sale without naming goods."""
    returned = rows_given_back(ledger.returns, newest_versions(ledger.sales), catalogue_of(ledger))
    for given in ledger.returns:
        if given.sale_id:
            names = [row.id for rows in returned[given.id] for row in rows]
            yield _record(given.id, given.version, given.closed_at, given.visible_at, _return(given, names))
    for refund in ledger.refunds:
        yield _record(refund.id, refund.version, refund.refunded_at, refund.visible_at, _refund(refund))


def credit_records(ledger: Ledger) -> Iterator[Record]:
    """Money given back for goods whose sale is not known."""
    for given in ledger.returns:
        if not given.sale_id:
            yield _record(given.id, given.version, given.closed_at, given.visible_at, _credit(given))


def _record(name: str, version: int, made: datetime, visible_at: datetime, told: Json) -> Record:
    times = {"createdTime": milliseconds(made), "clientCreatedTime": milliseconds(made)}
    return Record(name, version, times, visible_at, lambda: {**told, **times})


def _return(given: Return, line_ids: list[str]) -> Json:
    named = [returned.line for returned in given.lines if returned.source_line_id]
    rendered: Json = {
        "id": given.id,
        "orderRef": {"id": given.sale_id},
        "amount": given.total,
        "taxAmount": sum(line.tax for line in named),
        "tipAmount": given.tip,
        "employee": EMPLOYEE,
        "lineItems": elements([{"id": line_id} for line_id in line_ids]),
        "voided": False,
        "status": "SUCCESS",
        "reason": given.reason,
    }
    if given.payouts and given.payouts[0].payment_id:
        rendered["payment"] = {"id": given.payouts[0].payment_id}
    if given.service_charge:
        rendered["serviceChargeAmount"] = {"name": "Service charge", "amount": given.service_charge}
    return rendered


def _refund(refund: Refund) -> Json:
    return {
        "id": refund.id,
        "orderRef": {"id": refund.sale_id},
        "payment": {"id": refund.payment_id},
        "amount": refund.amount,
        "taxAmount": 0,
        "tipAmount": 0,
        "employee": EMPLOYEE,
        "lineItems": elements([]),
        "voided": False,
        "status": REFUND_STATUSES[refund.status],
        "reason": refund.reason,
    }


def _credit(given: Return) -> Json:
    tender_id, label_key, label = TENDERS[PaymentMethod.CASH]
    return {
        "id": given.id,
        "orderRef": {"id": f"{given.id}.order"},
        "tender": {"id": tender_id, "labelKey": label_key, "label": label},
        "employee": EMPLOYEE,
        "amount": given.total,
        "taxAmount": 0,
        "voided": False,
        "result": "SUCCESS",
        "reason": given.reason,
    }
