"""What a menu item is made of: the rows of recipes.csv, their units, and recipes that never end."""

from collections.abc import Sequence
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from orchestration.settings_rows import MistakenRow, Row

Unit = Literal["each", "g", "kg", "oz", "lb", "ml", "l"]
MEASURES: dict[Unit, tuple[str, Decimal]] = {
    "each": ("a count", Decimal(1)),
    "g": ("a weight", Decimal(1)),
    "kg": ("a weight", Decimal(1000)),
    "oz": ("a weight", Decimal("28.349523125")),
    "lb": ("a weight", Decimal("453.59237")),
    "ml": ("a volume", Decimal(1)),
    "l": ("a volume", Decimal(1000)),
}
"""What a unit measures, and how much of the smallest unit of that it is. The avoirdupois pound is exact."""

PLACES = Decimal("0.00000001")


class RecipeRow(Row):
    """An ingredient of a menu item. Both are named by item key, SKU or item id.

    Attributes:
        menu_item: What is sold. It may be an ingredient of others: a sauce, a dough.
        ingredient: What it takes.
        quantity: How much of it goes into one unit of the menu item.
        unit: The unit of the quantity; empty for the unit in which the ingredient is counted.
        stock_unit: The unit in which the ingredient is counted and ordered; one of its lines has to tell it
            where `unit` is given.
    """

    menu_item: str
    ingredient: str
    quantity: Annotated[Decimal, Field(gt=0, le=100_000, decimal_places=8)]
    unit: Unit | None = None
    stock_unit: Unit | None = None

    @field_validator("unit", "stock_unit", mode="before")
    @classmethod
    def _any_case(cls, cell: Any) -> Any:
        return cell.strip().lower() if isinstance(cell, str) else cell

    @model_validator(mode="after")
    def _is_not_its_own_ingredient(self) -> "RecipeRow":
        if self.menu_item == self.ingredient:
            raise ValueError(
                f"'{self.menu_item}' cannot be its own ingredient; name another, or delete the line"
            )
        return self


def in_stock_units(rows: Sequence[RecipeRow]) -> list[RecipeRow]:
    """The recipes with each quantity in the unit in which its ingredient is counted, rounded to 8 places.

    Raises:
        MistakenRow: Units that contradict each other, or a recipe that needs itself.
    """
    _refuse_circles(rows)
    stock_units = _stock_units(rows)
    return [_converted(row, stock_units.get(row.ingredient)) for row in rows]


def _stock_units(rows: Sequence[RecipeRow]) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for row in rows:
        if row.stock_unit is None:
            continue
        known = units.setdefault(row.ingredient, row.stock_unit)
        if known != row.stock_unit:
            raise MistakenRow(
                row,
                f"'{row.ingredient}' is counted in {row.stock_unit} here and in {known} above; "
                "write the same stock_unit in both",
            )
    return units


def _converted(row: RecipeRow, stock_unit: Unit | None) -> RecipeRow:
    if row.unit is None:
        return row.model_copy(update={"unit": stock_unit})
    if stock_unit is None:
        raise MistakenRow(
            row,
            f"the quantity is in {row.unit}, but no line tells in which unit '{row.ingredient}' is counted; "
            "fill its stock_unit, or empty unit if it is the same",
        )
    measured, size = MEASURES[row.unit]
    counted, stock_size = MEASURES[stock_unit]
    if measured != counted:
        raise MistakenRow(
            row,
            f"{row.unit} is {measured}, but '{row.ingredient}' is counted in {stock_unit}, {counted}; "
            "use units of one kind",
        )
    quantity = (row.quantity * size / stock_size).quantize(PLACES)
    if not quantity:
        raise MistakenRow(
            row, f"{row.quantity} {row.unit} are 0 {stock_unit} to 8 places; use a smaller stock_unit"
        )
    return row.model_copy(update={"quantity": quantity, "unit": stock_unit})


def _refuse_circles(rows: Sequence[RecipeRow]) -> None:
    ingredients: dict[str, set[str]] = {}
    for row in rows:
        ingredients.setdefault(row.menu_item, set()).add(row.ingredient)
    try:
        TopologicalSorter(ingredients).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        steps = set(pairwise(circle))
        last = [row for row in rows if (row.menu_item, row.ingredient) in steps][-1]
        raise MistakenRow(
            last, f"the recipe never ends: {' needs '.join(map(repr, circle))}; delete one of these lines"
        ) from None
