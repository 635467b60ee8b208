"""What an endpoint's records mean: the part of the settings that says what they are, and how written."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from connectors.generic import kinds
from connectors.generic.fields import (
    FlatLineFields,
    ItemFields,
    LevelFields,
    LineFields,
    LocationFields,
    MemberPath,
    OrderFields,
    PaymentFields,
    PaymentOfOrderFields,
    RefundFields,
    Strict,
    TimeFormat,
    as_tuple,
)

Amounts = Literal["major", "minor"]

MemberPaths = Annotated[tuple[MemberPath, ...], BeforeValidator(as_tuple), Field(min_length=1)]
Word = Annotated[str, BeforeValidator(str)]
"""A word of the API; YAML reads some, like 1 or yes, as something else."""


class Condition(Strict):
    """A test of a record: the text at a path is one of these."""

    path: MemberPath
    equals: Annotated[tuple[str, ...], BeforeValidator(as_tuple)]


class Values(Strict):
    """What an API's words mean, where they are not among those that are known anyway."""

    state: dict[Word, kinds.State] = {}
    status: dict[Word, kinds.Status] = {}
    method: dict[Word, kinds.Method] = {}
    line_kind: dict[Word, kinds.LineKind] = {}


class Lines(Strict):
    """The lines inside an order's record.

    Attributes:
        records: Where their list stands in the record; of several places the first that there is.
        fields: Field of the unified layer → its place in a line.
    """

    records: MemberPaths
    fields: LineFields


class Payments(Strict):
    """The payments inside an order's record.

    Attributes:
        records: Where their list stands in the record; of several places the first that there is.
        fields: Field of the unified layer → its place in a payment.
    """

    records: MemberPaths
    fields: PaymentOfOrderFields


class Mapped(Strict):
    """What every endpoint's records have in common.

    Attributes:
        records: Where the list of records stands in the answer. Default: the answer itself, or the one list
            in it.
        amounts: Amounts are in the currency's own unit (12.50), or in its smallest (1250).
        times: How times are written.
        values: What the API's words mean.
    """

    records: MemberPath | None = None
    amounts: Amounts = "major"
    times: TimeFormat = "iso"
    values: Values = Values()


class OrdersMapping(Mapped):
    """Orders, or with `returns` goods given back, each with its lines inside it.

    Attributes:
        fields: Field of the unified layer → its place in an order.
        lines: The lines; an order without them is one line of its own `gross_sales`, else of its `total`
            without tax, tip and charges.
        payments: The payments, where an order holds them.
        returns_when: Which records give goods back, where one list holds both.
        discounts_are_negative: A discount on a sale is written with a minus sign.
        prices_include_tax: Prices and gross sales of lines hold the line's tax.
        payments_include_tips: The amount of a payment holds its tip.
    """

    entity: Literal["orders", "returns"]
    fields: OrderFields
    lines: Lines | None = None
    payments: Payments | None = None
    returns_when: Condition | None = None
    discounts_are_negative: bool = False
    prices_include_tax: bool = False
    payments_include_tips: bool = False

    @model_validator(mode="after")
    def _has_lines_or_an_amount(self) -> Self:
        if not (self.lines or self.fields.gross_sales or self.fields.total):
            raise ValueError(
                "there are neither lines nor fields.gross_sales or fields.total, so that nothing would be "
                "sold: describe the lines, or map the order's own amount"
            )
        return self


class LinesMapping(Mapped):
    """Lines as records of their own, each with its order's id: sold, or with `return_lines` given back.

    Attributes:
        fields: Field of the unified layer → its place in a line.
        returns_when: Which records give goods back, where one list holds both.
        discounts_are_negative: A discount on a sale is written with a minus sign.
        prices_include_tax: Prices and gross sales hold the tax.
    """

    entity: Literal["order_lines", "return_lines"]
    fields: FlatLineFields
    returns_when: Condition | None = None
    discounts_are_negative: bool = False
    prices_include_tax: bool = False


class PaymentsMapping(Mapped):
    """Payments as records of their own.

    Attributes:
        fields: Field of the unified layer → its place in a payment.
        payments_include_tips: The amount holds the tip.
    """

    entity: Literal["payments"]
    fields: PaymentFields
    payments_include_tips: bool = False


class RefundsMapping(Mapped):
    """Money given back without naming goods."""

    entity: Literal["refunds"]
    fields: RefundFields


class ItemsMapping(Mapped):
    """The catalogue: what is sold and counted."""

    entity: Literal["items"]
    fields: ItemFields


class LevelsMapping(Mapped):
    """What is in stock when it is read."""

    entity: Literal["inventory_levels"]
    fields: LevelFields


class LocationsMapping(Mapped):
    """Stores."""

    entity: Literal["locations"]
    fields: LocationFields
