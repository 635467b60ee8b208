"""The replenishment policy: how much to order, how urgent it is, and by when.

Periodic review with an order-up-to level (R, S), rounded to what the supplier sells. Quantities are int64
ten-thousandths of a unit (see `planning.fixed_point`), rates and days are floats; all arrays have shape (n,).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planning.fixed_point import SCALE, Flags, Reals, Units

UNLIMITED = np.int64(2**62)
URGENCIES = ("none", "low", "medium", "high")
NONE, LOW, MEDIUM, HIGH = range(4)
NEWSVENDOR = "newsvendor"

# Beyond two years a projected date says nothing that a buyer could act on.
HORIZON_DAYS = 730

Ranks = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Order:
    """What the policy orders, and which rules bent it.

    Attributes:
        need: Units missing to the order-up-to level.
        quantity: Units to order: 0, or a multiple of the pack that is at least the minimum.
        cut_by_shelf_life: Expected sales within the shelf life held the order below what the level asks.
        cut_by_max_stock: The largest allowed stock held it below that.
        dropped: There is a need, but what the caps leave is less than the smallest order that can be placed.
    """

    need: Units
    quantity: Units
    cut_by_shelf_life: Flags
    cut_by_max_stock: Flags
    dropped: Flags


def order_quantity(
    *,
    position: Units,
    order_up_to: Units,
    pack_size: Units,
    minimum_order: Units,
    shelf_life_room: Units,
    max_stock_room: Units,
) -> Order:
    """Orders up to the level in whole packs, then applies the caps: shelf life first, maximum stock second.

    The wish is ceil(max(need, minimum) / pack) packs. A cap leaves the whole packs that fit into its room.
    Where less than the minimum fits, nothing is ordered: the cap wins over the minimum.

    Args:
        position: On hand + on order - committed.
        order_up_to: The level S that an order lifts the position to.
        pack_size: Units in a pack, above 0.
        minimum_order: Smallest quantity that the supplier accepts.
        shelf_life_room: Most units that may arrive without outliving their shelf life (`shelf_life_room`).
        max_stock_room: Most units that may be added under the maximum stock (`max_stock_room`).

    Returns:
        The order of each row.
    """
    need = np.maximum(0, order_up_to - position)
    wish = np.where(need > 0, _packs_up(np.maximum(need, minimum_order), pack_size), 0)
    after_shelf_life = np.minimum(wish, _packs_down(shelf_life_room, pack_size))
    after_max_stock = np.minimum(after_shelf_life, _packs_down(max_stock_room, pack_size))
    quantity = np.where(after_max_stock >= minimum_order, after_max_stock, 0)
    return Order(
        need=need,
        quantity=quantity,
        cut_by_shelf_life=after_shelf_life < wish,
        cut_by_max_stock=after_max_stock < after_shelf_life,
        dropped=(need > 0) & (quantity == 0),
    )


def whole_packs(level: Units, pack_size: Units) -> Units:
    """The smallest multiple of the pack that is at least `level`."""
    return _packs_up(level, pack_size)


def max_stock_room(position: Units, max_stock: Units, limited: Flags) -> Units:
    """Units that may be added before the position exceeds the maximum stock; unlimited where none is set."""
    return np.where(limited, np.maximum(0, max_stock - position), UNLIMITED)


def shelf_life_room(
    *,
    position: Units,
    order_up_to: Units,
    weighs_waste: Flags,
    daily_demand: Reals,
    lead_time_days: Reals,
    shelf_life_days: Reals,
    limited: Flags,
) -> Units:
    """Units that can arrive after the lead time and be expected to sell within their shelf life.

    Older stock sells first: what is expected to be left of the position on arrival takes its share of the
    demand over the shelf life. A level that was weighed against what spoils may be reached all the same: the
    room then only holds down what packs and the minimum add to it.

    Args:
        position: On hand + on order - committed.
        order_up_to: The level S that an order lifts the position to.
        weighs_waste: Where the level is a newsvendor's: what spoils has been counted in it.
        daily_demand: Mean demand, units a day.
        lead_time_days: Days from order to arrival.
        shelf_life_days: Days from arrival during which the goods can be sold.
        limited: Where false the item does not perish and the room is unlimited.

    Returns:
        Room in ten-thousandths, rounded down, never negative.
    """
    left_on_arrival = np.maximum(0.0, position / SCALE - daily_demand * lead_time_days)
    room = np.maximum(0.0, daily_demand * shelf_life_days - left_on_arrival)
    bounded = np.minimum(np.floor(room * SCALE), float(UNLIMITED))
    weighed = np.where(weighs_waste, np.maximum(0, order_up_to - position), 0)
    return np.where(limited, np.maximum(bounded.astype(np.int64), weighed), UNLIMITED)


def days_of_cover(units: Units, daily_demand: Reals) -> Reals:
    """Days that the units last at the mean forecast; infinite without demand, 0 when nothing is left."""
    shelf = np.maximum(0, units) / SCALE
    endless = np.full(len(units), np.inf)
    np.divide(shelf, daily_demand, out=endless, where=daily_demand > 0)
    return endless


def urgency(
    *,
    wanted: Units,
    sellable: Units,
    position: Units,
    reorder_point: Units,
    cover: Reals,
    lead_time_days: Reals,
) -> Ranks:
    """Ranks each row: `URGENCIES[rank]`.

    high: already out, or the mean forecast empties the shelf before an order placed today arrives.
    medium: the position is at or below the reorder point. low: an order is worth placing, but nothing is
    lost by waiting for the next review. none: nothing to order.

    Goods that arrive before an order placed today would keep the shelf from running empty, so the cover
    counts them; goods that arrive later do not, so it leaves them out.

    Args:
        wanted: What is to be ordered or fetched from another store.
        sellable: On hand - committed: what the next customer can buy.
        position: On hand + on order - committed.
        reorder_point: Mean demand over the lead time and its safety stock.
        cover: Days that the shelf lasts, with what arrives before an order placed today would.
        lead_time_days: Days from order to arrival.

    Returns:
        int8 ranks, 0 to 3.
    """
    empty_before_arrival = (sellable <= 0) | (cover < lead_time_days)
    conditions = [wanted <= 0, empty_before_arrival, position <= reorder_point]
    return np.select(conditions, [NONE, HIGH, MEDIUM], LOW).astype(np.int8)


def days_until_out(sellable: Units, cover: Reals) -> Reals:
    """Whole days until the mean forecast empties the shelf: 0 when it is empty, infinite without demand."""
    return np.where(sellable <= 0, 0.0, np.floor(cover))


def days_until_reorder(position: Units, reorder_point: Units, daily_demand: Reals) -> Reals:
    """Whole days until the position falls to the reorder point: 0 at or below it, infinite without demand."""
    return np.floor(days_of_cover(position - reorder_point, daily_demand))


def _packs_up(quantity: Units, pack_size: Units) -> Units:
    return -(-quantity // pack_size) * pack_size


def _packs_down(quantity: Units, pack_size: Units) -> Units:
    return quantity // pack_size * pack_size
