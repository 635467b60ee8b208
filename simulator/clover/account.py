"""One simulated Clover merchant: its records, and what each endpoint tells of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from simulator.clover import asking, catalogue, errors
from simulator.clover.money import credit_records, payment_records, refund_records
from simulator.clover.orders import OrderRenderer, has_inclusive_tax, milliseconds
from simulator.core.account import Account
from simulator.core.answers import Answer, Call, Json, Refusal
from simulator.core.paging import page_at
from simulator.core.records import Collection, Record

TOKEN_LIFE = timedelta(minutes=30)
REFRESH_TOKEN_LIFE = timedelta(days=365)


@dataclass
class CloverAccount(Account):
    """One merchant.

    Attributes:
        summary_hour: At which hour the merchant's day begins.
        client_id: The app whose refresh tokens are taken.
        refresh_token: The one that is good now; each is good once.
    """

    summary_hour: int = 0
    client_id: str = ""
    refresh_token: str = ""

    @cached_property
    def orders(self) -> Collection:
        """Every version of every order."""
        return Collection(OrderRenderer(self.ledger, self.ledger.stores[0].currency).records())

    @cached_property
    def payments(self) -> Collection:
        """Every version of every payment."""
        return Collection(payment_records(self.ledger))

    @cached_property
    def refunds(self) -> Collection:
        """Every version of every refund."""
        return Collection(refund_records(self.ledger))

    @cached_property
    def credits(self) -> Collection:
        """Every manual refund."""
        return Collection(credit_records(self.ledger))

    def edit_order(self, order_id: str, **fields: Any) -> None:
        """Gives an order a new version now, with some fields changed."""
        modified = milliseconds(self.now())
        self.orders.revise(
            order_id,
            self.now(),
            {"modifiedTime": modified},
            lambda order, _: {**order, "modifiedTime": modified, **fields},
        )

    def delete_order(self, order_id: str) -> None:
        """Takes an order away; nothing says so."""
        self.orders.vanish(order_id, self.now())

    def merchant(self, call: Call) -> Json:
        """GET /v3/merchants/{mId}."""
        return catalogue.merchant(self.ledger.stores[0])

    def properties(self, call: Call) -> Json:
        """GET /properties."""
        is_vat = any(has_inclusive_tax(sale) for sale in self.ledger.sales)
        return catalogue.properties(self.ledger.stores[0], self.summary_hour, is_vat=is_vat)

    def list_orders(self, call: Call) -> Answer:
        """GET /orders: lines, discounts and customers only when expanded."""
        return self._list(call, self.orders, asking.ORDERS)

    def list_payments(self, call: Call) -> Answer:
        """GET /payments."""
        return self._list(call, self.payments, asking.PAYMENTS)

    def list_refunds(self, call: Call) -> Answer:
        """GET /refunds."""
        return self._list(call, self.refunds, asking.REFUNDS)

    def list_credits(self, call: Call) -> Answer:
        """GET /credits."""
        return self._list(call, self.credits, asking.CREDITS)

    def order(self, call: Call) -> Json:
        """GET /orders/{id}."""
        expanded = asking.expanded_fields(call.query)
        return asking.shown(self._order(call), expanded, asking.ORDERS.expandable)

    def line_items(self, call: Call) -> Json:
        """GET /orders/{id}/line_items: all of them, page by page."""
        expanded = asking.expanded_fields(call.query)
        lines = self._order(call)["lineItems"]["elements"]
        return self._page(call, [asking.shown_line(line, expanded) for line in lines])

    def items(self, call: Call) -> Json:
        """GET /items."""
        expanded = asking.expanded_fields(call.query)
        found = catalogue.items(self.ledger)
        return self._page(call, [asking.shown(item, expanded, frozenset({"categories"})) for item in found])

    def item_stocks(self, call: Call) -> Json:
        """GET /item_stocks."""
        return self._page(call, catalogue.item_stocks(self.ledger, call.now))

    def tenders(self, call: Call) -> Json:
        """GET /tenders."""
        return self._page(call, catalogue.tenders())

    def order_types(self, call: Call) -> Json:
        """GET /order_types."""
        return self._page(call, catalogue.order_types())

    def refresh(self, call: Call) -> Answer:
        """POST /oauth/v2/refresh: new tokens for a refresh token, which is good once."""
        try:
            sent = json.loads(call.body)
        except ValueError:
            sent = {}
        if (sent.get("client_id"), sent.get("refresh_token")) != (self.client_id, self.refresh_token):
            return Answer({"message": "Invalid refresh token"}, 401)
        access_token = self.tokens.hand_out(call.now)
        self.refresh_token = f"refresh-for-{access_token}"
        now = datetime.now(UTC)  # the caller's clock, which the told times are held against
        return Answer(
            {
                "access_token": access_token,
                "access_token_expiration": int((now + TOKEN_LIFE).timestamp()),
                "refresh_token": self.refresh_token,
                "refresh_token_expiration": int((now + REFRESH_TOKEN_LIFE).timestamp()),
            }
        )

    def _order(self, call: Call) -> Json:
        record = self.orders.get(call.place["order"], call.now)
        if record is None:
            raise Refusal(errors.not_found("Order not found"))
        found: Json = json.loads(self.texts([record]))
        return found

    def _list(self, call: Call, collection: Collection, rules: asking.ListRules) -> Answer:
        asked = asking.asked_for(call.query, rules, call.now)
        page = page_at(collection, asked.query, asked.offset, call.now)
        told = self._shown(page.records, asked.expanded, rules)
        return Answer({"elements": told, "href": call.url}, headers=rules.allowed_header)

    def _shown(
        self, records: Iterable[Record], expanded: frozenset[str], rules: asking.ListRules
    ) -> list[Json]:
        told = json.loads(b"[" + self.texts(records) + b"]")
        return [asking.shown(record, expanded, rules.expandable) for record in told]

    def _page(self, call: Call, found: list[Json]) -> Json:
        limit, offset = asking.page_of(call.query)
        return {"elements": found[offset : offset + limit], "href": call.url}
