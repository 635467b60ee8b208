"""Hand-made rows of the policy's input, and hypothesis strategies for them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from planning.schema import INPUTS

AS_OF = date(2024, 3, 1)
QUANTILES = ("q50", "q80", "q90", "q95", "q98", "q99")


def row(**changes: Any) -> dict[str, Any]:
    """A row of an item that needs an order: 20 a day, 75 on hand, level 231.2089, packs of 12."""
    values: dict[str, Any] = {
        "location_key": "shop:1",
        "location_name": "Shop",
        "item_key": "shop:tea",
        "item_name": "Tea",
        "currency": "GBP",
        "is_active": True,
        "location_is_active": True,
        "made_from_recipe": False,
        "recipe_incomplete": False,
        "stock_known": True,
        "on_hand": Decimal(75),
        "on_order": Decimal(0),
        "on_order_late": Decimal(0),
        "on_order_overdue": Decimal(0),
        "committed": Decimal(0),
        "unit_cost": Decimal("1.2345"),
        "net_price": Decimal("2.5"),
        "velocity_28d": 20.0,
        "abc_class": "A",
        "xyz_class": "X",
        "order_wait_days": 0,
        "lead_time_days": Decimal(3),
        "review_period_days": 7,
        "protection_days": 10,
        "service_kind": "cycle_service",
        "service_level": Decimal("0.95"),
        "pack_size": Decimal(12),
        "minimum_order": Decimal(0),
        "settings_codes": "",
        "forecast_daily": 20.0,
        "demand_mean": 200.0,
        "demand_sd": 18.9737,
        "demand_quantile": 231.2089,
        "lead_time_demand_sd": 10.4,
        "safety_stock": Decimal("31.2089"),
        "pack_allowance": Decimal(0),
        "reorder_point": Decimal("77.0937"),
        "order_up_to": Decimal("231.2089"),
        "method": "level_weekday",
        "accuracy": 0.7,
        **{
            f"lead_time_{name}": value
            for name, value in zip(QUANTILES, (60.0, 68.0, 73.0, 77.0, 81.0, 84.0), strict=True)
        },
        **changes,
    }
    if values["stock_known"]:
        values.setdefault("inventory_position", values["on_hand"] + values["on_order"] - values["committed"])
    else:
        stock = (
            "on_hand",
            "on_order",
            "on_order_late",
            "on_order_overdue",
            "committed",
            "inventory_position",
        )
        values |= dict.fromkeys(stock)
    return values


def table(*rows: dict[str, Any]) -> pa.Table:
    """The rows as `marts.recommendation_inputs` would give them."""
    return pa.Table.from_pylist(list(rows), schema=INPUTS)


def quantities(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Decimals of four places."""
    return st.decimals(low, high, places=4, allow_nan=False, allow_infinity=False)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """Rows of any stock, demand and settings, contradictory ones included."""
    daily = draw(st.one_of(st.just(0.0), st.floats(1e-6, 1e4)))
    wait = draw(st.integers(0, 6))
    lead_time = draw(quantities(0, 60))
    review = draw(st.integers(0, 60))
    protection = max(1, -int(-(wait + lead_time + review) // 1))
    mean = daily * protection
    buffer = draw(st.floats(0, 1e5))
    deviation = draw(st.one_of(st.just(0.0), st.floats(1e-3, 1e4)))
    steps = draw(st.lists(st.floats(0, 1e4), min_size=6, max_size=6))
    on_order = draw(quantities(0, 10_000))
    quantiles = {f"lead_time_{name}": sum(steps[: index + 1]) for index, name in enumerate(QUANTILES)}
    safety_stock = Decimal(buffer).quantize(Decimal("0.0001"))
    order_up_to = Decimal(mean).quantize(Decimal("0.0001")) + safety_stock
    return row(
        item_key=draw(st.sampled_from(["tea", "milk", "salt"])),
        location_key=draw(st.sampled_from(["harbour", "castle", "mill"])),
        is_active=draw(st.sampled_from([True, True, True, False])),
        location_is_active=draw(st.sampled_from([True, True, True, False])),
        made_from_recipe=draw(st.sampled_from([False, False, False, True])),
        stock_known=draw(st.sampled_from([True, True, True, False])),
        on_hand=draw(st.one_of(st.integers(-1000, 100_000).map(Decimal), quantities(-1000, 100_000))),
        on_order=on_order,
        on_order_late=draw(st.one_of(st.just(Decimal(0)), quantities(0, 10_000).map(on_order.min))),
        committed=draw(quantities(0, 10_000)),
        unit_cost=draw(st.one_of(st.none(), quantities(0, 10_000))),
        net_price=draw(st.one_of(st.none(), quantities(0, 20_000))),
        order_wait_days=wait,
        lead_time_days=lead_time,
        review_period_days=review,
        protection_days=protection,
        pack_size=draw(st.one_of(st.just(Decimal(1)), st.integers(2, 144).map(Decimal), quantities(1, 50))),
        minimum_order=draw(st.one_of(st.just(Decimal(0)), quantities(0, 1000))),
        max_stock=draw(st.one_of(st.none(), quantities(0, 10_000))),
        shelf_life_days=draw(st.one_of(st.none(), st.integers(0, 60))),
        forecast_daily=daily,
        demand_mean=mean,
        demand_sd=draw(st.one_of(st.just(0.0), st.floats(1e-3, 1e4))),
        demand_quantile=mean + buffer,
        lead_time_demand_sd=deviation,
        safety_stock=safety_stock,
        reorder_point=draw(quantities(0, 100_000)),
        order_up_to=order_up_to,
        **quantiles,
    )


def several_rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of different items and stores, some of them of one item in several stores."""
    return st.lists(rows(), max_size=6, unique_by=lambda each: (each["location_key"], each["item_key"]))


@st.composite
def stores(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Stores that need, or have too much of, a few items at ordinary prices."""
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from("abcd"), st.sampled_from(["tea", "milk"])),
            unique=True,
            min_size=2,
            max_size=8,
        )
    )
    whole = st.integers(-5, 500).map(Decimal)
    return [
        row(
            location_key=location,
            item_key=item,
            location_is_active=draw(st.integers(0, 9)) > 0,
            stock_known=draw(st.integers(0, 9)) > 0,
            on_hand=draw(st.one_of(whole, whole, whole, quantities(0, 500))),
            committed=draw(st.sampled_from([Decimal(0), Decimal(0), Decimal(30)])),
            pack_size=draw(st.sampled_from([Decimal(1), Decimal(12), Decimal("2.5")])),
            minimum_order=draw(st.sampled_from([Decimal(0), Decimal(0), Decimal(30)])),
            max_stock=draw(st.sampled_from([None, None, Decimal("170.5")])),
            unit_cost=draw(st.one_of(st.none(), st.just(Decimal(0)), quantities(0, 20), quantities(0, 20))),
            net_price=draw(st.one_of(st.none(), quantities(-1, 30), quantities(-1, 30))),
            currency=draw(st.sampled_from(["GBP", "GBP", "GBP", "EUR", None])),
        )
        for location, item in keys
    ]
