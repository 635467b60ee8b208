"""Where the columns of an endpoint's tables stand in its answers, and the nested type that reads them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import pyarrow as pa

from connectors.core.tables import DECIMAL, TEXT, Table

Path = tuple[str, ...]
ROOT: Path = ()
"""The answer itself: the record in which the first list stands."""
READ_AS = {DECIMAL: pa.decimal128(38, 18)}
"""A binary fraction may be written with more places than are kept: 0.30000000000000004."""


def steps(path: str) -> Path:
    """The steps of a path that is written with "/"."""
    return tuple(step for step in path.split("/") if step)


class Layout:
    """The places of an endpoint's columns.

    A step of a path of records is a list when a table's records stand there, else an object.

    Args:
        tables: Tables that are filled from the same records; the first one's key tells a record's id.
        fields: Paths of fields of the answer itself, and their types.
        counts: The number of records is asked for.
    """

    def __init__(self, tables: Sequence[Table], fields: Mapping[str, pa.DataType], *, counts: bool) -> None:
        self.tables = tuple(tables)
        self.fields = {name: steps(name) for name in fields}
        self.counts = counts
        self._types_of_fields = {steps(name): kind for name, kind in fields.items()}
        places = sorted({steps(table.records) for table in tables}, key=len)
        self.top = places[0]
        self.lists = tuple(place for place in places if place != ROOT)
        self.counted = self.lists[0] if self.lists else ROOT
        if any(not _is_below(path, self.top) for path in self.lists):
            raise ValueError("tables of one endpoint have to share one list of records")
        self.parents = {path: self._outer(path, 1) for path in self.lists}
        self.leaves: dict[Path, pa.DataType] = {}
        for table in tables:
            for path, kind in self._leaves_of(table):
                if self.leaves.setdefault(path, kind) != kind:
                    raise ValueError(f"{'/'.join(path)} is declared with two types")

    @cached_property
    def schema(self) -> pa.Schema:
        """The type that reads an answer's records."""
        return self.schema_of(self.leaves, self.lists)

    @cached_property
    def schema_of_fields(self) -> pa.Schema:
        """The type that reads the answer's own fields, counts its records, and reads nothing else."""
        return self.schema_of(
            self._types_of_fields, [self.counted] if self.counts and self.counted != ROOT else []
        )

    @property
    def leaves_of_records(self) -> dict[Path, pa.DataType]:
        """The leaves without those that stand outside the records."""
        return {path: kind for path, kind in self.leaves.items() if _is_below(path, self.top)}

    def schema_of(self, leaves: Mapping[Path, pa.DataType], lists: Sequence[Path] = ()) -> pa.Schema:
        """The nested type that reads these leaves, and lists even where no leaf stands in them."""

        def node(prefix: Path) -> pa.DataType:
            if prefix in leaves:
                return READ_AS.get(leaves[prefix], leaves[prefix])
            deeper = (path for path in (*lists, *leaves) if path != prefix and _is_below(path, prefix))
            names = dict.fromkeys(path[len(prefix)] for path in deeper)
            members = pa.struct([pa.field(name, node((*prefix, name))) for name in names])
            return pa.list_(members) if prefix in self.lists else members

        return pa.schema(list(node(ROOT)))

    def place(self, table: Table, path: str) -> tuple[Path, Path]:
        """The list in whose records a column of a table stands, and the steps from such a record to it."""
        whole = steps(path)
        ups = whole.count("..")
        return self._outer(steps(table.records), ups), whole[ups:]

    def _outer(self, path: Path, ups: int) -> Path:
        """The list that is `ups` lists further out; beyond the outermost, the answer itself."""
        chain = [ROOT, *(item for item in self.lists if _is_below(path, item))]
        return chain[-1 - ups]

    def _leaves_of(self, table: Table) -> Iterator[tuple[Path, pa.DataType]]:
        conditions = [column.only_with for column in table.columns] + [table.only_where, table.fault]
        for path, kind in [
            *((column.path, column.type) for column in table.columns),
            *((condition, TEXT) for condition in conditions if condition),
        ]:
            base, inner = self.place(table, path)
            yield (*base, *inner), kind


def _is_below(path: Path, prefix: Path) -> bool:
    return path[: len(prefix)] == prefix
