"""The lines and payments of R's sales."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from simulator.core.answers import Json
from simulator.ledger import Customer, Line, Payment, PaymentMethod, PaymentStatus, major_units
from simulator.lightspeed_r.parts import NOBODY, amount, collection, flag, moment, number

GIFT_CARD_TYPE = "5"
PAYMENT_TYPES = {
    PaymentMethod.CASH: "1",
    PaymentMethod.CARD: "3",
    PaymentMethod.GIFT_CARD: GIFT_CARD_TYPE,
    PaymentMethod.WALLET: "11",
    PaymentMethod.OTHER: "12",
}
UNIT_PRICE_PLACES = Decimal("1e-12")
DEPOSITS = 700_000_000
"""The payments that put value on a gift card are counted from here on, by their line's number."""


@dataclass(frozen=True)
class SaleLinePart:
    """One line; amounts are for a positive quantity, and count against the sale where it is negative."""

    id: str
    quantity: Decimal
    gross: int
    item_id: str | None = None
    line_discount: int = 0
    transaction_discount: int = 0
    taxes: tuple[int, ...] = ()
    inclusive_tax: int = 0
    parent: str | None = None
    line_type: str = ""
    note: str | None = None

    @property
    def discount(self) -> int:
        """All discounts."""
        return self.line_discount + self.transaction_discount

    def tax(self, rate: int) -> int:
        """The tax of the first rate (0) or of the second (1)."""
        return self.taxes[rate] if rate < len(self.taxes) else 0

    @property
    def total(self) -> int:
        """What the buyer owes for it."""
        return self.gross - self.discount + sum(self.taxes) - self.inclusive_tax

    def signed(self, value: int) -> int:
        """An amount as it counts in the sale."""
        return -value if self.quantity < 0 else value

    def render(self, sale_id: str, shop_id: str, currency: str, created_at: datetime) -> Json:
        """The line as R tells it; it multiplies a unit price, so that one may have many places."""

        def money(value: int) -> str:
            return amount(self.signed(value), currency)

        price = major_units(self.gross, currency) / abs(self.quantity) if self.quantity else Decimal(0)
        rendered: Json = {
            "saleLineID": self.id,
            "createTime": moment(created_at),
            "timeStamp": moment(created_at),
            "unitQuantity": number(self.quantity),
            "unitPrice": number(price.quantize(UNIT_PRICE_PLACES)),
            "normalUnitPrice": "0",
            "discountAmount": "0",
            "discountPercent": "0",
            "avgCost": "0",
            "fifoCost": "0",
            "tax": flag(bool(self.taxes)),
            "tax1Rate": "0",
            "tax2Rate": "0",
            "isLayaway": "false",
            "isWorkorder": "false",
            "isSpecialOrder": "false",
            "displayableSubtotal": money(self.gross - self.discount),
            "displayableUnitPrice": number(price.quantize(UNIT_PRICE_PLACES)),
            "lineType": self.line_type,
            "calcLineDiscount": money(self.line_discount),
            "calcTransactionDiscount": money(self.transaction_discount),
            "calcTotal": money(self.total),
            "calcSubtotal": money(self.gross),
            "calcTax1": money(self.tax(0)),
            "calcTax2": money(self.tax(1)),
            "taxClassID": "1",
            "customerID": NOBODY,
            "discountID": NOBODY,
            "employeeID": "1",
            "itemID": self.item_id or NOBODY,
            "noteID": self.id if self.note else NOBODY,
            "parentSaleLineID": self.parent or NOBODY,
            "shopID": shop_id,
            "saleID": sale_id,
            "itemFeeID": "1" if self.line_type else NOBODY,
        }
        if self.note:
            rendered["Note"] = {"noteID": self.id, "note": self.note, "isPublic": "false"}
        return rendered


@dataclass(frozen=True)
class PaymentPart:
    """One payment; `amount` is without the tip, both negative for money that goes out.

    Attributes:
        reference: The payment that it gives back.
        sale_line_id: The line of the gift card that it puts value on.
    """

    id: str
    payment_type_id: str
    amount: int
    tip: int
    archived: bool
    paid_at: datetime
    reference: str | None = None
    sale_line_id: str | None = None

    @classmethod
    def of(cls, payment: Payment) -> "PaymentPart":
        """Money received; one that was cancelled is archived."""
        archived = payment.status != PaymentStatus.COMPLETED
        kind = PAYMENT_TYPES[payment.method]
        return cls(payment.id, kind, payment.amount, payment.tip, archived, payment.paid_at)

    @classmethod
    def deposit(cls, line: Line, archived: bool, paid_at: datetime) -> "PaymentPart":
        """The value that is put on a sold gift card."""
        payment_id = str(DEPOSITS + int(line.id))
        return cls(payment_id, GIFT_CARD_TYPE, -line.gross, 0, archived, paid_at, sale_line_id=line.id)

    def render(self, sale_id: str, currency: str) -> Json:
        """The payment as R tells it: its amount includes the tip."""
        deposit = self.sale_line_id is not None
        uses_card = self.payment_type_id == GIFT_CARD_TYPE
        accounts = {
            "saleAccountID": self.id,
            "creditAccountID": self.id,
            "salePaymentID": self.id,
            "saleLineID": self.sale_line_id,
        }
        return {
            "salePaymentID": self.id,
            "amount": amount(self.amount + self.tip, currency),
            "tipAmount": amount(self.tip, currency),
            "createTime": moment(self.paid_at),
            "archived": flag(self.archived),
            "remoteReference": "",
            "paymentID": "",
            "saleID": sale_id,
            "paymentTypeID": self.payment_type_id,
            "ccChargeID": NOBODY,
            "refPaymentID": self.reference or NOBODY,
            "registerID": "1",
            "employeeID": "1",
            "creditAccountID": self.id if uses_card else NOBODY,
            **collection("SaleAccounts", "SaleAccount", [accounts] if deposit else []),
        }


def customer_relation(customer: Customer) -> Json:
    """A buyer, as the relation `Customer` tells them."""
    given_name, _, family_name = customer.name.partition(" ")
    return {
        "customerID": customer.id,
        "firstName": given_name,
        "lastName": family_name,
        "Contact": {
            "Emails": {"ContactEmail": {"address": customer.email, "useType": "Primary"}},
            "Phones": {"ContactPhone": {"number": customer.phone, "useType": "Mobile"}},
            "Addresses": {"ContactAddress": {"address1": customer.address}},
            "Websites": "",
        },
    }
