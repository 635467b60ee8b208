"""What a connection to a custom REST API needs to know. All of it can be written in `connections.yaml`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from connectors.core.connection import OAuthConnection, SecureUrl
from connectors.core.mistakes import wrong_key
from connectors.generic import mapping
from connectors.generic.defaults import ENDPOINTS
from connectors.generic.fields import Strict, TimeFormat
from connectors.generic.mapping import Amounts, Values
from connectors.generic.paging import PagingSettings
from connectors.generic.sources import unusable_constants

FOR_ALL_ENDPOINTS = ("paging", "parameters", "updated_since", "sold_since", "amounts", "times", "values")
"""What a connection may say once for all its endpoints."""
NO_CURRENCY = "XXX"
"""ISO 4217's code for no currency: the API names none, and nobody said which it is."""


Parameters = dict[str, str | int | list[str]]


class Since(Strict):
    """Parameters of the URL that restrict an answer to a span of time; the first alone may stand for all.

    Attributes:
        parameter: From when on.
        until: Until when, where the API has such a parameter.
        format: How the time is written.
    """

    parameter: str
    until: str | None = None
    format: TimeFormat = "iso"

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, written: Any) -> Any:
        return {"parameter": written} if isinstance(written, str) else written


class Asked(Strict):
    """How an endpoint is asked, whatever its records are.

    Attributes:
        path: Path below `api_url`.
        name: Short name, for messages and for what is remembered. Default: made from the path.
        paging: How the next page is asked for.
        parameters: Sent with every question, such as a page's size.
        updated_since: Records changed since a time. Without it, and without `sold_since`, the endpoint is
            read whole in every run.
        sold_since: Records of sales made since a time, for a first load and a backfill.
        optional: An API without this endpoint is no error: it is skipped with a warning.
    """

    path: str = Field(pattern=r"^/")
    name: str = Field(default="", pattern=r"^([a-z][a-z0-9_]*)?$")
    paging: PagingSettings
    parameters: Parameters = {}
    updated_since: Since | None = None
    sold_since: Since | None = None
    optional: bool = False


class Orders(Asked, mapping.OrdersMapping):
    """Orders or returns with their lines."""


class OrderLines(Asked, mapping.LinesMapping):
    """Lines, flat."""


class PaymentList(Asked, mapping.PaymentsMapping):
    """Payments."""


class Refunds(Asked, mapping.RefundsMapping):
    """Refunds without goods."""


class Items(Asked, mapping.ItemsMapping):
    """The catalogue."""


class InventoryLevels(Asked, mapping.LevelsMapping):
    """Stock."""


class Locations(Asked, mapping.LocationsMapping):
    """Stores."""


AnyEndpoint = Orders | OrderLines | PaymentList | Refunds | Items | InventoryLevels | Locations
EndpointSettings = Annotated[AnyEndpoint, Field(discriminator="entity")]


def _header_name(name: str) -> str:
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError("is no name of a header; write it like X-Api-Key")
    return name


class GenericConnection(OAuthConnection):
    """One account of a system with a REST API of its own.

    Requests are signed in the one way whose keys are given: `api_key`; `username` and `password`; or
    `client_id`, `client_secret` and `token_url` (OAuth 2.0 client credentials).

    Attributes:
        api_url: What the paths of all endpoints stand below.
        api_key: Sent in a header, after a prefix.
        auth_header: That header.
        auth_prefix: That prefix, without a blank behind it; empty: none.
        username: For HTTP basic authentication.
        password: The same.
        client_id: For OAuth 2.0 client credentials.
        client_secret: The same.
        token_url: Where a token is asked for, on any server.
        oauth_scope: The permissions to ask for, parted by blanks.
        currency: ISO 4217 code of records that name none.
        store_name: Name of the one store, where records name none. Default: the connection's id.
        paging: As in an endpoint, for all that say nothing else; so are the next six.
        endpoints: What is read. Default: `/sales` and `/transactions`, as `defaults.py` describes them.
        lookback: How far behind the last run changes are read once more.
    """

    pos: Literal["generic"] = "generic"
    api_url: SecureUrl
    api_key: SecretStr | None = Field(default=None, min_length=1)
    auth_header: Annotated[str, AfterValidator(_header_name)] = "Authorization"
    auth_prefix: str = "Bearer"
    username: str | None = None
    password: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    token_url: SecureUrl | None = None
    oauth_scope: str | None = None
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    store_name: str | None = None
    paging: PagingSettings | None = None
    parameters: Parameters = {}
    updated_since: Since | None = None
    sold_since: Since | None = None
    amounts: Amounts = "major"
    times: TimeFormat = "iso"
    values: Values = Values()
    endpoints: tuple[EndpointSettings, ...]
    lookback: timedelta = Field(default=timedelta(days=3), ge=timedelta(0))

    @model_validator(mode="before")
    @classmethod
    def _say_once(cls, written: Any) -> Any:
        """Gives every endpoint what the connection says for all; without endpoints, the usual two."""
        if not isinstance(written, Mapping):
            return written
        shared = {name: written[name] for name in FOR_ALL_ENDPOINTS if name in written}
        endpoints = written.get("endpoints")
        if endpoints is None:
            return {**written, "endpoints": [{**each, **shared} for each in ENDPOINTS]}
        if not isinstance(endpoints, list | tuple):
            return written
        merged = [{**shared, **each} if isinstance(each, Mapping) else each for each in endpoints]
        return {**written, "endpoints": merged}

    @field_validator("endpoints")
    @classmethod
    def _names(cls, endpoints: tuple[AnyEndpoint, ...]) -> tuple[AnyEndpoint, ...]:
        """Gives each endpoint a name of its own."""
        if not endpoints:
            raise ValueError("there are none: describe one, or leave the key out for the usual two")
        named = tuple(
            each.model_copy(update={"name": each.name or _name_of(each.path)}) for each in endpoints
        )
        for number, each in enumerate(named):
            if each.name in {other.name for other in named[:number]}:
                raise wrong_key(
                    f"is '{each.name}' once more: give the endpoint a name of its own", number, "name"
                )
        return named

    @model_validator(mode="after")
    def _signed_in_one_way(self) -> Self:
        ways: tuple[dict[str, Any], ...] = (
            {"api_key": self.api_key},
            {"username": self.username, "password": self.password},
            {
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "token_url": self.token_url,
            },
        )
        begun = [keys for keys in ways if any(keys.values())]
        if not begun:
            ways_told = "or username and password, or client_id, client_secret and token_url"
            raise wrong_key(f"is missing; add it ({ways_told})", "api_key")
        if len(begun) > 1:
            raise wrong_key(
                f"belongs to another way to sign requests than {next(iter(begun[0]))}: keep one of the two",
                next(name for name, value in begun[1].items() if value),
            )
        for name, value in begun[0].items():
            if not value:
                raise wrong_key(f"is missing; it belongs to {' and '.join(begun[0])}", name)
        return self

    @model_validator(mode="after")
    def _knows_the_currency(self) -> Self:
        """An amount without a currency is no amount."""
        if self.currency or any(
            isinstance(each, Locations) and each.fields.currency for each in self.endpoints
        ):
            return self
        for number, endpoint in enumerate(self.endpoints):
            if not isinstance(endpoint, InventoryLevels) and not endpoint.fields.currency:
                place = f"endpoints.{number}.fields.currency"
                raise wrong_key(f"is missing; write it like EUR, or map {place}", "currency")
        return self

    @model_validator(mode="after")
    def _can_use_constants(self) -> Self:
        """A value for all records is read like a value of a record, before anything is asked."""
        for number, endpoint in enumerate(self.endpoints):
            for path, problem in unusable_constants(endpoint):
                raise wrong_key(problem, "endpoints", number, *path)
        return self


def _name_of(path: str) -> str:
    words = "".join(letter if letter.isalnum() else "_" for letter in path.lower())
    return "_".join(word for word in words.split("_") if word) or "root"


def from_environment(environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection that the `GENERIC_POS_*` variables describe, or None without an address."""
    if not environ.get("GENERIC_POS_API_URL"):
        return None
    names = ("api_url", "api_key", "auth_header", "auth_prefix", "currency", "timezone")
    given = {
        name: environ[variable] for name in names if (variable := f"GENERIC_POS_{name.upper()}") in environ
    }
    named = {name: value for name, value in given.items() if value or name == "auth_prefix"}
    defaults = {"currency": NO_CURRENCY, "timezone": environ.get("POS_TIMEZONE") or "UTC"}
    return {**defaults, **named}
