"""What a query costs, and the bucket of points that it is paid from.

An object costs 1 point, a scalar or enum nothing, an interface or union the dearest of its selections, a
mutation 10, a connection 2 points and floor(2 ln(size)) times what one record costs. pageInfo and unit costs
are free. Sources: Shopify API limits, "Cost calculation"; for the factor of a connection: Shopify in its
developer community, "How to calculate GraphQL cost estimates" (24364). What a query really cost is its cost
with the sizes of the lists that were found.
"""

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)

MOST = 1_000
"""Points that one query may cost."""
FREE = frozenset({"pageInfo", "unitCost"})
MUTATION = 10
CONNECTION = 2


def factor(size: int) -> int:
    """How often the cost of a record counts for a list of a size."""
    return math.floor(2 * math.log(max(2, size))) if size else 0


@dataclass(frozen=True)
class Costing:
    """Counts the points of one query."""

    schema: GraphQLSchema
    variables: Mapping[str, Any]

    def requested(self, document: DocumentNode) -> int:
        """What a query may cost at most."""
        return self._operation(document, None)

    def actual(self, document: DocumentNode, data: Any) -> int:
        """What it cost, given what it found."""
        return self._operation(document, data or {})

    def _operation(self, document: DocumentNode, data: Any) -> int:
        operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
        if operation.operation == OperationType.MUTATION:
            return MUTATION
        root = self.schema.query_type
        return self._selections(operation.selection_set, root, data) if root else 0

    def _selections(self, chosen: SelectionSetNode, of: GraphQLNamedType, data: Any) -> int:
        own, dearest = 0, 0
        for node in chosen.selections:
            if isinstance(node, InlineFragmentNode) and node.type_condition:
                kind = self.schema.type_map[node.type_condition.name.value]
                dearest = max(dearest, self._selections(node.selection_set, kind, data))
            elif isinstance(node, FieldNode):
                own += self._field(node, of, data)
        return own + dearest

    def _field(self, node: FieldNode, of: GraphQLNamedType, data: Any) -> int:
        name = node.name.value
        if (
            name.startswith("__")
            or name in FREE
            or not isinstance(of, GraphQLObjectType | GraphQLInterfaceType)
        ):
            return 0
        kind = get_named_type(of.fields[name].type)
        if is_leaf_type(kind) or node.selection_set is None:
            return 0
        told_as = node.alias.value if node.alias else name
        found = data.get(told_as) if isinstance(data, Mapping) else None
        if data is not None and found is None:
            return 0
        if kind.name.endswith("Connection"):
            return self._connection(node, kind, found)
        if isinstance(found, list):
            return 1 + max((self._selections(node.selection_set, kind, one) for one in found), default=0)
        return 1 + self._selections(node.selection_set, kind, found)

    def _connection(self, node: FieldNode, kind: GraphQLNamedType, found: Any) -> int:
        inside = SelectionSetNode(
            selections=tuple(
                one
                for one in (node.selection_set.selections if node.selection_set else ())
                if isinstance(one, FieldNode) and one.name.value in ("nodes", "edges")
            )
        )
        records = found.get("nodes", found.get("edges")) if found is not None else None
        size = self._first(node) if records is None else len(records)
        return CONNECTION + factor(size) * self._selections(inside, kind, found)

    def _first(self, node: FieldNode) -> int:
        for argument in node.arguments:
            if argument.name.value in ("first", "last"):
                value = argument.value
                if isinstance(value, VariableNode):
                    return int(self.variables.get(value.name.value) or 0)
                if isinstance(value, IntValueNode):
                    return int(value.value)
        return 1


@dataclass
class Bucket:
    """The points that a shop's app has.

    Attributes:
        holds: When it is full.
        restored: Points that come back in a second.
    """

    holds: float
    restored: float
    clock: Callable[[], float] = time.monotonic
    _left: float = 0.0
    _at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.holds, self.clock()

    def take(self, points: float) -> bool:
        """Pays for a query before it runs; says whether there was enough."""
        with self._lock:
            self._refill()
            if points > self._left:
                return False
            self._left -= points
            return True

    def give_back(self, points: float) -> None:
        """What the query did not need."""
        with self._lock:
            self._left = min(self.holds, self._left + points)

    def status(self) -> dict[str, float]:
        """What every answer tells of it."""
        with self._lock:
            self._refill()
            return {
                "maximumAvailable": float(self.holds),
                "currentlyAvailable": int(self._left),
                "restoreRate": float(self.restored),
            }

    def _refill(self) -> None:
        now = self.clock()
        self._left = min(self.holds, self._left + (now - self._at) * self.restored)
        self._at = now
