"""What a Square connection needs to know."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, SecretStr

from connectors.core.connection import ApiConnection, SecureUrl, from_variables

API_VERSION = "2026-09-16"
BASE_URLS = {
    "production": "https://connect.squareup.com",
    "sandbox": "https://connect.squareupsandbox.com",
}


class SquareConnection(ApiConnection):
    """One Square account.

    Attributes:
        access_token: A personal access token, or an OAuth token of the seller.
        application_id: The application that the token belongs to; not needed to read.
        environment: Square's production or sandbox servers.
        base_url: Another server, for tests.
        location_ids: Only these locations. Default: all of the account.
        lookback: Sales taken offline arrive up to 72 hours late.
    """

    pos: Literal["square"] = "square"
    access_token: SecretStr = Field(min_length=1)
    application_id: str | None = None
    environment: Literal["production", "sandbox"] = "production"
    base_url: SecureUrl | None = None
    location_ids: tuple[str, ...] | None = Field(default=None, min_length=1)
    lookback: timedelta = Field(default=timedelta(hours=72), ge=timedelta(0))

    @property
    def url(self) -> str:
        """Where requests go."""
        return self.base_url or BASE_URLS[self.environment]


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that the `SQUARE_*` variables describe, or None without a token."""
    if not environ.get("SQUARE_ACCESS_TOKEN"):
        return None
    names = ("access_token", "application_id", "environment", "base_url")
    return from_variables(environ, "SQUARE", names)
