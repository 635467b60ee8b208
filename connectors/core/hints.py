"""How rows of a raw table are handed to dlt: by which key they merge, and which duplicate is kept."""

from typing import Any

import dlt
import pyarrow as pa

from connectors.core.tables import Table


def with_table_hints(table: Table, rows: pa.Table) -> Any:
    """Rows as an item that a dlt resource yields; one resource may yield rows of several tables.

    A row replaces the one with the same key. Within one load the row with the greatest `newest_by` is kept.
    """
    columns: dict[str, Any] = {table.newest_by: {"dedup_sort": "desc"}} if table.newest_by else {}
    hints = dlt.mark.make_hints(
        table_name=table.name,
        write_disposition={"disposition": "merge", "strategy": "delete-insert"},
        primary_key=["connection_id", *table.key],
        columns=columns,
    )
    return dlt.mark.with_hints(rows, hints, create_table_variant=True)
