"""What the policy decides about each row, in figures; `planning.recommendations` writes them down."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from planning import policy
from planning.distribution import exceedance_probability, expected_shortage
from planning.fixed_point import SCALE, Flags, Reals, Units, known, to_flags, to_reals, to_units
from planning.schema import LEAD_TIME_QUANTILES
from planning.transfers import Transfers, no_transfers, plan_transfers


class Decision:
    """The figures of one call, computed once in the order in which they depend on each other.

    Urgency, dates and risks tell what happens if nothing is done today: neither an order nor a transfer is
    in them. Quantities are int64 ten-thousandths of a unit, rates and days floats; arrays have shape (n,).

    Attributes:
        table: The input (`planning.schema.INPUTS`).
        stock_known: The POS tells the stock; where it does not, the quantities below are 0.
        active: The item is still for sale.
        open: The store still trades.
        made: The item is made of others, which are ordered instead.
        ordered: Someone buys the item for this store.
        sellable: On hand - committed.
        weighs_waste: The level is a newsvendor's.
        shelf: What can be sold until an order placed today arrives: the position less what is on order but
            arrives later.
        transfers: What moves between stores.
        transfer_in: Units that the row gets from other stores.
        transfer_out: Units that it gives.
        order: What is bought, after the transfers.
        cover: Days that the shelf lasts.
        rank: Urgency.
        overstock: Units above the order-up-to level in whole packs, after the transfers.
        stockout_probability: That demand until an order placed today arrives exceeds the shelf.
        lost_sales: Expected units of that demand that the shelf cannot serve.
    """

    def __init__(self, table: pa.Table, *, with_transfers: bool) -> None:
        self.table = table
        self.stock_known = to_flags(table["stock_known"])
        self.active = to_flags(table["is_active"])
        self.open = to_flags(table["location_is_active"])
        self.made = to_flags(table["made_from_recipe"])
        self.ordered = self.active & self.open & ~self.made
        self.on_hand = to_units(table["on_hand"])
        self.on_order_late = to_units(table["on_order_late"])
        self.position = to_units(table["inventory_position"])
        self.sellable = self.on_hand - to_units(table["committed"])
        self.shelf = self.position - self.on_order_late
        self.reorder_point = to_units(table["reorder_point"])
        self.order_up_to = to_units(table["order_up_to"])
        self.weighs_waste = to_flags(pc.equal(table["service_kind"], policy.NEWSVENDOR))
        self.pack_size = to_units(table["pack_size"])
        self.minimum_order = to_units(table["minimum_order"])
        self.daily = to_reals(table["forecast_daily"])
        # an order placed at the next chance
        self.days_to_arrival = to_reals(table["order_wait_days"]) + to_reals(table["lead_time_days"])
        self.out_of_stock = self.stock_known & (self.sellable <= 0)
        self.cover = policy.days_of_cover(self.shelf, self.daily)

        orderable = self.stock_known & self.ordered
        needed = np.where(orderable, np.maximum(0, self.order_up_to - self.position), 0)
        self.transfers = self._transfers(orderable, needed) if with_transfers else no_transfers(len(needed))
        self.transfer_in, self.transfer_out = self.transfers.received, self.transfers.sent
        self.order = self._order(orderable)
        self.rank = self._rank(self.order.quantity + self.transfer_in)
        par = policy.whole_packs(self.order_up_to, self.pack_size)
        too_much = self.position - self.transfer_out - par
        self.overstock = np.where(self.stock_known, np.maximum(0, too_much), 0)
        self.stockout_probability = self._stockout_probability()
        self.lost_sales = self._lost_sales()

    @property
    def days_to_order_by(self) -> Reals:
        """Whole days until the order cannot wait any longer: 0 where it is urgent."""
        waiting = policy.days_until_reorder(self.position, self.reorder_point, self.daily)
        return np.where(self.rank >= policy.MEDIUM, 0.0, waiting)

    @property
    def days_until_out(self) -> Reals:
        """Whole days until the shelf is empty."""
        return policy.days_until_out(self.sellable, self.cover)

    def _order(self, orderable: Flags) -> policy.Order:
        position = self.position + self.transfer_in - self.transfer_out
        shelf_life_room, max_stock_room = self._rooms(position)
        return policy.order_quantity(
            position=position,
            order_up_to=np.where(orderable, self.order_up_to, np.minimum(self.order_up_to, position)),
            pack_size=self.pack_size,
            minimum_order=self.minimum_order,
            shelf_life_room=shelf_life_room,
            max_stock_room=max_stock_room,
        )

    def _rooms(self, position: Units) -> tuple[Units, Units]:
        """What may be added to a position under the shelf life and under the maximum stock."""
        shelf_life_room = policy.shelf_life_room(
            position=position,
            order_up_to=self.order_up_to,
            weighs_waste=self.weighs_waste,
            daily_demand=self.daily,
            lead_time_days=self.days_to_arrival,
            shelf_life_days=to_reals(self.table["shelf_life_days"]),
            limited=known(self.table["shelf_life_days"]),
        )
        max_stock = self.table["max_stock"]
        return shelf_life_room, policy.max_stock_room(position, to_units(max_stock), known(max_stock))

    def _rank(self, wanted: Units) -> policy.Ranks:
        return policy.urgency(
            wanted=wanted,
            sellable=self.sellable,
            position=self.position,
            reorder_point=self.reorder_point,
            cover=self.cover,
            lead_time_days=self.days_to_arrival,
        )

    def _transfers(self, orderable: Flags, needed: Units) -> Transfers:
        items: npt.NDArray[np.int64] = np.asarray(
            pc.dictionary_encode(self.table["item_key"]).combine_chunks().indices, dtype=np.int64
        )
        return plan_transfers(
            item=items,
            needed=needed,
            room=np.minimum(*self._rooms(self.position)),
            spare=np.where(orderable, self.sellable - self.order_up_to, 0),
            counted_whole=~self.stock_known | (self.on_hand % SCALE == 0),
            rank=self._rank(needed),
        )

    def _stockout_probability(self) -> Reals:
        quantiles = np.column_stack([to_reals(self.table[name]) for name in LEAD_TIME_QUANTILES])
        probability = exceedance_probability(np.maximum(0, self.shelf) / SCALE, quantiles)
        return np.where((self.sellable <= 0) & (self.daily > 0), 1.0, probability)

    def _lost_sales(self) -> Reals:
        deviation = to_reals(self.table["lead_time_demand_sd"])
        shortage = expected_shortage(self.shelf / SCALE, self.daily * self.days_to_arrival, deviation)
        return np.where(self.stock_known, shortage, 0.0)
