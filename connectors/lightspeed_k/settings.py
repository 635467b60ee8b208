"""What a Restaurant K-Series connection needs to know."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, SecretStr

from connectors.core.connection import OAuthConnection, SecureUrl, from_variables

BASE_URLS = {
    "production": "https://api.lsk.lightspeed.app",
    "trial": "https://api.trial.lsk.lightspeed.app",
}


class LightspeedKConnection(OAuthConnection):
    """The businesses that one merchant has authorised.

    Attributes:
        client_id: The API client, as Lightspeed gave it to the partner.
        client_secret: Its secret.
        refresh_token: What the authorisation gave. Each is good for one renewal; the ones after it are kept.
        environment: Lightspeed's production or trial servers; a client is good for one of them.
        base_url: Another server, for tests.
        business_location_ids: Only these locations. Default: all that were authorised.
        lookback: So many days are read once more: tills that were offline send their accounts late.
    """

    pos: Literal["lightspeed_k"] = "lightspeed_k"
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    refresh_token: SecretStr = Field(min_length=1)
    environment: Literal["production", "trial"] = "production"
    base_url: SecureUrl | None = None
    business_location_ids: tuple[int, ...] | None = Field(default=None, min_length=1)
    lookback: timedelta = Field(default=timedelta(days=3), ge=timedelta(0))

    @property
    def url(self) -> str:
        """Where requests go."""
        return self.base_url or BASE_URLS[self.environment]


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that the `LIGHTSPEED_K_*` variables describe, or None without a token."""
    if not environ.get("LIGHTSPEED_K_REFRESH_TOKEN"):
        return None
    names = ("client_id", "client_secret", "refresh_token", "environment", "base_url")
    return from_variables(environ, "LIGHTSPEED_K", names)
