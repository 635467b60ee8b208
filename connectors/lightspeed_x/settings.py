"""What a Retail X-Series connection needs to know."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator

from connectors.core.connection import OAuthConnection, SecureUrl, from_variables


class LightspeedXConnection(OAuthConnection):
    """One retailer's account.

    Attributes:
        domain_prefix: The first part of the shop's address, `<prefix>.retail.lightspeed.app`.
        access_token: A personal token; or else the three below.
        client_id: The application that the retailer has authorised.
        client_secret: Its secret.
        refresh_token: What the authorisation gave. Each is good for one renewal; the ones after it are kept.
        base_url: Another server, for tests.
        lookback: None is needed: nothing can change behind a version that was read.
    """

    pos: Literal["lightspeed_x"] = "lightspeed_x"
    domain_prefix: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    access_token: SecretStr | None = Field(default=None, min_length=1)
    client_id: str | None = None
    client_secret: SecretStr | None = Field(default=None, min_length=1)
    refresh_token: SecretStr | None = Field(default=None, min_length=1)
    base_url: SecureUrl | None = None
    lookback: timedelta = Field(default=timedelta(0), ge=timedelta(0))

    @property
    def url(self) -> str:
        """Where requests go."""
        return self.base_url or f"https://{self.domain_prefix}.retail.lightspeed.app"

    @model_validator(mode="after")
    def _has_credentials(self) -> Self:
        if not self.access_token and not (self.client_id and self.client_secret and self.refresh_token):
            raise ValueError(
                "access_token is missing; or else client_id, client_secret and refresh_token together"
            )
        return self


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that the `LIGHTSPEED_X_*` variables describe, or None without a token."""
    if not (environ.get("LIGHTSPEED_X_ACCESS_TOKEN") or environ.get("LIGHTSPEED_X_REFRESH_TOKEN")):
        return None
    names = ("domain_prefix", "access_token", "client_id", "client_secret", "refresh_token", "base_url")
    return from_variables(environ, "LIGHTSPEED_X", names)
