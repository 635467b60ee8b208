"""How a request is signed."""

from collections.abc import Callable

import requests
from requests.auth import AuthBase


class HeaderAuth(AuthBase):
    """Sends a secret in a header; it is read when a request is made, and never shown.

    Args:
        header: Name of the header.
        secret: Gives the secret.
        prefix: Stands before it, with its own space.
    """

    def __init__(self, header: str, secret: Callable[[], str], prefix: str = "") -> None:
        self._header = header
        self._secret = secret
        self._prefix = prefix

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the header."""
        request.headers[self._header] = f"{self._prefix}{self._secret()}"
        return request


class BearerAuth(HeaderAuth):
    """Sends a bearer token."""

    def __init__(self, token: Callable[[], str]) -> None:
        super().__init__("Authorization", token, "Bearer ")


class NoAuth(AuthBase):
    """Signs nothing: for the request that asks for a token, and for files that stand elsewhere."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leaves the request alone (without it, requests would read ~/.netrc)."""
        return request
