"""A Square account while it is read: how it is reached, and its locations."""

import json
from dataclasses import dataclass
from functools import cached_property

from connectors.core.answers import Answer, Fault, FaultKind
from connectors.core.auth import BearerAuth
from connectors.core.http import ATTEMPTS, HttpClient
from connectors.square.settings import API_VERSION, SquareConnection

WAIT_SECONDS = 2
"""A report that is still computed is asked for again after this time."""


def still_computing(answer: Answer) -> Fault | None:
    """A long report is answered with HTTP 200 and `{"error": "Continue wait"}` until it is there."""
    if b'"Continue wait"' in answer.content[:100]:
        return Fault(FaultKind.THROTTLED, "CONTINUE_WAIT", WAIT_SECONDS)
    return None


@dataclass(frozen=True)
class SquareAccount:
    """One Square account.

    Attributes:
        connection: Its settings.
        attempts: How often a request is tried.
    """

    connection: SquareConnection
    attempts: int = ATTEMPTS

    @cached_property
    def client(self) -> HttpClient:
        """Signs with the access token and pins the API's version."""
        return HttpClient(
            subject=f"Square (connection {self.connection.id})",
            base_url=self.connection.url,
            auth=BearerAuth(self.connection.access_token.get_secret_value),
            headers={"Square-Version": API_VERSION},
            credentials_advice=(
                "Copy the access token again from the Square Developer Console, check that it belongs to "
                f"the {self.connection.environment} environment, and set it in SQUARE_ACCESS_TOKEN or in the "
                "variable that connections.yaml names."
            ),
            error_code=lambda body: body["errors"][0]["code"],
            attempts=self.attempts,
            fault_in=still_computing,
        )

    @cached_property
    def location_ids(self) -> tuple[str, ...]:
        """The locations that are read: those of the settings, else all of the account, closed ones too."""
        if self.connection.location_ids:
            return self.connection.location_ids
        answer = self.client.request("GET", "/v2/locations", scope="MERCHANT_PROFILE_READ")
        return tuple(sorted(location["id"] for location in json.loads(answer.content).get("locations", ())))
