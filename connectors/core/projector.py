"""From the bytes of an answer to typed Arrow tables, by the wire schema alone.

Arrow's JSON reader reads only the fields that the tables of an endpoint name, straight into columns; lists
are then exploded into child tables with their parents' keys. No record becomes a Python object, except
where a page holds a value that cannot be read: then each record of that page is tried by itself, the
unreadable ones are set aside in `rejected_rows` with the reason, and the rest land.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from json import JSONDecoder
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from connectors.core.errors import DataFormatError
from connectors.core.hashing import keyed_hash, keyed_hashes
from connectors.core.tables import REJECTED_ROWS, TEXT, Column, Table

Path = tuple[str, ...]
ROOT: Path = ()
ANSWER_OF_BARE_ARRAY = "records"
"""An answer that is a bare array is read as `{"records": [...]}`."""

TYPE_WORDS = {
    pa.string(): "a text",
    pa.int64(): "a whole number",
    pa.bool_(): "true or false",
    pa.decimal128(38, 10): "a decimal number of at most ten places",
    pa.timestamp("us", tz="UTC"): "a time",
}


@dataclass(frozen=True)
class Stamp:
    """What is written on every row of a load.

    Attributes:
        connection_id: The account the rows come from.
        loaded_at: Time of the run.
        hash_key: Key of the customers' hashes.
        constants: Values of the tables' constant columns, by name.
    """

    connection_id: str
    loaded_at: datetime
    hash_key: bytes
    constants: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Projection:
    """What one answer holds: a table a name (`rejected_rows` among them), and the answer's own fields."""

    tables: dict[str, pa.Table]
    fields: dict[str, str | None]


@dataclass(frozen=True)
class _Level:
    """The records of one list of the answer, all parents' records in a row."""

    records: pa.StructArray
    parents: pa.Array


class Projector:
    """Projects the answers of one endpoint.

    Args:
        tables: The endpoint's tables. A step of a path of records is a list when a table's records stand
            there, else an object.
        fields: Text fields of the answer itself that the caller needs, such as the token of the next page.
        subject: Names the vendor and the endpoint in errors.
    """

    def __init__(self, tables: Sequence[Table], *, fields: Sequence[str] = (), subject: str) -> None:
        self.tables = tuple(tables)
        self.subject = subject
        self._fields = {name: _steps(name) for name in fields}
        self._lists = tuple(sorted({_steps(table.records) for table in tables}, key=len))
        self._top = self._lists[0]
        if any(path[: len(self._top)] != self._top for path in self._lists):
            raise ValueError(f"{subject}: tables of one endpoint share one list of records")
        leaves = dict.fromkeys(self._fields.values(), TEXT)
        for table in self.tables:
            for path, kind in self._leaves_of(table):
                if leaves.setdefault(path, kind) != kind:
                    raise ValueError(f"{subject}: {'/'.join(path)} is declared with two types")
        self._leaves = leaves

    @cached_property
    def _schema(self) -> pa.Schema:
        return self._schema_of(self._leaves)

    def project(self, answer: bytes, stamp: Stamp) -> Projection:
        """Reads one answer.

        Args:
            answer: A JSON object; a bare array counts as the object's `records`.
            stamp: What is written on every row.

        Returns:
            A table for each of the endpoint's tables, with exactly its schema, and `rejected_rows`.

        Raises:
            DataFormatError: The answer is no JSON, or its records are no list.
        """
        if answer.lstrip()[:1] == b"[":
            answer = b'{"%s":%s}' % (ANSWER_OF_BARE_ARRAY.encode(), answer)
        rejected: list[dict[str, str | None]] = []
        try:
            root = self._read(answer, self._schema)
        except pa.ArrowInvalid:
            answer = self._without_unreadable_records(answer, rejected, stamp)
            try:
                root = self._read(answer, self._schema)
            except pa.ArrowInvalid:
                raise DataFormatError(
                    f"{self.subject} answered with something other than its documentation says, outside its "
                    "records; nothing of this answer was kept. Check the API version in the settings."
                ) from None
        levels = self._explode(root)
        tables = {table.name: self._rows(table, levels, stamp, rejected) for table in self.tables}
        tables[REJECTED_ROWS.name] = rejected_rows(rejected, stamp)
        return Projection(
            tables=tables,
            fields={name: _field(root, path)[0].as_py() for name, path in self._fields.items()},
        )

    def _leaves_of(self, table: Table) -> Iterator[tuple[Path, pa.DataType]]:
        for column in table.columns:
            yield self._place(table, column.path)[1], column.type
            if column.only_with:
                yield self._place(table, column.only_with)[1], TEXT
        if table.only_where:
            yield self._place(table, table.only_where)[1], TEXT

    def _place(self, table: Table, path: str) -> tuple[Path, Path]:
        """The list whose records hold a column, and the column's whole path in the answer."""
        steps = _steps(path)
        ups = steps.count("..")
        chain = [item for item in self._lists if _steps(table.records)[: len(item)] == item]
        base = chain[-1 - ups]
        return base, (*base, *steps[ups:])

    def _schema_of(self, leaves: Mapping[Path, pa.DataType]) -> pa.Schema:
        """The nested type that reads these leaves and nothing else."""

        def node(prefix: Path) -> pa.DataType:
            if prefix in leaves:
                return leaves[prefix]
            names = dict.fromkeys(
                path[len(prefix)]
                for path in (*self._lists, *leaves)
                if len(path) > len(prefix) and path[: len(prefix)] == prefix
            )
            members = pa.struct([pa.field(name, node((*prefix, name))) for name in names])
            return pa.list_(members) if prefix in self._lists else members

        return pa.schema(list(node(ROOT)))

    def _read(self, answer: bytes, schema: pa.Schema) -> pa.StructArray:
        """The answer as one struct. Raises ArrowInvalid when a value does not fit its type."""
        try:
            table = pj.read_json(
                io.BytesIO(answer),
                read_options=pj.ReadOptions(block_size=len(answer) + 1, use_threads=False),
                parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
            )
        except UnicodeDecodeError as error:
            raise pa.ArrowInvalid("the answer is not UTF-8") from error
        if table.num_rows != 1:
            raise pa.ArrowInvalid("the answer is not one JSON object")
        return table.combine_chunks().to_batches()[0].to_struct_array()

    def _explode(self, root: pa.StructArray) -> dict[Path, _Level]:
        levels = {ROOT: _Level(root, pa.array([0]))}
        for path in self._lists:
            parent = max((known for known in levels if path[: len(known)] == known), key=len)
            lists = _field(levels[parent].records, path[len(parent) :])
            levels[path] = _Level(pc.list_flatten(lists), pc.list_parent_indices(lists))
        return levels

    def _rows(
        self, table: Table, levels: Mapping[Path, _Level], stamp: Stamp, rejected: list[dict[str, str | None]]
    ) -> pa.Table:
        own = _steps(table.records)

        def values(path: str) -> pa.Array:
            base, whole = self._place(table, path)
            found = _field(levels[base].records, whole[len(base) :])
            rows = None
            level = own
            while level != base:
                rows = levels[level].parents if rows is None else levels[level].parents.take(rows)
                level = max(
                    item for item in self._lists if len(item) < len(level) and level[: len(item)] == item
                )
            return found if rows is None else found.take(rows)

        def kept(column: Column) -> pa.Array:
            found = values(column.path)
            if column.only_with:
                found = pc.if_else(pc.is_valid(values(column.only_with)), found, pa.scalar(None, column.type))
            if column.hashed:
                found = keyed_hashes(found, hash_key=stamp.hash_key, scope=stamp.connection_id)
            return found

        count = len(levels[own].records)
        columns = {column.name: kept(column) for column in table.columns}
        columns |= {
            name: pa.repeat(pa.scalar(stamp.constants[name], kind), count) for name, kind in table.constants
        }
        columns["connection_id"] = pa.repeat(pa.scalar(stamp.connection_id, TEXT), count)
        columns["loaded_at"] = pa.repeat(
            pa.scalar(stamp.loaded_at, table.schema.field("loaded_at").type), count
        )
        rows = pa.table([columns[name] for name in table.schema.names], schema=table.schema)
        if table.only_where:
            rows = rows.filter(pc.is_valid(values(table.only_where)))
        return _with_keys(table, rows, stamp, rejected)

    def _without_unreadable_records(
        self, answer: bytes, rejected: list[dict[str, str | None]], stamp: Stamp
    ) -> bytes:
        """The answer with only those records that can be read; the others are noted in `rejected`."""
        try:
            text = answer.decode()
            start, end, records = _records(text, self._top)
        except (ValueError, RecursionError, _NoRecordsError):
            raise DataFormatError(
                f"{self.subject} answered with something that is not the JSON of its documentation; nothing "
                "of this answer was kept. Check the base URL and the API version in the settings."
            ) from None
        readable = []
        for record in records:
            fault = self._fault(record)
            if fault is None:
                readable.append(record)
                continue
            identity = self._native_id(record)
            rejected.append(
                {
                    "source": self.tables[0].name,
                    "position": identity or f"without id, {_fingerprint(record, stamp)}",
                    "native_id": identity,
                    "reason": fault,
                }
            )
        return f"{text[:start]}{','.join(readable)}{text[end:]}".encode()

    def _fault(self, record: str) -> str | None:
        """Why a record cannot be read, in words that repeat none of its values; None when it can."""
        wrapped = _wrap(record, self._top)
        leaves = {path: kind for path, kind in self._leaves.items() if path[: len(self._top)] == self._top}
        try:
            self._read(wrapped, self._schema_of(leaves))
        except pa.ArrowInvalid:
            for path, kind in leaves.items():
                try:
                    self._read(wrapped, self._schema_of({path: kind}))
                except pa.ArrowInvalid:
                    return f"{'/'.join(path)} is not {TYPE_WORDS[kind]}, or stands in another place"
            return "the record is not JSON that can be read"
        return None

    def _native_id(self, record: str) -> str | None:
        table = self.tables[0]
        column = next(column for column in table.columns if column.name == table.key[0])
        value: Any = JSONDecoder().decode(record)
        for step in _steps(column.path):
            value = value.get(step) if isinstance(value, dict) else None
        return str(value) if isinstance(value, str | int) else None


def rejected_rows(rejected: Sequence[Mapping[str, str | None]], stamp: Stamp) -> pa.Table:
    """The table `rejected_rows` from its cells; a cell that is not given is null."""
    stamped = {"connection_id": stamp.connection_id, "loaded_at": stamp.loaded_at}
    return pa.Table.from_pylist([{**row, **stamped} for row in rejected], schema=REJECTED_ROWS.schema)


class _NoRecordsError(Exception):
    """The answer's records are not where the wire schema says."""


def _steps(path: str) -> Path:
    return tuple(step for step in path.split("/") if step)


def _field(records: pa.StructArray, steps: Path) -> pa.Array:
    """A member of a struct; null where any struct on the way is null."""
    return pc.struct_field(records, list(steps)) if steps else records


def _with_keys(table: Table, rows: pa.Table, stamp: Stamp, rejected: list[dict[str, str | None]]) -> pa.Table:
    """The rows whose key is whole; the others are noted in `rejected`."""
    whole = None
    for name in table.key:
        valid = pc.is_valid(rows[name])
        whole = valid if whole is None else pc.and_(whole, valid)
    if pc.all(whole, min_count=0).as_py():
        return rows
    for row in rows.filter(pc.invert(whole)).to_pylist():
        key = ":".join("?" if row[name] is None else str(row[name]) for name in table.key)
        content = repr([value for name, value in row.items() if name != "loaded_at"])
        missing = ", ".join(name for name in table.key if row[name] is None)
        rejected.append(
            {
                "source": table.name,
                "position": f"{key}, {_fingerprint(content, stamp)}",
                "native_id": None if row[table.key[0]] is None else str(row[table.key[0]]),
                "reason": f"the row has no {missing}",
            }
        )
    return rows.filter(whole)


def _fingerprint(text: str, stamp: Stamp) -> str:
    """Tells rejected records without an id apart, the same in every run, and tells nothing of them."""
    return keyed_hash(text, hash_key=stamp.hash_key, scope=stamp.connection_id)[:16]


def _wrap(record: str, path: Path) -> bytes:
    """The record as an answer of its own."""
    wrapped = f"[{record}]"
    for step in reversed(path):
        wrapped = f'{{"{step}":{wrapped}}}'
    return wrapped.encode()


def _records(text: str, path: Path) -> tuple[int, int, list[str]]:
    """The source text of each record, and where the list's inside starts and ends in the answer.

    Text, not parsed values: a number that went through Python's float would come back as another number.
    """
    decoder = JSONDecoder()

    def skip_space(at: int) -> int:
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        return at

    def members(at: int, opening: str, closing: str) -> Iterator[tuple[int, int]]:
        """Start and end of each value of an array, or of each key of an object."""
        if text[at : at + 1] != opening:
            raise _NoRecordsError
        at = skip_space(at + 1)
        while text[at : at + 1] != closing:
            end = decoder.raw_decode(text, at)[1]
            yield at, end
            at = skip_space(end)
            if opening == "{":
                at = skip_space(decoder.raw_decode(text, skip_space(at + 1))[1])
            if text[at : at + 1] == ",":
                at = skip_space(at + 1)
            elif text[at : at + 1] != closing:
                raise _NoRecordsError

    at = skip_space(0)
    for step in path:
        for start, end in members(at, "{", "}"):
            if decoder.raw_decode(text, start)[0] == step:
                at = skip_space(skip_space(end) + 1)
                break
        else:
            raise _NoRecordsError
    spans = list(members(at, "[", "]"))
    inside = at + 1
    close = text.index("]", spans[-1][1]) if spans else skip_space(inside)
    return inside, close, [text[start:end] for start, end in spans]
