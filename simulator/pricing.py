"""How a till prices a basket: gross, discounts, taxes and cash rounding, all in the smallest unit.

Amounts are rounded half to even, as Square does. An order's discount is spread over its lines to the cent.
"""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

from simulator.ledger import AppliedDiscount, AppliedTax, Discount, Item, Line, LineKind, Modifier, Tax

WHOLE = Decimal(1)
HUNDRED = Decimal(100)


def rounded(amount: Decimal) -> int:
    """Rounds to a whole smallest unit."""
    return int(amount.quantize(WHOLE, ROUND_HALF_EVEN))


def allocate(amount: int, weights: list[int]) -> list[int]:
    """Spreads an amount in proportion to weights; the remainder goes to the largest, one unit each.

    Args:
        amount: At least 0, and at most the sum of the weights.
        weights: At least 0 each.

    Returns:
        Shares that add up to the amount, none above its weight.
    """
    whole = sum(weights)
    if not amount:
        return [0] * len(weights)
    if not 0 <= amount <= whole:
        raise ValueError(f"cannot spread {amount} over {whole}")
    shares = [amount * weight // whole for weight in weights]
    largest_first = sorted(range(len(weights)), key=lambda index: -weights[index])
    for index in largest_first[: amount - sum(shares)]:
        shares[index] += 1
    return shares


@dataclass(frozen=True, slots=True)
class BasketLine:
    """What the cashier enters for one line."""

    id: str
    kind: LineKind
    item: Item | None
    name: str
    quantity: Decimal
    unit_price: int
    extras: tuple[tuple[str, str, Decimal, int], ...] = ()
    taxes: tuple[Tax, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Rebate:
    """A discount as it is entered: a percentage or an amount, on one line or on the whole order."""

    discount: Discount
    amount: int = 0
    line_id: str | None = None


def price(
    basket: list[BasketLine], rebates: tuple[Rebate, ...] = (), spread_charge: int = 0
) -> tuple[Line, ...]:
    """Prices a basket.

    Args:
        basket: The lines.
        rebates: Discounts in the order they are taken; none ever applies to a gift card.
        spread_charge: A service charge that is spread over the goods.

    Returns:
        The priced lines, in the basket's order.
    """
    gross: list[int] = []
    modifiers: list[tuple[Modifier, ...]] = []
    for line in basket:
        extras = tuple(
            Modifier(id_, name, quantity, unit_price, rounded(unit_price * quantity * line.quantity))
            for id_, name, quantity, unit_price in line.extras
        )
        modifiers.append(extras)
        gross.append(rounded(line.unit_price * line.quantity) + sum(extra.amount for extra in extras))
    goods = [
        0 if line.kind == LineKind.GIFT_CARD else amount for line, amount in zip(basket, gross, strict=True)
    ]
    remaining = list(goods)
    applied: list[list[AppliedDiscount]] = [[] for _ in basket]
    for rebate in rebates:
        weights = [
            amount if rebate.line_id in (None, line.id) else 0
            for line, amount in zip(basket, remaining, strict=True)
        ]
        if rebate.discount.percentage is None:
            wanted = min(rebate.amount, sum(weights))
        else:
            wanted = rounded(sum(weights) * rebate.discount.percentage / HUNDRED)
        for index, share in enumerate(allocate(wanted, weights)):
            if share:
                applied[index].append(AppliedDiscount(rebate.discount.id, share))
                remaining[index] -= share
    charges = allocate(min(spread_charge, sum(goods)), goods)
    return tuple(
        Line(
            id=line.id,
            kind=line.kind,
            item_id=line.item.id if line.item else None,
            name=line.name,
            quantity=line.quantity,
            unit_price=line.unit_price,
            gross=gross[index],
            modifiers=modifiers[index],
            discounts=tuple(applied[index]),
            taxes=tuple(tax_on(tax, remaining[index]) for tax in line.taxes),
            service_charge=charges[index],
            note=line.note,
        )
        for index, line in enumerate(basket)
    )


def tax_on(tax: Tax, amount: int) -> AppliedTax:
    """A tax on an amount after discounts: taken out of it when inclusive, added to it otherwise."""
    base = HUNDRED + tax.percentage if tax.inclusive else HUNDRED
    return AppliedTax(tax.id, rounded(amount * tax.percentage / base), tax.inclusive)


def part_of(line: Line, taken: Decimal, quantity: Decimal, new_id: str) -> Line:
    """The share of a sold line that is given back.

    Args:
        line: The sold line.
        taken: Quantity that was given back before.
        quantity: Quantity that is given back now.
        new_id: Id of the returned line.

    Returns:
        A line whose amounts, over all returns of the whole quantity, add up to the sold line's.
    """

    def share(amount: int) -> int:
        return rounded(amount * (taken + quantity) / line.quantity) - rounded(amount * taken / line.quantity)

    return replace(
        line,
        id=new_id,
        quantity=quantity,
        gross=share(line.gross),
        modifiers=(),
        discounts=tuple(replace(applied, amount=share(applied.amount)) for applied in line.discounts),
        taxes=tuple(replace(applied, amount=share(applied.amount)) for applied in line.taxes),
        service_charge=0,
        note=None,
    )


def cash_rounding(total: int, step: int) -> int:
    """What has to be added so that a total can be paid in coins of a step."""
    return rounded(Decimal(total) / step) * step - total
