"""Lightspeed Restaurant K-Series as a server: the financial API over the ledger."""

from simulator.core.simulated import SimulatedPos
from simulator.lightspeed_k.app import SECRETS, connection, create_app
from simulator.lightspeed_k.told import DIFFERENCES, told

SIMULATED = SimulatedPos(
    pos="lightspeed_k",
    create_app=create_app,
    connection=connection,
    secrets=SECRETS,
    told=told,
    differences=DIFFERENCES,
)
