"""Every point-of-sale system that can be read, by the name that `connections.yaml` uses."""

from connectors.core.connector import Connector
from connectors.csv import CONNECTOR as CSV
from connectors.square import CONNECTOR as SQUARE

CONNECTORS: dict[str, Connector] = {connector.pos: connector for connector in (SQUARE, CSV)}
