"""What a Lightspeed Retail R-Series connection needs to know."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, SecretStr

from connectors.core.connection import OAuthConnection, SecureUrl, from_variables

API_URL = "https://api.lightspeedapp.com"
LOGIN_URL = "https://cloud.lightspeedapp.com"


class LightspeedRConnection(OAuthConnection):
    """One Retail R-Series account.

    Attributes:
        client_id: The application's public id.
        client_secret: Its secret.
        refresh_token: The one that the authorisation gave. It is good for one renewal: from then on the
            tokens that are kept in `token_folder` count.
        account_id: The account. Default: the one that the credentials open.
        currency: ISO 4217 code of the account's currency, where the account does not tell it.
        base_url: Another server for both login and API, for tests.
        lookback: How far behind the last run changes are read once more.
    """

    pos: Literal["lightspeed_r"] = "lightspeed_r"
    client_id: str = Field(min_length=1)
    client_secret: SecretStr = Field(min_length=1)
    refresh_token: SecretStr = Field(min_length=1)
    account_id: str | None = Field(default=None, pattern=r"^[0-9]+$")
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    base_url: SecureUrl | None = None
    lookback: timedelta = Field(default=timedelta(days=1), ge=timedelta(0))

    @property
    def api_url(self) -> str:
        """Where data is asked for."""
        return self.base_url or API_URL

    @property
    def login_url(self) -> str:
        """Where tokens are asked for."""
        return self.base_url or LOGIN_URL


SETTINGS_FROM_ENVIRONMENT = (
    "client_id",
    "client_secret",
    "refresh_token",
    "account_id",
    "currency",
    "base_url",
)


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that the `LIGHTSPEED_R_*` variables describe, or None without a refresh token."""
    if not environ.get("LIGHTSPEED_R_REFRESH_TOKEN"):
        return None
    return from_variables(environ, "LIGHTSPEED_R", SETTINGS_FROM_ENVIRONMENT)
