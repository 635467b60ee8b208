"""Stock moves between stores before anything is bought: examples, and what must hold for any stores."""

import random
from collections import defaultdict
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.recommendations import recommend
from planning.transfers import plan_transfers
from tests.planning.by_hand import NOT_ORDERED, rooms
from tests.planning.rows import AS_OF, row, stores, table


def moved(*values: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """The order list by store, and the transfers."""
    found = recommend(table(*values), AS_OF, with_transfers=True)
    return (
        {each["location_key"]: each for each in found.recommendations.to_pylist()},
        found.transfers.to_pylist(),
    )


def test_what_one_store_has_too_much_of_is_not_bought_by_another():
    stores, (transfer,) = moved(row(), row(location_key="full", location_name="Full", on_hand=Decimal(400)))
    assert stores["shop:1"]["transfer_in"] == 157  # need 156.2089, in whole units
    assert (stores["shop:1"]["recommended_quantity"], stores["shop:1"]["urgency"]) == (0, "medium")
    assert stores["shop:1"]["reason"] == (
        "Fetch 157 from other stores today, because the reorder point is 77.0937: "
        "position 232 (75 on hand + 0 on order - 0 committed + 157 from other stores) "
        "against the order-up-to level 231.2089 (200 expected over 10 days + 31.2089 safety stock)."
    )
    assert (stores["full"]["transfer_out"], stores["full"]["recommended_quantity"]) == (157, 0)
    assert stores["full"]["overstock_quantity"] == 3  # 400 - 157 - 240
    assert stores["full"]["reason"].endswith(", 157 go to other stores.")
    assert (transfer["from_location_key"], transfer["to_location_key"], transfer["quantity"]) == (
        "full", "shop:1", 157,
    )  # fmt: skip
    assert transfer["reason"] == (
        "Full has 400 to sell against its order-up-to level 231.2089; "
        "Shop has a position of 75 against 231.2089."
    )


def test_stores_of_one_name_are_told_apart_by_their_keys():
    _, (transfer,) = moved(row(), row(location_key="shop:2", on_hand=Decimal(400)))
    assert transfer["reason"].startswith("Shop (shop:2) has 400 to sell")
    assert "; Shop (shop:1) has a position of 75" in transfer["reason"]


def test_the_rest_is_bought_in_packs():
    stores, _ = moved(row(), row(location_key="some", on_hand=Decimal(300)))
    assert stores["some"]["transfer_out"] == 68  # 300 - 231.2089, in whole units
    assert stores["shop:1"]["recommended_quantity"] == 96  # 231.2089 - 75 - 68 = 88.2089
    assert stores["shop:1"]["reason"].startswith("Fetch 68 from other stores and order 96 today")


def test_the_most_urgent_store_is_served_first_though_another_lacks_more():
    stores, _ = moved(
        row(location_key="due"),
        row(location_key="out", on_hand=Decimal(0), order_up_to=Decimal(100)),
        row(location_key="some", on_hand=Decimal(300)),
    )
    assert (stores["out"]["transfer_in"], stores["due"]["transfer_in"]) == (68, 0)


def test_of_two_stores_as_urgent_the_one_that_lacks_more_is_served_first():
    stores, _ = moved(
        row(location_key="a", on_hand=Decimal(70)),
        row(location_key="b", on_hand=Decimal(65)),
        row(location_key="some", on_hand=Decimal(300)),
    )
    assert (stores["a"]["transfer_in"], stores["b"]["transfer_in"]) == (0, 68)


def test_a_store_that_needs_something_gives_nothing():
    one, two = np.array([0, 0]), np.array([50, 0])
    plan = plan_transfers(
        item=one, needed=two, room=two, spare=two, counted_whole=one == 1, rank=one.astype(np.int8)
    )
    assert plan.quantity.size == 0


def test_goods_that_are_only_on_their_way_or_promised_are_not_given_away():
    on_its_way = row(location_key="a", on_hand=Decimal(200), on_order=Decimal(400))
    promised = row(location_key="b", on_hand=Decimal(400), committed=Decimal(200))
    assert moved(row(), on_its_way, promised)[1] == []


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"location_is_active": False}, {"stock_known": False}, {"item_key": "else"}],
)
def test_a_store_that_cannot_give_gives_nothing(change):
    _, transfers = moved(row(), row(location_key="full", on_hand=Decimal(400), **change))
    assert transfers == []


def test_a_store_takes_no_more_than_its_maximum_stock():
    stores, _ = moved(row(max_stock=Decimal(100)), row(location_key="full", on_hand=Decimal(400)))
    assert (stores["shop:1"]["transfer_in"], stores["shop:1"]["recommended_quantity"]) == (25, 0)
    assert "which is not ordered, because what is allowed" in stores["shop:1"]["reason"]


def test_weighed_goods_move_to_the_ten_thousandth():
    stores, _ = moved(row(on_hand=Decimal("75.5")), row(location_key="full", on_hand=Decimal(400)))
    assert stores["shop:1"]["transfer_in"] == Decimal("155.7089")


def test_nothing_moves_unless_it_is_asked_for():
    full = row(location_key="full", on_hand=Decimal(400))
    found = recommend(table(row(), full), AS_OF)
    assert found.transfers.num_rows == 0
    assert found.recommendations["transfer_in"].to_pylist() == [0, 0]


@given(stores(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_transfers_conserve_stock_and_leave_every_store_its_own_level(inputs: list, chance: random.Random):
    found = recommend(table(*inputs), AS_OF, with_transfers=True)
    orders, transfers = found.recommendations.to_pylist(), found.transfers.to_pylist()
    received: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    sent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for transfer in transfers:
        assert transfer["quantity"] > 0
        received[transfer["to_location_key"], transfer["item_key"]] += transfer["quantity"]
        sent[transfer["from_location_key"], transfer["item_key"]] += transfer["quantity"]
    assert not received.keys() & sent.keys()
    for each in orders:
        if not each["stock_known"]:
            continue
        key = each["location_key"], each["item_key"]
        assert (each["transfer_in"], each["transfer_out"]) == (received[key], sent[key])
        need = max(Decimal(0), each["order_up_to"] - each["inventory_position"])
        grain = grain_of(each["item_key"], inputs)
        assert each["transfer_in"] <= in_grains(need, grain, ROUND_CEILING)
        assert all(each["transfer_in"] <= room for room in rooms(each, each["inventory_position"]))
        assert (each["transfer_in"] % grain, each["transfer_out"] % grain) == (0, 0)
        if each["transfer_out"]:
            assert each["on_hand"] - each["committed"] - each["transfer_out"] >= each["order_up_to"]
            assert each["recommended_quantity"] == 0
    for item in {each["item_key"] for each in orders}:
        assert sum(each["quantity"] for each in transfers if each["item_key"] == item) == most_that_can_move(
            [each for each in orders if each["item_key"] == item], grain_of(item, inputs)
        )
    chance.shuffle(inputs)
    assert recommend(table(*inputs), AS_OF, with_transfers=True) == found


def grain_of(item: str, inputs: list[dict[str, Any]]) -> Decimal:
    """A unit where every store counts the item in whole units, else the smallest quantity there is."""
    counted = [each["on_hand"] for each in inputs if each["item_key"] == item and each["stock_known"]]
    return Decimal(1) if all(units % 1 == 0 for units in counted) else Decimal("0.0001")


def in_grains(units: Decimal, grain: Decimal, rounding: str) -> Decimal:
    return (units / grain).to_integral_value(rounding) * grain


def most_that_can_move(stores: list[dict[str, Any]], grain: Decimal) -> Decimal:
    needed = spare = Decimal(0)
    for store in stores:
        if not store["stock_known"] or NOT_ORDERED & set(store["reason_codes"]):
            continue
        need = store["order_up_to"] - store["inventory_position"]
        if need > 0:
            room = min([*rooms(store, store["inventory_position"]), Decimal(10) ** 12])
            needed += min(in_grains(need, grain, ROUND_CEILING), in_grains(room, grain, ROUND_FLOOR))
        else:
            over = store["on_hand"] - store["committed"] - store["order_up_to"]
            spare += in_grains(max(Decimal(0), over), grain, ROUND_FLOOR)
    return min(needed, spare)
