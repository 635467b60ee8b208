"""Bulk operations: a query without pages, worked off at once into a file with one record a line."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    parse,
    validate,
)

from simulator.core.answers import Json
from simulator.shopify.account import ShopifyAccount
from simulator.shopify.parts import gid, iso

MOST_CONNECTIONS, DEEPEST_NESTING = 5, 2
LIMIT_REACHED = {
    "code": "LIMIT_REACHED",
    "field": None,
    "message": "The maximum number of bulk query operations for this app and shop has been reached.",
}
NO_NODE = (
    "The parent 'node' field for a nested connection must return a type that implements the 'Node' "
    "interface. Invalid connections: agreements."
)


def start(account: ShopifyAccount, schema: GraphQLSchema, query: str) -> Json:
    """Starts an operation, or says why not."""
    reason = refusal(account, schema, query)
    if reason:
        return {
            "bulkOperation": None,
            "userErrors": [{"code": "INVALID", "field": ["query"], "message": reason}],
        }
    if account.busy:
        account.busy -= 1
        return {"bulkOperation": None, "userErrors": [LIMIT_REACHED]}
    number = len(account.exports) + 1
    operation = {
        "id": gid("BulkOperation", number),
        "status": "CREATED",
        "errorCode": None,
        "url": None,
        "partialDataUrl": None,
        "objectCount": "0",
        "rootObjectCount": "0",
        "fileSize": None,
        "createdAt": iso(account.now()),
        "completedAt": None,
        "query": query,
        "type": "QUERY",
        "looks": account.looks,
    }
    account.exports[operation["id"]] = operation
    return {"bulkOperation": dict(operation), "userErrors": []}


def look(account: ShopifyAccount, schema: GraphQLSchema, global_id: str, base_url: str) -> Json | None:
    """How far an operation is. It is worked off at the first look that finds it done."""
    operation: Json | None = account.exports.get(global_id)
    if operation is None or operation["status"] in ("COMPLETED", "FAILED"):
        return operation
    if operation["looks"]:
        operation.update(status="RUNNING", looks=operation["looks"] - 1)
        return operation
    document = parse(operation["query"])
    try:
        lines = list(Export(account, schema).lines(document))
    except GraphQLError:
        operation.update(status="FAILED", errorCode="ACCESS_DENIED")
        return operation
    number = global_id.rpartition("/")[2]
    operation.update(
        status="COMPLETED",
        completedAt=iso(account.now()),
        objectCount=str(len(lines)),
        file=b"".join(lines),
        url=f"{base_url}/files/bulk-{number}.jsonl" if lines else None,
    )
    return operation


def refusal(account: ShopifyAccount, schema: GraphQLSchema, query: str) -> str | None:
    """Why a query cannot be run in bulk."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return error.message
    if errors := validate(schema, document):
        return errors[0].message
    shape = Shape(schema)
    shape.visit(operation_of(document).selection_set, schema.query_type, 0, in_list=False)
    refusals = {
        "Bulk queries must contain at least one connection.": not shape.connections,
        f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections.": (
            shape.connections > MOST_CONNECTIONS
        ),
        "Bulk queries cannot contain connections with a nesting depth greater than 2.": (
            shape.deepest > DEEPEST_NESTING + 1
        ),
        "Queries that contain a connection field within a list field are not currently supported.": (
            shape.in_list
        ),
        NO_NODE: account.refuses_exports and "agreements" in query,
    }
    return next((reason for reason, holds in refusals.items() if holds), None)


class Shape:
    """Counts a query's connections and how deep they stand in each other."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self.connections = 0
        self.deepest = 0
        self.in_list = False

    def visit(
        self, chosen: SelectionSetNode | None, of: GraphQLNamedType | None, depth: int, *, in_list: bool
    ) -> None:
        """Goes through a selection."""
        for node, kind, listed in fields(self._schema, chosen, of):
            nested = depth
            if kind.name.endswith("Connection"):
                nested += 1
                self.connections += 1
                self.deepest = max(self.deepest, nested)
                self.in_list |= in_list
            inside = in_list or (listed and node.name.value not in ("nodes", "edges"))
            self.visit(node.selection_set, kind, nested, in_list=inside)


def fields(
    schema: GraphQLSchema, chosen: SelectionSetNode | None, of: GraphQLNamedType | None
) -> Iterator[tuple[FieldNode, GraphQLNamedType, bool]]:
    """The fields of a selection with their types, those of fragments too, and whether they are lists."""
    for node in chosen.selections if chosen else ():
        if isinstance(node, InlineFragmentNode) and node.type_condition:
            kind = schema.type_map[node.type_condition.name.value]
            yield from fields(schema, node.selection_set, kind)
        elif (
            isinstance(node, FieldNode)
            and isinstance(of, GraphQLObjectType | GraphQLInterfaceType)
            and node.name.value in of.fields  # all but __typename
        ):
            declared = of.fields[node.name.value].type
            yield node, get_named_type(declared), is_list_type(get_nullable_type(declared))


Pick = Callable[[Json], Json]
Write = Callable[[Iterator[Json], str | None], Iterator[bytes]]
"""Writes records as lines, given the id of the record that they belong to."""


class Export:
    """Works a query off."""

    def __init__(self, account: ShopifyAccount, schema: GraphQLSchema) -> None:
        self._account = account
        self._schema = schema

    def lines(self, document: DocumentNode) -> Iterator[bytes]:
        """Each record as a line; the lines of the lists inside it follow it."""
        for node, kind, _ in fields(
            self._schema, operation_of(document).selection_set, self._schema.query_type
        ):
            write = self._writer(node_of(node), self._node_type(kind))
            yield from write(self._roots(node), None)

    def _roots(self, node: FieldNode) -> Iterator[Json]:
        match node.name.value:
            case "orders":
                return self._account.orders_found(text_argument(node, "query"))
            case "productVariants":
                return iter(self._account.variants())
            case "locations":
                return iter(self._account.locations())
        raise GraphQLError(f"not simulated in bulk: {node.name.value}")

    def _writer(self, chosen: SelectionSetNode, kind: GraphQLNamedType) -> Write:
        """Makes what writes the chosen fields of records, and the lists inside them."""
        inner: list[tuple[str, Write]] = []
        for node, inside, _ in fields(self._schema, chosen, kind):
            self._account.may_inside(kind.name, node.name.value)
            if inside.name.endswith("Connection"):
                inner.append((node.name.value, self._writer(node_of(node), self._node_type(inside))))
        pick = self._pick(chosen, kind)

        def write(records: Iterator[Json], parent: str | None) -> Iterator[bytes]:
            for record in records:
                told = pick(record)
                if parent:
                    told["__parentId"] = parent
                yield json.dumps(told, separators=(",", ":")).encode() + b"\n"
                for name, write_inner in inner:
                    yield from write_inner(iter(record[name]), record["id"])

        return write

    def _node_type(self, kind: GraphQLNamedType) -> GraphQLNamedType:
        if not isinstance(kind, GraphQLObjectType):
            raise GraphQLError("no connection")
        return get_named_type(kind.fields["nodes"].type)

    def _pick(self, chosen: SelectionSetNode, of: GraphQLNamedType) -> Pick:
        """Makes what takes the chosen fields out of a record."""
        steps: list[tuple[str, str, Callable[[Any], Any]]] = []
        fragments: list[tuple[str, Pick]] = []
        for node in chosen.selections:
            if isinstance(node, InlineFragmentNode) and node.type_condition:
                name = node.type_condition.name.value
                fragments.append((name, self._pick(node.selection_set, self._schema.type_map[name])))
            elif isinstance(node, FieldNode):
                step = self._step(node, of)
                if step:
                    alias = node.alias.value if node.alias else node.name.value
                    steps.append((alias, node.name.value, step))

        def pick(record: Json) -> Json:
            told = {alias: step(record.get(name)) for alias, name, step in steps}
            for name, inner in fragments:
                if record.get("__typename") == name:
                    told |= inner(record)
            return told

        return pick

    def _step(self, node: FieldNode, of: GraphQLNamedType) -> Callable[[Any], Any] | None:
        name = node.name.value
        if name.startswith("__"):
            return lambda value: value
        found = next(iter(fields(self._schema, SelectionSetNode(selections=(node,)), of)))
        _, kind, listed = found
        if kind.name.endswith("Connection"):
            return None
        if is_leaf_type(kind) or node.selection_set is None:
            return lambda value: value
        inner = self._pick(node.selection_set, kind)
        if listed:
            names = texts_argument(node, "names")
            return lambda value: [
                inner(one) for one in value or () if names is None or one.get("name") in names
            ]
        return lambda value: None if value is None else inner(value)


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    """The one operation of a document."""
    return next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))


def node_of(connection: FieldNode) -> SelectionSetNode:
    """What is chosen of a connection's records."""
    for node in connection.selection_set.selections if connection.selection_set else ():
        if isinstance(node, FieldNode) and node.name.value == "nodes" and node.selection_set:
            return node.selection_set
        if isinstance(node, FieldNode) and node.name.value == "edges" and node.selection_set:
            for edge in node.selection_set.selections:
                if isinstance(edge, FieldNode) and edge.name.value == "node" and edge.selection_set:
                    return edge.selection_set
    raise GraphQLError("A connection in a bulk query has to choose its nodes.")


def text_argument(node: FieldNode, name: str) -> str | None:
    """A text that stands in the query itself."""
    for argument in node.arguments:
        if argument.name.value == name and isinstance(argument.value, StringValueNode):
            return argument.value.value
    return None


def texts_argument(node: FieldNode, name: str) -> list[str] | None:
    """A list of texts that stands in the query itself."""
    for argument in node.arguments:
        if argument.name.value == name and isinstance(argument.value, ListValueNode):
            return [one.value for one in argument.value.values if isinstance(one, StringValueNode)]
    return None
