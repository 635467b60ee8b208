"""A ledger served as a system's own REST API, of the kind that no connector is written for.

Its names, its way of signing and of paging are invented, and can be chosen: `shape.py`. Ids are the ledger's.
"""

from simulator.core.simulated import SimulatedPos
from simulator.generic.app import create_app
from simulator.generic.settings import SECRETS, connection
from simulator.generic.shape import Shape

__all__ = ["SIMULATED", "Shape", "connection", "create_app"]

SIMULATED = SimulatedPos(
    pos="generic",
    create_app=create_app,
    connection=connection,
    secrets=SECRETS,
    told=lambda ledger: ledger,
)
