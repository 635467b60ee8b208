"""The token endpoint: a refresh token gives the next pair, and dies when the new access token is used."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.core.answers import Call, Json, Refusal
from simulator.core.tokens import Tokens
from simulator.lightspeed_r.errors import invalid_client, invalid_grant, invalid_request

TOKEN_LIFE = timedelta(minutes=30)


@dataclass
class Login:
    """One application's authorisation of one account.

    Attributes:
        tokens: The access tokens; those that are given out live for half an hour.
        first_refresh_token: What the authorisation gave.
    """

    client_id: str
    client_secret: str
    first_refresh_token: str
    tokens: Tokens
    _alive: set[str] = field(default_factory=set)
    _spent_by: dict[str, str] = field(default_factory=dict)
    _current: str | None = None

    def __post_init__(self) -> None:
        self._alive.add(self.first_refresh_token)

    def answer(self, call: Call) -> Json:
        """POST /auth/oauth/token: as JSON or as a form.

        Raises:
            Refusal: Wrong application, or a refresh token that is dead.
        """
        asked = asked_of(call)
        if asked.get("grant_type") != "refresh_token" or not asked.get("refresh_token"):
            raise Refusal(invalid_request())
        if (asked.get("client_id"), asked.get("client_secret")) != (self.client_id, self.client_secret):
            raise Refusal(invalid_client())
        refresh_token = asked["refresh_token"]
        if refresh_token not in self._alive:
            raise Refusal(invalid_grant())
        return self._grant(refresh_token, call.now)

    def _grant(self, refresh_token: str, now: datetime) -> Json:
        if self._current:
            self.tokens.end(self._current)
        access_token = self._current = self.tokens.hand_out(now, TOKEN_LIFE)
        following = f"refresh-of-{access_token}"
        self._alive.add(following)
        self._spent_by[access_token] = refresh_token
        return {
            "token_type": "Bearer",
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "access_token": access_token,
            "refresh_token": following,
        }

    def used(self, access_token: str) -> None:
        """An access token has opened something: the refresh token that gave it is dead from now on."""
        self._alive.discard(self._spent_by.get(access_token, ""))


def asked_of(call: Call) -> dict[str, str]:
    """The fields of a login."""
    if "json" not in call.headers.get("content-type", ""):
        return call.form()
    try:
        asked = json.loads(call.body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise Refusal(invalid_request())
    return {name: str(value) for name, value in asked.items()}
