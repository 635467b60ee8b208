"""Chooses how an endpoint is read: page by page what is little, by a bulk operation what is much."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import dlt
from dlt.common.schema import Schema
from dlt.extract.source import DltSource

from connectors.core.connector import Endpoint, Request
from connectors.core.endpoints import Reader
from connectors.core.errors import MissingScope
from connectors.shopify.account import ALL_ORDERS, ShopifyAccount, search
from connectors.shopify.bulk import ExportReader, Refused
from connectors.shopify.endpoints import (
    ENDPOINTS,
    EXPORTS,
    LAST_WEEKS,
    ORDERS,
    SPAN,
    SPAN_IDS,
    time_field,
)

SHOWN_WITHOUT_ALL_ORDERS = timedelta(days=60)


def shopify_source(account: ShopifyAccount, request: Request) -> DltSource:
    """The shop's endpoints as a dlt source, for one request."""
    resources = [
        dlt.resource(Choice(endpoint, account, request).items(), name=endpoint.name) for endpoint in ENDPOINTS
    ]
    return DltSource(Schema("shopify"), "shopify", resources)


@dataclass(frozen=True)
class Choice:
    """One endpoint for one request."""

    endpoint: Endpoint
    account: ShopifyAccount
    request: Request

    def items(self) -> Iterator[Any]:
        """What the dlt resource yields."""
        paged = Reader(self.endpoint, self.account, self.request)
        try:
            if self.endpoint.name == ORDERS.name:
                warn_of_hidden_orders(self.account, self.request)
            by_bulk = self._is_much()
        except MissingScope as reason:
            self.request.skipped[self.endpoint.name] = str(reason)
            return
        if not by_bulk:
            yield from paged.items()
            return
        try:
            yield from ExportReader(EXPORTS[self.endpoint.name], self.account, self.request).items()
        except Refused:
            yield from paged.items()

    def _is_much(self) -> bool:
        """Whether there is so much to read that a bulk operation is worth its while."""
        account, name = self.account, self.endpoint.name
        if name not in EXPORTS:
            return False
        if name in ("product_variants", "inventory_levels"):
            count = account.variants_count()
        elif name == ORDERS.name:
            count = account.orders_count(search(time_field(self.request), self.request.window))
        else:
            listing = SPAN if name == SPAN_IDS.name else LAST_WEEKS
            count = account.orders_count(listing.search(self.request))
        return count >= account.connection.bulk_from


def hidden_orders(account: ShopifyAccount, request: Request) -> str | None:
    """What the app cannot see for want of a permission, and what to do; None when it sees all."""
    horizon = request.loaded_at - SHOWN_WITHOUT_ALL_ORDERS
    if ALL_ORDERS in account.scopes or request.window.start >= horizon:
        return None
    return (
        "Shopify shows this app only the orders of the last 60 days, and says nothing of the others: grant "
        f"it {ALL_ORDERS}, then run `pos backfill` for the time before {horizon:%Y-%m-%d}."
    )


def warn_of_hidden_orders(account: ShopifyAccount, request: Request) -> None:
    """Notes what a first load or a backfill cannot see."""
    reason = hidden_orders(account, request) if request.by_sale_date else None
    if reason:
        request.skipped["the history of more than 60 days"] = reason
