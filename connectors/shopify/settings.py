"""What a Shopify connection needs to know."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from connectors.core.connection import OAuthConnection, SecureUrl, from_variables

API_VERSION = "2026-10"
"""Supported for a year at least; after that Shopify answers with the oldest version that it supports."""

DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
MOST_BY_PAGES = 20_000
"""Shopify ends a list after 25,000 records."""


def shop_domain(text: str) -> str:
    """Accepts my-shop, my-shop.myshopify.com and its URL; the token is sent to no other domain."""
    domain = text.strip().lower().removeprefix("https://").rstrip("/")
    if "." not in domain:
        domain = f"{domain}.myshopify.com"
    if not DOMAIN.fullmatch(domain):
        raise ValueError("has to be the shop's own address, like my-shop.myshopify.com")
    return domain


class ShopifyConnection(OAuthConnection):
    """One Shopify shop.

    Attributes:
        shop_domain: The shop's myshopify.com address.
        access_token: Of a custom app of the shop; else `client_id` and `client_secret` are needed.
        client_id: Of an app of the Dev Dashboard, which is given a token for 24 hours at a time.
        client_secret: Its secret.
        base_url: Another server, for tests.
        lookback: Shopify's search is a little behind; changes of the last day are read once more.
        bulk_from: As many records and more are read by a bulk operation, fewer page by page.
    """

    pos: Literal["shopify"] = "shopify"
    shop_domain: Annotated[str, AfterValidator(shop_domain)]
    access_token: SecretStr | None = Field(default=None, min_length=1)
    client_id: str | None = None
    client_secret: SecretStr | None = Field(default=None, min_length=1)
    base_url: SecureUrl | None = None
    lookback: timedelta = Field(default=timedelta(days=1), ge=timedelta(0))
    bulk_from: int = Field(default=2_000, ge=0, le=MOST_BY_PAGES)

    @model_validator(mode="after")
    def _one_way_to_log_in(self) -> Self:
        if bool(self.client_id) != bool(self.client_secret):
            raise ValueError("client_id and client_secret belong together: set both")
        if bool(self.access_token) == bool(self.client_id):
            raise ValueError("needs either access_token, or client_id and client_secret")
        return self

    @property
    def url(self) -> str:
        """Where requests go."""
        return self.base_url or f"https://{self.shop_domain}"


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that the `SHOPIFY_*` variables describe, or None without a shop."""
    if not environ.get("SHOPIFY_SHOP_DOMAIN"):
        return None
    names = ("shop_domain", "access_token", "client_id", "client_secret", "base_url")
    return from_variables(environ, "SHOPIFY", names)
