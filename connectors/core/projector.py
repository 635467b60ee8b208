"""From the bytes of answers to typed Arrow tables, by the wire schema alone.

Arrow's JSON reader reads only the fields that the tables of an endpoint name, straight into columns; lists
are then exploded into child tables with their parents' keys. No record becomes a Python object, except
where a page holds a value that cannot be read: then each record of that page is tried by itself, the
unreadable ones are set aside in `rejected_rows` with the reason, and the rest land.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from connectors.core.errors import DataFormatError
from connectors.core.hashing import keyed_hash, keyed_hashes
from connectors.core.layout import ROOT, Layout, Path, steps
from connectors.core.paging import ONE_PAGE, Head, Paging
from connectors.core.tables import DECIMAL, REJECTED_ROWS, TEXT, TIMESTAMP, Column, Table
from connectors.core.unreadable import without_unreadable

RECORDS_OF_BARE_ARRAY = "records"
"""An answer that is a bare array is read as `{"records": [...]}`."""

Rejected = dict[str, str | None]
"""Cells of a row of `rejected_rows`, by column."""


@dataclass(frozen=True)
class Stamp:
    """What is written on every row of a load.

    Attributes:
        connection_id: The account the rows come from.
        loaded_at: Time of the run.
        hash_key: Key of the customers' hashes.
    """

    connection_id: str
    loaded_at: datetime
    hash_key: bytes


def rejected_rows(rejected: Sequence[Rejected], stamp: Stamp) -> pa.Table:
    """The table `rejected_rows` from its cells; a cell that is not given is null."""
    stamped = {"connection_id": stamp.connection_id, "loaded_at": stamp.loaded_at}
    return pa.Table.from_pylist([{**row, **stamped} for row in rejected], schema=REJECTED_ROWS.schema)


@dataclass(frozen=True)
class Page:
    """One answer: its records as one nested value, those that were set aside, and the constant columns."""

    root: pa.StructArray
    rejected: list[Rejected]
    constants: Mapping[str, Any]


@dataclass(frozen=True)
class _Level:
    """The records of one list of all pages, one after the other, and the row of the record each stands in."""

    records: pa.StructArray
    parents: pa.Array


class Projector:
    """Projects the answers of one endpoint.

    Args:
        tables: The endpoint's tables; see `Layout`.
        stamp: What is written on every row.
        paging: What it needs to know of an answer is read by `head`.
        subject: Names the vendor and the endpoint in errors.
    """

    def __init__(
        self, tables: Sequence[Table], stamp: Stamp, *, paging: Paging = ONE_PAGE, subject: str
    ) -> None:
        self.subject = subject
        self._layout = Layout(tables, paging.fields, counts=paging.counts)
        self._stamp = stamp

    def read(self, answer: bytes, constants: Mapping[str, Any] | None = None) -> Page:
        """Reads one answer: a JSON object; a bare array counts as the object's `records`.

        Args:
            answer: The bytes.
            constants: Values of the tables' constant columns, by name.

        Raises:
            DataFormatError: The answer is no JSON, or its records are not in their place.
        """
        answer = _as_object(answer)
        try:
            return Page(_read(answer, self._layout.schema), [], constants or {})
        except pa.ArrowInvalid:
            return Page(*self._read_what_can_be(answer), constants or {})

    def head(self, answer: bytes) -> Head:
        """What the paging needs to know, in less than half of the time that the records take.

        Raises:
            DataFormatError: The answer is no JSON, or a field is not of its type.
        """
        layout = self._layout
        if not layout.fields and not layout.counts:
            return Head({}, 0)
        try:
            root = _read(_as_object(answer), layout.schema_of_fields)
        except pa.ArrowInvalid:
            raise self._not_as_documented() from None
        records = pc.list_value_length(_member(root, layout.counted))[0].as_py() if layout.counts else 0
        fields = {name: _member(root, path)[0].as_py() for name, path in layout.fields.items()}
        return Head(fields, records or 0)

    def tables(self, pages: Sequence[Page]) -> dict[str, pa.Table]:
        """The rows of some pages: each of the tables with exactly its schema, and `rejected_rows`."""
        rejected = [row for page in pages for row in page.rejected]
        if pages:
            levels = self._explode(pa.concat_arrays([page.root for page in pages]))
            constants = [page.constants for page in pages]
            tables = {
                table.name: self._rows(table, levels, constants, rejected) for table in self._layout.tables
            }
        else:
            tables = {table.name: table.schema.empty_table() for table in self._layout.tables}
        return {**tables, REJECTED_ROWS.name: rejected_rows(rejected, self._stamp)}

    def _read_what_can_be(self, answer: bytes) -> tuple[pa.StructArray, list[Rejected]]:
        if self._layout.top == ROOT:
            raise self._not_as_documented()
        try:
            rest, unreadable = without_unreadable(answer, self._layout, _read)
            root = _read(rest, self._layout.schema)
        except (
            ValueError,
            RecursionError,
        ):  # ArrowInvalid, UnicodeDecodeError and JSONDecodeError among them
            raise self._not_as_documented() from None
        return root, [
            {
                "source": self._layout.tables[0].name,
                "position": record.native_id or f"without id, {self._fingerprint(record.source_text)}",
                "native_id": record.native_id,
                "reason": record.reason,
            }
            for record in unreadable
        ]

    def _not_as_documented(self) -> DataFormatError:
        return DataFormatError(
            f"{self.subject} answered with something that is not the JSON of its documentation; nothing "
            "of this answer was kept. Check the base URL and the API version in the settings."
        )

    def _explode(self, root: pa.StructArray) -> dict[Path, _Level]:
        levels = {ROOT: _Level(root, pa.nulls(len(root), pa.int64()))}
        for path, parent in self._layout.parents.items():
            lists = _member(levels[parent].records, path[len(parent) :])
            levels[path] = _Level(pc.list_flatten(lists), pc.list_parent_indices(lists))
        return levels

    def _rows(
        self,
        table: Table,
        levels: Mapping[Path, _Level],
        constants: Sequence[Mapping[str, Any]],
        rejected: list[Rejected],
    ) -> pa.Table:
        own = steps(table.records)

        def values(path: str) -> pa.Array:
            base, inner = self._layout.place(table, path)
            return down(_member(levels[base].records, inner), base)

        def down(found: pa.Array, base: Path) -> pa.Array:
            level, rows = own, None
            while level != base:
                parents = levels[level].parents
                level, rows = self._layout.parents[level], parents if rows is None else parents.take(rows)
            return found if rows is None else found.take(rows)

        def kept(column: Column) -> pa.Array:
            found = values(column.path)
            if column.only_with:
                found = pc.if_else(pc.is_valid(values(column.only_with)), found, pa.scalar(None, found.type))
            if column.type == DECIMAL:
                found = pc.round(found, DECIMAL.scale).cast(DECIMAL)
            if column.hashed:
                found = keyed_hashes(found, hash_key=self._stamp.hash_key, scope=self._stamp.connection_id)
            return found

        def same(value: Any, kind: pa.DataType) -> pa.Array:
            return pa.repeat(pa.scalar(value, kind), len(levels[own].records))

        columns = {
            "connection_id": same(self._stamp.connection_id, TEXT),
            **{column.name: kept(column) for column in table.columns},
            **{
                name: down(pa.array([page[name] for page in constants], kind), ROOT)
                for name, kind in table.constants
            },
            "loaded_at": same(self._stamp.loaded_at, TIMESTAMP),
        }
        rows = pa.table(list(columns.values()), schema=table.schema)
        faults = values(table.fault) if table.fault else pa.nulls(len(rows), TEXT)
        if table.only_where:
            wanted = pc.is_valid(values(table.only_where))
            rows, faults = rows.filter(wanted), faults.filter(wanted)
        if faults.null_count < len(rows):
            rows = self._without_faults(table, rows, faults, rejected)
        return self._with_keys(table, rows, rejected)

    def _without_faults(
        self, table: Table, rows: pa.Table, faults: pa.Array, rejected: list[Rejected]
    ) -> pa.Table:
        """The rows that can be used; the others are noted in `rejected`."""
        faulty = pc.is_valid(faults)
        for row, fault in zip(
            rows.filter(faulty).to_pylist(), faults.filter(faulty).to_pylist(), strict=True
        ):
            rejected.append(self._rejected(table, row, fault))
        return rows.filter(pc.invert(faulty))

    def _with_keys(self, table: Table, rows: pa.Table, rejected: list[Rejected]) -> pa.Table:
        """The rows whose key is whole; the others are noted in `rejected`."""
        if not any(rows[name].null_count for name in table.key):
            return rows
        whole = pc.is_valid(rows[table.key[0]])
        for name in table.key[1:]:
            whole = pc.and_(whole, pc.is_valid(rows[name]))
        for row in rows.filter(pc.invert(whole)).to_pylist():
            missing = ", ".join(name for name in table.key if row[name] is None)
            rejected.append(self._rejected(table, row, f"the row has no {missing}"))
        return rows.filter(whole)

    def _rejected(self, table: Table, row: Mapping[str, Any], reason: str) -> Rejected:
        key = ":".join("?" if row[name] is None else str(row[name]) for name in table.key)
        content = repr([value for name, value in row.items() if name != "loaded_at"])
        return {
            "source": table.name,
            "position": f"{key}, {self._fingerprint(content)}",
            "native_id": None if row[table.key[0]] is None else str(row[table.key[0]]),
            "reason": reason,
        }

    def _fingerprint(self, text: str) -> str:
        """Tells rejected records without an id apart, the same in every run, and tells nothing of them."""
        return keyed_hash(text, hash_key=self._stamp.hash_key, scope=self._stamp.connection_id)[:16]


def _as_object(answer: bytes) -> bytes:
    """The answer as a JSON object."""
    if answer.lstrip()[:1] == b"[":
        return b'{"%s":%s}' % (RECORDS_OF_BARE_ARRAY.encode(), answer)
    return answer


def _read(answer: bytes, schema: pa.Schema) -> pa.StructArray:
    """An answer as one struct. Raises ArrowInvalid when a value does not fit its type."""
    if not answer.isascii():  # Arrow does not look, and a text that is no UTF-8 would fail much later
        try:
            answer.decode()
        except UnicodeDecodeError as error:
            raise pa.ArrowInvalid("the answer is not UTF-8") from error
    table = pj.read_json(
        pa.BufferReader(answer),
        read_options=pj.ReadOptions(block_size=len(answer) + 1, use_threads=False),
        parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    if table.num_rows != 1:
        raise pa.ArrowInvalid("the answer is not one JSON object")
    return table.combine_chunks().to_batches()[0].to_struct_array()


def _member(records: pa.StructArray, path: Path) -> pa.Array:
    """A member of a struct; null where any struct on the way is null."""
    return pc.struct_field(records, list(path)) if path else records
