"""A ledger's sales as the export of a wholesaler's software: one line an item of an invoice, in local time.

A credit note's number begins with C and its quantities and amounts are negative. Some columns name people; a
mapping has no reason to read them. For what the file can say, the right figures are those of
`simulator.expected`. It cannot say: cash rounding, refunds that name no goods, what of a return was tip or
service charge, and orders without lines. The tip and the service charges of an order stand on its first line.
"""

import csv
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from simulator.expected import gross_without_tax, is_named
from simulator.ledger import Item, Ledger, Line, LineKind, Sale, SaleState, Store, major_units

DATE_FORMAT = "%d/%m/%Y %H:%M:%S"
COLUMNS = (
    *(
        "InvoiceNo",
        "OriginalInvoice",
        "Branch",
        "InvoiceDate",
        "ArticleNo",
        "Description",
        "Variant",
        "SKU",
        "EAN",
    ),
    *(
        "Category",
        "LineType",
        "Quantity",
        "UnitPrice",
        "GrossAmount",
        "Discount",
        "Tax",
        "Tip",
        "ServiceCharge",
    ),
    *(
        "UnitCost",
        "Currency",
        "Payment",
        "CustomerNo",
        "CustomerName",
        "CustomerEmail",
        "CustomerPhone",
        "Remark",
    ),
)

NO_ARTICLE = "Other"
"""What the software calls a line without an article."""

MAPPING: dict[str, Any] = {
    "date_format": DATE_FORMAT,
    "columns": {
        "order_id": "InvoiceNo",
        "original_order_id": "OriginalInvoice",
        "location_id": "Branch",
        "sold_at": "InvoiceDate",
        "item_id": "ArticleNo",
        "item_name": "Description",
        "variation_name": "Variant",
        "sku": "SKU",
        "barcode": "EAN",
        "category": "Category",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "gross_sales": "GrossAmount",
        "discount": "Discount",
        "tax": "Tax",
        "tip": "Tip",
        "service_charge": "ServiceCharge",
        "unit_cost": "UnitCost",
        "currency": "Currency",
        "payment_method": "Payment",
        "customer_id": "CustomerNo",
    },
    "returns": {"column": "InvoiceNo", "starts_with": "C"},
    "gift_cards": {"column": "LineType", "equals": "gift_card"},
}
"""The keys of a connection in connections.yaml that reads the file; `timezone` has to be the stores'."""


def write_sales_csv(
    ledger: Ledger, path: Path, *, stores: Collection[str] | None = None, at: datetime | None = None
) -> int:
    """Writes the sales and returns that count.

    Args:
        ledger: What happened.
        path: The file to write.
        stores: Ids of the stores; a file has one time zone, so they must share it. Default: all.
        at: What is known at this moment is written. Default: the ledger's end.

    Returns:
        How many lines were written, without the header.

    Raises:
        ValueError: The stores lie in several time zones.
    """
    chosen = [store for store in ledger.stores if stores is None or store.id in stores]
    zones = sorted({store.timezone for store in chosen})
    if len(zones) > 1:
        raise ValueError(
            f"a sales file has one time zone, these stores have {len(zones)}: {', '.join(zones)}"
        )
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        for row in Export(ledger, chosen, at or ledger.ends_at).rows():
            writer.writerow(row)
            count += 1
    return count


def told_by_files(ledger: Ledger) -> Ledger:
    """What such a file can say of a ledger: completed orders with lines, and named goods that came back.

    It has one time zone, so only the stores that share the first one's; it says nothing of cash rounding, of
    refunds that name no goods, of tips and service charges that were given back, of payments and stock. What
    is sold without an article is an article of the name that the line has.
    """
    stores = tuple(store for store in ledger.stores if store.timezone == ledger.stores[0].timezone)
    ids = {store.id for store in stores}
    # what was voided later, or lost its last line, is not written in the version that it had before
    written = {
        sale.id
        for sale in ledger.sales_at(ledger.ends_at)
        if sale.state == SaleState.COMPLETED and sale.lines
    }
    returns = (
        replace(
            given,
            tip=0,
            service_charge=0,
            rounding=0,
            lines=tuple(
                replace(returned, line=_as_article(returned.line))
                for returned in given.lines
                if is_named(returned)
            ),
        )
        for given in ledger.returns
        if given.store_id in ids
    )
    return replace(
        ledger,
        stores=stores,
        sales=tuple(
            replace(sale, rounding=0, lines=tuple(_as_article(line) for line in sale.lines))
            for sale in ledger.sales
            if sale.store_id in ids and sale.id in written
        ),
        returns=tuple(given for given in returns if given.lines),
        refunds=(),
        movements=(),
    )


def _as_article(line: Line) -> Line:
    """The line as a file tells it: by its article, or by the name that it has instead."""
    if line.kind == LineKind.CUSTOM:
        return replace(line, kind=LineKind.ITEM, item_id=NO_ARTICLE)
    return line


class Export:
    """Turns a ledger's lines into rows of text."""

    def __init__(self, ledger: Ledger, stores: list[Store], at: datetime) -> None:
        self._ledger = ledger
        self._at = at
        self._stores = {store.id: store for store in stores}
        self._items = {item.id: item for item in ledger.items}
        self._categories = {category.id: category.name for category in ledger.categories}
        self._customers = {customer.id: customer for customer in ledger.customers}

    def rows(self) -> Iterator[dict[str, Any]]:
        """Invoices, then credit notes."""
        for sale in self._ledger.sales_at(self._at):
            if sale.store_id in self._stores and sale.state == SaleState.COMPLETED:
                yield from self._invoice(sale)
        for given in self._ledger.returns_at(self._at):
            if given.store_id in self._stores:
                store = self._stores[given.store_id]
                head = self._head(store, f"C{given.id}", given.closed_at)
                head |= {"OriginalInvoice": given.sale_id or "", "Remark": given.reason}
                for returned in given.lines:
                    if is_named(returned):
                        yield head | self._line(store, returned.line, -1)

    def _head(self, store: Store, number: str, moment: datetime) -> dict[str, Any]:
        local = moment.astimezone(store.zone)
        return {
            "InvoiceNo": number,
            "Branch": store.id,
            "InvoiceDate": local.strftime(DATE_FORMAT),
            "Currency": store.currency,
        }

    def _invoice(self, sale: Sale) -> Iterator[dict[str, Any]]:
        store = self._stores[sale.store_id]
        head = self._head(store, sale.id, sale.closed_at or sale.opened_at)
        if sale.payments:
            head["Payment"] = sale.payments[-1].method.value
        if sale.customer_id:
            customer = self._customers[sale.customer_id]
            head |= {
                "CustomerNo": customer.id,
                "CustomerName": customer.name,
                "CustomerEmail": customer.email,
                "CustomerPhone": customer.phone,
            }
        for position, line in enumerate(sale.lines):
            row = head | self._line(store, line, 1) | {"Remark": line.note or sale.note or ""}
            if position == 0:
                charges = sum(charge.amount for charge in sale.service_charges)
                tax = line.tax + sum(charge.tax for charge in sale.service_charges)
                row["Tip"] = money(store, sale.tip)
                row["ServiceCharge"] = money(store, charges)
                row["Tax"] = money(store, tax)
            yield row

    def _line(self, store: Store, line: Line, sign: int) -> dict[str, Any]:
        item: Item | None = self._items.get(line.item_id or "")
        row = {
            "Description": item.product_name if item else NO_ARTICLE,
            "LineType": line.kind.value,
            "Quantity": f"{line.quantity * sign:f}",
            "UnitPrice": money(store, line.unit_price),
            "GrossAmount": money(store, gross_without_tax(line) * sign),
            "Discount": money(store, line.discount * sign),
            "Tax": money(store, line.tax * sign),
        }
        if item:
            row |= {
                "ArticleNo": item.id,
                "Variant": item.variant_name,
                "SKU": item.sku or "",
                "EAN": item.barcode or "",
                "Category": self._categories.get(item.category_id or "", ""),
            }
            if item.unit_cost is not None and item.cost_currency == store.currency:
                row["UnitCost"] = money(store, item.unit_cost)
        return row


def money(store: Store, amount: int) -> Decimal:
    """An amount in the store's currency."""
    return major_units(amount, store.currency)
