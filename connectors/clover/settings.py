"""What a Clover connection needs to know."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator

from connectors.core.connection import OAuthConnection, SecureUrl, from_variables

BASE_URLS = {
    "na": "https://api.clover.com",
    "eu": "https://api.eu.clover.com",
    "la": "https://api.la.clover.com",
    "sandbox": "https://apisandbox.dev.clover.com",
}


class CloverConnection(OAuthConnection):
    """One Clover merchant, which is one store.

    Attributes:
        merchant_id: The merchant's id, 13 characters.
        access_token: An API token of the merchant, which does not expire.
        client_id: Instead of it: the id of the app that the merchant has approved.
        refresh_token: The app's refresh token; each is good for one use, the next one is kept on the disk.
        region: Which of Clover's servers.
        base_url: Another server, for tests.
        lookback: Changes reach us late: offline tills, and refunds that the bank settles.
        reconcile_days: Orders of so many days are looked for in every run; one that is gone was deleted.
    """

    pos: Literal["clover"] = "clover"
    merchant_id: str = Field(pattern=r"^[A-Za-z0-9]{1,32}$")
    access_token: SecretStr | None = Field(default=None, min_length=1)
    client_id: str | None = None
    refresh_token: SecretStr | None = Field(default=None, min_length=1)
    region: Literal["na", "eu", "la", "sandbox"] = "na"
    base_url: SecureUrl | None = None
    lookback: timedelta = Field(default=timedelta(days=4), ge=timedelta(0))
    reconcile_days: int = Field(default=30, ge=0, le=90)

    @model_validator(mode="after")
    def _one_kind_of_credentials(self) -> Self:
        oauth = self.client_id is not None and self.refresh_token is not None
        if (self.access_token is None) == (not oauth):
            raise ValueError("needs either access_token, or client_id and refresh_token together")
        return self

    @property
    def url(self) -> str:
        """Where requests go."""
        return self.base_url or BASE_URLS[self.region]


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that the `CLOVER_*` variables describe, or None without credentials."""
    if not (environ.get("CLOVER_ACCESS_TOKEN") or environ.get("CLOVER_REFRESH_TOKEN")):
        return None
    names = ("merchant_id", "access_token", "client_id", "refresh_token", "region", "base_url")
    return from_variables(environ, "CLOVER", names)
