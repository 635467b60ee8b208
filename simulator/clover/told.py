"""What of a ledger Clover can tell: one store, in rows of units, closed by its payments."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from simulator.clover.rows import Catalogue, Row, Rows, catalogue_of, filled, rows_of
from simulator.ledger import (
    AppliedDiscount,
    AppliedTax,
    Ledger,
    Line,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Payout,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
)

MERCHANT_ID = "CLOVERMERCH01"

DIFFERENCES = (
    "One store: a Clover merchant is one location, so only the ledger's first store is told, under the "
    "merchant's id.",
    "No cash rounding: Clover has no field for it, so an order is paid to the cent.",
    "Either all taxes of an order are inside its prices or none is (isVat belongs to the order): where the "
    "ledger mixes them, taxes on top are left out.",
    "A service charge is not taxed (Clover's calculator): its tax is part of the charge.",
    "Clover states an order's discounts and taxes for the whole order: the share of a row is the warehouse's "
    "(in proportion, the remainder to the largest rows), and may differ from the ledger's by a cent.",
    "A weighed amount is rounded with halves up, not to even.",
    "No order takes goods back and sells others: an exchange is a refund of its own, and the new goods are "
    "paid in full.",
    "Goods that come back without a receipt are a credit, which names no goods.",
    "A refund gives back whole rows: of a part of a weighed row or of a unit only the amount is told.",
    "A refund belongs to one payment.",
    "Clover tells no time at which an order is closed but that of its payment: an order over nothing is "
    "closed when it is opened, and one that is closed is paid.",
    "A deleted item is not listed: its stock is not told.",
    "Clover knows no suppliers and no purchase orders.",
)


def told(ledger: Ledger) -> Ledger:
    """The ledger as Clover can tell it. Telling it twice changes nothing more."""
    catalogue = catalogue_of(ledger)
    home = ledger.stores[0]
    store = replace(home, id=MERCHANT_ID)
    sales = [
        tell_sale(replace(sale, store_id=store.id), catalogue)
        for sale in ledger.sales
        if sale.store_id == home.id
    ]
    returns = [replace(given, store_id=store.id) for given in ledger.returns if given.store_id == home.id]
    kept = {item.id for item in ledger.items if not item.is_deleted}
    return replace(
        ledger,
        stores=(store,),
        suppliers=(),
        purchase_orders=(),
        items=tuple(replace(item, supplier_id=None) for item in ledger.items),
        sales=tuple(sales),
        returns=tuple(tell_returns(returns, sales, catalogue)),
        refunds=tuple(
            replace(refund, store_id=store.id) for refund in ledger.refunds if refund.store_id == home.id
        ),
        movements=tuple(
            replace(movement, store_id=store.id)
            for movement in ledger.movements
            if movement.store_id == home.id and movement.item_id in kept
        ),
    )


def tell_sale(sale: Sale, catalogue: Catalogue) -> Sale:
    """One version of a sale."""
    is_vat = has_inclusive_tax(sale)
    plain = replace(
        sale,
        lines=tuple(replace(line, taxes=_of_one_kind(line.taxes, is_vat=is_vat)) for line in sale.lines),
        service_charges=tuple(
            replace(charge, amount=charge.amount + charge.tax, tax=0) for charge in sale.service_charges
        ),
        rounding=0,
        credit=0,
    )
    priced = replace(plain, lines=tuple(_lines(rows_of(plain, catalogue), plain)))
    if sale.state != SaleState.COMPLETED:
        return priced
    payments = tuple(_paid_in_full(priced, sale.credit))
    is_paid = any(payment.status == PaymentStatus.COMPLETED for payment in payments)
    return replace(priced, payments=payments, closed_at=sale.closed_at if is_paid else sale.opened_at)


def has_inclusive_tax(sale: Sale) -> bool:
    """Whether an order's taxes are inside its prices."""
    return any(applied.inclusive for line in sale.lines for applied in line.taxes)


def _of_one_kind(taxes: Iterable[AppliedTax], *, is_vat: bool) -> tuple[AppliedTax, ...]:
    return tuple(applied for applied in taxes if applied.inclusive == is_vat)


def _lines(told_rows: Rows, sale: Sale) -> Iterable[Line]:
    """The lines with what their rows add up to."""
    whole = [AppliedDiscount(each.discount.id, each.amount) for each in told_rows.order_discounts]
    rows = [told_rows.of(line) for line in sale.lines]
    shares = filled([sum(row.order_discount for row in each) for each in rows], whole)
    of_the_order = {applied.discount_id for applied in whole}
    for line, own_rows, share in zip(sale.lines, rows, shares, strict=True):
        own = tuple(applied for applied in line.discounts if applied.discount_id not in of_the_order)
        yield replace(
            line,
            gross=sum(row.gross for row in own_rows),
            discounts=(*own, *share),
            taxes=_with_inclusive_tax(line.taxes, sum(row.inclusive_tax for row in own_rows)),
        )


def _with_inclusive_tax(taxes: Sequence[AppliedTax], amount: int) -> tuple[AppliedTax, ...]:
    """The taxes, those that are inside the price with another amount in all."""
    inside = [applied for applied in taxes if applied.inclusive]
    if not inside:
        return tuple(taxes)
    first, *others = inside
    return (replace(first, amount=amount), *(replace(applied, amount=0) for applied in others))


def _paid_in_full(sale: Sale, credit: int) -> Iterable[Payment]:
    """The payments of a closed sale; goods that were given back for it count as money."""
    at = sale.closed_at or sale.opened_at
    payments = list(sale.payments)
    if credit:
        payments.append(
            Payment(f"{sale.id}-CREDIT", PaymentMethod.OTHER, credit, 0, PaymentStatus.COMPLETED, at)
        )
    left = sale.total - sale.tip
    paid = [payment for payment in payments if payment.status == PaymentStatus.COMPLETED]
    if left and not paid:
        paid = [Payment(f"{sale.id}-PAID", PaymentMethod.CASH, left, 0, PaymentStatus.COMPLETED, at)]
        payments += paid
    for payment in payments:
        if payment.status != PaymentStatus.COMPLETED:
            yield payment
            continue
        amount = left if payment is paid[-1] else min(payment.amount, left)
        left -= amount
        yield replace(payment, amount=amount)


def tell_returns(returns: Sequence[Return], sales: Sequence[Sale], catalogue: Catalogue) -> Iterable[Return]:
    """The returns, each as one refund of the sale's first payment, or as a credit."""
    newest = newest_versions(sales)
    given_rows = rows_given_back(returns, newest, catalogue)
    for given in returns:
        sale = newest.get(given.sale_id or "")
        lines = tuple(
            _tell_returned(returned, rows, sale)
            for returned, rows in zip(given.lines, given_rows[given.id], strict=True)
        )
        plain = replace(given, lines=lines, exchange_sale_id=None, rounding=0)
        paid = [p.id for p in sale.payments if p.status == PaymentStatus.COMPLETED] if sale else []
        payout = Payout(given.id, paid[0] if paid else None, plain.total)
        yield replace(plain, payouts=(payout,) if plain.total else ())


def newest_versions(sales: Iterable[Sale]) -> dict[str, Sale]:
    """The last version of each sale, by id."""
    newest: dict[str, Sale] = {}
    for sale in sorted(sales, key=lambda sale: sale.version):
        newest[sale.id] = sale
    return newest


def rows_given_back(
    returns: Iterable[Return], newest: Mapping[str, Sale], catalogue: Catalogue
) -> dict[str, list[tuple[Row, ...]]]:
    """For each returned line of each return its rows; none where it is no whole number of rows."""
    taken: Counter[tuple[str, str]] = Counter()
    broken: set[tuple[str, str]] = set()
    told_rows = {name: rows_of(sale, catalogue) for name, sale in newest.items()}
    found: dict[str, list[tuple[Row, ...]]] = {}
    for given in sorted(returns, key=lambda given: (given.closed_at, given.id)):
        found[given.id] = []
        for returned in given.lines:
            place = (given.sale_id or "", returned.source_line_id or "")
            sale_rows = told_rows[place[0]].rows if place[0] in told_rows else ()
            rows = [row for row in sale_rows if row.line.id == place[1]][taken[place] :]
            wanted = _leading(rows, returned.line.quantity)
            if not wanted:
                broken.add(place)
            if place in broken:
                wanted = ()
            taken[place] += len(wanted)
            found[given.id].append(wanted)
    return found


def _leading(rows: Sequence[Row], quantity: Decimal) -> tuple[Row, ...]:
    """The first rows that make up a quantity exactly; none if they do not."""
    for count in range(1, len(rows) + 1):
        if sum((row.quantity for row in rows[:count]), Decimal(0)) == quantity:
            return tuple(rows[:count])
    return ()


def _tell_returned(returned: ReturnedLine, rows: Sequence[Row], sale: Sale | None) -> ReturnedLine:
    line = returned.line
    taxes = _of_one_kind(line.taxes, is_vat=has_inclusive_tax(sale)) if sale else line.taxes
    if not rows:
        unnamed = replace(line, taxes=taxes, kind=LineKind.CUSTOM, item_id=None)
        return replace(returned, line=unnamed, source_line_id=None)
    discount = sum(row.discount + row.order_discount for row in rows)
    name = line.discounts[0].discount_id if line.discounts else "shared"
    restated = replace(
        line,
        gross=sum(row.gross for row in rows),
        discounts=(AppliedDiscount(name, discount),) if discount else (),
        taxes=_with_inclusive_tax(taxes, sum(row.inclusive_tax for row in rows)),
    )
    return replace(returned, line=restated)
