"""The served schema is a part of Shopify's own."""

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    is_introspection_type,
    is_specified_scalar_type,
)

from simulator.shopify.served import served_schema

SERVED = {
    name: kind
    for name, kind in served_schema().type_map.items()
    if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
}


@pytest.mark.parametrize("name", SERVED)
def test_every_served_type_stands_in_shopifys_schema(name: str, official: GraphQLSchema) -> None:
    served, theirs = SERVED[name], official.type_map[name]
    assert type(served) is type(theirs)
    match served:
        case GraphQLObjectType() | GraphQLInterfaceType():
            assert isinstance(theirs, GraphQLObjectType | GraphQLInterfaceType)
            assert {kind.name for kind in served.interfaces} <= {kind.name for kind in theirs.interfaces}
            for field, declared in served.fields.items():
                assert_same(f"{name}.{field}", declared, theirs.fields[field])
        case GraphQLEnumType():
            assert isinstance(theirs, GraphQLEnumType)
            assert served.values.keys() <= theirs.values.keys()
        case GraphQLUnionType():
            assert isinstance(theirs, GraphQLUnionType)
            assert names(served.types) <= names(theirs.types)
        case _:
            assert isinstance(served, GraphQLScalarType)


def names(types: tuple[GraphQLNamedType, ...]) -> set[str]:
    return {kind.name for kind in types}


def assert_same(place: str, served: GraphQLField, theirs: GraphQLField) -> None:
    assert str(served.type) == str(theirs.type), place
    for name, argument in served.args.items():
        assert str(argument.type) == str(theirs.args[name].type), f"{place}({name})"
        assert told(argument.default_value) == told(theirs.args[name].default_value), f"{place}({name})"


def told(default: object) -> object:
    return None if default is Undefined else default
