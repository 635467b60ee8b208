"""A Clover merchant while it is read: how it is reached, and with which token."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from connectors.clover.settings import CloverConnection
from connectors.core.answers import Answer
from connectors.core.auth import BearerAuth, NoAuth
from connectors.core.errors import AuthenticationError, MissingScope
from connectors.core.http import ATTEMPTS, HttpClient
from connectors.core.pacing import LeakyBucket
from connectors.core.tokens import Grant, TokenKeeper

REQUESTS_PER_SECOND = 16
REQUESTS_AT_ONCE = 5


ONE_OF_EACH = {
    "MERCHANT_R": "/properties",
    "ORDERS_R": "/orders",
    "PAYMENTS_R": "/payments",
    "INVENTORY_R": "/items",
}
"""Permission → what it opens."""


class CloverClient(HttpClient):
    """Tells a missing permission from a wrong token: Clover answers both with 401.

    A token that opens anything else of this merchant is right, and only lacks the permission.
    """

    def __init__(self, *, renew: Callable[[], bool] | None, **settings: Any) -> None:
        def renew_what_is_dead() -> bool:
            return renew is not None and not self._opens_anything() and renew()

        super().__init__(renew=renew_what_is_dead, **settings)
        self._plain = HttpClient(**settings)

    def request(self, method: str, path: str, *, scope: str, **asked: Any) -> Answer:
        """Makes one request; see `HttpClient.request`."""
        try:
            return super().request(method, path, scope=scope, **asked)
        except AuthenticationError:
            if not self._opens_anything():
                raise
        raise MissingScope(
            f"{self.subject} at {method} {path or '/'}: the token lacks the permission {scope}. Allow it for "
            "the API token, or for the app, which the merchant then has to install anew."
        )

    def _opens_anything(self) -> bool:
        for scope, path in ONE_OF_EACH.items():
            try:
                self._plain.request("GET", path, scope=scope, query={"limit": 1})
            except AuthenticationError:
                continue
            return True
        return False


@dataclass(frozen=True)
class CloverAccount:
    """One Clover merchant.

    Attributes:
        connection: Its settings.
        attempts: How often a request is tried.
    """

    connection: CloverConnection
    attempts: int = ATTEMPTS

    @property
    def subject(self) -> str:
        """The connection, as errors name it."""
        return f"Clover (connection {self.connection.id})"

    @cached_property
    def client(self) -> HttpClient:
        """Signs with the access token, at the pace that Clover allows one token."""
        connection, keeper = self.connection, self.keeper
        if keeper:
            token = keeper.access_token
        else:
            assert connection.access_token  # noqa: S101  # the settings hold one kind of credentials
            token = connection.access_token.get_secret_value
        return CloverClient(
            subject=self.subject,
            base_url=f"{connection.url}/v3/merchants/{connection.merchant_id}",
            auth=BearerAuth(token),
            headers={},
            credentials_advice=(
                "Check that the merchant id belongs to the token and that the region "
                f"({connection.region}) is the merchant's; else make a new API token in the merchant's "
                "dashboard and set it in CLOVER_ACCESS_TOKEN or in the variable that connections.yaml names."
            ),
            error_code=lambda body: None,
            attempts=self.attempts,
            renew=keeper.renew if keeper else None,
            pace=LeakyBucket(capacity=1, drip=REQUESTS_PER_SECOND),
            at_once=REQUESTS_AT_ONCE,
        )

    @cached_property
    def keeper(self) -> TokenKeeper | None:
        """Keeps an app's tokens; None where the merchant's own token is used, which does not expire."""
        connection = self.connection
        if connection.access_token or connection.client_id is None or connection.refresh_token is None:
            return None
        client_id, first = connection.client_id, connection.refresh_token.get_secret_value()

        def obtain(last: Grant | None) -> Grant:
            refresh_token = last.refresh_token if last and last.refresh_token else first
            answer = self._login.request(
                "POST",
                "/oauth/v2/refresh",
                scope="",
                body={"client_id": client_id, "refresh_token": refresh_token},
            )
            told = json.loads(answer.content)
            return Grant(
                access_token=told["access_token"],
                expires_at=datetime.fromtimestamp(told["access_token_expiration"], UTC),
                refresh_token=told["refresh_token"],
            )

        return TokenKeeper(
            connection.token_file,
            credentials=f"{client_id} {first}",
            obtain=obtain,
            subject=self.subject,
        )

    @cached_property
    def _login(self) -> HttpClient:
        return HttpClient(
            subject=self.subject,
            base_url=self.connection.url,
            auth=NoAuth(),
            headers={},
            credentials_advice=(
                "The refresh token was used before or has expired: let the merchant approve the app again, "
                "and set the new one in CLOVER_REFRESH_TOKEN."
            ),
            error_code=lambda body: None,
            attempts=self.attempts,
            refusals=(400, 401),
        )
