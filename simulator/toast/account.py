"""The restaurants of one Toast client, and what Toast answers about them."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any

from simulator.core.account import Account
from simulator.core.answers import Answer, Call, Json, Refusal
from simulator.core.paging import page_at
from simulator.core.records import Collection, Query
from simulator.ledger import Store
from simulator.toast import catalog
from simulator.toast.metrics import Totals
from simulator.toast.orders import OrderRenderer, change_key
from simulator.toast.parts import business_date, toast_date, toast_time

RESTAURANT_HEADER = "toast-restaurant-external-id"
TOKEN_LIFE = timedelta(days=1)
MOST_PER_PAGE = 100
CONFIGURATION_PER_PAGE = 40
"""Toast ends such a page by its size in bytes; no caller may choose it."""
MOST_REPORT_DAYS = 366
FIRST_DAY = datetime(2015, 12, 1, tzinfo=UTC)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+([+-]\d{4}|Z)")
DAY = re.compile(r"\d{8}")
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def refusal(status: int, message: str) -> Answer:
    """Toast's form of an error: the status stands in it as a text, and it has no code in words."""
    return Answer(
        {
            "status": str(status),
            "code": 0,
            "message": message,
            "messageKey": None,
            "fieldName": None,
            "link": None,
            "requestId": "3f0b6f0e-simulated",
            "developerMessage": None,
            "errors": [],
            "canRetry": None,
        },
        status,
    )


@dataclass
class ToastAccount(Account):
    """The ledger's records, and one method for each of Toast's endpoints.

    Attributes:
        client_id: With `client_secret` what a login needs.
        closeout_hour: The hour at which every restaurant's business day ends.
        report_looks: So many times a report is asked for before it is ready.
        logins: When tokens were handed out.
    """

    client_id: str = ""
    client_secret: str = ""
    closeout_hour: int = 0
    report_looks: int = 0
    logins: list[datetime] = field(default_factory=list)
    _reports: dict[str, tuple[Json, int]] = field(default_factory=dict)

    @cached_property
    def stores(self) -> dict[str, Store]:
        """The restaurants."""
        return {store.id: store for store in self.ledger.stores}

    @cached_property
    def orders(self) -> Collection:
        """Every version of every order."""
        return Collection(OrderRenderer(self.ledger, self.closeout_hour).records())

    @cached_property
    def configuration(self) -> dict[str, list[Json]]:
        """The lists of the configuration API."""
        return catalog.configuration(self.ledger)

    def edit_order(self, order_id: str) -> None:
        """Changes an order now, without changing what was sold."""
        self._change(order_id, {})

    def delete_order(self, order_id: str) -> None:
        """Deletes an order: it is still told, and says so."""
        self._change(order_id, {"deleted": True, "deletedDate": toast_time(self.now())})

    def _change(self, order_id: str, changed: Json) -> None:
        now = self.now()
        last = self.orders.get(order_id, now)
        if last is None:
            raise LookupError(order_id)
        store_id, day, _ = last.keys["DAY"]
        keys = {"CHANGED": change_key(store_id, now), "DAY": (store_id, day, now)}

        def write(told: Any, version: int) -> Any:
            return told | changed | {"modifiedDate": toast_time(now)}

        self.orders.revise(order_id, now, keys, write)

    def log_in(self, call: Call) -> Json:
        """POST /authentication/v1/authentication/login."""
        try:
            asked = json.loads(call.body)
        except ValueError:
            raise Refusal(refusal(400, "The request body is no JSON.")) from None
        right = {
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "userAccessType": "TOAST_MACHINE_CLIENT",
        }
        if asked != right:
            raise Refusal(refusal(401, "The client credentials are not valid."))
        self.logins.append(call.now)
        return {
            "token": {
                "tokenType": "Bearer",
                "scope": None,
                "expiresIn": int(TOKEN_LIFE.total_seconds()),
                # It ends by the caller's clock, which does not jump as this one may.
                "accessToken": self.tokens.hand_out(call.now),
                "idToken": None,
                "refreshToken": None,
            },
            "status": "SUCCESS",
        }

    def connected_restaurants(self, call: Call) -> Json:
        """GET /partners/v1/connectedRestaurants."""
        results = [
            {
                "restaurantGuid": store.id,
                "managementGroupGuid": "GROUP-1",
                "deleted": False,
                "restaurantName": store.name,
                "locationName": store.name,
                "createdByEmailAddress": store.email,
                "modifiedDate": int(store.created_at.timestamp() * 1000),
            }
            for store in self.ledger.stores
        ]
        return {
            "currentPageNum": 1,
            "results": results,
            "totalResultCount": len(results),
            "pageSize": 100,
            "currentPageToken": "cDoxLHM6MTAw",
            "nextPageToken": None,
            "totalCount": len(results),
            "nextPageNum": None,
            "lastPageNum": 1,
            "previousPageNum": None,
        }

    def get_restaurant(self, call: Call) -> Json:
        """GET /restaurants/v1/restaurants/{guid}."""
        store = self.stores.get(call.place["guid"])
        if store is None or (not store.is_active and call.query.get("includeArchived") != "true"):
            raise Refusal(refusal(404, "The restaurant was not found."))
        return catalog.restaurant(self.ledger, store, self.closeout_hour)

    def list_orders(self, call: Call) -> Answer:
        """GET /orders/v2/ordersBulk: by time of change, or of one business date."""
        store, asked = self._restaurant(call), call.query
        size = whole_number(asked.get("pageSize"), "pageSize", MOST_PER_PAGE, most=MOST_PER_PAGE)
        page = whole_number(asked.get("page"), "page", 1)
        if asked.get("businessDate"):
            if not DAY.fullmatch(asked["businessDate"]):
                raise Refusal(refusal(400, "businessDate has to be yyyymmdd."))
            day = int(asked["businessDate"])
            query = Query("DAY", size, start=(store.id, day, EARLIEST), end=(store.id, day, LATEST))
        else:
            start, end = (
                instant(asked.get("startDate"), "startDate"),
                instant(asked.get("endDate"), "endDate"),
            )
            if not FIRST_DAY < start < end:
                raise Refusal(refusal(400, "startDate has to be after 2015-12-01 and before endDate."))
            # The end does not belong to it.
            last = end - timedelta(microseconds=1)
            query = Query("CHANGED", size, start=change_key(store.id, start), end=change_key(store.id, last))
        found = page_at(self.orders, query, (page - 1) * size, call.now)
        told = Answer(b"[%s]" % self.texts(found.records))
        return told.with_headers({"Link": links(call, page, more=found.more)})

    def list_menus(self, call: Call) -> Json:
        """GET /menus/v2/menus."""
        return catalog.menus(self.ledger, self._restaurant(call), call.now)

    def menu_metadata(self, call: Call) -> Json:
        """GET /menus/v2/metadata."""
        return {"restaurantGuid": self._restaurant(call).id, "lastUpdated": toast_time(call.now)}

    def list_configured(self, kind: str) -> Callable[[Call], Answer]:
        """GET /config/v2/{kind}: the next page is named in a header."""

        def answer(call: Call) -> Answer:
            self._restaurant(call)
            start = whole_number(call.query.get("pageToken"), "pageToken", 0)
            listed = self.configuration[kind]
            end = start + CONFIGURATION_PER_PAGE
            headers = {"Toast-Next-Page-Token": str(end)} if end < len(listed) else {}
            return Answer(listed[start:end], headers=headers)

        return answer

    def list_stock(self, call: Call) -> list[Json]:
        """GET /stock/v1/inventory: what is scarce or sold out."""
        wanted = call.query.get("status")
        listed = catalog.stock(self.ledger, self._restaurant(call), call.now)
        return [item for item in listed if wanted in (None, "", item["status"])]

    def order_report(self, call: Call) -> Answer:
        """POST /era/v1/metrics: the sums of some days, to be fetched later."""
        asked = json.loads(call.body)
        first, last = (day_of(asked.get(name), name) for name in ("startBusinessDate", "endBusinessDate"))
        if not timedelta(0) <= last - first < timedelta(days=MOST_REPORT_DAYS):
            raise Refusal(refusal(400, f"A report covers 1 to {MOST_REPORT_DAYS} days."))
        guid = f"report-{len(self._reports) + 1}"
        self._reports[guid] = (asked, self.report_looks)
        return Answer(guid.join('""').encode())

    def get_report(self, call: Call) -> Answer:
        """GET /era/v1/metrics/{guid}: 202 until it is ready."""
        guid = call.place["guid"]
        if guid not in self._reports:
            raise Refusal(refusal(404, "The report does not exist."))
        asked, looks = self._reports[guid]
        if looks:
            self._reports[guid] = (asked, looks - 1)
            waiting = {"message": "Not ready", "reportStatus": "IN_PROGRESS", "reportRequestGuid": guid}
            return Answer(waiting, 202)
        totals = Totals(self.ledger, self._day)
        for sale in self.ledger.sales_at(call.now):
            totals.add_sale(sale)
        for given in (*self.ledger.returns_at(call.now), *self.ledger.refunds_at(call.now)):
            totals.add_return(given)
        restaurants = set(asked["restaurantIds"] or self.stores) - set(asked["excludedRestaurantIds"])
        return Answer(totals.rows(restaurants, asked["startBusinessDate"], asked["endBusinessDate"]))

    def _day(self, moment: datetime, store: Store) -> int:
        return toast_date(business_date(moment, store, self.closeout_hour))

    def _restaurant(self, call: Call) -> Store:
        """The restaurant that a request is about."""
        guid = call.headers.get(RESTAURANT_HEADER)
        if not guid:
            raise Refusal(refusal(400, "The header Toast-Restaurant-External-ID is missing."))
        if guid not in self.stores:
            raise Refusal(refusal(403, "The client has no access to the restaurant."))
        return self.stores[guid]


def whole_number(text: str | None, name: str, default: int, most: int | None = None) -> int:
    """Reads a number of the URL."""
    if not text:
        return default
    if not text.isdigit() or (most and not 1 <= int(text) <= most):
        raise Refusal(refusal(400, f"{name} is not valid."))
    return int(text)


def instant(text: str | None, name: str) -> datetime:
    """Reads a time of the URL. A "+" that was not encoded has become a space, and is no time."""
    if not text or not TIME.fullmatch(text):
        raise Refusal(refusal(400, f"{name} is not an ISO 8601 time with a fraction of a second."))
    return datetime.fromisoformat(text)


def day_of(number: Any, name: str) -> datetime:
    """Reads a business date."""
    try:
        return datetime.strptime(str(number), "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(refusal(400, f"{name} is not yyyyMMdd.")) from None


def links(call: Call, page: int, *, more: bool) -> str:
    """The header Link of a page of a list."""
    pages = {"first": 1, "self": page}
    pages |= {"prev": page - 1} if page > 1 else {}
    pages |= {"next": page + 1} if more else {}
    kept = "&".join(f"{name}={value}" for name, value in call.query.items() if name != "page")
    return ", ".join(f'<{call.url}?{kept}&page={number}>; rel="{name}"' for name, number in pages.items())


def reset_at(moment: datetime) -> str:
    """A moment as the header X-Toast-RateLimit-Reset tells it: whole seconds since 1970."""
    return str(ceil(moment.timestamp()))
