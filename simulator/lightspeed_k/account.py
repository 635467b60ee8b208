"""One client's businesses: the ledger's records, and what K answers about them."""

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from simulator.core.account import Account
from simulator.core.answers import Answer, Call, Json, Refusal
from simulator.core.paging import WrongCursor, fingerprint, page_after
from simulator.core.records import Collection, Query, Record
from simulator.ledger import Store
from simulator.lightspeed_k.sales import SaleRenderer, instant

DEFAULT_PAGE, LARGEST_PAGE = 50, 100
LONGEST_SPAN = timedelta(days=365)
TOKEN_LIFE = timedelta(hours=1)


@dataclass
class LightspeedKAccount(Account):
    """The ledger's records, and one method for each of K's endpoints.

    Attributes:
        refresh_tokens: Those that can still be used, each of them once.
        start_of_day: When the locations' business day begins.
    """

    refresh_tokens: set[str] = field(default_factory=set)
    start_of_day: time = time(0)

    @cached_property
    def sales(self) -> Collection:
        """Every version of every account."""
        return Collection(SaleRenderer(self.ledger).records())

    @cached_property
    def _first_told(self) -> list[Record]:
        """When each account is told of for the first time."""
        return [record for record in SaleRenderer(self.ledger).records() if record.version == 1]

    def edit_order(self, sale_id: str) -> None:
        """Opens an account again and closes it now, with the same content."""
        now = self.now()
        self.sales.revise(
            sale_id, now, {"timeClosed": now}, lambda told, version: told | {"timeClosed": instant(now)}
        )

    def list_businesses(self, call: Call) -> Json:
        """GET /f/data/businesses: each currency is a business of its own."""
        number, size = whole(call, "page", 0), whole(call, "size", 1000)
        by_currency: dict[str, list[Store]] = {}
        for store in self.ledger.stores:
            by_currency.setdefault(store.currency, []).append(store)
        listed = [
            {
                "businessName": f"Business in {currency}",
                "businessId": index + 1,
                "currencyCode": currency,
                "businessLocations": [
                    {
                        "blName": store.name,
                        "blID": int(store.id),
                        "country": store.country,
                        "timezone": store.timezone,
                    }
                    for store in stores
                ],
            }
            for index, (currency, stores) in enumerate(sorted(by_currency.items()))
        ][number * size : (number + 1) * size]
        links = {"self": {"href": call.url}}
        return {"_embedded": {"businessList": listed}, "_links": links} if listed else {"_links": links}

    def list_sales(self, call: Call) -> bytes:
        """GET /f/v2/business-location/{id}/sales: by the time of closing."""
        store = self._store(call)
        start = moment(call, "from")
        if start is None:
            parameter = "for method parameter type OffsetDateTime is not present"
            raise bad_request(f"Required request parameter 'from' {parameter}")
        end = min(moment(call, "to") or call.now, call.now)
        if start > end or end - start > LONGEST_SPAN:
            raise bad_request(
                f"Invalid date range: 'from' date {start.isoformat()} should not be after 'to' date "
                f"{end.isoformat()}, nor more than 365 days before it"
            )
        if start < store.created_at:
            raise bad_request(
                "Invalid 'from' date query parameter. The requested business location was not operational on "
                f"the provided date.\nPlease specify a date and time after: {store.created_at.isoformat()}, "
                "which is the earliest available date for this location.\n"
            )
        size = whole(call, "pageSize", DEFAULT_PAGE)
        if not 1 <= size <= LARGEST_PAGE:
            raise bad_request(f"pageSize must be between 1 and {LARGEST_PAGE}")
        query = Query(
            sort_key="timeClosed",
            limit=size,
            start=start,
            end=end,
            accept=lambda record: record.location_id == store.id,
        )
        mark = fingerprint(store.id, start, call.query.get("to"), call.query.get("include"))
        try:
            page = page_after(self.sales, query, call.query.get("nextPageToken") or None, call.now, mark=mark)
        except WrongCursor:
            raise bad_request("Invalid nextPageToken") from None
        token = b',"nextPageToken":' + json.dumps(page.cursor).encode() if page.cursor else b""
        return b'{"sales":[%s]%s}' % (self._included(call, page.records), token)

    def list_sales_of_day(self, call: Call) -> bytes:
        """GET /f/v2/business-location/{id}/sales-daily: a business day, and whether it is all there."""
        store = self._store(call)
        try:
            day = date.fromisoformat(call.query.get("date", ""))
        except ValueError:
            raise bad_request(f"Invalid date format: {call.query.get('date')}") from None
        start, next_start = (
            datetime.combine(each, self.start_of_day, store.zone) for each in (day, day + timedelta(days=1))
        )

        def of_day(record: Record) -> bool:
            return record.location_id == store.id and start <= record.keys["timeClosed"] < next_start

        complete = next_start <= call.now and not any(
            call.now < record.visible_at for record in self._first_told if of_day(record)
        )
        told = self._included(call, [record for record in self.sales.told(call.now) if of_day(record)])
        end = {"nextStartOfDayAsIso8601": next_start.isoformat(), "dataComplete": complete}
        return b'{"sales":[%s],%s' % (told, json.dumps(end).encode()[1:])

    def give_token(self, call: Call) -> Json:
        """POST /oauth/token: a refresh token is good for one grant, which comes with the next one."""
        asked = call.form()
        refresh_token = asked.get("refresh_token", "")
        if not call.headers.get("authorization", "").startswith("Basic "):
            raise Refusal(Answer({"error": "unauthorized"}, 401))
        if asked.get("grant_type") != "refresh_token" or refresh_token not in self.refresh_tokens:
            raise Refusal(Answer({"error": "invalid_grant"}, 400))
        self.refresh_tokens = {f"{refresh_token}+"}
        return {
            "access_token": self.tokens.hand_out(call.now, TOKEN_LIFE),
            "token_type": "bearer",
            "refresh_token": f"{refresh_token}+",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "scope": " ".join(self.scopes),
        }

    def _store(self, call: Call) -> Store:
        found = next((store for store in self.ledger.stores if store.id == call.place["id"]), None)
        if found is None:
            raise Refusal(Answer({"error": "Access token not relevant for the businessLocation"}, 403))
        return found

    def _included(self, call: Call, records: list[Record]) -> bytes:
        """The accounts, without what `include` does not name."""
        asked = set(call.query.get("include", "").split(","))
        if {"payments", "consumer", "revenue_center"} <= asked:
            return self.texts(records)
        return b",".join(
            json.dumps(without(json.loads(self.texts([record])), asked)).encode() for record in records
        )


def without(sale: Json, asked: set[str]) -> Json:
    """An account without what was not asked for."""
    if "payments" not in asked:
        del sale["payments"]
    for part in (*sale["salesLines"], *sale.get("payments", ())):
        if "consumer" not in asked:
            part.pop("consumer", None)
        if "revenue_center" not in asked:
            part.pop("revenueCenter", None)
    return sale


def whole(call: Call, name: str, default: int) -> int:
    """A parameter that has to be a whole number."""
    try:
        return int(call.query.get(name, default))
    except ValueError:
        raise bad_request(f"Invalid {name}") from None


def moment(call: Call, name: str) -> datetime | None:
    """A parameter that has to be a time."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text.replace(" ", "+")).astimezone(UTC)
    except ValueError:
        raise bad_request(f"Invalid date format: {text}") from None


def bad_request(error: str) -> Refusal:
    """K's form of a refusal."""
    return Refusal(Answer({"error": error}, 400))
