"""Sales small enough to be added up by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from simulator.ledger import (
    Customer,
    Item,
    Ledger,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Sale,
    SaleState,
    Store,
    Tax,
)
from simulator.pricing import BasketLine, Rebate, price

TAX_ADDED = Tax("T-ADDED", "Sales tax", Decimal(10), inclusive=False)
TAX_INSIDE = Tax("T-INSIDE", "VAT", Decimal(20), inclusive=True)
NOON = datetime(2026, 11, 10, 17, tzinfo=UTC)
"""Noon in New York."""

TEA = Item(
    id="TEA",
    product_id="P-TEA",
    product_name="Tea",
    variant_name="Pot",
    sku="SKU-TEA",
    barcode=None,
    category_id=None,
    supplier_id=None,
    price=500,
    unit_cost=None,
    cost_currency="USD",
    tracks_inventory=True,
    is_weighed=False,
    is_gift_card=False,
    is_deleted=False,
    updated_at=NOON,
)


def a_store(
    store_id: str = "S1", timezone: str = "America/New_York", currency: str = "USD", country: str = "US"
) -> Store:
    return Store(
        store_id,
        f"Store {store_id}",
        timezone,
        currency,
        country,
        time(8),
        time(20),
        NOON - timedelta(days=90),
        True,
        "1 Marzipan Crescent",
        "+15550100001",
        f"{store_id}@shop.example".lower(),
    )


def a_basket_line(
    quantity: str,
    unit_price: int,
    *,
    line_id: str = "l1",
    kind: LineKind = LineKind.ITEM,
    taxes: tuple[Tax, ...] = (),
    **more: Any,
) -> BasketLine:
    item = TEA if kind == LineKind.ITEM else None
    return BasketLine(line_id, kind, item, "Tea", Decimal(quantity), unit_price, taxes=taxes, **more)


def a_sale(
    sale_id: str,
    at: datetime,
    basket: list[BasketLine],
    rebates: tuple[Rebate, ...] = (),
    *,
    store: str = "S1",
    tip: int = 0,
    **more: Any,
) -> Sale:
    values: dict[str, Any] = {
        "id": sale_id,
        "store_id": store,
        "version": 1,
        "state": SaleState.COMPLETED,
        "opened_at": at,
        "closed_at": at,
        "updated_at": at,
        "visible_at": at,
        "lines": price(basket, rebates),
        "discounts": tuple(rebate.discount for rebate in rebates),
    }
    sale = Sale(**(values | more))
    if "payments" in more or not sale.total + tip:
        return sale
    payment = Payment(f"{sale_id}-P", PaymentMethod.CARD, sale.total, tip, PaymentStatus.COMPLETED, at)
    return Sale(**(values | more | {"payments": (payment,)}))


def a_ledger(sales: Sequence[Sale] = (), *, stores: tuple[Store, ...] | None = None, **more: Any) -> Ledger:
    values: dict[str, Any] = {
        "stores": stores or (a_store(),),
        "categories": (),
        "suppliers": (),
        "taxes": (TAX_ADDED, TAX_INSIDE),
        "items": (TEA,),
        "customers": (
            Customer(
                "C1", "Perpetua Brackwater", "p.b@mailbox.example", "+447700900001", "3 Peppercorn Lane"
            ),
        ),
        "sales": tuple(sales),
        "returns": (),
        "refunds": (),
        "movements": (),
        "ends_at": NOON + timedelta(days=5),
    }
    return Ledger(**(values | more))
