"""Pages of Square-like orders: the same bytes in every run, 2.7 KB an order, 855 lines to 300 orders.

An order has what Square sends with a counter sale: amounts as objects, taxes and discounts with their share
of each line, some modifiers, one card payment.
"""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ORDERS_PER_PAGE = 500
LINES_OF_THREE_HUNDRED = (2, 3, 3, 4, 2, 3, 3, 3, 2, 3, 3, 3, 3, 3, 2, 3, 3, 3, 3, 3)
"""Lines of twenty orders in a row: 57, which is 855 to 300."""
FIRST_SALE = datetime(2026, 1, 1, 8, tzinfo=UTC)
SECONDS_BETWEEN_SALES = 20


def write_pages(folder: Path, orders: int) -> None:
    """Writes the pages as `1.json`, `2.json`, ... each naming the next as its cursor."""
    chance = random.Random(855)
    pages = -(-orders // ORDERS_PER_PAGE)
    for page in range(1, pages + 1):
        first = (page - 1) * ORDERS_PER_PAGE
        answer: dict[str, Any] = {
            "orders": [
                _order(number, chance) for number in range(first, min(first + ORDERS_PER_PAGE, orders))
            ]
        }
        if page < pages:
            answer["cursor"] = str(page + 1)
        (folder / f"{page}.json").write_text(json.dumps(answer, separators=(",", ":")))


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def _order(number: int, chance: random.Random) -> dict[str, Any]:
    sold_at = FIRST_SALE + timedelta(seconds=SECONDS_BETWEEN_SALES * number)
    lines = [_line(uid, chance) for uid in range(LINES_OF_THREE_HUNDRED[number % 20])]

    def added(name: str) -> int:
        return sum(line[name]["amount"] for line in lines)

    tip = chance.choice((0, 0, 100, 250))
    total, tax, discount = added("total_money") + tip, added("total_tax_money"), added("total_discount_money")
    payment = f"PAYMENT{number:013}"
    order: dict[str, Any] = {
        "id": f"ORDER{number:020}",
        "location_id": f"L{number % 12:012}",
        "line_items": lines,
        "taxes": [
            {
                "uid": "tax",
                "catalog_object_id": "TAX00000000000000001",
                "name": "Sales tax",
                "percentage": "8.5",
                "type": "ADDITIVE",
                "applied_money": _money(tax),
                "scope": "LINE_ITEM",
            }
        ],
        "tenders": [
            {
                "id": payment,
                "payment_id": payment,
                "created_at": _text(sold_at),
                "amount_money": _money(total),
                "tip_money": _money(tip),
                "type": "CARD",
                "card_details": {"status": "CAPTURED", "entry_method": "EMV"},
            }
        ],
        "created_at": _text(sold_at),
        "updated_at": _text(sold_at + timedelta(minutes=1)),
        "closed_at": _text(sold_at + timedelta(seconds=40)),
        "state": "COMPLETED",
        "version": 4,
        "customer_id": f"CUSTOMER{chance.randrange(20_000):010}",
        "source": {"name": "Point of Sale"},
        "total_money": _money(total),
        "total_tax_money": _money(tax),
        "total_discount_money": _money(discount),
        "total_tip_money": _money(tip),
        "total_service_charge_money": _money(0),
        "net_amount_due_money": _money(0),
    }
    if discount:
        order["discounts"] = [
            {
                "uid": "promo",
                "name": "Ten percent",
                "percentage": "10",
                "type": "FIXED_PERCENTAGE",
                "applied_money": _money(discount),
                "scope": "LINE_ITEM",
            }
        ]
    return order


def _line(uid: int, chance: random.Random) -> dict[str, Any]:
    quantity, price = chance.choice((1, 1, 1, 2, 3)), chance.randrange(150, 2500)
    extra = chance.choice((0, 0, 0, 75))
    gross = quantity * (price + extra)
    discount = gross // 10 if chance.random() < 0.15 else 0
    tax = (gross - discount) * 85 // 1000
    item = chance.randrange(800)
    line: dict[str, Any] = {
        "uid": f"line-{uid}",
        "catalog_object_id": f"VARIATION{item:011}",
        "item_type": "ITEM",
        "name": f"Product {item}",
        "variation_name": "Regular",
        "quantity": str(quantity),
        "applied_taxes": [{"uid": f"tax-{uid}", "tax_uid": "tax", "applied_money": _money(tax)}],
        "base_price_money": _money(price),
        "gross_sales_money": _money(gross),
        "total_tax_money": _money(tax),
        "total_discount_money": _money(discount),
        "total_money": _money(gross - discount + tax),
    }
    if discount:
        line["applied_discounts"] = [
            {"uid": f"promo-{uid}", "discount_uid": "promo", "applied_money": _money(discount)}
        ]
    if extra:
        line["modifiers"] = [
            {
                "uid": "extra",
                "catalog_object_id": "MODIFIER000000000001",
                "name": "Extra shot",
                "quantity": "1",
                "base_price_money": _money(extra),
                "total_price_money": _money(quantity * extra),
            }
        ]
    return line


def _text(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S.000Z}"
