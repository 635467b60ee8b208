"""A ledger served as one shop's Shopify Admin GraphQL API, with its cost, search, pages and bulk operations.

What is told, and how, is said by the Admin GraphQL reference, version 2026-10; `schema.graphql` is the part
of it that is served. Ids are global ids around the ledger's numbers, which `told` gives them.
"""

from simulator.core.simulated import SimulatedPos
from simulator.shopify.account import ALL_SCOPES
from simulator.shopify.app import ACCESS_TOKEN, CLIENT_SECRET, connection, create_app
from simulator.shopify.told import DIFFERENCES, told

__all__ = ["ACCESS_TOKEN", "ALL_SCOPES", "SIMULATED", "create_app"]

SIMULATED = SimulatedPos(
    pos="shopify",
    create_app=create_app,
    connection=connection,
    secrets={"SHOPIFY_CLIENT_SECRET": CLIENT_SECRET},
    told=told,
    differences=DIFFERENCES,
    weighs=False,
)
