"""One seller's account: the ledger's records, and what Square answers about them."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from simulator.core.account import Account
from simulator.core.answers import Call, Json
from simulator.core.paging import Page, WrongCursor, page_after
from simulator.core.records import Collection
from simulator.expected import expected_figures
from simulator.square import asking, merchant, reporting
from simulator.square.catalog import CatalogRenderer
from simulator.square.errors import invalid_request, not_found
from simulator.square.inventory import ONE_LOCATION_UNTIL, InventoryRenderer
from simulator.square.orders import OrderRenderer
from simulator.square.parts import rfc3339
from simulator.square.payments import PaymentRenderer

TOP_LEVEL_KINDS = frozenset({"ITEM", "CATEGORY", "TAX"})
TOKEN_LIFE = timedelta(days=30)


@dataclass
class SquareAccount(Account):
    """The ledger's records, and one method for each of Square's endpoints."""

    computing: int = 0
    """So many times a report is said to be still computed."""
    _changes: dict[bool, Collection] = field(default_factory=dict)

    @cached_property
    def location_ids(self) -> frozenset[str]:
        """The stores."""
        return frozenset(store.id for store in self.ledger.stores)

    @cached_property
    def orders(self) -> Collection:
        """Every version of every order."""
        return Collection(OrderRenderer(self.ledger).records())

    @cached_property
    def payments(self) -> Collection:
        """Every version of every payment."""
        return Collection(PaymentRenderer(self.ledger).payments())

    @cached_property
    def refunds(self) -> Collection:
        """Every version of every refund."""
        return Collection(PaymentRenderer(self.ledger).refunds())

    @cached_property
    def catalog(self) -> Collection:
        """Every catalogue object."""
        return Collection(CatalogRenderer(self.ledger).records())

    @cached_property
    def counts(self) -> Collection:
        """What is in stock, after each change."""
        return Collection(InventoryRenderer(self.ledger).counts())

    def edit_order(self, order_id: str) -> None:
        """Gives an order a new version now, with the same content."""
        now = self.now()

        def change(told: Json, version: int) -> Json:
            return told | {"version": version, "updated_at": rfc3339(now)}

        self.orders.revise(order_id, now, {"UPDATED_AT": now}, change)

    def _page(self, name: str, collection: Collection, page: asking.Page, now: datetime) -> bytes:
        """A page as Square writes it: an empty list is left out, and the last page has no cursor."""
        found = self._found(collection, page, now)
        parts = [b'"%s":[%s]' % (name.encode(), self.texts(found.records))] if found.records else []
        if found.cursor:
            parts.append(b'"cursor":' + json.dumps(found.cursor).encode())
        return b"{" + b",".join(parts) + b"}"

    def _found(self, collection: Collection, page: asking.Page, now: datetime) -> Page:
        # A query without an end ends at the moment of its first page.
        query = replace(page.query, end=page.query.end or now)
        try:
            return page_after(collection, query, page.cursor, now, mark=page.mark)
        except WrongCursor:
            detail = "The cursor does not belong to this query."
            raise invalid_request("INVALID_CURSOR", detail, "cursor") from None

    def _one(self, name: str, collection: Collection, record_id: str, now: datetime) -> bytes:
        record = collection.get(record_id, now)
        if record is None:
            raise not_found(f"{name} {record_id}")
        return b'{"%s":%s}' % (name.encode(), self.texts([record]))

    def token_status(self, call: Call) -> Json:
        """POST /oauth2/token/status: what the token may do."""
        return {
            "scopes": list(self.scopes),
            "expires_at": rfc3339(call.now + TOKEN_LIFE),
            "client_id": "sq0idp-simulated",
            "merchant_id": merchant.MERCHANT_ID,
        }

    def list_locations(self, call: Call) -> Json:
        """GET /v2/locations, by name, inactive ones included."""
        stores = sorted(self.ledger.stores, key=lambda store: store.name)
        return {"locations": [merchant.location(store) for store in stores]}

    def get_location(self, call: Call) -> Json:
        """GET /v2/locations/{id}; "main" is the seller's first."""
        wanted = call.place["id"]
        for store in self.ledger.stores:
            if wanted in (store.id, "main"):
                return {"location": merchant.location(store)}
        raise not_found(f"location {wanted}")

    def search_orders(self, call: Call) -> bytes | Json:
        """POST /v2/orders/search."""
        asked = asked_of(call)
        page = asking.orders_page(asked, self.location_ids)
        if not asked.get("return_entries"):
            return self._page("orders", self.orders, page, call.now)
        found = self._found(self.orders, page, call.now)
        entries = [
            {"order_id": record.id, "version": record.version, "location_id": record.location_id}
            for record in found.records
        ]
        cursor = {"cursor": found.cursor} if found.cursor else {}
        return ({"order_entries": entries} if entries else {}) | cursor

    def retrieve_orders(self, call: Call) -> bytes:
        """POST /v2/orders/batch-retrieve: ids that are not known are left out."""
        asked = asked_of(call)
        ids = asked.get("order_ids")
        if not isinstance(ids, list) or not ids:
            raise invalid_request("MISSING_REQUIRED_PARAMETER", "`order_ids` is required.", "order_ids")
        if len(ids) > asking.MOST_ORDER_IDS:
            detail = f"At most {asking.MOST_ORDER_IDS} order_ids may be given."
            raise invalid_request("ARRAY_LENGTH_TOO_LONG", detail, "order_ids")
        location_id = asked.get("location_id")
        found = (self.orders.get(str(order_id), call.now) for order_id in dict.fromkeys(ids))
        records = [record for record in found if record and location_id in (None, record.location_id)]
        return b'{"orders":[%s]}' % self.texts(records) if records else b"{}"

    def get_order(self, call: Call) -> bytes:
        """GET /v2/orders/{id}."""
        return self._one("order", self.orders, call.place["id"], call.now)

    def list_payments(self, call: Call) -> bytes:
        """GET /v2/payments: of the main location, unless one is named."""
        asked = asked_of(call)
        main = self.ledger.stores[0].id
        page = asking.money_page(asked, call.now, endpoint="payments", default_location=main)
        return self._page("payments", self.payments, page, call.now)

    def get_payment(self, call: Call) -> bytes:
        """GET /v2/payments/{id}."""
        return self._one("payment", self.payments, call.place["id"], call.now)

    def list_refunds(self, call: Call) -> bytes:
        """GET /v2/refunds: of all locations, unless one is named."""
        asked = asked_of(call)
        page = asking.money_page(asked, call.now, endpoint="refunds", default_location=None)
        return self._page("refunds", self.refunds, page, call.now)

    def get_refund(self, call: Call) -> bytes:
        """GET /v2/refunds/{id}."""
        return self._one("refund", self.refunds, call.place["id"], call.now)

    def list_catalog(self, call: Call) -> bytes:
        """GET /v2/catalog/list: a hundred a page, whatever is asked, and nothing that was deleted."""
        asked = asked_of(call)
        types = str(asked.get("types") or "").upper()
        kinds = frozenset(kind.strip() for kind in types.split(",")) if types else TOP_LEVEL_KINDS
        only_cursor = {"cursor": asked.get("cursor")}
        page = asking.catalog_page(only_cursor, kinds, most=100, deleted=False, since=None)
        return self._page("objects", self.catalog, page, call.now)

    def search_catalog(self, call: Call) -> bytes:
        """POST /v2/catalog/search: also says how fresh the answer is, for the next `begin_time`."""
        asked = asked_of(call)
        if asked.get("query"):
            raise invalid_request("BAD_REQUEST", "`query` is not simulated.", "query")
        page = asking.catalog_page(
            asked,
            asking.texts(asked, "object_types") or TOP_LEVEL_KINDS,
            most=1000,
            deleted=bool(asked.get("include_deleted_objects")),
            since=asking.moment(asked.get("begin_time"), "begin_time"),
        )
        body = self._page("objects", self.catalog, page, call.now)
        latest = b'"latest_time":"%s"}' % rfc3339(call.now).encode()
        return body[:-1] + (b"," if len(body) > 2 else b"") + latest

    def retrieve_counts(self, call: Call) -> bytes:
        """POST /v2/inventory/counts/batch-retrieve: newest first."""
        asked = asked_of(call)
        page = asking.inventory_page(
            asked, endpoint="counts", sort_field="CALCULATED_AT", descending=True, by_state="states"
        )
        return self._page("counts", self.counts, page, call.now)

    def retrieve_changes(self, call: Call) -> bytes:
        """POST /v2/inventory/changes/batch-retrieve: oldest first."""
        asked = asked_of(call)
        page = asking.inventory_page(
            asked, endpoint="changes", sort_field="OCCURRED_AT", descending=False, by_state="types"
        )
        one_location = call.headers.get("square-version", "") < ONE_LOCATION_UNTIL
        if one_location not in self._changes:
            changes = InventoryRenderer(self.ledger).changes(one_location=one_location)
            self._changes[one_location] = Collection(changes)
        return self._page("changes", self._changes[one_location], page, call.now)

    def search_vendors(self, call: Call) -> Json:
        """POST /v2/vendors/search."""
        asked = asked_of(call)
        if asked.get("cursor"):
            raise invalid_request("INVALID_CURSOR", "The cursor does not belong to this query.", "cursor")
        filters, sort = asking.section(asked, "filter"), asking.section(asked, "sort")
        names, statuses = asking.texts(filters, "name"), asking.texts(filters, "status")
        found = [
            record.render()
            for record in merchant.vendors(self.ledger)
            if (names is None or record.source in names) and (statuses is None or record.state in statuses)
        ]
        by = "name" if sort.get("field", "NAME") == "NAME" else "created_at"
        found.sort(key=lambda vendor: (vendor[by], vendor["id"]), reverse=sort.get("order") == "DESC")
        return {"vendors": found} if found else {}

    def load_report(self, call: Call) -> Json:
        """POST /reporting/v1/load."""
        if self.computing:
            self.computing -= 1
            return {"error": "Continue wait"}
        query = json.loads(call.body or b"{}").get("query", {})
        return {"data": reporting.report(query, expected_figures(self.ledger, at=call.now))}


def asked_of(call: Call) -> Json:
    """What a request asks for: the body of a POST, else the parameters of the URL."""
    return asking.read_body(call.body) if call.method == "POST" else dict(call.query)
