"""Why a row says what it says, as codes for machines; `planning.wording` says it to people."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from planning.decision import Decision
from planning.fixed_point import Flags, known, to_flags, to_units

# What each code means stands here, once.
REASON_CODES = {
    "no_stock_data": "the POS gives no stock figure: a par level, but no order",
    "no_cost": "no unit cost is known: the order has no price",
    "no_price": "no price is known: what a lost sale costs is not known",
    "no_demand": "no demand is expected",
    "new_item": "too few observable days of its own: it borrows its category's profile, where it has one",
    "discontinued": "the item is no longer active in the POS: nothing is ordered",
    "made_from_recipe": "it is made of other items: these are ordered instead",
    "recipe_incomplete": "a line of its recipe cannot be used: nothing is ordered for that line",
    "closed_location": "the store no longer trades: nothing is ordered",
    "out_of_stock": "nothing is on hand that is not promised to a customer",
    "negative_stock": "the POS reports less than nothing on hand: the count is wrong",
    "rounded_to_pack": "the order was rounded up to whole packs",
    "raised_to_minimum": "the need is below the smallest order that the supplier accepts",
    "capped_by_shelf_life": "the shelf life holds the order below what the level asks",
    "capped_by_max_stock": "the maximum stock holds the order below what the level asks",
    "below_minimum_after_cap": "what the caps leave is less than the smallest order: nothing is ordered",
    "minimum_above_max_stock": "settings conflict: the smallest order is larger than the maximum stock",
    "late_order": "some of what is on order arrives only after an order placed today would",
    "overdue_order": "some of what is on order was expected before today: it may never come",
    "transfer_in": "other stores of the business give what they have too much of",
    "transfer_out": "stock above the order-up-to level goes to other stores of the business",
    "cut_by_budget": "the budget holds the order below what is recommended",
    "pack_above_max_stock": "settings conflict: a pack is larger than the maximum stock",
    "shelf_life_below_review_period": "settings conflict: the goods spoil before the next order",
    "newsvendor_without_price": "without a price the settings' own service level holds",
    "newsvendor_without_cost": "without a cost the settings' own service level holds",
    "newsvendor_without_margin": "without a margin the settings' own service level holds",
    "salvage_not_below_cost": "leftovers sell at cost or above: the settings' own service level holds",
    "overstock": "the stock exceeds the order-up-to level, rounded up to whole packs",
}

SETTINGS_CODES = (
    *("pack_above_max_stock", "shelf_life_below_review_period", "newsvendor_without_price"),
    *("newsvendor_without_cost", "newsvendor_without_margin", "salvage_not_below_cost"),
)
"""Codes that the settings in force come with."""

NEW_ITEM_METHODS = ("new_item", "new_item_category_profile")


def reason_codes(decision: Decision) -> pa.ListArray:
    """The codes of each row, those of missing things first."""
    table, order, stock = decision.table, decision.order, decision.stock_known
    max_stock = to_units(table["max_stock"])
    new_item = pc.is_in(table["method"], pa.array(NEW_ITEM_METHODS))
    return code_lists(
        {
            "no_stock_data": ~stock,
            "no_cost": ~known(table["unit_cost"]),
            "no_price": ~known(table["net_price"]),
            "no_demand": decision.daily <= 0,
            "new_item": np.asarray(new_item.to_numpy()),
            "discontinued": ~decision.active,
            "closed_location": ~decision.open,
            "made_from_recipe": decision.made,
            "recipe_incomplete": to_flags(table["recipe_incomplete"]),
            "out_of_stock": decision.out_of_stock,
            "negative_stock": stock & (decision.on_hand < 0),
            "late_order": stock & (decision.on_order_late > 0),
            "overdue_order": to_units(table["on_order_overdue"]) > 0,
            "transfer_in": decision.transfer_in > 0,
            "transfer_out": decision.transfer_out > 0,
            "rounded_to_pack": order.quantity > np.maximum(order.need, decision.minimum_order),
            "raised_to_minimum": (order.need > 0) & (decision.minimum_order > order.need),
            "capped_by_shelf_life": order.cut_by_shelf_life,
            "capped_by_max_stock": order.cut_by_max_stock,
            "below_minimum_after_cap": order.dropped,
            "minimum_above_max_stock": known(table["max_stock"]) & (decision.minimum_order > max_stock),
            **{code: _in_settings(table, code) for code in SETTINGS_CODES},
            "overstock": decision.overstock > 0,
        }
    )


def _in_settings(table: pa.Table, code: str) -> Flags:
    found = pc.match_substring_regex(table["settings_codes"], rf"\b{code}\b")
    return to_flags(found)


def code_lists(flags: Mapping[str, Flags]) -> pa.ListArray:
    """Lists the codes whose flag is set, row by row, in the order of `flags`.

    Args:
        flags: A boolean array of n values for each code; the keys are keys of `REASON_CODES`.

    Returns:
        n lists of strings; an empty list where no flag is set.
    """
    matrix = np.column_stack(list(flags.values()))
    _, codes = np.nonzero(matrix)
    offsets = np.concatenate([[0], np.cumsum(matrix.sum(axis=1))])
    names = pa.array(list(flags), pa.string())
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), names.take(pa.array(codes)))


def with_code(lists: pa.ChunkedArray, chosen: Flags, code: str) -> pa.ListArray:
    """The lists with one more code at the end of the chosen rows."""
    ends = np.cumsum(pc.list_value_length(lists).to_numpy())
    values = np.insert(np.asarray(pc.list_flatten(lists).to_numpy(), dtype=object), ends[chosen], code)
    offsets = np.concatenate([[0], ends + np.cumsum(chosen)])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(values, pa.string()))
