"""The entry in `connections.yaml` that describes the simulated API: all a connection to it needs."""

from typing import Any

from simulator.generic.shape import API_KEY, CLIENT_ID, CLIENT_SECRET, PASSWORD, USERNAME, Shape

SECRETS = {
    "GENERIC_POS_API_KEY": API_KEY,
    "GENERIC_POS_PASSWORD": PASSWORD,
    "GENERIC_POS_CLIENT_SECRET": CLIENT_SECRET,
}
ARTICLE = {
    "item_id": "article.number",
    "item_name": "article.title",
    "variation_name": "article.variant",
    "sku": "article.sku",
    "barcode": "article.ean",
    "category": "article.group",
}
POSITIONS: dict[str, Any] = {
    "records": "positions",
    "fields": {
        "line_id": "no",
        **ARTICLE,
        "line_kind": "kind",
        "quantity": "qty",
        "unit_price": "price",
        "gross_sales": "gross",
        "discount": "rebate",
        "tax": "vat",
    },
}
HEAD = {"location_id": "shop.code", "currency": "sums.currency", "updated_at": "changed"}
WORDS = {
    "state": {"PAID": "completed", "PARKED": "open", "VOID": "cancelled"},
    "line_kind": {"ARTICLE": "item", "AMOUNT": "custom", "VOUCHER": "gift_card"},
}
ENDPOINTS: list[dict[str, Any]] = [
    {
        "path": "/orders",
        "entity": "orders",
        "sold_since": {"parameter": "sold_from", "until": "sold_to"},
        "fields": {
            **HEAD,
            "order_id": "ref",
            "sold_at": ["closed", "opened"],
            "ordered_at": "opened",
            "state": "status",
            "channel": "channel",
            "customer_id": "client.number",
            "tax": "sums.vat",
            "tip": "sums.tip",
            "service_charge": "sums.service",
            "rounding": "sums.rounding",
            "total": "sums.total",
            "paid": "sums.paid",
            "unpaid_balance": "sums.due",
        },
        "lines": POSITIONS,
    },
    {
        "path": "/returns",
        "entity": "returns",
        "sold_since": {"parameter": "sold_from", "until": "sold_to"},
        "fields": {
            **HEAD,
            "order_id": "ref",
            "original_order_id": "sale",
            "sold_at": "closed",
            "tip": "sums.tip",
            "service_charge": "sums.service",
            "rounding": "sums.rounding",
            "total": "sums.total",
        },
        "lines": POSITIONS
        | {"fields": POSITIONS["fields"] | {"original_line_id": "soldAs", "restocked": "shelved"}},
    },
    {
        "path": "/refunds",
        "entity": "refunds",
        "sold_since": {"parameter": "sold_from", "until": "sold_to"},
        "fields": {
            **HEAD,
            "refund_id": "ref",
            "order_id": "sale",
            "amount": "sums.total",
            "status": "status",
            "refunded_at": "given",
        },
    },
    {
        "path": "/payments",
        "entity": "payments",
        "sold_since": {"parameter": "sold_from", "until": "sold_to"},
        "payments_include_tips": True,
        "fields": {
            **HEAD,
            "payment_id": "ref",
            "order_id": "sale",
            "amount": "sums.total",
            "tip": "sums.tip",
            "method": "means",
            "status": "status",
            "paid_at": "paid",
        },
    },
    {
        "path": "/products",
        "entity": "items",
        "fields": {
            **{name: path.removeprefix("article.") for name, path in ARTICLE.items()},
            "unit_price": "price",
            "unit_cost": "cost",
            "currency": "currency",
            "tracks_inventory": "counted",
            "is_gift_card": "voucher",
            "is_active": "listed",
            "updated_at": "changed",
        },
    },
    {
        "path": "/stock",
        "entity": "inventory_levels",
        "fields": {"location_id": "shop", "item_id": "article", "on_hand": "onShelf"},
    },
    {
        "path": "/stores",
        "entity": "locations",
        "fields": {
            "location_id": "code",
            "name": "name",
            "timezone": "clock",
            "currency": "currency",
            "is_active": "trading",
        },
    },
]
CHANGING = ("/orders", "/returns", "/refunds", "/payments")


def connection(base_url: str, shape: Shape | None = None) -> dict[str, Any]:
    """Settings of a connection to the simulator.

    Args:
        base_url: Where it is served.
        shape: How the API behaves.
    """
    shape = shape or Shape()
    times = "epoch_ms" if shape.epoch else "iso"
    changed = {"parameter": "changed_since", "until": "changed_before", "format": times}
    endpoints = []
    for each in ENDPOINTS:
        endpoint = {**each, "updated_since": changed} if each["path"] in CHANGING else dict(each)
        if shape.records:
            endpoint["records"] = ".".join(shape.records)
        if "sold_since" in endpoint:
            endpoint["sold_since"] = {**endpoint["sold_since"], "format": times}
        endpoints.append(endpoint)
    return {
        "pos": "generic",
        "api_url": f"{base_url}/v1",
        **signing(base_url, shape),
        "paging": paging(shape),
        "parameters": {"limit": 200},
        "amounts": "minor" if shape.minor else "major",
        "times": times,
        "values": WORDS,
        "endpoints": endpoints,
    }


def signing(base_url: str, shape: Shape) -> dict[str, Any]:
    """The keys that say how requests are signed."""
    ways: dict[str, dict[str, Any]] = {
        "bearer": {"api_key": "${GENERIC_POS_API_KEY}"},
        "header": {"api_key": "${GENERIC_POS_API_KEY}", "auth_header": "X-Api-Key", "auth_prefix": ""},
        "basic": {"username": USERNAME, "password": "${GENERIC_POS_PASSWORD}"},
        "oauth": {
            "client_id": CLIENT_ID,
            "client_secret": "${GENERIC_POS_CLIENT_SECRET}",
            "token_url": f"{base_url}/oauth/token",
        },
    }
    return ways[shape.auth]


def paging(shape: Shape) -> dict[str, Any]:
    """The key that says how pages go on."""
    place = ".".join((*shape.records[:-1], "next"))
    named = {"field": place} if shape.pages in ("cursor", "next_url") else {}
    return {"kind": shape.pages, **named}
