"""From stock, forecast and settings to the order list: `recommend`."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from planning import policy
from planning.distribution import exceedance_probability, expected_shortage
from planning.fixed_point import SCALE, Flags, Reals, from_units, to_reals, to_units
from planning.reasons import clause, code_lists, exact, rounded, sentence
from planning.schema import CARRIED, INPUTS, RECOMMENDATIONS

NEW_ITEM_METHOD = "new_item_category_profile"


def recommend(inputs: pa.Table, as_of: date) -> pa.Table:
    """Recommends an order for every item of every location.

    Args:
        inputs: `marts.recommendation_inputs`, one row a location_key x item_key (`planning.schema.INPUTS`;
            further columns are ignored).
        as_of: The day on which the orders would be placed.

    Returns:
        One row for each input row (`planning.schema.RECOMMENDATIONS`), most urgent first; rows of the same
        urgency by the units of sales at stake, then by key. A row whose stock is not known has a par level
        (`order_up_to`), but neither a quantity nor dates. Codes are explained in
        `planning.reasons.REASON_CODES`.

    Raises:
        ValueError: A column is missing.
    """
    missing = [name for name in INPUTS.names if name not in inputs.column_names]
    if missing:
        raise ValueError(f"recommendation inputs lack the columns {', '.join(missing)}")
    table = inputs.select(INPUTS.names).cast(INPUTS).combine_chunks()
    return _Recommendation(table, as_of).result()


class _Recommendation:
    """The columns of one call, computed once in the order in which they depend on each other."""

    def __init__(self, table: pa.Table, as_of: date) -> None:
        self.table = table
        self.as_of = as_of
        self.stock_known = _flag(table, "stock_known")
        self.active = _flag(table, "is_active")
        self.made = _flag(table, "made_from_recipe")
        self.ordered = self.active & ~self.made
        self.cost_known = _known(table, "unit_cost")
        self.position = to_units(table["inventory_position"])
        self.on_hand = to_units(table["on_hand"])
        self.reorder_point = to_units(table["reorder_point"])
        self.order_up_to = to_units(table["order_up_to"])
        self.pack_size = to_units(table["pack_size"])
        self.minimum_order = to_units(table["minimum_order"])
        self.daily = to_reals(table["forecast_daily"])
        self.lead_time = to_reals(table["lead_time_days"])
        self.order = self._order()
        self.cover = policy.days_of_cover(self.position, self.daily)
        self.rank = policy.urgency(
            quantity=self.order.quantity,
            on_hand=self.on_hand,
            position=self.position,
            reorder_point=self.reorder_point,
            cover=self.cover,
            lead_time_days=self.lead_time,
        )
        par = policy.whole_packs(self.order_up_to, self.pack_size)
        self.overstock = np.where(self.stock_known, np.maximum(0, self.position - par), 0)

    def result(self) -> pa.Table:
        quantity = from_units(self.order.quantity, self.stock_known)
        lost = self._lost_sales()
        columns = {
            "as_of_date": pa.array([self.as_of], pa.date32()).take(
                pa.array(np.zeros(len(self.rank), np.int8))
            ),
            **{name: self.table[name] for name in CARRIED},
            "recommended_quantity": quantity,
            "order_cost": _order_cost(quantity, self.table["unit_cost"]),
            "days_of_cover": pa.array(self.cover, mask=~(self.stock_known & np.isfinite(self.cover))),
            "projected_stockout_date": self._date(policy.days_until_out(self.on_hand, self.cover)),
            "stockout_probability": pa.array(self._stockout_probability(), mask=~self.stock_known),
            "urgency": pa.array(policy.URGENCIES).take(pa.array(self.rank)),
            "order_by_date": self._date(self._days_to_order_by(), self.ordered),
            "lost_sales_estimate": pa.array(lost, mask=~self.stock_known),
            "overstock_quantity": from_units(self.overstock, self.stock_known),
            "reason_codes": self._codes(),
            "reason": self._reason(quantity),
        }
        rows = pa.table(columns).cast(RECOMMENDATIONS)
        keys = pa.array(rows["location_key"].combine_chunks()), pa.array(rows["item_key"].combine_chunks())
        order = pc.sort_indices(
            pa.table({"rank": self.rank, "lost": lost, "location": keys[0], "item": keys[1]}),
            sort_keys=[
                ("rank", "descending"),
                ("lost", "descending"),
                ("location", "ascending"),
                ("item", "ascending"),
            ],
        )
        return rows.take(order)

    def _order(self) -> policy.Order:
        orderable = self.stock_known & self.ordered
        return policy.order_quantity(
            position=self.position,
            order_up_to=np.where(orderable, self.order_up_to, np.minimum(self.order_up_to, self.position)),
            pack_size=self.pack_size,
            minimum_order=self.minimum_order,
            shelf_life_room=policy.shelf_life_room(
                position=self.position,
                daily_demand=self.daily,
                lead_time_days=self.lead_time,
                shelf_life_days=to_reals(self.table["shelf_life_days"]),
                limited=_known(self.table, "shelf_life_days"),
            ),
            max_stock_room=policy.max_stock_room(
                self.position, to_units(self.table["max_stock"]), _known(self.table, "max_stock")
            ),
        )

    def _stockout_probability(self) -> Reals:
        names = [name for name in INPUTS.names if name.startswith("lead_time_q")]
        quantiles = np.column_stack([to_reals(self.table[name]) for name in names])
        probability = exceedance_probability(self.position / SCALE, quantiles)
        return np.where(self.on_hand <= 0, 1.0, probability)

    def _lost_sales(self) -> Reals:
        deviation = to_reals(self.table["lead_time_demand_sd"])
        shortage = expected_shortage(self.position / SCALE, self.daily * self.lead_time, deviation)
        return np.where(self.stock_known, shortage, 0.0)

    def _days_to_order_by(self) -> Reals:
        waiting = policy.days_until_reorder(self.position, self.reorder_point, self.daily)
        return np.where(self.rank >= policy.MEDIUM, 0.0, waiting)

    def _date(self, days: Reals, applies: Flags | bool = True) -> pa.Array:
        """The date that many days after `as_of`; null where the stock is not known or the date is too far."""
        known = self.stock_known & applies & (days <= policy.HORIZON_DAYS)
        ordinal = np.datetime64(self.as_of, "D") + np.where(known, days, 0.0).astype("timedelta64[D]")
        return pa.array(ordinal, pa.date32(), mask=~known)

    def _codes(self) -> pa.ListArray:
        order, known = self.order, self.stock_known
        max_stock = to_units(self.table["max_stock"])
        wish = np.maximum(order.need, self.minimum_order)
        new_item = pc.equal(self.table["method"], NEW_ITEM_METHOD)
        return code_lists(
            {
                "no_stock_data": ~known,
                "no_cost": ~self.cost_known,
                "no_demand": self.daily <= 0,
                "new_item": np.asarray(pc.fill_null(new_item, False)),
                "discontinued": ~self.active,
                "made_from_recipe": self.made,
                "recipe_incomplete": _flag(self.table, "recipe_incomplete"),
                "out_of_stock": known & (self.on_hand <= 0),
                "negative_stock": known & (self.on_hand < 0),
                "rounded_to_pack": order.quantity > wish,
                "raised_to_minimum": (order.need > 0) & (self.minimum_order > order.need),
                "capped_by_shelf_life": order.cut_by_shelf_life,
                "capped_by_max_stock": order.cut_by_max_stock,
                "below_minimum_after_cap": order.dropped,
                "minimum_above_max_stock": _known(self.table, "max_stock") & (self.minimum_order > max_stock),
                "overstock": self.overstock > 0,
            }
        )

    def _reason(self, quantity: pa.Array) -> pa.Array:
        """One sentence a row: what to do, then the figures that it follows from."""
        order = self.order
        level = sentence(
            exact(self.table["order_up_to"]),
            " (",
            rounded(self.table["demand_mean"]),
            " expected over ",
            self.table["protection_days"].cast(pa.string()),
            " days + ",
            exact(self.table["safety_stock"]),
            " safety stock)",
        )
        stock = sentence(
            exact(self.table["inventory_position"]),
            " (",
            exact(self.table["on_hand"]),
            " on hand + ",
            exact(self.table["on_order"]),
            " on order - ",
            exact(self.table["committed"]),
            " committed)",
        )
        limits = sentence(
            clause(order.need > 0, sentence(", need ", exact(from_units(order.need)))),
            clause(order.quantity > order.need, sentence(", packs of ", exact(self.table["pack_size"]))),
            clause(
                (order.need > 0) & (self.minimum_order > order.need),
                sentence(", minimum order ", exact(self.table["minimum_order"])),
            ),
            clause(
                order.cut_by_shelf_life,
                sentence(
                    ", held down by a shelf life of ",
                    self.table["shelf_life_days"].cast(pa.string()),
                    " days",
                ),
            ),
            clause(
                order.cut_by_max_stock,
                sentence(", held down by a maximum stock of ", exact(self.table["max_stock"])),
            ),
        )
        figures = sentence("position ", stock, " against the order-up-to level ", level, limits, ".")
        ordering = sentence("Order ", exact(quantity), " ", self._when(), ": ", figures)
        return pc.case_when(
            pc.make_struct(
                pa.array(self.made),
                pa.array(~self.stock_known),
                pa.array(~self.active),
                pa.array(order.quantity > 0),
                pa.array(order.dropped),
            ),
            sentence(
                "Made from a recipe, so its ingredients are ordered instead: ",
                rounded(self.table["demand_mean"]),
                " expected over ",
                self.table["protection_days"].cast(pa.string()),
                " days.",
            ),
            sentence("Stock is not known, so no quantity: keep ", level, " on the shelf."),
            sentence("Discontinued, so nothing is ordered: position ", stock, "."),
            ordering,
            sentence(
                "Nothing is ordered, because what is allowed is less than the smallest order: ", figures
            ),
            sentence("Nothing to order: ", figures),
        )

    def _when(self) -> pa.Array:
        """Which rule made the row urgent, with the two figures that it compares."""
        lead_time = exact(self.table["lead_time_days"])
        cover = rounded(pa.array(np.minimum(self.cover, policy.HORIZON_DAYS)))
        out = sentence("today, because nothing is on hand and an order takes ", lead_time, " days")
        before = sentence("today, because stock lasts ", cover, " days and an order takes ", lead_time)
        reorder = sentence("today, because the reorder point is ", exact(self.table["reorder_point"]))
        return pc.case_when(
            pc.make_struct(
                pa.array((self.rank == policy.HIGH) & (self.on_hand <= 0)),
                pa.array(self.rank == policy.HIGH),
                pa.array(self.rank == policy.MEDIUM),
            ),
            out,
            before,
            reorder,
            "now or at the next review",
        )


def _known(table: pa.Table, name: str) -> Flags:
    return np.asarray(pc.is_valid(table[name]).to_numpy())


def _flag(table: pa.Table, name: str) -> Flags:
    return np.asarray(pc.fill_null(table[name], False).to_numpy())


def _order_cost(quantity: pa.Array, unit_cost: pa.ChunkedArray) -> pa.ChunkedArray:
    """Quantity x unit cost, exact, rounded half up to four decimals; null where the cost is not known."""
    return pc.round(pc.multiply(quantity, unit_cost), 4, round_mode="half_towards_infinity").cast(
        RECOMMENDATIONS.field("order_cost").type
    )
