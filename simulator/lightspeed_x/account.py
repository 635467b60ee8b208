"""One retailer's account: the ledger's records, and what X answers about them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from simulator.core.account import Account
from simulator.core.answers import Answer, Call, Json, Refusal
from simulator.core.paging import page_at, page_since
from simulator.core.records import Collection, Query, Record
from simulator.lightspeed_x.catalog import CatalogRenderer, walk_in_customer
from simulator.lightspeed_x.consignments import ConsignmentRenderer
from simulator.lightspeed_x.feed import change, feed
from simulator.lightspeed_x.sales import SaleRenderer, moment

DEFAULT_PAGE, LARGEST_PAGE = 1000, 5000
LARGEST_SEARCH = 1000
TOKEN_LIFE = timedelta(days=1)


@dataclass
class LightspeedXAccount(Account):
    """The ledger's records, and one method for each of X's endpoints.

    Attributes:
        refresh_tokens: Those that can still be used, each of them once.
    """

    refresh_tokens: set[str] = field(default_factory=set)

    @cached_property
    def sales(self) -> Collection:
        """Every version of every sale."""
        return feed(SaleRenderer(self.ledger).records())

    @cached_property
    def products(self) -> Collection:
        """Every product."""
        return feed(self._catalog.products())

    @cached_property
    def suppliers(self) -> Collection:
        """Every supplier."""
        return feed(self._catalog.suppliers())

    @cached_property
    def outlets(self) -> Collection:
        """Every outlet."""
        return feed(self._catalog.outlets())

    @cached_property
    def stock(self) -> Collection:
        """Every level of stock, after each change."""
        return feed(self._catalog.stock())

    @cached_property
    def consignments(self) -> Collection:
        """Every version of every stock order."""
        return feed(self._orders.records())

    @cached_property
    def _orders(self) -> ConsignmentRenderer:
        return ConsignmentRenderer(self.ledger)

    @cached_property
    def _catalog(self) -> CatalogRenderer:
        return CatalogRenderer(self.ledger)

    def edit_order(self, sale_id: str) -> None:
        """Gives a sale a new version now, with the same content."""
        now = self.now()
        change(self.sales, sale_id, now, {"updated_at": moment(now)})

    def delete_order(self, sale_id: str) -> None:
        """Deletes a sale now: it stays in the feed, with the time of its deletion."""
        now = self.now()
        change(self.sales, sale_id, now, {"updated_at": moment(now), "deleted_at": moment(now)})

    def list_sales(self, call: Call) -> bytes:
        """GET /sales, deleted ones included."""
        return self._page(self.sales, call)

    def list_products(self, call: Call) -> bytes:
        """GET /products; deleted ones only where they are asked for."""
        return self._page(self.products, call, tombstones=call.query.get("deleted") == "true")

    def list_suppliers(self, call: Call) -> bytes:
        """GET /suppliers."""
        return self._page(self.suppliers, call)

    def list_outlets(self, call: Call) -> bytes:
        """GET /outlets; deleted ones only where they are asked for."""
        return self._page(self.outlets, call, tombstones=call.query.get("deleted") == "true")

    def list_stock(self, call: Call) -> bytes:
        """GET /inventory."""
        return self._page(self.stock, call)

    def list_consignments(self, call: Call) -> bytes:
        """GET /consignments, of one type and status where they are asked for."""
        kind, status = call.query.get("type"), call.query.get("status")
        return self._page(self.consignments, call, kind=kind, status=status)

    def list_consignment_products(self, call: Call) -> bytes:
        """GET /consignments/{id}/products."""
        order = self.consignments.get(call.place["id"], call.now)
        if order is None:
            raise Refusal(no_such("Consignment"))
        return self._page(self._orders.products(order), call)

    def get_retailer(self, call: Call) -> Json:
        """GET /retailer."""
        return {"data": self._catalog.retailer()}

    def search(self, call: Call) -> bytes | Json:
        """GET /search: sales by their date, customers by their code."""
        query = call.query
        if query.get("type") == "customers":
            return {"data": [walk_in_customer()] if query.get("customer_code") == "WALKIN" else []}
        if query.get("type") != "sales":
            raise Refusal(Answer({"error": "Bad Request", "message": "type is not supported"}, 400))
        deleted, statuses = query.get("deleted") == "true", set(query.getlist("status"))
        asked = Query(
            sort_key="sale_date",
            limit=min(whole(query.get("page_size"), LARGEST_SEARCH), LARGEST_SEARCH),
            start=instant(query.get("date_from")),
            end=instant(query.get("date_to")),
            accept=lambda record: (
                (deleted or record.state != "deleted")
                and (not statuses or record.render()["status"] in statuses)
            ),
        )
        page = page_at(self.sales, asked, whole(query.get("offset"), 0), call.now)
        return b'{"data":[%s]}' % self.texts(page.records)

    def give_token(self, call: Call) -> Json:
        """POST /api/1.0/token: a refresh token is good for one grant, which comes with the next one."""
        asked = call.form()
        refresh_token = asked.get("refresh_token", "")
        if asked.get("grant_type") != "refresh_token" or not asked.get("client_id"):
            raise Refusal(Answer({"error": "invalid_request"}, 400))
        if refresh_token not in self.refresh_tokens:
            raise Refusal(Answer({"error": "invalid_grant"}, 400))
        self.refresh_tokens = {f"{refresh_token}+"}
        return {
            "access_token": self.tokens.hand_out(call.now, TOKEN_LIFE),
            "token_type": "Bearer",
            "expires": int((call.now + TOKEN_LIFE).timestamp()),
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "refresh_token": f"{refresh_token}+",
            "domain_prefix": "simulated",
            "scope": " ".join(self.scopes),
        }

    def _page(
        self,
        collection: Collection,
        call: Call,
        *,
        tombstones: bool = True,
        kind: str | None = None,
        status: str | None = None,
    ) -> bytes:
        """A page of a feed. A parameter that X does not know, such as `page`, changes nothing."""

        def accept(record: Record) -> bool:
            return (
                (tombstones or record.state != "deleted")
                and kind in (None, record.source)
                and status in (None, record.state)
            )

        asked = Query(
            sort_key="version",
            limit=min(whole(call.query.get("page_size"), DEFAULT_PAGE), LARGEST_PAGE),
            end=whole(call.query.get("before"), 0) or None,
            accept=accept,
        )
        page = page_since(collection, asked, whole(call.query.get("after"), 0), call.now)
        numbers = [record.keys["version"] for record in page.records]
        lowest, highest = (str(numbers[0]), str(numbers[-1])) if numbers else ("null", "null")
        version = f'"version":{{"min":{lowest},"max":{highest}}}'
        return b'{"data":[%s],%s}' % (self.texts(page.records), version.encode())


def whole(text: str | None, default: int) -> int:
    """A parameter that has to be a whole number."""
    if text is None or text == "":
        return default
    try:
        return int(text)
    except ValueError:
        raise Refusal(Answer({"error": "Bad Request", "message": "not a whole number"}, 400)) from None


def instant(text: str | None) -> datetime | None:
    """A parameter that has to be a time in UTC."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(Answer({"error": "Bad Request", "message": "not a UTC timestamp"}, 400)) from None


def no_such(what: str) -> Answer:
    """The answer when there is no such record."""
    return Answer({"error": "Not Found", "message": f"{what} not found"}, 404)
