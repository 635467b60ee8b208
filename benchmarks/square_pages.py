"""Pages of Square-like orders: the same bytes in every run, 2.6 KB an order, 855 lines to 300 orders."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ORDERS_PER_PAGE = 500
LINES_OF_THREE_HUNDRED = (2, 3, 3, 4, 2, 3, 3, 3, 2, 3, 3, 3, 3, 3, 2, 3, 3, 3, 3, 3)
"""Lines of twenty orders in a row: 57, which is 855 to 300."""
FIRST_SALE = datetime(2026, 1, 1, 8, tzinfo=UTC)
FILLER = "left as it was when the order came in and of no use to the warehouse; "


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
    sold_at = FIRST_SALE + timedelta(seconds=20 * number)
    lines = [_line(uid, chance) for uid in range(LINES_OF_THREE_HUNDRED[number % 20])]
    net = sum(line["total_money"]["amount"] for line in lines)
    tax = sum(line["total_tax_money"]["amount"] for line in lines)
    discount = sum(line["total_discount_money"]["amount"] for line in lines)
    tip = chance.choice((0, 0, 100, 250))
    order: dict[str, Any] = {
        "id": f"ORDER{number:020}",
        "location_id": f"L{number % 12:012}",
        "state": "COMPLETED",
        "version": 4,
        "customer_id": f"CUSTOMER{chance.randrange(20_000):010}",
        "source": {"name": "Point of Sale"},
        "created_at": _text(sold_at),
        "updated_at": _text(sold_at + timedelta(minutes=1)),
        "closed_at": _text(sold_at + timedelta(seconds=40)),
        "line_items": lines,
        "taxes": [{"uid": "tax", "name": "Sales tax", "percentage": "8.5", "type": "ADDITIVE"}],
        "tenders": [
            {
                "id": f"TENDER{number:014}",
                "payment_id": f"TENDER{number:014}",
                "type": "CARD",
                "created_at": _text(sold_at),
                "amount_money": _money(net + tip),
                "tip_money": _money(tip),
                "card_details": {"status": "CAPTURED", "entry_method": "EMV"},
            }
        ],
        "total_money": _money(net + tip),
        "total_tax_money": _money(tax),
        "total_discount_money": _money(discount),
        "total_tip_money": _money(tip),
        "total_service_charge_money": _money(0),
        "net_amount_due_money": _money(0),
    }
    if discount:
        order["discounts"] = [
            {"uid": "promo", "type": "FIXED_PERCENTAGE", "scope": "ORDER", "applied_money": _money(discount)}
        ]
    order["metadata"] = {
        "remark": (FILLER * 40)[: max(0, 2580 - len(json.dumps(order, separators=(",", ":"))))]
    }
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
        "base_price_money": _money(price),
        "gross_sales_money": _money(gross),
        "total_tax_money": _money(tax),
        "total_discount_money": _money(discount),
        "total_service_charge_money": _money(0),
        "total_money": _money(gross - discount + tax),
    }
    if extra:
        line["modifiers"] = [
            {
                "uid": "extra",
                "name": "Extra shot",
                "quantity": "1",
                "total_price_money": _money(quantity * extra),
            }
        ]
    return line


def _text(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%S.000Z}"
