"""A merchant's businesses while they are read: how they are reached, and their locations."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from connectors.core.auth import BearerAuth, HeaderAuth
from connectors.core.errors import ConfigurationError, DataFormatError
from connectors.core.http import ATTEMPTS, HttpClient
from connectors.core.tokens import Grant, TokenKeeper, granted
from connectors.lightspeed_k.settings import LightspeedKConnection

SCOPE = "financial-api"
BUSINESSES = "/f/data/businesses"
SALES = "/f/v2/business-location/{location_id}/sales"
TOKEN_PATH = "/oauth/token"  # noqa: S105
BUSINESSES_PER_PAGE = 1000
EARLIEST = re.compile(r"after: (?P<moment>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d)?)")
"""Where K says since when a location has sales, in its refusal of an earlier time."""


@dataclass(frozen=True)
class Location:
    """A business location."""

    id: str
    zone: ZoneInfo


@dataclass(frozen=True)
class LightspeedKAccount:
    """The businesses of one authorisation.

    Attributes:
        connection: Its settings.
        attempts: How often a request is tried.
    """

    connection: LightspeedKConnection
    attempts: int = ATTEMPTS

    @cached_property
    def client(self) -> HttpClient:
        """Signs with the access token, which is renewed."""
        return self._client(
            BearerAuth(self._keeper.access_token),
            "Authorise the API client anew and set the new refresh token in LIGHTSPEED_K_REFRESH_TOKEN, or "
            "in the variable that connections.yaml names; the client has to be one of the "
            f"{self.connection.environment} environment.",
            renew=self._keeper.renew,
        )

    @cached_property
    def locations(self) -> tuple[Location, ...]:
        """The locations that are read: those of the settings, else all that were authorised.

        Raises:
            ConfigurationError: The settings name a location that was not authorised.
        """
        found = {str(location["blID"]): location for location in self._businesses_locations()}
        wanted = self.connection.business_location_ids
        chosen = sorted(found) if wanted is None else [str(number) for number in wanted]
        if unknown := [number for number in chosen if number not in found]:
            raise ConfigurationError(
                f"{self.client.subject}: business_location_ids names {', '.join(unknown)}, which the "
                f"credentials do not open; they open {', '.join(sorted(found)) or 'none'}. Correct the "
                "setting, or authorise that location."
            )
        return tuple(Location(number, ZoneInfo(found[number]["timezone"])) for number in chosen)

    def first_moment(self, location: Location, asked: datetime) -> datetime:
        """Since when a location has sales, if that is later than `asked`: K refuses an earlier time."""
        answer = self.client.request(
            "GET",
            SALES.format(location_id=location.id),
            scope=SCOPE,
            query={"from": asked.isoformat(), "to": asked.isoformat(), "pageSize": 1},
            accepted=(HTTPStatus.OK, HTTPStatus.BAD_REQUEST),
        )
        if answer.status == HTTPStatus.OK:
            return asked
        earliest = EARLIEST.search(str(json.loads(answer.content).get("error")))
        if earliest is None:
            raise DataFormatError(
                f"{self.client.subject} at GET {SALES} refused {asked:%Y-%m-%d} without saying since when "
                "the location has sales. Set start_date to the day on which the location began."
            )
        moment = datetime.fromisoformat(earliest["moment"])
        # the refusal says: after
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) + timedelta(milliseconds=1)

    def _businesses_locations(self) -> list[Any]:
        found: list[Any] = []
        for page in count():
            answer = self.client.request(
                "GET", BUSINESSES, scope=SCOPE, query={"page": page, "size": BUSINESSES_PER_PAGE}
            )
            businesses = json.loads(answer.content).get("_embedded", {}).get("businessList", ())
            found += [location for business in businesses for location in business["businessLocations"]]
            if len(businesses) < BUSINESSES_PER_PAGE:
                return found
        return found

    @cached_property
    def _keeper(self) -> TokenKeeper:
        connection = self.connection
        return TokenKeeper(
            connection.token_file,
            credentials="\n".join(
                (
                    connection.client_id,
                    connection.client_secret.get_secret_value(),
                    connection.refresh_token.get_secret_value(),
                )
            ),
            obtain=self._obtain,
            subject=self._subject,
        )

    @property
    def _subject(self) -> str:
        return f"Lightspeed Restaurant K-Series (connection {self.connection.id})"

    def _client(self, auth: HeaderAuth, advice: str, **options: Any) -> HttpClient:
        return HttpClient(
            subject=self._subject,
            base_url=self.connection.url,
            auth=auth,
            headers={},
            credentials_advice=advice,
            error_code=lambda body: body["error"],
            attempts=self.attempts,
            **options,
        )

    def _obtain(self, last: Grant | None) -> Grant:
        """Exchanges a refresh token for the next grant; the token is dead after that.

        Raises:
            AuthenticationError: The refresh token is spent, was withdrawn, or was not used for two weeks.
            DataFormatError: The answer is not the documented one.
        """
        connection = self.connection
        client = self._client(
            HeaderAuth("Authorization", self._basic, "Basic "),
            "The refresh token is spent, was withdrawn, or was not used for 14 days: authorise the API "
            "client anew and set the new one in LIGHTSPEED_K_REFRESH_TOKEN, or in the variable that "
            "connections.yaml names.",
            refusals=(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED),
        )
        refresh_token = (last and last.refresh_token) or connection.refresh_token.get_secret_value()
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        answer = client.request("POST", TOKEN_PATH, scope="", form=form)
        return granted(answer, f"{self._subject} at POST {TOKEN_PATH}")

    def _basic(self) -> str:
        connection = self.connection
        return b64encode(
            f"{connection.client_id}:{connection.client_secret.get_secret_value()}".encode()
        ).decode()
