"""A sale as Clover's rows: a row is one unit, or one weighed quantity.

How Clover adds rows up is said by its documentation ("Calculate order totals") and by the calculator in its
Android SDK: halves are rounded up; extras are added to a row's price; the row's discounts are taken off,
those in per cent all of the same price; a discount of the order is taken off what is left of all rows.
"""

from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from simulator.ledger import AppliedDiscount, Discount, Item, Ledger, Line, LineKind, Modifier, Sale, Tax

HUNDRED = Decimal(100)
RATE_SCALE = 10_000_000
"""A tax of 100 % in Clover's numbers."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Row:
    """One of Clover's line items.

    Attributes:
        quantity: 1, or what was weighed.
        extras: What the modifiers add to this row.
        gross: Price times quantity with the extras.
        discounts: Its own share of the line's discounts.
        percentage: Set when these are one discount that is told in per cent.
        order_discount: Its share of the discounts of the order.
        inclusive_tax: Its share of the tax that is inside the prices.
    """

    id: str
    line: Line
    is_weighed: bool
    quantity: Decimal
    gross: int
    extras: tuple[tuple[Modifier, int], ...] = ()
    discounts: tuple[AppliedDiscount, ...] = ()
    percentage: int | None = None
    order_discount: int = 0
    inclusive_tax: int = 0

    @property
    def discount(self) -> int:
        """The row's own discounts."""
        return sum(applied.amount for applied in self.discounts)

    @property
    def before_order_discount(self) -> int:
        """What a discount of the order is taken off."""
        return self.gross - self.discount


@dataclass(frozen=True)
class Catalogue:
    """What is sold, and how it is taxed, by id."""

    items: Mapping[str, Item]
    taxes: Mapping[str, Tax]

    def inclusive_rate(self, row: Row) -> int:
        """The taxes inside a row's price, together, in Clover's numbers."""
        return sum(tax_rate(self.taxes[applied.tax_id]) for applied in row.line.taxes if applied.inclusive)


def catalogue_of(ledger: Ledger) -> Catalogue:
    """The catalogue of a ledger."""
    return Catalogue({item.id: item for item in ledger.items}, {tax.id: tax for tax in ledger.taxes})


@dataclass(frozen=True)
class OrderDiscount:
    """A discount of a whole order, in per cent where that says its amount exactly."""

    discount: Discount
    amount: int
    percentage: int | None


@dataclass(frozen=True)
class Rows:
    """What Clover tells of a sale."""

    rows: tuple[Row, ...]
    order_discounts: tuple[OrderDiscount, ...]

    def of(self, line: Line) -> tuple[Row, ...]:
        """The rows of one of the sale's lines, in their order."""
        return tuple(row for row in self.rows if row.line.id == line.id)


def half_up(amount: Decimal) -> int:
    """Rounds to a whole smallest unit as Clover does."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def spread(amount: int, weights: Sequence[int], names: Sequence[str]) -> list[int]:
    """Shares of an amount in proportion to weights; the remainder goes to the largest, one unit each."""
    whole = sum(weights)
    if not amount or not whole:
        return [0] * len(weights)
    shares = [amount * weight // whole for weight in weights]
    largest_first = sorted(range(len(weights)), key=lambda index: (-weights[index], names[index]))
    for index in largest_first[: amount - sum(shares)]:
        shares[index] += 1
    return shares


def filled(places: Sequence[int], given: Sequence[AppliedDiscount]) -> Iterator[tuple[AppliedDiscount, ...]]:
    """Puts discounts into places of a given size, one after the other."""
    left = deque(applied for applied in given if applied.amount)
    for size in places:
        put: list[AppliedDiscount] = []
        while left and (room := size - sum(applied.amount for applied in put)):
            first = left.popleft()
            put.append(replace(first, amount=min(first.amount, room)))
            if first.amount > room:
                left.appendleft(replace(first, amount=first.amount - room))
        yield tuple(put)


def rows_of(sale: Sale, catalogue: Catalogue) -> Rows:
    """The rows of a sale, and its discounts that are told for the whole order."""
    discounts = {discount.id: discount for discount in sale.discounts}
    # Clover takes a discount of an order off gift cards too: beside one, it is told line by line.
    gift_card = any(line.kind == LineKind.GIFT_CARD for line in sale.lines)
    whole = {name for name, discount in discounts.items() if discount.whole_order and not gift_card}
    rows = [row for line in sale.lines for row in _rows_of_line(sale, line, catalogue, discounts, whole)]
    names = [row.id for row in rows]
    left = [row.before_order_discount for row in rows]
    order_discounts = tuple(_order_discounts(sale, discounts, whole, sum(left)))
    shares = spread(sum(each.amount for each in order_discounts), left, names)
    weights = [
        (amount - share) * MILLION * rate // (RATE_SCALE + rate)
        for amount, share, rate in zip(left, shares, map(catalogue.inclusive_rate, rows), strict=True)
    ]
    taxes = spread(sum(line.inclusive_tax for line in sale.lines), weights, names)
    return Rows(
        tuple(
            replace(row, order_discount=share, inclusive_tax=tax)
            for row, share, tax in zip(rows, shares, taxes, strict=True)
        ),
        order_discounts,
    )


def _rows_of_line(
    sale: Sale, line: Line, catalogue: Catalogue, discounts: Mapping[str, Discount], whole: Container[str]
) -> Iterator[Row]:
    item = catalogue.items[line.item_id] if line.item_id else None
    is_weighed = item is not None and item.is_weighed
    count = 1 if is_weighed else int(line.quantity)
    quantity = line.quantity / count
    extras = tuple((modifier, modifier.amount // count) for modifier in line.modifiers)
    gross = half_up(line.unit_price * quantity) + sum(amount for _, amount in extras)
    own = [applied for applied in line.discounts if applied.discount_id not in whole and applied.amount]
    amount = sum(applied.amount for applied in own)
    percentage = _whole_percentage(discounts.get(own[0].discount_id)) if len(own) == 1 else None
    of_one = part(gross, percentage)
    if of_one * count == amount and percentage:
        taken = [(AppliedDiscount(own[0].discount_id, of_one),)] * count
    else:
        percentage = None
        sums = [amount * number // count for number in range(count + 1)]
        taken = list(filled([after - before for before, after in pairwise(sums)], own))
    for number, applied in enumerate(taken, start=1):
        yield Row(
            id=f"{sale.id}.{line.id}.{number}",
            line=line,
            is_weighed=is_weighed,
            quantity=quantity,
            gross=gross,
            extras=extras,
            discounts=applied,
            percentage=percentage,
        )


def _order_discounts(
    sale: Sale, discounts: Mapping[str, Discount], whole: Iterable[str], subtotal: int
) -> Iterator[OrderDiscount]:
    for name in sorted(whole):
        amount = sum(
            applied.amount for line in sale.lines for applied in line.discounts if applied.discount_id == name
        )
        percentage = _whole_percentage(discounts[name])
        says_it = percentage is not None and part(subtotal, percentage) == amount
        if amount:
            yield OrderDiscount(discounts[name], amount, percentage if says_it else None)


def _whole_percentage(discount: Discount | None) -> int | None:
    """The percentage of a discount as Clover can tell it; None for an amount and for odd ones."""
    if discount is None or discount.percentage is None or discount.percentage % 1:
        return None
    return int(discount.percentage)


def part(amount: int, percentage: int | None) -> int:
    """So much per cent of an amount, as Clover rounds it."""
    return half_up(Decimal(amount * (percentage or 0)) / HUNDRED)


def tax_rate(tax: Tax) -> int:
    """A tax in Clover's numbers."""
    return int(tax.percentage * RATE_SCALE / HUNDRED)
