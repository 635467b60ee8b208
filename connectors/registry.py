"""Every point-of-sale system that can be read, by the name that `connections.yaml` uses."""

from connectors.clover import CONNECTOR as CLOVER
from connectors.core.connector import Connector
from connectors.csv import CONNECTOR as CSV
from connectors.generic import CONNECTOR as GENERIC
from connectors.lightspeed_k import CONNECTOR as LIGHTSPEED_K
from connectors.lightspeed_r import CONNECTOR as LIGHTSPEED_R
from connectors.lightspeed_x import CONNECTOR as LIGHTSPEED_X
from connectors.shopify import CONNECTOR as SHOPIFY
from connectors.square import CONNECTOR as SQUARE
from connectors.toast import CONNECTOR as TOAST

CONNECTORS: dict[str, Connector] = {
    connector.pos: connector
    for connector in (SQUARE, SHOPIFY, TOAST, CLOVER, LIGHTSPEED_R, LIGHTSPEED_X, LIGHTSPEED_K, GENERIC, CSV)
}
