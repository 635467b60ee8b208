"""A retailer's account while it is read: how it is reached, and how its access token is renewed."""

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from pydantic import SecretStr

from connectors.core.auth import BearerAuth, NoAuth
from connectors.core.http import ATTEMPTS, HttpClient
from connectors.core.tokens import Grant, TokenKeeper, granted
from connectors.lightspeed_x.settings import LightspeedXConnection

HEADERS = {"User-Agent": "pos-warehouse/1.0"}
"""X asks every application to name itself."""
TOKEN_PATH = "/api/1.0/token"  # noqa: S105


@dataclass(frozen=True)
class LightspeedXAccount:
    """One retailer's account.

    Attributes:
        connection: Its settings.
        attempts: How often a request is tried.
    """

    connection: LightspeedXConnection
    attempts: int = ATTEMPTS

    @cached_property
    def client(self) -> HttpClient:
        """Signs with the personal token, or with the one that is renewed."""
        personal = self.connection.access_token
        keeper = None if personal else self._keeper
        return HttpClient(
            subject=self._subject,
            base_url=self.connection.url,
            auth=BearerAuth(personal.get_secret_value if personal else self._keeper.access_token),
            headers=HEADERS,
            credentials_advice=(
                f"Check that domain_prefix ('{self.connection.domain_prefix}') is the shop's, and make a new "
                "personal token (Setup > Personal tokens) for LIGHTSPEED_X_ACCESS_TOKEN, or authorise the "
                "application anew for LIGHTSPEED_X_REFRESH_TOKEN; or for the variable that "
                "connections.yaml names."
            ),
            error_code=lambda body: body["error"],
            attempts=self.attempts,
            renew=keeper.renew if keeper else None,
        )

    @cached_property
    def _keeper(self) -> TokenKeeper:
        return TokenKeeper(
            self.connection.token_file,
            credentials="\n".join((self.connection.client_id or "", *map(_text, self._secrets))),
            obtain=self._obtain,
            subject=self._subject,
        )

    @property
    def _subject(self) -> str:
        return f"Lightspeed Retail X-Series (connection {self.connection.id})"

    @property
    def _secrets(self) -> tuple[SecretStr | None, SecretStr | None]:
        return self.connection.client_secret, self.connection.refresh_token

    def _obtain(self, last: Grant | None) -> Grant:
        """Exchanges a refresh token for the next grant; the token is dead after that.

        Raises:
            AuthenticationError: The refresh token is spent, or was withdrawn.
            DataFormatError: The answer is not the documented one.
        """
        secret, first = map(_text, self._secrets)
        client = HttpClient(
            subject=self._subject,
            base_url=self.connection.url,
            auth=NoAuth(),
            headers=HEADERS,
            credentials_advice=(
                "The refresh token is spent or was withdrawn: authorise the application anew and set the new "
                "token in LIGHTSPEED_X_REFRESH_TOKEN, or in the variable that connections.yaml names."
            ),
            error_code=lambda body: body["error"],
            attempts=self.attempts,
            refusals=(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED),
        )
        answer = client.request(
            "POST",
            TOKEN_PATH,
            scope="",
            form={
                "grant_type": "refresh_token",
                "client_id": self.connection.client_id or "",
                "client_secret": secret,
                "refresh_token": (last and last.refresh_token) or first,
            },
        )
        return granted(answer, f"{self._subject} at POST {TOKEN_PATH}")


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
