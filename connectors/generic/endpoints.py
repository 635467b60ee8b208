"""Makes of an endpoint's settings what the shared page loop reads: the questions, the pages, the tables."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.core.asking import Ask
from connectors.core.connector import WINDOW_LENGTH, Endpoint, Request
from connectors.generic.account import subject_of
from connectors.generic.paging import pages_of
from connectors.generic.records import Mapper
from connectors.generic.schema import TABLES_OF
from connectors.generic.settings import AnyEndpoint, GenericConnection, Since

BEFORE_THE_START = timedelta(seconds=1)
"""Some APIs leave the bound itself out; what is read twice is merged."""
ENDLESS = timedelta(days=36_500)
"""An API that cannot be asked until when is asked once for everything since the start."""


def endpoints_of(connection: GenericConnection) -> tuple[Endpoint, ...]:
    """The resources that a connection's settings describe."""
    return tuple(_endpoint(connection, settings) for settings in connection.endpoints)


def _endpoint(connection: GenericConnection, settings: AnyEndpoint) -> Endpoint:
    subject = f"{subject_of(connection)} at GET {settings.path}"
    pages = pages_of(settings.paging, subject)
    mapper = Mapper(
        settings,
        location_id=connection.id,
        zone=ZoneInfo(connection.timezone) if connection.timezone else None,
        heads=pages.members,
        url=connection.api_url + settings.path,
        subject=subject,
    )
    spans = [span for span in (settings.sold_since, settings.updated_since) if span]
    return Endpoint(
        name=settings.name,
        method="GET",
        path=settings.path.replace("{", "{{").replace("}", "}}"),
        tables=TABLES_OF[settings.entity],
        scope=f"to read {settings.path}",
        asks=_asks(connection, settings),
        read_by="windows" if spans else "whole",
        pages=pages.paging,
        constants=_constants(settings),
        prepare=mapper.prepare,
        window_length=WINDOW_LENGTH if all(span.until for span in spans) else ENDLESS,
        optional=settings.optional,
    )


def _asks(connection: GenericConnection, settings: AnyEndpoint) -> Callable[[Any, Request], Iterator[Ask]]:
    """One question a load: its fixed parameters, and the span of time where the API can be asked for one."""

    def asks(account: Any, request: Request) -> Iterator[Ask]:
        by_sale, by_change = settings.sold_since, settings.updated_since
        span = (by_sale or by_change) if request.by_sale_date else (by_change or by_sale)
        yield Ask(query={**settings.parameters, **(_span(connection, span, request) if span else {})})

    return asks


def _span(connection: GenericConnection, span: Since, request: Request) -> Mapping[str, str]:
    zone = ZoneInfo(connection.timezone or "UTC")
    since = {span.parameter: written(request.window.start - BEFORE_THE_START, span.format, zone)}
    if span.until is None:
        return since
    end = request.window.end
    if span.format == "date":
        end += timedelta(days=1)  # the last day may count as a whole, or not at all
    return {**since, span.until: written(end, span.format, zone)}


def written(moment: datetime, layout: str, zone: ZoneInfo) -> str:
    """A time as a parameter, cut to the second, so that neighbouring windows meet.

    Args:
        moment: An aware time.
        layout: `iso`, `date`, `epoch`, `epoch_ms`, or format codes of `datetime.strftime`.
        zone: Where days begin, and whose clock a format without offset shows.
    """
    seconds = int(moment.timestamp())
    match layout:
        case "epoch":
            return str(seconds)
        case "epoch_ms":
            return str(seconds * 1000)
        case "iso":
            return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case "date":
            return f"{moment.astimezone(zone):%Y-%m-%d}"
        case _:
            return moment.astimezone(zone).strftime(layout)


def _constants(settings: AnyEndpoint) -> Callable[[Any, Request], Mapping[str, Any]]:
    def constants(account: Any, request: Request) -> Mapping[str, Any]:
        connection: GenericConnection = account.connection
        return {
            "amounts_in": settings.amounts,
            "default_currency": connection.currency,
            "default_timezone": connection.timezone,
            "business_day_cutoff_minutes": connection.business_day_cutoff_minutes,
            "store_name": connection.store_name or connection.id,
            "observed_on": request.loaded_at.date().isoformat(),
            "observed_at": request.loaded_at,
        }

    return constants
