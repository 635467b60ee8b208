"""What a Toast connection needs to know."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, SecretStr

from connectors.core.connection import OAuthConnection, SecureUrl, from_variables

BASE_URL = "https://ws-api.toasttab.com"
RESTAURANTS_VARIABLE = "TOAST_RESTAURANT_GUID"


class ToastConnection(OAuthConnection):
    """The restaurants that one Toast API client may read.

    Attributes:
        client_id: Of the API client; it is no secret by itself.
        client_secret: Its secret.
        restaurant_guids: The restaurants that are read. Default: all that are connected to the client.
        base_url: Another server: the one that Toast names with the credentials, or one for tests.
        requests_per_second: Toast allows five a second to each restaurant's orders.
        lookback: A till that was offline sends its orders late; cards are captured after the close of day.
    """

    pos: Literal["toast"] = "toast"
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    restaurant_guids: tuple[str, ...] | None = Field(default=None, min_length=1)
    base_url: SecureUrl | None = None
    requests_per_second: float = Field(default=5, gt=0)
    lookback: timedelta = Field(default=timedelta(hours=72), ge=timedelta(0))

    @property
    def url(self) -> str:
        """Where requests go."""
        return self.base_url or BASE_URL


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that the `TOAST_*` variables describe, or None without a client id."""
    if not environ.get("TOAST_CLIENT_ID"):
        return None
    names = ("client_id", "client_secret", "base_url")
    values: dict[str, Any] = from_variables(environ, "TOAST", names)
    if guids := [guid.strip() for guid in environ.get(RESTAURANTS_VARIABLE, "").split(",") if guid.strip()]:
        values["restaurant_guids"] = guids
    return values
