"""The order list: golden figures, each rule and its reason, and what must hold for every row."""

import math
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.policy import HORIZON_DAYS
from planning.reasons import REASON_CODES
from planning.recommendations import recommend
from planning.schema import CARRIED, INPUTS, RECOMMENDATIONS
from tests.planning.rows import quantities, row, rows, table

AS_OF = date(2024, 3, 1)


def only(values: dict[str, Any]) -> dict[str, Any]:
    (found,) = recommend(table(values), AS_OF).to_pylist()
    return found


def test_a_position_of_75_against_the_periodic_review_level_orders_168_in_packs_of_12():
    found = only(row())
    assert found["recommended_quantity"] == 168
    assert found["order_cost"] == Decimal("207.3960")
    assert found["urgency"] == "medium"
    assert found["reason"] == (
        "Order 168 today, because the reorder point is 77.0937: "
        "position 75 (75 on hand + 0 on order - 0 committed) "
        "against the order-up-to level 231.2089 (200 expected over 10 days + 31.2089 safety stock), "
        "need 156.2089, packs of 12."
    )


def test_an_empty_shelf_is_urgent_even_when_goods_are_on_their_way():
    found = only(row(on_hand=Decimal(0), on_order=Decimal(150)))
    assert found["urgency"] == "high"
    assert found["projected_stockout_date"] == AS_OF
    assert found["stockout_probability"] == 1
    assert found["reason"].startswith("Order 84 today, because nothing is on hand and an order takes 3 days")


def test_stock_that_does_not_last_until_an_order_arrives_is_urgent():
    found = only(row(on_hand=Decimal(50)))
    assert (found["urgency"], found["days_of_cover"]) == ("high", 2.5)
    assert found["projected_stockout_date"] == date(2024, 3, 3)
    assert "stock lasts 2.5 days and an order takes 3" in found["reason"]


def test_what_is_made_from_a_recipe_is_not_ordered_whatever_its_stock():
    for stock in ({"on_hand": Decimal(0)}, {"stock_known": False}):
        found = only(row(made_from_recipe=True, recipe_incomplete=True, **stock))
        assert not found["recommended_quantity"] and not found["order_cost"]
        assert (found["urgency"], found["order_by_date"]) == ("none", None)
        assert {"made_from_recipe", "recipe_incomplete"} <= set(found["reason_codes"])
        assert found["reason"] == (
            "Made from a recipe, so its ingredients are ordered instead: 200 expected over 10 days."
        )


def test_an_order_that_can_wait_is_low_and_names_the_day_on_which_it_cannot():
    found = only(row(on_hand=Decimal(200)))
    assert (found["urgency"], found["recommended_quantity"]) == ("low", 36)
    assert found["order_by_date"] == date(2024, 3, 7)  # 200 - 77.0937 is 6.1 days of 20


def test_a_full_shelf_orders_nothing_and_shows_what_is_too_much():
    found = only(row(on_hand=Decimal(500)))
    assert (found["urgency"], found["recommended_quantity"]) == ("none", 0)
    assert found["overstock_quantity"] == 260  # above 240, the level in whole packs
    assert found["reason_codes"] == ["overstock"]


def test_an_item_without_stock_figure_has_a_par_level_but_no_order():
    found = only(row(stock_known=False, unit_cost=None))
    invented = ("on_hand", "recommended_quantity", "order_cost", "days_of_cover", "projected_stockout_date")
    assert {found[name] for name in invented} == {None}
    assert {found[name] for name in ("stockout_probability", "order_by_date", "overstock_quantity")} == {None}
    assert found["urgency"] == "none"
    assert found["order_up_to"] == Decimal("231.2089")
    assert found["reason_codes"] == ["no_stock_data", "no_cost"]
    assert found["reason"] == (
        "Stock is not known, so no quantity: "
        "keep 231.2089 (200 expected over 10 days + 31.2089 safety stock) on the shelf."
    )


def test_an_unknown_cost_leaves_the_order_without_price():
    found = only(row(unit_cost=None))
    assert (found["recommended_quantity"], found["order_cost"]) == (168, None)
    assert "no_cost" in found["reason_codes"]


def test_an_item_no_longer_sold_is_not_ordered():
    found = only(row(is_active=False, on_hand=Decimal(0)))
    assert (found["recommended_quantity"], found["urgency"], found["order_by_date"]) == (0, "none", None)
    assert "discontinued" in found["reason_codes"]
    assert found["reason"].startswith("Discontinued, so nothing is ordered")


def test_a_new_item_says_that_it_borrows():
    assert "new_item" in only(row(method="new_item_category_profile"))["reason_codes"]


def test_the_maximum_stock_holds_an_order_down_to_the_packs_that_fit():
    found = only(row(max_stock=Decimal(100)))
    assert found["recommended_quantity"] == 24
    assert "capped_by_max_stock" in found["reason_codes"]
    assert "held down by a maximum stock of 100" in found["reason"]


def test_the_shelf_life_holds_an_order_down_to_what_is_expected_to_sell():
    # 75 on hand less 60 sold on arrival leaves 15, which take their share of the 40 that sell in two days.
    found = only(row(shelf_life_days=2))
    assert found["recommended_quantity"] == 24
    assert "capped_by_shelf_life" in found["reason_codes"]


def test_the_shelf_life_comes_before_the_maximum_stock():
    found = only(row(shelf_life_days=4, max_stock=Decimal(95)))
    assert found["recommended_quantity"] == 12
    assert {"capped_by_shelf_life", "capped_by_max_stock"} <= set(found["reason_codes"])


def test_a_small_need_is_raised_to_the_minimum():
    found = only(row(on_hand=Decimal(230), minimum_order=Decimal(30)))
    assert found["recommended_quantity"] == 36
    assert {"raised_to_minimum", "rounded_to_pack"} <= set(found["reason_codes"])
    assert "minimum order 30" in found["reason"]


def test_where_the_minimum_exceeds_the_maximum_stock_the_cap_wins_and_the_row_says_so():
    found = only(row(minimum_order=Decimal(400), max_stock=Decimal(200)))
    assert (found["recommended_quantity"], found["urgency"]) == (0, "none")
    assert {"minimum_above_max_stock", "below_minimum_after_cap"} <= set(found["reason_codes"])
    assert found["reason"].startswith(
        "Nothing is ordered, because what is allowed is less than the smallest order"
    )


def test_weighed_goods_are_ordered_in_their_own_packs():
    found = only(row(on_hand=Decimal("230.9"), pack_size=Decimal("0.25")))
    assert found["recommended_quantity"] == Decimal("0.5")


def test_a_negative_count_is_said_and_ordered_for():
    found = only(row(on_hand=Decimal(-5)))
    assert found["recommended_quantity"] == 240
    assert {"negative_stock", "out_of_stock"} <= set(found["reason_codes"])


def test_the_most_urgent_rows_come_first():
    inputs = table(
        row(item_key="full", on_hand=Decimal(500)),
        row(item_key="waits", on_hand=Decimal(200)),
        row(item_key="short", on_hand=Decimal(40)),
        row(item_key="out", on_hand=Decimal(0)),
        row(item_key="due"),
    )
    assert recommend(inputs, AS_OF)["item_key"].to_pylist() == ["out", "short", "due", "waits", "full"]


def test_no_rows_give_no_rows():
    assert recommend(table(), AS_OF).schema == RECOMMENDATIONS


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="lack the columns pack_size"):
        recommend(table(row()).drop_columns(["pack_size"]), AS_OF)


def test_more_columns_and_another_order_of_columns_change_nothing():
    inputs = table(row())
    shuffled = inputs.select(INPUTS.names[::-1]).append_column("more", pa.array([1]))
    assert recommend(shuffled, AS_OF) == recommend(inputs, AS_OF)


@given(st.lists(rows(), max_size=6))
@settings(deadline=None)
def test_every_figure_follows_from_the_columns_of_its_own_row(inputs):
    found = recommend(table(*inputs), AS_OF)
    assert found.schema == RECOMMENDATIONS
    for each in found.to_pylist():
        check_by_hand(each)


def check_by_hand(row: dict[str, Any]) -> None:
    """Plain decimal arithmetic on one row of the list, as a buyer would redo it."""
    codes = set(row["reason_codes"])
    assert codes <= set(REASON_CODES)
    assert not [name for name, value in row.items() if isinstance(value, float) and not math.isfinite(value)]
    if not row["stock_known"]:
        assert row["recommended_quantity"] is None and "no_stock_data" in codes and row["urgency"] == "none"
        return
    quantity, pack, position = row["recommended_quantity"], row["pack_size"], row["inventory_position"]
    assert position == row["on_hand"] + row["on_order"] - row["committed"]
    assert quantity == expected_quantity(row, discontinued="discontinued" in codes)
    assert quantity >= 0 and quantity % pack == 0
    if quantity:
        assert quantity >= row["minimum_order"]
        assert row["max_stock"] is None or position + quantity <= max(position, row["max_stock"])
    elif row["order_up_to"] > position and "discontinued" not in codes:
        assert "below_minimum_after_cap" in codes
    assert (row["order_cost"] is None) == (row["unit_cost"] is None) == ("no_cost" in codes)
    if row["unit_cost"] is not None:
        exact = quantity * row["unit_cost"]
        assert row["order_cost"] == exact.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    level_in_packs = whole_packs(row["order_up_to"], pack)
    assert row["overstock_quantity"] == max(Decimal(0), position - level_in_packs)

    daily = row["forecast_daily"]
    cover = max(0.0, float(position)) / daily if daily > 0 else math.inf
    assert row["days_of_cover"] == (pytest.approx(cover) if daily > 0 else None)
    assert row["urgency"] == expected_urgency(row, cover)
    until_out = 0 if row["on_hand"] <= 0 else cover
    check_date(row["projected_stockout_date"], until_out)
    above = max(0.0, float(position - row["reorder_point"]))
    until_due = above / daily if daily > 0 else math.inf
    if "discontinued" in codes:
        assert row["order_by_date"] is None
    else:
        check_date(row["order_by_date"], 0 if row["urgency"] in ("high", "medium") else until_due)
    assert 0 <= row["stockout_probability"] <= 1
    assert 0 <= row["lost_sales_estimate"] <= daily * float(row["lead_time_days"]) * (1 + 1e-9)


def whole_packs(quantity: Decimal, pack: Decimal, rounding: str = ROUND_CEILING) -> Decimal:
    return (quantity / pack).to_integral_value(rounding) * pack


def expected_quantity(row: dict[str, Any], *, discontinued: bool) -> Decimal:
    position, pack = row["inventory_position"], row["pack_size"]
    need = row["order_up_to"] - position
    if need <= 0 or discontinued:
        return Decimal(0)
    quantity = whole_packs(max(need, row["minimum_order"]), pack)
    if row["shelf_life_days"] is not None:
        left = max(0.0, float(position) - row["forecast_daily"] * float(row["lead_time_days"]))
        room = max(0.0, row["forecast_daily"] * row["shelf_life_days"] - left)
        fits = Decimal(math.floor(room * 10_000)) / 10_000
        quantity = min(quantity, whole_packs(fits, pack, ROUND_FLOOR))
    if row["max_stock"] is not None:
        fits = max(Decimal(0), row["max_stock"] - position)
        quantity = min(quantity, whole_packs(fits, pack, ROUND_FLOOR))
    return quantity if quantity >= row["minimum_order"] else Decimal(0)


def expected_urgency(row: dict[str, Any], cover: float) -> str:
    if row["recommended_quantity"] == 0:
        return "none"
    if row["on_hand"] <= 0 or cover < float(row["lead_time_days"]):
        return "high"
    return "medium" if row["inventory_position"] <= row["reorder_point"] else "low"


def check_date(found: date | None, days: float) -> None:
    if found is None:
        assert math.floor(days) > HORIZON_DAYS if math.isfinite(days) else True
    else:
        assert found == AS_OF + timedelta(days=math.floor(days))


@given(rows(), quantities(0, 10_000))
@settings(deadline=None)
def test_more_stock_never_raises_an_order(inputs, more):
    if not inputs["stock_known"]:
        return
    fuller = {**inputs, "on_hand": inputs["on_hand"] + more}
    fuller["inventory_position"] = inputs["inventory_position"] + more
    assert only(fuller)["recommended_quantity"] <= only(inputs)["recommended_quantity"]


@given(rows(), quantities(0, 10_000))
@settings(deadline=None)
def test_a_higher_service_level_never_lowers_an_order(inputs, more_safety_stock):
    # A higher service level reaches the policy as a higher order-up-to level.
    if not inputs["stock_known"]:
        return
    safer = {**inputs, "order_up_to": inputs["order_up_to"] + more_safety_stock}
    assert only(safer)["recommended_quantity"] >= only(inputs)["recommended_quantity"]


@given(st.lists(rows(), max_size=6))
@settings(deadline=None)
def test_no_row_is_lost_and_its_given_columns_stay_as_they_were(inputs):
    given_rows = sorted(table(*inputs).select(CARRIED).to_pylist(), key=repr)
    assert sorted(recommend(table(*inputs), AS_OF).select(CARRIED).to_pylist(), key=repr) == given_rows
