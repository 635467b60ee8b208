"""Orders as Clover tells them, in every version that they had."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.clover.rows import Catalogue, OrderDiscount, Row, Rows, catalogue_of, rows_of, tax_rate
from simulator.clover.told import has_inclusive_tax, newest_versions, rows_given_back
from simulator.core.records import Record
from simulator.ledger import Customer, Ledger, LineKind, PaymentStatus, Return, Sale, SaleState

Json = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
THOUSAND = 1000
EMPLOYEE = {"id": "EMPLOYEE00001"}
ORDER_TYPES = {"Online Store": "TYPEONLINE001", "Delivery": "TYPEDELIVERY1"}
"""Channel → id; what is rung up at the counter has no type."""


def milliseconds(moment: datetime) -> int:
    """A time as Clover writes it."""
    return (moment - EPOCH) // MILLISECOND


def elements(records: list[Json]) -> Json:
    """A nested list."""
    return {"elements": records}


@dataclass(frozen=True, slots=True)
class Moment:
    """From when on an order is told like this: the version of its sale, and what came back so far."""

    visible_at: datetime
    modified_at: datetime
    sale: Sale
    returns: tuple[Return, ...]


class OrderRenderer:
    """Writes the orders of a ledger that Clover can tell."""

    def __init__(self, ledger: Ledger, currency: str) -> None:
        self._ledger = ledger
        self._currency = currency
        self._catalogue: Catalogue = catalogue_of(ledger)
        self._customers = {customer.id: customer for customer in ledger.customers}
        self._returned = rows_given_back(ledger.returns, newest_versions(ledger.sales), self._catalogue)

    def records(self) -> Iterator[Record]:
        """Every version of every order."""
        versions: dict[str, list[Sale]] = {}
        for sale in self._ledger.sales:
            versions.setdefault(sale.id, []).append(sale)
        for sales in versions.values():
            for number, moment in enumerate(self._moments(sales), start=1):
                yield self._record(number, moment, created_at=created_at(sales[0]))

    def _moments(self, sales: list[Sale]) -> Iterator[Moment]:
        returns = [given for given in self._ledger.returns if given.sale_id == sales[0].id]
        changes: list[tuple[datetime, datetime, Sale | Return]] = [
            (each.visible_at, each.updated_at, each) for each in (*sales, *returns)
        ]
        sale, back = sales[0], ()
        for visible_at, modified_at, change in sorted(changes, key=lambda change: change[0]):
            if isinstance(change, Sale):
                sale = change
            else:
                back = (*back, change)
            yield Moment(visible_at, modified_at, sale, back)

    def _record(self, number: int, moment: Moment, created_at: datetime) -> Record:
        return Record(
            id=moment.sale.id,
            version=number,
            keys={
                "createdTime": milliseconds(created_at),
                "clientCreatedTime": milliseconds(moment.sale.opened_at),
                "modifiedTime": milliseconds(moment.modified_at),
            },
            visible_at=moment.visible_at,
            render=lambda: self._order(moment, created_at),
        )

    def _order(self, moment: Moment, created_at: datetime) -> Json:
        sale = moment.sale
        rows = rows_of(sale, self._catalogue)
        back = {row.id for given in moment.returns for each in self._returned[given.id] for row in each}
        total = sale.total - sale.tip
        paid = sum(p.amount for p in sale.payments if p.status == PaymentStatus.COMPLETED)
        is_open = sale.state != SaleState.COMPLETED
        order: Json = {
            "id": sale.id,
            "currency": self._currency,
            "employee": EMPLOYEE,
            "total": total,
            "unpaidBalance": max(0, total - paid),
            "paymentState": "OPEN" if is_open else payment_state(rows, back),
            "title": f"Order {sale.id}",
            "taxRemoved": False,
            "isVat": has_inclusive_tax(sale),
            "state": "open" if is_open else "locked",
            "manualTransaction": False,
            "groupLineItems": True,
            "testMode": False,
            "payType": "FULL" if len(sale.payments) < 2 else "SPLIT_CUSTOM",
            "createdTime": milliseconds(created_at),
            "clientCreatedTime": milliseconds(sale.opened_at),
            "modifiedTime": milliseconds(moment.modified_at),
            "lineItems": elements(self._line_items(sale, rows, back)),
            "discounts": elements(
                [
                    order_discount(sale, each, number)
                    for number, each in enumerate(rows.order_discounts, start=1)
                ]
            ),
            "customers": elements(self._buyers(sale)),
        }
        if sale.note:
            order["note"] = sale.note
        if sale.channel in ORDER_TYPES:
            order["orderType"] = {"id": ORDER_TYPES[sale.channel]}
        return order

    def _line_items(self, sale: Sale, rows: Rows, back: set[str]) -> list[Json]:
        lines = [self._line_item(sale, row, refunded=row.id in back) for row in rows.rows]
        fees = [charge for charge in sale.service_charges if charge.is_spread]
        return lines + [
            {
                **plain_line(sale, f"{sale.id}.{charge.id}", charge.name, charge.amount),
                "isOrderFee": True,
                "isRevenue": False,
                "orderFee": {"id": "ORDERFEE00001"},
            }
            for charge in fees
        ]

    def _line_item(self, sale: Sale, row: Row, *, refunded: bool) -> Json:
        line = row.line
        rendered = {
            **plain_line(sale, row.id, line.name, line.unit_price),
            "isRevenue": line.kind != LineKind.GIFT_CARD,
            "refunded": refunded,
            "discounts": elements([self._line_discount(row, number) for number in range(len(row.discounts))]),
            "modifications": elements(
                [
                    {
                        "id": f"{row.id}.{modifier.id}",
                        "name": modifier.name,
                        "amount": amount,
                        "modifier": {"id": modifier.id},
                    }
                    for modifier, amount in row.extras
                ]
            ),
            "taxRates": elements(
                [
                    {
                        "id": applied.tax_id,
                        "name": self._catalogue.taxes[applied.tax_id].name,
                        "rate": tax_rate(self._catalogue.taxes[applied.tax_id]),
                        "isDefault": True,
                    }
                    for applied in line.taxes
                ]
            ),
        }
        if line.item_id:
            rendered["item"] = {"id": line.item_id}
        if row.is_weighed:
            rendered |= {"unitQty": int(row.quantity * THOUSAND), "unitName": "kg"}
        if line.note:
            rendered["note"] = line.note
        return rendered

    def _line_discount(self, row: Row, number: int) -> Json:
        applied = row.discounts[number]
        of_row = {"id": f"{row.id}.d{number}", "name": "Discount", "discount": {"id": applied.discount_id}}
        return of_row | ({"percentage": row.percentage} if row.percentage else {"amount": -applied.amount})

    def _buyers(self, sale: Sale) -> list[Json]:
        if sale.customer_id is None:
            return []
        buyer: Customer = self._customers[sale.customer_id]
        first, _, last = buyer.name.partition(" ")
        return [
            {
                "id": buyer.id,
                "firstName": first,
                "lastName": last,
                "marketingAllowed": False,
                "emailAddresses": elements([{"emailAddress": buyer.email}]),
                "phoneNumbers": elements([{"phoneNumber": buyer.phone}]),
                "addresses": elements([{"address1": buyer.address}]),
            }
        ]


def created_at(sale: Sale) -> datetime:
    """When Clover first knew of an order: a till that was offline sends it later."""
    offline = any(payment.is_offline for payment in sale.payments)
    return sale.visible_at if offline else sale.opened_at


def payment_state(rows: Rows, back: set[str]) -> str:
    """What a closed order is called once some of its rows, or all, were given back."""
    if not back:
        return "PAID"
    return "REFUNDED" if back >= {row.id for row in rows.rows} else "PARTIALLY_REFUNDED"


def plain_line(sale: Sale, line_id: str, name: str, price: int) -> Json:
    """What every line item has."""
    return {
        "id": line_id,
        "orderRef": {"id": sale.id},
        "name": name,
        "price": price,
        "printed": True,
        "exchanged": False,
        "refunded": False,
        "isOrderFee": False,
        "createdTime": milliseconds(sale.opened_at),
        "orderClientCreatedTime": milliseconds(sale.opened_at),
    }


def order_discount(sale: Sale, each: OrderDiscount, number: int) -> Json:
    """A discount of a whole order."""
    told = {"id": f"{sale.id}.d{number}", "name": each.discount.name, "discount": {"id": each.discount.id}}
    return told | ({"percentage": each.percentage} if each.percentage else {"amount": -each.amount})
