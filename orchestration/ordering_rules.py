"""How goods are ordered: the rows of replenishment.csv, and what holds where it says nothing."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from orchestration.settings_rows import Row

Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
Days = Annotated[int, Field(ge=1, le=3650)]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class OrderingRules(Row):
    """How something is ordered. An empty cell is no rule.

    Attributes:
        lead_time_days: Days from order to receipt.
        lead_time_sd_days: Standard deviation of the lead time, in days.
        review_period_days: Days between two orders; without meaning where order_days are given.
        order_days: Days of the week on which an order can be placed, in the week's order: "mon thu".
        service_kind: What service_level is a target of. cycle_service: the probability that the stock lasts
            until the next order has arrived; fill_rate: the share of demand that is served from the shelf;
            newsvendor: not service_level, but the level that price, cost and salvage value pay for.
        service_level: The target, 0 to 1.
        pack_size: Units that are ordered together.
        minimum_order: Least units of one order.
        max_stock: Most units that there is room for.
        shelf_life_days: Days that a received unit can be sold.
        salvage_value: What a unit brings that was not sold in time, in the store's currency; below 0 where
            throwing it away costs.
    """

    lead_time_days: Annotated[Amount, Field(ge=0, le=3650)] | None = None
    lead_time_sd_days: Annotated[Amount, Field(ge=0, le=3650)] | None = None
    review_period_days: Days | None = None
    order_days: str | None = None
    service_kind: Literal["cycle_service", "fill_rate", "newsvendor"] | None = None
    service_level: Annotated[Amount, Field(ge=Decimal("0.5"), le=Decimal("0.999"))] | None = None
    pack_size: Annotated[Amount, Field(gt=0)] | None = None
    minimum_order: Annotated[Amount, Field(ge=0)] | None = None
    max_stock: Annotated[Amount, Field(gt=0)] | None = None
    shelf_life_days: Days | None = None
    salvage_value: Amount | None = None

    @field_validator("order_days")
    @classmethod
    def _in_the_weeks_order(cls, text: str | None) -> str | None:
        if text is None:
            return None
        words = text.lower().replace(",", " ").split()
        for word in words:
            if word not in WEEKDAYS:
                raise ValueError(f"'{word}' is no day of the week; write days like 'mon thu'")
        return " ".join(day for day in WEEKDAYS if day in words) or None


class ReplenishmentRow(OrderingRules):
    """The rules of a scope.

    What it leaves empty is looked up in the next wider one: item, supplier, category, default; then in what
    the point-of-sale system knows, and in `BUILT_IN`. Within a scope, the store's own row goes first.

    Attributes:
        scope: What the row is about.
        key: Item key, SKU or item id; supplier id or name; category; empty for the default.
        location: Key, id or name of the only store that the row is about; empty for all.
    """

    scope: Literal["item", "supplier", "category", "default"]
    key: str | None = None
    location: str | None = None

    @model_validator(mode="after")
    def _key_fits_scope(self) -> "ReplenishmentRow":
        if self.scope == "default" and self.key is not None:
            raise ValueError("the default row has no key; leave the cell empty")
        if self.scope != "default" and self.key is None:
            raise ValueError(f"a row of scope {self.scope} needs a key; fill the cell")
        return self


class BuiltInRow(OrderingRules):
    """What holds where nothing else says anything; no file can hold it."""

    scope: Literal["built_in"] = "built_in"


BUILT_IN = BuiltInRow(
    lead_time_days=Decimal(7),
    lead_time_sd_days=Decimal(0),
    review_period_days=7,
    service_level=Decimal("0.95"),
    pack_size=Decimal(1),
    minimum_order=Decimal(0),
    salvage_value=Decimal(0),
)


def with_built_in(rows: list[Any]) -> list[OrderingRules]:
    """The file's rows, and at last what holds where they say nothing."""
    return [*rows, BUILT_IN]
