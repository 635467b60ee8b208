"""The reason of each row: one plain sentence with the figures that the recommendation follows from."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from planning import policy
from planning.decision import Decision
from planning.fixed_point import SCALE, from_units, to_units
from planning.text import clause, exact, rounded, sentence, store_labels


def reasons(decision: Decision, order_by: pa.Array) -> pa.Array:
    """One sentence a row: what to do, when and why, then the figures.

    Args:
        decision: The figures of n rows.
        order_by: The day by which to order; null where there is none.

    Returns:
        n sentences.
    """
    order = decision.order
    figures = sentence(
        "position ",
        _position(decision),
        " against the order-up-to level ",
        _level(decision),
        _limits(decision),
        clause(
            decision.transfer_out > 0,
            sentence(", ", exact(from_units(decision.transfer_out)), " go to other stores"),
        ),
        ".",
    )
    acting = sentence(_action(decision), " ", _when(decision, order_by), ": ", figures)
    told = pc.case_when(
        pc.make_struct(
            pa.array(decision.made),
            pa.array(~decision.stock_known),
            pa.array(~decision.active),
            pa.array(~decision.open),
            pa.array((order.quantity > 0) | (decision.transfer_in > 0)),
            pa.array(order.dropped),
        ),
        sentence(
            "Made from a recipe, so its ingredients are ordered instead: ",
            rounded(decision.table["demand_mean"]),
            " expected over ",
            decision.table["protection_days"].cast(pa.string()),
            " days.",
        ),
        sentence("Stock is not known, so no quantity: keep ", _level(decision), " on the shelf."),
        sentence("Discontinued, so nothing is ordered: position ", _position(decision), "."),
        sentence("The store is closed, so nothing is ordered: position ", _position(decision), "."),
        acting,
        sentence("Nothing is ordered, because what is allowed is less than the smallest order: ", figures),
        sentence("Nothing to order: ", figures),
    )
    return pc.replace_substring_regex(told, r"([^\d.])1 days", r"\11 day")


def transfer_reasons(decision: Decision, sender: pa.Array, receiver: pa.Array) -> pa.Array:
    """One sentence a movement: what each of the two stores has, against its level.

    Args:
        decision: The figures of the order list.
        sender: Row numbers of the order list. Shape (m,).
        receiver: Row numbers of the order list. Shape (m,).

    Returns:
        m sentences.
    """
    table = decision.table
    store = store_labels(table["location_key"], table["location_name"])
    sellable = exact(from_units(decision.sellable))
    level, position = exact(table["order_up_to"]), exact(table["inventory_position"])
    return sentence(
        store.take(sender),
        " has ",
        sellable.take(sender),
        " to sell against its order-up-to level ",
        level.take(sender),
        "; ",
        store.take(receiver),
        " has a position of ",
        position.take(receiver),
        " against ",
        level.take(receiver),
        ".",
    )


def _level(decision: Decision) -> pa.Array:
    """The level and what it is made of: a newsvendor's is no sum."""
    table = decision.table
    packs = sentence(" - ", exact(table["pack_allowance"]), " that rounding up leaves over")
    return sentence(
        exact(table["order_up_to"]),
        " (",
        clause(decision.weighs_waste, "what pays when unsold units are lost, of "),
        rounded(table["demand_mean"]),
        " expected over ",
        table["protection_days"].cast(pa.string()),
        " days",
        clause(~decision.weighs_waste, sentence(" + ", exact(table["safety_stock"]), " safety stock")),
        clause(to_units(table["pack_allowance"]) > 0, packs),
        ")",
    )


def _position(decision: Decision) -> pa.Array:
    table = decision.table
    overdue = to_units(table["on_order_overdue"])
    with_transfers = from_units(decision.position + decision.transfer_in)
    return sentence(
        exact(with_transfers),
        " (",
        exact(table["on_hand"]),
        " on hand + ",
        exact(table["on_order"]),
        " on order",
        clause(overdue > 0, sentence(", of which ", exact(from_units(overdue)), " is overdue,")),
        " - ",
        exact(table["committed"]),
        " committed",
        clause(
            decision.transfer_in > 0,
            sentence(" + ", exact(from_units(decision.transfer_in)), " from other stores"),
        ),
        ")",
    )


def _limits(decision: Decision) -> pa.Array:
    """Which rules made the order differ from the need."""
    table, order = decision.table, decision.order
    raised = (order.need > 0) & (decision.minimum_order > order.need)
    shelf_life = sentence(
        ", held down by a shelf life of ", table["shelf_life_days"].cast(pa.string()), " days"
    )
    return sentence(
        clause(order.need > 0, sentence(", need ", exact(from_units(order.need)))),
        clause(order.quantity > order.need, sentence(", packs of ", exact(table["pack_size"]))),
        clause(raised, sentence(", minimum order ", exact(table["minimum_order"]))),
        clause(order.cut_by_shelf_life, shelf_life),
        clause(
            order.cut_by_max_stock,
            sentence(", held down by a maximum stock of ", exact(table["max_stock"])),
        ),
        clause(
            order.dropped & (decision.transfer_in > 0),
            ", which is not ordered, because what is allowed is less than the smallest order",
        ),
    )


def _action(decision: Decision) -> pa.Array:
    quantity = exact(from_units(decision.order.quantity))
    fetch = sentence("Fetch ", exact(from_units(decision.transfer_in)), " from other stores")
    fetches, orders = decision.transfer_in > 0, decision.order.quantity > 0
    return pc.case_when(
        pc.make_struct(pa.array(fetches & orders), pa.array(fetches)),
        sentence(fetch, " and order ", quantity),
        fetch,
        sentence("Order ", quantity),
    )


def _when(decision: Decision, order_by: pa.Array) -> pa.Array:
    """Which rule made the row urgent, with the two figures that it compares."""
    lead_time = exact(from_units(np.rint(decision.days_to_arrival * SCALE).astype(np.int64)))
    cover = rounded(pa.array(np.minimum(decision.cover, policy.HORIZON_DAYS)))
    is_high, out = decision.rank == policy.HIGH, decision.out_of_stock
    nothing = sentence("today, because nothing is on hand and an order takes ", lead_time, " days")
    promised = sentence(
        "today, because all that is on hand is promised and an order takes ", lead_time, " days"
    )
    before = sentence(
        "today, because stock lasts ",
        cover,
        " days",
        clause(decision.on_order_late > 0, " without what arrives later"),
        " and an order takes ",
        lead_time,
    )
    reorder = sentence("today, because the reorder point is ", exact(decision.table["reorder_point"]))
    waiting = sentence("now, or by ", order_by.cast(pa.string()), " at the latest")
    return pc.case_when(
        pc.make_struct(
            pa.array(is_high & out & (decision.on_hand <= 0)),
            pa.array(is_high & out),
            pa.array(is_high),
            pa.array(decision.rank == policy.MEDIUM),
            pc.is_valid(order_by),
        ),
        nothing,
        promised,
        before,
        reorder,
        waiting,
        "now or at the next review",
    )
