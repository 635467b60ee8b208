"""The order list: golden figures, each rule and its reason, and what must hold for every row."""

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.recommendations import recommend
from planning.schema import CARRIED, INPUTS, RECOMMENDATIONS, TRANSFERS
from tests.planning.by_hand import check_by_hand
from tests.planning.rows import AS_OF, quantities, row, rows, several_rows, table


def orders(*values: dict[str, Any], with_transfers: bool = False) -> pa.Table:
    return recommend(table(*values), AS_OF, with_transfers=with_transfers).recommendations


def only(values: dict[str, Any]) -> dict[str, Any]:
    (found,) = orders(values).to_pylist()
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


def test_an_order_that_can_wait_is_low_and_names_the_day_on_which_it_cannot():
    found = only(row(on_hand=Decimal(200)))
    assert (found["urgency"], found["recommended_quantity"]) == ("low", 36)
    assert found["order_by_date"] == date(2024, 3, 7)  # 200 - 77.0937 is 6.1 days of 20
    assert found["reason"].startswith("Order 36 now, or by 2024-03-07 at the latest: ")


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


def test_goods_that_should_have_come_are_counted_and_said():
    found = only(row(on_hand=Decimal(20), on_order=Decimal(80), on_order_overdue=Decimal(30)))
    assert found["recommended_quantity"] == 132
    assert "overdue_order" in found["reason_codes"]
    assert "(20 on hand + 80 on order, of which 30 is overdue, - 0 committed)" in found["reason"]


@pytest.mark.parametrize("method", ["new_item_category_profile", "new_item"])
def test_a_new_item_says_that_it_knows_little_of_itself(method):
    assert "new_item" in only(row(method=method))["reason_codes"]


def test_what_is_made_from_a_recipe_is_not_ordered_whatever_its_stock():
    for stock in ({"on_hand": Decimal(0)}, {"stock_known": False}):
        found = only(row(made_from_recipe=True, recipe_incomplete=True, **stock))
        assert not found["recommended_quantity"] and not found["order_cost"]
        assert (found["urgency"], found["order_by_date"]) == ("none", None)
        assert {"made_from_recipe", "recipe_incomplete"} <= set(found["reason_codes"])
        assert found["reason"] == (
            "Made from a recipe, so its ingredients are ordered instead: 200 expected over 10 days."
        )


def test_a_supplier_that_takes_orders_only_in_two_days_makes_an_order_urgent():
    found = only(row(on_hand=Decimal(85), order_wait_days=2))
    assert found["urgency"] == "high"
    assert "stock lasts 4.2 days and an order takes 5" in found["reason"]


def test_what_the_settings_in_force_come_with_is_said():
    codes = "newsvendor_without_cost pack_above_max_stock"
    found = only(row(settings_codes=codes, max_stock=Decimal(10)))
    assert {*codes.split()} <= set(found["reason_codes"])
    assert "newsvendor_without_price" not in found["reason_codes"]


def test_a_closed_store_orders_nothing():
    found = only(row(location_is_active=False, on_hand=Decimal(0)))
    assert (found["recommended_quantity"], found["urgency"], found["order_by_date"]) == (0, "none", None)
    assert "closed_location" in found["reason_codes"]
    assert found["reason"].startswith("The store is closed, so nothing is ordered: position 0")


def test_without_demand_an_empty_shelf_runs_no_risk():
    nothing = {f"lead_time_{name}": 0.0 for name in ("q50", "q80", "q90", "q95", "q98", "q99")}
    levels = dict.fromkeys(("order_up_to", "reorder_point", "safety_stock"), Decimal(0))
    found = only(row(on_hand=Decimal(0), forecast_daily=0.0, demand_mean=0.0, **levels, **nothing))
    assert found["reason_codes"] == ["no_demand", "out_of_stock"]
    assert (found["urgency"], found["stockout_probability"]) == ("none", 0)


def test_a_price_that_is_not_known_is_said():
    assert "no_price" in only(row(net_price=None))["reason_codes"]


def test_goods_that_are_promised_cannot_be_sold():
    found = only(row(on_hand=Decimal(30), committed=Decimal(30)))
    assert (found["urgency"], found["projected_stockout_date"]) == ("high", AS_OF)
    assert "all that is on hand is promised" in found["reason"]


def test_goods_on_their_way_keep_an_order_from_being_urgent_unless_they_come_too_late():
    in_time = row(on_hand=Decimal(20), on_order=Decimal(80))
    assert only(in_time)["urgency"] == "low"  # 100 last for five days, an order takes three
    late = only({**in_time, "on_order_late": Decimal(80)})
    assert (late["urgency"], late["days_of_cover"], late["recommended_quantity"]) == ("high", 1, 132)
    assert "late_order" in late["reason_codes"]
    assert "stock lasts 1 day without what arrives later and an order takes 3" in late["reason"]


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
    assert recommend(inputs, AS_OF).recommendations["item_key"].to_pylist() == [
        "out",
        "short",
        "due",
        "waits",
        "full",
    ]


def test_no_rows_give_no_rows():
    found = recommend(table(), AS_OF, with_transfers=True)
    assert (found.recommendations.schema, found.transfers.schema) == (RECOMMENDATIONS, TRANSFERS)
    assert (found.recommendations.num_rows, found.transfers.num_rows) == (0, 0)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="lack the columns pack_size"):
        recommend(table(row()).drop_columns(["pack_size"]), AS_OF)


def test_more_columns_and_another_order_of_columns_change_nothing():
    inputs = table(row())
    shuffled = inputs.select(INPUTS.names[::-1]).append_column("more", pa.array([1]))
    assert recommend(shuffled, AS_OF) == recommend(inputs, AS_OF)


@given(several_rows(), st.booleans())
@settings(deadline=None)
def test_every_figure_follows_from_the_columns_of_its_own_row(inputs, with_transfers):
    found = orders(*inputs, with_transfers=with_transfers)
    assert found.schema == RECOMMENDATIONS
    for each in found.to_pylist():
        check_by_hand(each)


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


@given(several_rows())
@settings(deadline=None)
def test_no_row_is_lost_and_its_given_columns_stay_as_they_were(inputs):
    given_rows = sorted(table(*inputs).select(CARRIED).to_pylist(), key=repr)
    assert sorted(orders(*inputs).select(CARRIED).to_pylist(), key=repr) == given_rows
