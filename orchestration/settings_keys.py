"""Keys in `replenishment.csv` that nothing in the warehouse has: slips that no one would see."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

HINTS = 10
"""Looking for the closest name among ten thousand takes a tenth of a second."""

NAMED_BY = {
    "item": "an item is named by its item_key, its id or its SKU",
    "supplier": "a supplier is named by its id or its name",
    "category": "categories are those of the catalogue",
    "location": "a store is named by its key, its id or its name",
}


def unknown_keys(connection: duckdb.DuckDBPyConnection, replenishment: pa.Table, folder: Path) -> list[str]:
    """Finds the keys and locations that no item, supplier, category or store has.

    Args:
        connection: A warehouse that was built; it is only read.
        replenishment: The table of the settings file, with its lines.
        folder: Where the file stands, for the sentences.

    Returns:
        A sentence each, by line; the first `HINTS` of them name the closest name that is known.
    """
    named = list(_named(replenishment))
    if not named:
        return []
    known = _known_names(connection)
    sentences: list[str] = []
    for line, scope, key in named:
        if key in known[scope]:
            continue
        near = (
            difflib.get_close_matches(key.lower(), known[scope].values(), n=1)
            if len(sentences) < HINTS
            else []
        )
        close = [name for name, small in known[scope].items() if small in near]
        hint = f"did you mean '{close[0]}'?" if close else f"{NAMED_BY[scope]}."
        sentences.append(f"{folder / 'replenishment.csv'}, line {line}: there is no {scope} '{key}'; {hint}")
    return sentences


def _known_names(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Every name of each scope, with itself in small letters."""
    rows = connection.execute(
        """
        select 'item', unnest([item_key, item_id, sku]) from unified.items
        union select 'supplier', unnest([supplier_id, name]) from unified.suppliers
        union select 'category', category from unified.items
        union select 'location', unnest([location_key, location_id, name]) from unified.locations
        order by all
        """
    ).fetchall()
    known: dict[str, dict[str, str]] = {scope: {} for scope in NAMED_BY}
    for scope, name in rows:
        if name is not None:
            known[scope][name] = name.lower()
    return known


def _named(replenishment: pa.Table) -> Iterator[tuple[int, str, str]]:
    """Line, scope and key of everything that the file names."""
    for row in replenishment.select(["line", "scope", "key", "location"]).to_pylist():
        if row["key"] is not None:
            yield row["line"], row["scope"], row["key"]
        if row["location"] is not None:
            yield row["line"], "location", row["location"]
