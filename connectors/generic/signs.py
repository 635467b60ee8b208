"""Which way a line goes: sold, or given back. `direction` says it, and numbers lose their sign."""

from decimal import Decimal
from typing import Any

from connectors.generic.values import Unusable

Record = dict[str, Any]

ONE = Decimal(1)
VALUES_OF_GOODS = ("unit_price", "gross_sales", "net_sales")
BESIDE_THE_GOODS = ("discount", "tax", "tip", "service_charge")
OF_THE_ORDER = (
    "order_discount",
    "tax",
    "tip",
    "service_charge",
    "shipping",
    "total",
    "paid",
    "unpaid_balance",
)


def is_negative(number: Decimal | None) -> bool:
    """Whether a number is there and below zero."""
    return number is not None and number < 0


def directed_line(line: Record, gives_back: bool, *, discounts_are_negative: bool) -> Record:
    """A line with its direction, and with `turned`: whether the API wrote a minus for it.

    A line with a negative quantity gives goods back, whatever its record is. Of what is given back only the
    size counts: some APIs write it with a minus, some without. Of what is sold a minus has no meaning but on
    a discount, where the settings say so.

    Raises:
        Unusable: A sign that nothing explains.
    """
    quantity = line.get("quantity")
    quantity = ONE if quantity is None else quantity
    minuses = [name for name in VALUES_OF_GOODS if is_negative(line.get(name))]
    back = gives_back or quantity < 0
    if not back and minuses:
        raise Unusable(f"{minuses[0]} is negative, and nothing says that goods were given back")
    if back:
        sizes = {
            name: abs(line[name])
            for name in (*VALUES_OF_GOODS, *BESIDE_THE_GOODS)
            if line.get(name) is not None
        }
    else:
        sizes = {"discount": _discount(line.get("discount"), discounts_are_negative)}
    return {
        **line,
        **sizes,
        "quantity": abs(quantity),
        "direction": "return" if back else "sale",
        "turned": quantity < 0 or bool(minuses),
    }


def positive(order: Record, turned: bool) -> Record:
    """A return's own amounts without their sign; its rounding goes the way the return goes."""
    turned = turned or is_negative(order.get("total"))
    sizes = {name: abs(order[name]) for name in OF_THE_ORDER if order.get(name) is not None}
    rounding = order.get("rounding")
    return {**order, **sizes, "rounding": -rounding if turned and rounding is not None else rounding}


def discount_of_order(order: Record, *, discounts_are_negative: bool) -> Record:
    """A sale with its own discount as a positive amount.

    Raises:
        Unusable: Its sign is not the one that the settings say.
    """
    return {**order, "order_discount": _discount(order.get("order_discount"), discounts_are_negative)}


def _discount(amount: Decimal | None, is_written_negative: bool) -> Decimal | None:
    if amount is None:
        return None
    size = -amount if is_written_negative else amount
    if size < 0:
        raise Unusable("discount has another sign than discounts_are_negative says")
    return size
