"""The order list within a budget: examples, and what must hold for any list and budget."""

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from scipy import stats

from planning.budget import within_budget
from planning.recommendations import recommend
from planning.schema import BUDGETED
from tests.planning.by_hand import check_cost
from tests.planning.rows import AS_OF, quantities, row, stores, table


def cut(budget: Any, *values: dict[str, Any], currency: str = "GBP") -> dict[str, dict[str, Any]]:
    """The list within a budget, by item."""
    found = within_budget(recommend(table(*values), AS_OF).recommendations, {currency: Decimal(budget)})
    return {each["item_key"]: each for each in found.to_pylist()}


def test_a_budget_that_pays_for_everything_changes_nothing():
    found = cut("207.3960", row())["shop:tea"]
    assert (found["recommended_quantity"], found["quantity_before_budget"]) == (168, 168)
    assert "cut_by_budget" not in found["reason_codes"]


def test_a_smaller_budget_cuts_to_the_packs_that_it_pays_for_and_says_so():
    found = cut("207.3959", row())["shop:tea"]
    assert (found["recommended_quantity"], found["quantity_before_budget"]) == (156, 168)
    assert found["order_cost"] == Decimal("192.5820")
    assert found["urgency"] == "medium"
    assert found["reason_codes"][-1] == "cut_by_budget"
    assert found["reason"].endswith("The budget cuts the order from 168 to 156.")


def test_an_order_below_the_minimum_is_not_placed():
    found = cut(100, row(minimum_order=Decimal(100)))["shop:tea"]
    assert (found["recommended_quantity"], found["order_cost"]) == (0, 0)


def test_money_goes_first_to_what_earns_most_for_it():
    good = row(item_key="good", net_price=Decimal(5))
    found = cut("207.3960", good, row(item_key="fair"))
    assert found["good"]["recommended_quantity"] > found["fair"]["recommended_quantity"] > 0


def test_what_is_lost_before_an_order_can_arrive_is_not_worth_money():
    near, far = (
        row(item_key=name, on_hand=Decimal(0), lead_time_days=Decimal(days))
        for name, days in (("near", 1), ("far", 9))
    )
    found = cut(200, far, near)
    assert found["near"]["recommended_quantity"] == 156  # 13 packs of 12 for 192.58
    assert found["far"]["recommended_quantity"] == 0


def test_an_item_without_price_comes_after_one_with_a_margin_and_before_one_without():
    bargain = row(item_key="priced", net_price=Decimal("1.2346"))
    unknown, loss = row(item_key="unknown", net_price=None), row(item_key="loss", net_price=Decimal(1))
    found = cut(2 * Decimal("207.3960"), loss, unknown, bargain)
    assert [found[item]["recommended_quantity"] for item in ("priced", "unknown", "loss")] == [168, 168, 0]
    assert "no_price" in found["unknown"]["reason_codes"]


def test_an_item_without_cost_is_left_out_and_says_why():
    found = cut(1000, row(unit_cost=None))["shop:tea"]
    assert (found["recommended_quantity"], found["order_cost"]) == (0, None)
    assert {"no_cost", "cut_by_budget"} <= set(found["reason_codes"])
    assert found["reason"].endswith("left out of the budget, because its cost is not known.")


def test_what_costs_nothing_is_ordered_whatever_the_budget():
    assert cut(0, row(unit_cost=Decimal(0)))["shop:tea"]["recommended_quantity"] == 168


def test_orders_in_another_currency_stay_as_they_are():
    found = cut(0, row(item_key="euro", currency="EUR"), row(item_key="none", currency=None), row())
    assert {item: each["recommended_quantity"] for item, each in found.items()} == {
        "euro": 168, "none": 168, "shop:tea": 0,
    }  # fmt: skip


def test_half_the_money_saves_more_than_half_and_more_than_the_most_urgent_first():
    # Six items that earn from a tenth to twice of their cost, all of them half empty.
    items = [
        row(item_key=str(number), pack_size=Decimal(1), on_hand=Decimal(100), net_price=price)
        for number, price in enumerate(map(Decimal, ("1.36", "1.82", "2.29", "2.76", "3.23", "3.70")))
    ]
    full = recommend(table(*items), AS_OF).recommendations.to_pylist()
    budget = sum(each["order_cost"] for each in full) / 2
    best = saved(cut(budget, *items).values())
    most_urgent_first, left = [], budget
    for each in full:
        units = min(each["recommended_quantity"], left // each["unit_cost"])
        most_urgent_first.append({**each, "recommended_quantity": units})
        left -= units * each["unit_cost"]
    assert best > 1.2 * saved(most_urgent_first)
    assert best > 0.7 * saved(full)


def saved(orders: Any) -> float:
    """Margin that the orders are expected to save, by scipy's integral of the normal tail."""
    return sum(
        float(each["net_price"] - each["unit_cost"])
        * sum(
            sign
            * stats.norm(each["demand_mean"], each["demand_sd"]).expect(lambda x, s=stock: x - s, lb=stock)
            for sign, stock in (
                (1, float(each["inventory_position"])),
                (-1, float(each["inventory_position"] + each["recommended_quantity"])),
            )
        )
        for each in orders
    )


def total(found: pa.Table, currency: str) -> Decimal:
    return sum(
        (each["order_cost"] or Decimal(0) for each in found.to_pylist() if each["currency"] == currency),
        Decimal(0),
    )


@given(stores(), quantities(0, 4000), quantities(0, 4000))
@settings(deadline=None)
def test_no_budget_is_exceeded_and_a_larger_one_never_orders_for_less(inputs, budget, more):
    full = recommend(table(*inputs), AS_OF).recommendations
    found = within_budget(full, {"GBP": budget})
    assert found.schema == BUDGETED
    assert total(found, "GBP") <= budget
    assert total(within_budget(full, {"GBP": budget + more}), "GBP") >= total(found, "GBP")
    everything = within_budget(full, {"GBP": total(full, "GBP")})
    for whole, before, after in zip(everything.to_pylist(), full.to_pylist(), found.to_pylist(), strict=True):
        check_within(before, after)
        if before["unit_cost"] is not None:
            assert whole["recommended_quantity"] == before["recommended_quantity"]


def check_within(before: dict[str, Any], after: dict[str, Any]) -> None:
    codes = set(after["reason_codes"])
    quantity = after["recommended_quantity"]
    assert after["quantity_before_budget"] == before["recommended_quantity"]
    if quantity is None or before["currency"] != "GBP":
        assert quantity == before["recommended_quantity"] and "cut_by_budget" not in codes
        return
    assert 0 <= quantity <= before["recommended_quantity"] and quantity % after["pack_size"] == 0
    assert quantity == 0 or quantity >= after["minimum_order"]
    assert ("cut_by_budget" in codes) == (quantity < before["recommended_quantity"])
    check_cost(after, codes)
    unchanged = before.keys() - {"recommended_quantity", "order_cost", "reason_codes", "reason"}
    assert {name: after[name] for name in unchanged} == {name: before[name] for name in unchanged}


@pytest.mark.parametrize("budgets", [{}, {"USD": Decimal(1)}])
def test_no_budget_for_a_currency_leaves_its_orders(budgets):
    full = recommend(table(row()), AS_OF).recommendations
    assert within_budget(full, budgets).select(full.column_names) == full
