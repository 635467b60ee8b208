"""Lightspeed Retail X-Series as a server: API 2.0 over the ledger."""

from simulator.core.simulated import SimulatedPos
from simulator.lightspeed_x.app import SECRETS, connection, create_app
from simulator.lightspeed_x.told import DIFFERENCES, told

SIMULATED = SimulatedPos(
    pos="lightspeed_x",
    create_app=create_app,
    connection=connection,
    secrets=SECRETS,
    told=told,
    differences=DIFFERENCES,
)
