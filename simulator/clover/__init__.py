"""A ledger served as Clover's API, with Clover's own paging, filters, limits, errors and permissions.

Ids are the ledger's; a line item's is its sale's, its line's and its number among the line's units. What is
told, and how, is said by docs.clover.com and by the models of clover/clover-android-sdk.
"""

from simulator.clover.app import ACCESS_TOKEN, ALL_SCOPES, connection, create_app
from simulator.clover.told import DIFFERENCES, told
from simulator.core.simulated import SimulatedPos

__all__ = ["ALL_SCOPES", "SIMULATED", "create_app"]

SIMULATED = SimulatedPos(
    pos="clover",
    create_app=create_app,
    connection=connection,
    secrets={"CLOVER_ACCESS_TOKEN": ACCESS_TOKEN},
    told=told,
    differences=DIFFERENCES,
)
