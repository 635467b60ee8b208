"""A ledger served as the restaurants of one Toast client: paging, limits, errors and scopes are Toast's own.

Guids are the ledger's ids: a restaurant's is a store's, an order's a sale's, an item's an item's, a payment's
a payment's, a refund transaction's a return's or a refund's. What is told, and how, is said by Toast's
OpenAPI files (orders 2.9, menus 2.4, stock 1.0, restaurants 1.0, partners 1.0) and its developer guide. How a
page is sorted is documented nowhere: here by time of change, so that an edit moves what stands behind it.
"""

from simulator.core.simulated import SimulatedPos
from simulator.toast.app import ALL_SCOPES, SECRETS, connection, create_app
from simulator.toast.told import DIFFERENCES, told

__all__ = ["ALL_SCOPES", "SIMULATED", "create_app"]

SIMULATED = SimulatedPos(
    pos="toast",
    create_app=create_app,
    connection=connection,
    secrets=SECRETS,
    told=told,
    differences=DIFFERENCES,
)
