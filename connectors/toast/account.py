"""A Toast API client while it is used: how it logs in, and the restaurants that it may read."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from connectors.core import http
from connectors.core.auth import BearerAuth, NoAuth
from connectors.core.errors import DataFormatError, VendorError
from connectors.core.http import ATTEMPTS, HttpClient
from connectors.core.outcomes import retry_after_of
from connectors.core.pacing import LeakyBucket
from connectors.core.tokens import Grant, TokenKeeper
from connectors.toast.settings import ToastConnection

LOGIN = "/authentication/v1/authentication/login"
LOGINS_PER_HOUR = 2
CONNECTED_RESTAURANTS = "/partners/v1/connectedRestaurants"
RESTAURANT = "/restaurants/v1/restaurants/{restaurant}"
REPORTS = "/era/v1/metrics"
REPORT = "/era/v1/metrics/{report}"
RESTAURANT_HEADER = "Toast-Restaurant-External-ID"
RESET_HEADER = "X-Toast-RateLimit-Reset"
ONE_DAY = timedelta(days=1)
REPORT_LOOKS = 60
REPORT_PAUSE_SECONDS = 4
"""A report may be asked for thirty times a minute; a busy day's is ready after a minute or two."""


def seconds_to_reset(headers: Mapping[str, str]) -> float | None:
    """How long to wait after HTTP 429: until the limit's next slice of time, told in seconds since 1970."""
    wait = retry_after_of(headers)
    if wait is not None or RESET_HEADER not in headers:
        return wait
    try:
        return max(0.0, float(headers[RESET_HEADER]) - time.time())
    except ValueError:
        return None


def number_of(day: date) -> int:
    """A business date as Toast writes it: yyyyMMdd."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    """A business date from Toast's yyyyMMdd."""
    return date(number // 10_000, number // 100 % 100, number % 100)


@dataclass(frozen=True)
class Restaurant:
    """How a restaurant's days are cut.

    Attributes:
        guid: Its id.
        zone: Its time zone.
        closeout_hour: The full hour, 0 to 12, at which a business day ends.
        first_day: The business date on which it began to use Toast.
    """

    guid: str
    zone: ZoneInfo
    closeout_hour: int
    first_day: date

    def business_date(self, moment: datetime) -> date:
        """The business date that a moment belongs to, by the clock on the restaurant's wall."""
        on_the_wall = moment.astimezone(self.zone).replace(tzinfo=None)
        return (on_the_wall - timedelta(hours=self.closeout_hour)).date()

    def business_dates(self, start: datetime, end: datetime) -> Iterator[date]:
        """The business dates that [start, end) touches, none before the restaurant used Toast."""
        day = max(self.business_date(start), self.first_day)
        last = self.business_date(end - timedelta(microseconds=1))
        while day <= last:
            yield day
            day += ONE_DAY


@dataclass(frozen=True)
class ToastAccount:
    """One Toast API client.

    Attributes:
        connection: Its settings.
        attempts: How often a request is tried.
    """

    connection: ToastConnection
    attempts: int = ATTEMPTS

    @cached_property
    def client(self) -> HttpClient:
        """Signs with the token of the day; a token that is refused is replaced by one login."""
        return self._client(
            auth=BearerAuth(self._keeper.access_token),
            renew=self._keeper.renew,
            pace=LeakyBucket(1, self.connection.requests_per_second),
        )

    @cached_property
    def restaurant_guids(self) -> tuple[str, ...]:
        """The restaurants that are read: those of the settings, else all that the client is connected to."""
        if self.connection.restaurant_guids:
            return self.connection.restaurant_guids
        found: list[str] = []
        query: dict[str, str] = {}
        while True:
            answer = self.client.request(
                "GET", CONNECTED_RESTAURANTS, scope="of a partner (or set restaurant_guids)", query=query
            )
            with self._as_documented(CONNECTED_RESTAURANTS):
                page = json.loads(answer.content)
                found += [one["restaurantGuid"] for one in page["results"] if not one.get("deleted")]
                token = page.get("nextPageToken")
            if not token or token == query.get("pageToken"):
                return tuple(found)
            query = {"pageToken": token}

    @cached_property
    def restaurants(self) -> tuple[Restaurant, ...]:
        """How the days of each restaurant are cut.

        Raises:
            VendorError: The client knows no restaurant of that id.
        """
        return tuple(self._restaurant(guid) for guid in self.restaurant_guids)

    def report(self, body: Mapping[str, Any]) -> str:
        """Orders a report, waits until it is ready, and gives its id.

        Raises:
            VendorError: It is not ready after four minutes.
        """
        scope = "enterprise-metrics:read"
        answer = self.client.request("POST", REPORTS, scope=scope, body=body)
        with self._as_documented(REPORTS):
            told = json.loads(answer.content)
            # Documentation shows the id as an object's member, and as a bare text.
            report = str(told["reportRequestGuid"] if isinstance(told, dict) else told)
        path = REPORT.format(report=report)
        for _ in range(REPORT_LOOKS):
            accepted = (HTTPStatus.OK, HTTPStatus.ACCEPTED)
            if self.client.request("GET", path, scope=scope, accepted=accepted).status == HTTPStatus.OK:
                return report
            http.sleep(REPORT_PAUSE_SECONDS)
        raise VendorError(
            f"{self.client.subject} at GET {REPORT}: the report was not ready after "
            f"{REPORT_LOOKS * REPORT_PAUSE_SECONDS // 60} minutes. Run again later: what was loaded stays."
        )

    @cached_property
    def _keeper(self) -> TokenKeeper:
        connection = self.connection
        secret = connection.client_secret.get_secret_value()
        return TokenKeeper(
            connection.token_file,
            credentials=f"{connection.url} {connection.client_id} {secret}",
            obtain=self._log_in,
            at_most_per_hour=LOGINS_PER_HOUR,
            subject=self._subject,
        )

    @property
    def _subject(self) -> str:
        return f"Toast (connection {self.connection.id})"

    def _client(self, **options: Any) -> HttpClient:
        return HttpClient(
            subject=self._subject,
            base_url=self.connection.url,
            headers={},
            credentials_advice=(
                "Copy the client id and secret again from Toast Web (Integrations, API access), check that "
                "the base URL is the server that they are for, and set them in TOAST_CLIENT_ID and "
                "TOAST_CLIENT_SECRET or in the variables that connections.yaml names."
            ),
            error_code=lambda body: body["messageKey"],
            attempts=self.attempts,
            wait_of=seconds_to_reset,
            **options,
        )

    def _log_in(self, last: Grant | None) -> Grant:
        """A new token. There is nothing to refresh one with: Toast's refresh tokens are its own."""
        connection = self.connection
        credentials = {
            "clientId": connection.client_id,
            "clientSecret": connection.client_secret.get_secret_value(),
            "userAccessType": "TOAST_MACHINE_CLIENT",
        }
        answer = self._client(auth=NoAuth()).request("POST", LOGIN, scope="of any kind", body=credentials)
        with self._as_documented(LOGIN):
            token = json.loads(answer.content)["token"]
            lives = timedelta(seconds=int(token["expiresIn"]))
            return Grant(token["accessToken"], datetime.now(UTC) + lives)

    def _restaurant(self, guid: str) -> Restaurant:
        answer = self.client.request(
            "GET",
            RESTAURANT.format(restaurant=guid),
            scope="restaurants:read",
            query={"includeArchived": "true"},
            headers={RESTAURANT_HEADER: guid},
            accepted=(HTTPStatus.OK, HTTPStatus.NOT_FOUND),
        )
        if answer.status == HTTPStatus.NOT_FOUND:
            raise VendorError(
                f"{self._subject}: there is no restaurant {guid} for these credentials. Check "
                f"restaurant_guids in connections.yaml, or TOAST_RESTAURANT_GUID."
            )
        with self._as_documented(RESTAURANT):
            general = json.loads(answer.content)["general"]
            first = general.get("firstBusinessDate")
            return Restaurant(
                guid,
                zone=ZoneInfo(general["timeZone"]),
                closeout_hour=general.get("closeoutHour") or 0,
                first_day=day_of(first) if first else date.min,
            )

    @contextmanager
    def _as_documented(self, path: str) -> Iterator[None]:
        """Says in one sentence that an answer is not what its documentation says."""
        try:
            yield
        except (ValueError, LookupError, TypeError, AttributeError):
            raise DataFormatError(
                f"{self._subject} at {path} answered with something that is not the JSON of its "
                "documentation. Check the base URL in the settings."
            ) from None
