"""An account of a custom API while it is read: how it is reached, and how its requests are signed."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from requests.auth import AuthBase, HTTPBasicAuth

from connectors.core.auth import BearerAuth, HeaderAuth, NoAuth
from connectors.core.errors import DataFormatError
from connectors.core.http import ATTEMPTS, HttpClient
from connectors.core.tokens import Grant, TokenKeeper
from connectors.generic.settings import GenericConnection

TOKEN_LIFE = timedelta(hours=1)
"""Of a token whose answer does not say how long it lives (RFC 6749 leaves it open)."""
ADVICE = "Check the keys {keys} of the connection, and the variables that they name."


def subject_of(connection: GenericConnection) -> str:
    """The connection, as errors name it."""
    return f"Custom REST API (connection {connection.id})"


@dataclass(frozen=True)
class GenericAccount:
    """One account.

    Attributes:
        connection: Its settings.
        attempts: How often a request is tried.
    """

    connection: GenericConnection
    attempts: int = ATTEMPTS

    @property
    def subject(self) -> str:
        """The connection, as errors name it."""
        return subject_of(self.connection)

    @cached_property
    def client(self) -> HttpClient:
        """Signs in the one way whose keys are given."""
        connection = self.connection
        if connection.client_secret:
            return self._client(
                connection.api_url,
                BearerAuth(self.tokens.access_token),
                keys="client_id and client_secret",
                renew=self.tokens.renew,
            )
        if connection.username:
            basic = HTTPBasicAuth(connection.username, _secret(connection.password))
            return self._client(connection.api_url, basic, keys="username and password")
        prefix = f"{connection.auth_prefix} " if connection.auth_prefix else ""
        header = HeaderAuth(connection.auth_header, lambda: _secret(connection.api_key), prefix)
        return self._client(connection.api_url, header, keys="api_key, auth_header and auth_prefix")

    @cached_property
    def tokens(self) -> TokenKeeper:
        """The token of the OAuth 2.0 client credentials grant."""
        connection = self.connection
        credentials = (connection.token_url, connection.client_id, _secret(connection.client_secret))
        return TokenKeeper(
            connection.token_file,
            credentials=repr((*credentials, connection.oauth_scope)),
            obtain=lambda last: self._grant(),
            subject=self.subject,
        )

    def _client(self, base_url: str, auth: AuthBase, *, keys: str, renew: Any = None) -> HttpClient:
        return HttpClient(
            subject=self.subject,
            base_url=base_url,
            auth=auth,
            headers={},
            credentials_advice=ADVICE.format(keys=keys),
            error_code=lambda body: body["error"],
            attempts=self.attempts,
            renew=renew,
        )

    def _grant(self) -> Grant:
        """A new token (RFC 6749, section 4.4). The credentials go in the body, as most servers want them."""
        connection = self.connection
        url = urlsplit(str(connection.token_url))
        form = {
            "grant_type": "client_credentials",
            "client_id": str(connection.client_id),
            "client_secret": _secret(connection.client_secret),
            **({"scope": connection.oauth_scope} if connection.oauth_scope else {}),
        }
        client = self._client(f"{url.scheme}://{url.netloc}", NoAuth(), keys="client_id and client_secret")
        answer = client.request("POST", url.path or "/", scope="client credentials", form=form)
        try:
            told = json.loads(answer.content)
            lives = timedelta(seconds=int(told.get("expires_in", TOKEN_LIFE.total_seconds())))
            return Grant(str(told["access_token"]), datetime.now(UTC) + lives)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise DataFormatError(
                f"{self.subject}: token_url answered without an access_token. Check token_url."
            ) from None


def _secret(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
