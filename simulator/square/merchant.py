"""Locations and vendors."""

from collections.abc import Iterator
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import Ledger, Store, Supplier
from simulator.square.parts import rfc3339

WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MERCHANT_ID = "MERCHANT-SIMULATED"


def location(store: Store) -> Json:
    """A store. Square tells its time zone and opening hours, but no close of the business day."""
    hours = {"start_local_time": store.opens.isoformat(), "end_local_time": store.closes.isoformat()}
    return {
        "id": store.id,
        "name": store.name,
        "address": {"address_line_1": store.address, "country": store.country},
        "timezone": store.timezone,
        "capabilities": ["CREDIT_CARD_PROCESSING"],
        "status": "ACTIVE" if store.is_active else "INACTIVE",
        "created_at": rfc3339(store.created_at.replace(microsecond=0)),
        "merchant_id": MERCHANT_ID,
        "country": store.country,
        "language_code": "en-US",
        "currency": store.currency,
        "phone_number": store.phone,
        "business_name": store.name,
        "type": "PHYSICAL",
        "business_hours": {"periods": [{"day_of_week": day, **hours} for day in WEEK]},
        "business_email": store.email,
    }


def vendors(ledger: Ledger) -> Iterator[Record]:
    """The suppliers. Square knows no lead time."""
    created = min(store.created_at for store in ledger.stores)
    for supplier in ledger.suppliers:
        yield Record(
            id=supplier.id,
            version=1,
            location_id="",
            state="ACTIVE" if supplier.is_active else "INACTIVE",
            keys={"CREATED_AT": created},
            visible_at=created,
            render=partial(vendor, supplier, rfc3339(created)),
            source=supplier.name,
        )


def vendor(supplier: Supplier, created_at: str) -> Json:
    """A supplier with its contact person."""
    contact = {
        "id": f"{supplier.id}-C1",
        "name": supplier.contact_name,
        "email_address": supplier.contact_email,
        "ordinal": 0,
    }
    return {
        "id": supplier.id,
        "created_at": created_at,
        "updated_at": created_at,
        "name": supplier.name,
        "contacts": [contact],
        "version": 1,
        "status": "ACTIVE" if supplier.is_active else "INACTIVE",
    }
