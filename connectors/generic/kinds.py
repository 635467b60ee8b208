"""The kinds of values that a custom API's fields have, and the words that need no explanation."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Literal


class Kind(Enum):
    """How a field's value is read."""

    TEXT = auto()
    PERSON = auto()
    NUMBER = auto()
    MONEY = auto()
    COUNT = auto()
    TIME = auto()
    DAY = auto()
    FLAG = auto()
    WORD = auto()
    ZONE = auto()
    CURRENCY = auto()


State = Literal["completed", "open", "cancelled"]
Status = Literal["completed", "approved", "pending", "canceled", "failed"]
Method = Literal["cash", "card", "gift_card", "wallet", "account", "other"]
LineKind = Literal["item", "custom", "gift_card", "fee"]

WORDS: Mapping[str, Mapping[str, str]] = {
    "state": {
        **dict.fromkeys(("completed", "complete", "closed", "paid", "fulfilled", "finished"), "completed"),
        **dict.fromkeys(("open", "pending", "draft", "parked", "saved", "unpaid", "in_progress"), "open"),
        **dict.fromkeys(("cancelled", "canceled", "void", "voided", "deleted"), "cancelled"),
    },
    "status": {
        **dict.fromkeys(("completed", "complete", "captured", "settled", "paid", "success"), "completed"),
        **dict.fromkeys(("succeeded", "refunded"), "completed"),
        **dict.fromkeys(("approved", "authorized", "authorised"), "approved"),
        **dict.fromkeys(("pending", "open", "processing"), "pending"),
        **dict.fromkeys(("canceled", "cancelled", "void", "voided"), "canceled"),
        **dict.fromkeys(("failed", "declined", "error"), "failed"),
    },
    "method": {
        "cash": "cash",
        **dict.fromkeys(
            ("card", "credit", "debit", "credit_card", "debit_card", "visa", "mastercard"), "card"
        ),
        **dict.fromkeys(("amex", "maestro"), "card"),
        **dict.fromkeys(("gift_card", "giftcard", "voucher"), "gift_card"),
        **dict.fromkeys(("wallet", "apple_pay", "google_pay", "paypal"), "wallet"),
        **dict.fromkeys(("account", "on_account", "invoice", "bank_transfer", "transfer"), "account"),
        "other": "other",
    },
    "line_kind": {
        **dict.fromkeys(("item", "product"), "item"),
        "custom": "custom",
        **dict.fromkeys(("gift_card", "giftcard"), "gift_card"),
        "fee": "fee",
    },
}
"""What words of an API mean without a word from the user: in small letters, blanks and hyphens as `_`."""
