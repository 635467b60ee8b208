"""One account of a custom API: the ledger's records, and the lists of them."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from simulator.core.account import Account
from simulator.core.answers import Answer, Call, Json, Refusal
from simulator.core.paging import Page, WrongCursor, fingerprint, page_after, page_at
from simulator.core.records import Collection, Query
from simulator.generic.records import Renderer
from simulator.generic.shape import CLIENT_ID, CLIENT_SECRET, Shape

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 500
TOKEN_LIFE = timedelta(hours=1)
TIMES = {"changed_since": "changed", "changed_before": "changed", "sold_from": "sold", "sold_to": "sold"}
MOMENT = timedelta(microseconds=1)


@dataclass
class GenericAccount(Account):
    """The ledger's records, and a method for each list."""

    shape: Shape = field(default_factory=Shape)

    @cached_property
    def orders(self) -> Collection:
        """Every version of every sale."""
        return Collection(self._renderer.orders())

    @cached_property
    def returns(self) -> Collection:
        """Every version of every return."""
        return Collection(self._renderer.returns())

    @cached_property
    def refunds(self) -> Collection:
        """Every version of every refund."""
        return Collection(self._renderer.refunds())

    @cached_property
    def payments(self) -> Collection:
        """Every version of every payment."""
        return Collection(self._renderer.payments())

    @cached_property
    def products(self) -> Collection:
        """Every item."""
        return Collection(self._renderer.products())

    @cached_property
    def stock(self) -> Collection:
        """Every level of stock, after each change."""
        return Collection(self._renderer.stock())

    @cached_property
    def stores(self) -> Collection:
        """Every store."""
        return Collection(self._renderer.stores())

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self.ledger, self.shape)

    def edit_order(self, order_id: str) -> None:
        """Gives a sale or a return a new version now, with the same content."""
        now = self.now()
        is_sale = self.orders.get(order_id, now) is not None

        def change(told: Json, version: int) -> Json:
            return told | {"changed": self.shape.time(now)}

        (self.orders if is_sale else self.returns).revise(order_id, now, {"changed": now}, change)

    def give_token(self, call: Call) -> Json:
        """POST /oauth/token: the client credentials grant."""
        form = call.form()
        if form.get("grant_type") != "client_credentials":
            raise Refusal(refusal(400, "UNSUPPORTED_GRANT_TYPE"))
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refusal(refusal(401, "INVALID_CLIENT"))
        token = self.tokens.hand_out(call.now, TOKEN_LIFE)
        return {"access_token": token, "token_type": "Bearer", "expires_in": int(TOKEN_LIFE.total_seconds())}

    def list_orders(self, call: Call) -> Answer:
        """GET /v1/orders."""
        return self._list(self.orders, call)

    def list_returns(self, call: Call) -> Answer:
        """GET /v1/returns."""
        return self._list(self.returns, call)

    def list_refunds(self, call: Call) -> Answer:
        """GET /v1/refunds."""
        return self._list(self.refunds, call)

    def list_payments(self, call: Call) -> Answer:
        """GET /v1/payments."""
        return self._list(self.payments, call)

    def list_products(self, call: Call) -> Answer:
        """GET /v1/products."""
        return self._list(self.products, call)

    def list_stock(self, call: Call) -> Answer:
        """GET /v1/stock."""
        return self._list(self.stock, call)

    def list_stores(self, call: Call) -> Answer:
        """GET /v1/stores."""
        return self._list(self.stores, call)

    def _list(self, collection: Collection, call: Call) -> Answer:
        """One page of a list, oldest change first; of a span of changes or sales, where it is asked for."""
        query = self._query(call)
        try:
            page, beside, headers = self._page(collection, query, call)
        except (WrongCursor, ValueError):
            raise Refusal(refusal(400, "INVALID_PARAMETER")) from None
        records = [self.faults.spoil(record.id, record.render()) for record in page.records]
        return Answer(self.shape.enveloped(records, beside), headers=headers)

    def _query(self, call: Call) -> Query:
        asked = call.query
        try:
            limit = min(max(int(asked.get("limit", DEFAULT_LIMIT)), 1), LARGEST_LIMIT)
            times = {name: self.shape.moment(asked[name]) for name in TIMES if name in asked}
        except ValueError:
            raise Refusal(refusal(400, "INVALID_PARAMETER")) from None
        key = "sold" if "sold_from" in times or "sold_to" in times else "changed"
        until = times.get("sold_to" if key == "sold" else "changed_before")
        return Query(
            sort_key=key,
            limit=limit,
            start=times.get("sold_from" if key == "sold" else "changed_since"),
            end=until - MOMENT if until else call.now,
        )

    def _page(self, collection: Collection, query: Query, call: Call) -> tuple[Page, Json, dict[str, str]]:
        """A page, what is said of the next one in the answer, and what in its headers."""
        asked, shape = dict(call.query), self.shape
        if shape.pages == "offset":
            return page_at(collection, query, int(asked.get("offset", 0)), call.now), {}, {}
        if shape.pages == "page_number":
            offset = (int(asked.get("page", 1)) - 1) * query.limit
            return page_at(collection, query, offset, call.now), {}, {}
        without_end = [query.sort_key, query.start, query.limit]
        page = page_after(
            collection, query, asked.get("cursor"), call.now, mark=fingerprint(call.path, without_end)
        )
        if page.cursor is None:
            return page, {}, {}
        if shape.pages == "cursor":
            return page, {"next": page.cursor}, {}
        url = f"{call.url}?{urlencode(asked | {'cursor': page.cursor})}"
        if shape.pages == "next_url":
            return page, {"next": url}, {}
        return page, {}, {"Link": f'<{call.url}>; rel="first", <{url}>; rel="next"'}


def refusal(status: int, code: str, **more: Any) -> Answer:
    """The API's form of a refusal."""
    return Answer({"error": code, **more}, status)
