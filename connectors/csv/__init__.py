"""Sales from CSV files.

Every file of a connection's inbox that is not in the warehouse yet is read whole: its rows become
`raw_csv.sales`, the file itself a row of `raw_csv.files`, its stores `raw_csv.locations`, and what cannot be
read `raw_csv.rejected_rows`. There is no cursor: a file is known by the SHA-256 of its content.
"""

from connectors.core.connector import Connector
from connectors.csv.check import check
from connectors.csv.schema import TABLES
from connectors.csv.settings import CsvConnection, from_environment
from connectors.csv.source import source

CONNECTOR = Connector(
    pos="csv",
    title="CSV files",
    settings=CsvConnection,
    tables=TABLES,
    source=source,
    check=check,
    from_environment=from_environment,
)
