"""What a person may write after `--budget`."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from orchestration.errors import OperationError

LARGEST_AMOUNT = Decimal(10) ** 14


class BudgetError(OperationError):
    """The budget cannot be used."""


def read_budgets(texts: Sequence[str], known: Sequence[str]) -> dict[str, Decimal]:
    """The amount of each currency.

    Args:
        texts: Amounts like 5000 or EUR=5000.
        known: The currencies of the orders.

    Raises:
        BudgetError: A text is no amount, or it is not clear of which currency.
    """
    budgets: dict[str, Decimal] = {}
    for text in texts:
        name, _, amount = text.rpartition("=")
        currency = name.strip().upper() or only_currency(known)
        if currency is None:
            continue
        if known and currency not in known:
            raise BudgetError(f"No order is in {currency}; there are orders in {', '.join(known)}.")
        if currency in budgets:
            raise BudgetError(f"There are two budgets in {currency}; give one.")
        budgets[currency] = read_amount(amount)
    return budgets


def only_currency(known: Sequence[str]) -> str | None:
    """The currency of an amount that names none; None where nothing is ordered.

    Raises:
        BudgetError: There are several.
    """
    if len(known) > 1:
        raise BudgetError(
            f"There are orders in {', '.join(known)}: say which budget is for which, like "
            f"--budget {known[0]}=5000 --budget {known[1]}=3000."
        )
    return known[0] if known else None


def read_amount(text: str) -> Decimal:
    """An amount of money.

    Raises:
        BudgetError: It is none.
    """
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or abs(amount) >= LARGEST_AMOUNT:
        raise BudgetError(f"The budget '{text}' is no amount: write it like 5000, 5000.50 or EUR=5000.")
    if amount < 0:
        raise BudgetError(f"The budget {text} is less than nothing: write 0 or more.")
    return amount
