"""The fields of each kind of record, and the ways in which a mapping says where their values come from.

One model for each kind of record, so that an unknown or missing field is refused with its own path.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, model_validator

from connectors.generic.kinds import Kind

TIME_FORMATS = ("iso", "date", "epoch", "epoch_ms")


def _member_path(written: str) -> str:
    if not all(written.split(".")) or written.strip() != written:
        raise ValueError("has to be a path in the JSON, its members parted by dots, like customer.id")
    return written


def _time_format(written: str) -> str:
    if written not in TIME_FORMATS and "%" not in written:
        raise ValueError(f"has to be one of {', '.join(TIME_FORMATS)}, or a pattern like %d.%m.%Y %H:%M")
    return written


MemberPath = Annotated[str, AfterValidator(_member_path)]
"""Members of the JSON, one inside the other, parted by dots; a number is a place in a list."""

TimeFormat = Annotated[str, AfterValidator(_time_format)]
"""ISO 8601, a day like 2026-01-31, seconds or milliseconds since 1970, or a pattern like `%d.%m.%Y %H:%M`."""


def as_tuple(written: Any) -> Any:
    """Lets one text stand for a list of one."""
    return (written,) if isinstance(written, str) else written


class Strict(BaseModel):
    """A part of the settings; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """Where a field's value comes from. A path alone, or a list of paths, may stand for the whole.

    Attributes:
        path: Its place in the record; of several the first that holds a value.
        value: Instead of a place, the same value for every record.
        format: How a time is written, where that differs from the endpoint's `times`.
    """

    path: Annotated[tuple[MemberPath, ...], BeforeValidator(as_tuple)] = ()
    value: str | None = None
    format: TimeFormat | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, written: Any) -> Any:
        if isinstance(written, str | list):
            return {"path": written}
        if isinstance(written, Mapping):
            return written
        raise ValueError("has to be a path in the record, like customer.id, or {value: ...} for all records")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if bool(self.path) == (self.value is not None):
            raise ValueError("needs a path in the record, or a value for all records, and not both")
        return self


Text = Annotated[Source | None, Kind.TEXT]
Number = Annotated[Source | None, Kind.NUMBER]
Money = Annotated[Source | None, Kind.MONEY]
Time = Annotated[Source | None, Kind.TIME]
Flag = Annotated[Source | None, Kind.FLAG]
AWord = Annotated[Source | None, Kind.WORD]
Currency = Annotated[Source | None, Kind.CURRENCY]
NeededText = Annotated[Source, Kind.TEXT]
NeededNumber = Annotated[Source, Kind.NUMBER]
NeededMoney = Annotated[Source, Kind.MONEY]
NeededTime = Annotated[Source, Kind.TIME]


class HeadFields(Strict):
    """What is said of an order as a whole, amounts left out."""

    order_id: NeededText
    sold_at: NeededTime
    ordered_at: Time = None
    business_date: Annotated[Source | None, Kind.DAY] = None
    updated_at: Time = None
    state: AWord = None
    location_id: Text = None
    currency: Currency = None
    channel: Text = None
    dining_option: Text = None
    revenue_center: Text = None
    guests: Annotated[Source | None, Kind.COUNT] = None
    customer_id: Annotated[Source | None, Kind.PERSON] = None
    original_order_id: Text = None


class OrderFields(HeadFields):
    """An order with its amounts."""

    gross_sales: Money = None
    order_discount: Money = None
    tax: Money = None
    tip: Money = None
    service_charge: Money = None
    shipping: Money = None
    rounding: Money = None
    total: Money = None
    paid: Money = None
    unpaid_balance: Money = None


class LineFields(Strict):
    """A line."""

    line_id: Text = None
    item_id: Text = None
    item_name: Text = None
    variation_name: Text = None
    sku: Text = None
    barcode: Text = None
    category: Text = None
    line_kind: AWord = None
    quantity: Number = None
    unit_price: Money = None
    gross_sales: Money = None
    net_sales: Money = None
    discount: Money = None
    tax: Money = None
    tip: Money = None
    service_charge: Money = None
    unit_cost: Money = None
    is_voided: Flag = None
    original_line_id: Text = None
    restocked: Flag = None

    @model_validator(mode="after")
    def _has_an_amount(self) -> Self:
        if not (self.unit_price or self.gross_sales or self.net_sales):
            raise ValueError("no amount is mapped; add unit_price, gross_sales or net_sales")
        return self


class FlatLineFields(HeadFields, LineFields):
    """A line that names its order."""

    line_id: NeededText


class PaymentOfOrderFields(Strict):
    """A payment inside an order."""

    payment_id: Text = None
    method: AWord = None
    amount: NeededMoney
    tip: Money = None
    status: AWord = None
    paid_at: Time = None


class PaymentFields(PaymentOfOrderFields):
    """A payment from a list of its own."""

    payment_id: NeededText
    paid_at: NeededTime
    order_id: Text = None
    location_id: Text = None
    currency: Currency = None
    updated_at: Time = None


class RefundFields(Strict):
    """Money given back without naming goods."""

    refund_id: NeededText
    amount: NeededMoney
    refunded_at: NeededTime
    order_id: Text = None
    location_id: Text = None
    currency: Currency = None
    status: AWord = None
    updated_at: Time = None


class ItemFields(Strict):
    """An item of the catalogue."""

    item_id: NeededText
    item_name: Text = None
    variation_name: Text = None
    sku: Text = None
    barcode: Text = None
    category: Text = None
    unit_price: Money = None
    unit_cost: Money = None
    currency: Currency = None
    tracks_inventory: Flag = None
    is_active: Flag = None
    is_gift_card: Flag = None
    updated_at: Time = None


class LevelFields(Strict):
    """An item's stock in a store."""

    item_id: NeededText
    on_hand: NeededNumber
    location_id: Text = None
    available: Number = None
    committed: Number = None
    incoming: Number = None


class LocationFields(Strict):
    """A store."""

    location_id: NeededText
    name: Text = None
    timezone: Annotated[Source | None, Kind.ZONE] = None
    currency: Currency = None
    is_active: Flag = None


def kinds_of(fields: type[BaseModel]) -> dict[str, Kind]:
    """How each field of a kind of record is read."""
    return {
        name: next(mark for mark in info.metadata if isinstance(mark, Kind))
        for name, info in fields.model_fields.items()
    }
