"""A ledger served as Lightspeed Retail R-Series' API, version 3.

With its OAuth (refresh tokens that rotate), its paging by whole URLs, its texts for every scalar and objects
for lists of one, its archived records, scopes and leaky bucket. Told by the vendor's developer documentation
(developers.lightspeedhq.com/retail), and where that is silent by recorded answers of its second version.
"""

from simulator.core.simulated import SimulatedPos
from simulator.lightspeed_r.app import ALL_SCOPES, CLIENT_SECRET, REFRESH_TOKEN, connection, create_app
from simulator.lightspeed_r.told import DIFFERENCES, told

__all__ = ["ALL_SCOPES", "SIMULATED", "create_app"]

SIMULATED = SimulatedPos(
    pos="lightspeed_r",
    create_app=create_app,
    connection=connection,
    secrets={
        "LIGHTSPEED_R_CLIENT_SECRET": CLIENT_SECRET,
        "LIGHTSPEED_R_REFRESH_TOKEN": REFRESH_TOKEN,
    },
    told=told,
    differences=DIFFERENCES,
    weighs=False,
)
