"""A ledger served as Square's API, with Square's own paging, filters, limits, errors and scopes.

Ids are the ledger's: a location's is a store's, a variation's an item's, an order's a sale's or a return's.
What is told, and how, is said by the Square API reference (Square-Version 2025-08-20) and, where it is newer,
by the official client 46.
"""

from simulator.core.simulated import SimulatedPos
from simulator.square.app import ACCESS_TOKEN, ALL_SCOPES, connection, create_app

__all__ = ["ALL_SCOPES", "SIMULATED", "create_app"]

SIMULATED = SimulatedPos(
    pos="square",
    create_app=create_app,
    connection=connection,
    secrets={"SQUARE_ACCESS_TOKEN": ACCESS_TOKEN},
    told=lambda ledger: ledger,
)
