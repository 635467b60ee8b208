"""A ledger served as Square's API, with Square's own paging, filters, limits, errors and scopes.

Ids are the ledger's: a location is a store's id, a variation an item's, an order a sale's or a return's. The Square
API reference (Square-Version 2025-08-20, and the official client 46 where it is newer) says what is told and how.
"""

from simulator.faults import Faults, RequestSeen
from simulator.square.app import ALL_SCOPES, create_app

__all__ = ["ALL_SCOPES", "Faults", "RequestSeen", "create_app"]
