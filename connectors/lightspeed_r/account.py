"""A Retail R-Series account while it is read: its tokens, its pace, its number, its currency."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from connectors.core.answers import Answer
from connectors.core.auth import BearerAuth, NoAuth
from connectors.core.errors import ConfigurationError, DataFormatError
from connectors.core.http import ATTEMPTS, HttpClient
from connectors.core.pacing import Budget, LeakyBucket
from connectors.core.tokens import Grant, TokenKeeper, granted
from connectors.lightspeed_r.settings import LightspeedRConnection

TOKEN_PATH = "/auth/oauth/token"  # noqa: S105
ACCOUNTS_PATH = "/API/V3/Account.json"
SMALLEST_BUCKET = 90
SLOWEST_DRIP = 1
"""What a merchant with one register is allowed; the answers tell what this one is."""
DEAREST_REQUEST = 2.2
"""Drips of a page of sales with its three relations."""
AUTHORISE_ANEW = (
    "Authorise the application anew (connectors/lightspeed_r/README.md says how) and set the new refresh "
    "token in LIGHTSPEED_R_REFRESH_TOKEN, or in the variable that connections.yaml names."
)


@dataclass(frozen=True)
class LightspeedRAccount:
    """One Retail R-Series account.

    Attributes:
        connection: Its settings.
        attempts: How often a request is tried.
    """

    connection: LightspeedRConnection
    attempts: int = ATTEMPTS

    @cached_property
    def client(self) -> HttpClient:
        """Signs with an access token that is renewed when it has expired, and keeps to the bucket."""
        return HttpClient(
            subject=self._subject,
            base_url=self.connection.api_url,
            auth=BearerAuth(self._keeper.access_token),
            headers={},
            credentials_advice=(
                f"The access was withdrawn, or the employee who gave it is locked. {AUTHORISE_ANEW}"
            ),
            error_code=lambda body: body["errorClass"],
            attempts=self.attempts,
            renew=self._keeper.renew,
            pace=LeakyBucket(SMALLEST_BUCKET, SLOWEST_DRIP, told=budget_of, cost=DEAREST_REQUEST),
        )

    @cached_property
    def account_id(self) -> str:
        """The account's number: that of the settings, if the credentials open it.

        Raises:
            ConfigurationError: They open another one, or several and the settings name none.
        """
        opened = sorted(str(account["accountID"]) for account in self._accounts())
        wanted = self.connection.account_id
        if wanted in opened:
            return str(wanted)
        if wanted is None and len(opened) == 1:
            return opened[0]
        listed = ", ".join(opened) or "none"
        raise ConfigurationError(
            f"{self._subject}: the credentials open the accounts: {listed}; account_id names "
            f"{wanted or 'none'}. Set account_id to the one that is to be read."
        )

    @cached_property
    def currency(self) -> str:
        """The currency of all amounts: that of the settings, else the account's default currency.

        Raises:
            ConfigurationError: Neither tells it.
        """
        if self.connection.currency:
            return self.connection.currency
        told = self._asked(f"/API/V3/Account/{self.account_id}.json")
        account = _member(told, "Account", default=told)
        code = _member(_member(account, "defaultCurrency", default={}), "code", default=None)
        if not isinstance(code, str) or not code:
            raise ConfigurationError(
                f"{self._subject}: the account tells no default currency. Set currency (such as USD) in "
                "connections.yaml, or LIGHTSPEED_R_CURRENCY."
            )
        return code

    def _accounts(self) -> list[Mapping[str, Any]]:
        """What the credentials open: one account stands there without a list."""
        found = _member(self._asked(ACCOUNTS_PATH), "Account", default=[])
        return found if isinstance(found, list) else [found]

    def _asked(self, path: str) -> Any:
        answer = self.client.request("GET", path, scope="employee:register_read")
        try:
            return json.loads(answer.content)
        except ValueError:
            raise self._not_as_documented("GET", path) from None

    @cached_property
    def _keeper(self) -> TokenKeeper:
        connection = self.connection
        secrets = (connection.client_secret, connection.refresh_token)
        return TokenKeeper(
            connection.token_file,
            credentials="\n".join((connection.client_id, *(secret.get_secret_value() for secret in secrets))),
            obtain=self._obtain,
            subject=self._subject,
        )

    @property
    def _subject(self) -> str:
        return f"Lightspeed Retail R-Series (connection {self.connection.id})"

    def _obtain(self, last: Grant | None) -> Grant:
        """Exchanges a refresh token for the next pair of tokens.

        The old refresh token is dead once the new access token is used, so that an exchange whose answer was
        lost may be made again with it.

        Raises:
            AuthenticationError: The refresh token is dead, or the application is unknown.
            DataFormatError: The answer is not the documented one.
        """
        connection = self.connection
        login = HttpClient(
            subject=self._subject,
            base_url=connection.login_url,
            auth=NoAuth(),
            headers={},
            credentials_advice=(
                "client_id or client_secret is wrong, or the refresh token is dead: used, withdrawn, or "
                f"30 days old. {AUTHORISE_ANEW}"
            ),
            error_code=lambda body: str(body["error"]).upper(),
            attempts=self.attempts,
            refusals=(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED),
        )
        refresh_token = (last and last.refresh_token) or connection.refresh_token.get_secret_value()
        answer = login.request(
            "POST",
            TOKEN_PATH,
            scope="",
            body={
                "client_id": connection.client_id,
                "client_secret": connection.client_secret.get_secret_value(),
                "grant_type": "refresh_token",
                "refresh_token": refresh_token,
            },
        )
        return granted(answer, f"{self._subject} at POST {TOKEN_PATH}")

    def _not_as_documented(self, method: str, path: str) -> DataFormatError:
        return DataFormatError(
            f"{self._subject} at {method} {path} answered with something that is not the JSON of its "
            "documentation. Check base_url in the settings."
        )


def budget_of(answer: Answer) -> Budget | None:
    """The bucket as an answer tells it: `X-LS-API-Bucket-Level: 1/90`, and how much drips out of it."""
    level, _, capacity = answer.headers.get("X-LS-API-Bucket-Level", "").partition("/")
    try:
        drip = float(answer.headers.get("X-LS-API-Drip-Rate", SLOWEST_DRIP))
        return Budget(float(level), float(capacity), drip)
    except ValueError:
        return None


def _member(told: Any, name: str, *, default: Any) -> Any:
    return told.get(name, default) if isinstance(told, dict) else default
