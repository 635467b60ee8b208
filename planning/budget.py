"""The order list within a budget: the money goes where it saves most."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from planning.distribution import expected_shortage
from planning.fixed_point import SCALE, Flags, Reals, Units, amount, from_units, known, to_reals, to_units
from planning.reasons import with_code
from planning.schema import BUDGETED, RECOMMENDATIONS
from planning.text import clause, exact, sentence

STEPS = 16
"""Into so many steps an order is cut: its smallest order, and the packs beyond it in parts as equal as packs
allow."""

MARGIN_KNOWN, PRICE_NOT_KNOWN, NO_MARGIN = range(3)
"""Who is served first: what earns something, then what may, then what earns nothing."""

Rows = npt.NDArray[np.int64]
Amounts = npt.NDArray[np.object_]
"""Python integers of ten-thousandths of the currency's unit: packs x pack x cost may exceed 64 bits."""


def within_budget(recommendations: pa.Table, budgets: Mapping[str, Decimal]) -> pa.Table:
    """Cuts the orders of each currency to what its budget pays for.

    Money goes first to the steps of an order that save the largest expected margin per unit of money: the
    units that demand over the protection interval is expected to exceed the stock by, without the step less
    with it, times net_price - unit_cost, divided by the cost of the step. What is lost before an order can
    arrive cannot be saved, and so does not count. The first step is the smallest order that can be placed;
    every further one saves less than the one before. A step that is not paid for in full is cut to the packs
    that are, and later steps may use what is left.

    Items without a known price come after those with a margin, items without margin come last. An item whose
    cost is not known cannot be counted against a budget, so it is left out.

    Args:
        recommendations: The order list, or some rows of it (`planning.schema.RECOMMENDATIONS`).
        budgets: The amount of each currency that has one; others stay as they are.

    Returns:
        The rows in their order (`planning.schema.BUDGETED`): recommended_quantity, order_cost, reason_codes
        and reason as the budget leaves them, and quantity_before_budget. The total of a currency never
        exceeds its budget, and a larger budget never lowers the total. What was cut has the code
        cut_by_budget; urgency, dates and risks are those of the need, and so unchanged.
    """
    table = recommendations.select(RECOMMENDATIONS.names).cast(RECOMMENDATIONS).combine_chunks()
    before = to_units(table["recommended_quantity"])
    after = before.copy()
    for currency, budget in budgets.items():
        chosen = _is(table["currency"], currency) & (before > 0)
        after[chosen] = 0
        (payable,) = np.nonzero(chosen & known(table["unit_cost"]) & (to_units(table["unit_cost"]) >= 0))
        orders = _Orders.of(table.take(pa.array(payable)))
        after[payable] = orders.packs_within(int(budget * SCALE)) * orders.pack_size
    return _rewritten(table, before, after)


def _rewritten(table: pa.Table, before: Units, after: Units) -> pa.Table:
    """The rows with the quantities that are left, and a word on every cut."""
    cut, priced, stock = after < before, known(table["unit_cost"]), known(table["recommended_quantity"])
    quantity, original = from_units(after, stock), table["recommended_quantity"]
    less = sentence(" The budget cuts the order from ", exact(original), " to ", exact(quantity), ".")
    unpriced = " The order is left out of the budget, because its cost is not known."
    columns = {
        **{name: table[name] for name in table.column_names},
        "recommended_quantity": quantity,
        "order_cost": amount(quantity, table["unit_cost"]),
        "reason_codes": with_code(table["reason_codes"], cut, "cut_by_budget"),
        "reason": sentence(table["reason"], clause(cut & priced, less), clause(cut & ~priced, unpriced)),
        "quantity_before_budget": original,
    }
    return pa.table(columns).cast(BUDGETED)


class _Step(NamedTuple):
    """A part of an order that is paid for before the next one is: of a row, from these packs to those."""

    row: int
    start: int
    end: int


@dataclass(frozen=True)
class _Orders:
    """Orders of one currency with known costs.

    Attributes:
        packs: What is recommended, in packs. Shape (n,).
        fewest: Packs of the smallest order that can be placed.
        pack_size: Ten-thousandths of a unit in a pack.
        unit_cost: Ten-thousandths of the currency's unit.
        stock: Units at hand or on their way, and those of the demand that no order can serve in time.
        demand_mean: Units over the protection interval.
        demand_sd: Their standard deviation.
        margin: What a unit earns; its cost where that is not known, or nothing.
        tier: Who is served first.
    """

    packs: Rows
    fewest: Rows
    pack_size: Units
    unit_cost: Units
    stock: Reals
    demand_mean: Reals
    demand_sd: Reals
    margin: Reals
    tier: Rows

    @classmethod
    def of(cls, table: pa.Table) -> "_Orders":
        """Reads them from rows of the order list."""
        pack_size = to_units(table["pack_size"])
        cost, margin = (
            to_units(table["unit_cost"]),
            to_units(table["net_price"]) - to_units(table["unit_cost"]),
        )
        conditions = [~known(table["net_price"]), margin > 0]
        tier = np.select(conditions, [PRICE_NOT_KNOWN, MARGIN_KNOWN], NO_MARGIN)
        moved = to_units(table["transfer_in"])
        position = np.maximum(0, to_units(table["inventory_position"]) + moved) / SCALE
        lost = np.maximum(0.0, to_reals(table["lost_sales_estimate"]) - moved / SCALE)
        return cls(
            packs=to_units(table["recommended_quantity"]) // pack_size,
            fewest=np.maximum(1, -(-to_units(table["minimum_order"]) // pack_size)),
            pack_size=pack_size,
            unit_cost=cost,
            stock=position + lost,
            demand_mean=to_reals(table["demand_mean"]),
            demand_sd=to_reals(table["demand_sd"]),
            margin=np.where(tier == MARGIN_KNOWN, margin, cost) / SCALE,
            tier=tier,
        )

    def packs_within(self, budget: int) -> Rows:
        """The packs of each order that the budget pays for.

        A larger budget never buys for less: up to the first step at which two budgets part, both paid the
        same; there the larger one pays for something that what is left of the smaller one cannot.

        Args:
            budget: Ten-thousandths of the currency's unit.
        """
        bought = np.zeros(len(self.packs), np.int64)
        for step in self._steps():
            if bought[step.row] == step.start and (packs := self._affordable(step, budget)) > step.start:
                budget -= self._price(step.row, packs) - self._price(step.row, step.start)
                bought[step.row] = packs
        return bought

    def _affordable(self, step: _Step, budget: int) -> int:
        """The packs of the order, at most the step's, that the budget pays for beyond the step's start."""
        within = budget + self._price(step.row, step.start)
        if self._price(step.row, step.end) <= within:
            return step.end
        fewest = max(step.start + 1, int(self.fewest[step.row]))
        if self._price(step.row, fewest) > within:
            return step.start
        return (
            bisect_right(range(step.end), within, lo=fewest, key=lambda packs: self._price(step.row, packs))
            - 1
        )

    def _price(self, row: int, packs: int) -> int:
        return int(_cost(packs, int(self.pack_size[row]), int(self.unit_cost[row])))

    def _steps(self) -> Iterator[_Step]:
        """The steps of all orders, those that save most per unit of money first."""
        parts = np.arange(STEPS)
        ends = self.fewest[:, None] + (self.packs - self.fewest)[:, None] * parts // (STEPS - 1)
        starts = np.column_stack([np.zeros(len(ends), np.int64), ends[:, :-1]])
        saved = self.margin[:, None] * (self._shortage(starts) - self._shortage(ends))
        paid = (self._cost_of(ends) - self._cost_of(starts)).astype(np.float64)
        rate = np.divide(saved, paid, out=np.full(ends.shape, np.inf), where=paid > 0)
        # rounding of costs must not put a step before the one that it needs
        rate = np.minimum.accumulate(rate, axis=1)
        rows, columns = np.nonzero(ends > starts)
        order = np.lexsort((columns, rows, -rate[rows, columns], self.tier[rows]))
        rows, columns = rows[order], columns[order]
        yield from map(_Step, rows.tolist(), starts[rows, columns].tolist(), ends[rows, columns].tolist())

    def _shortage(self, packs: Rows) -> Reals:
        """Units that demand is expected to exceed the stock by, with so many packs. Shape (n, steps)."""
        stock = self.stock[:, None] + packs * (self.pack_size / SCALE)[:, None]
        mean, deviation = (
            np.broadcast_to(each[:, None], packs.shape) for each in (self.demand_mean, self.demand_sd)
        )
        return expected_shortage(stock, mean, deviation)

    def _cost_of(self, packs: Rows) -> Amounts:
        exact_packs = packs.astype(object)
        return np.asarray(
            _cost(exact_packs, self.pack_size.astype(object)[:, None], self.unit_cost.astype(object)[:, None])
        )


def _cost(packs: Any, pack_size: Any, unit_cost: Any) -> Any:
    """What packs cost, in ten-thousandths, rounded half up as `planning.fixed_point.amount` does."""
    return (2 * packs * pack_size * unit_cost + SCALE) // (2 * SCALE)


def _is(column: pa.ChunkedArray, value: str) -> Flags:
    return np.asarray(pc.fill_null(pc.equal(column, value), False).to_numpy())
