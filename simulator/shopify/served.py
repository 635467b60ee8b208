"""The served schema, and how its fields find what they tell."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
    validate,
)

from simulator.core.answers import Json
from simulator.shopify import bulk
from simulator.shopify.account import ShopifyAccount, agreements_page
from simulator.shopify.answers import formatted, throttled, told_with_cost, too_dear
from simulator.shopify.cost import MOST, Costing
from simulator.shopify.lists import page_of

AGREEMENTS = ("OrderAgreement", "OrderEditAgreement", "RefundAgreement", "ReturnAgreement")
SCHEMA = Path(__file__).with_name("schema.graphql")

Context = tuple[ShopifyAccount, str]
"""The shop, and the address under which files are told."""


def answer_to(account: ShopifyAccount, text: str, variables: Mapping[str, Any], files: str) -> Json:
    """Answers one GraphQL request, and charges for it.

    Args:
        account: The shop.
        text: The document.
        variables: Its variables.
        files: The address under which files are told.
    """
    schema = served_schema()
    try:
        document = parse(text)
    except GraphQLError as error:
        return {"errors": [formatted(error)]}
    if errors := validate(schema, document):
        return {"errors": [formatted(error) for error in errors]}
    costing = Costing(schema, variables)
    requested = costing.requested(document)
    if requested > MOST:
        return too_dear(requested, MOST)
    if not account.bucket.take(requested):
        return throttled(requested, account.bucket.status())
    told = executed(schema, document, (account, files), variables)
    actual = costing.actual(document, told.get("data"))
    account.bucket.give_back(requested - actual)
    return told_with_cost(told, requested, actual, account.bucket.status())


def executed(
    schema: GraphQLSchema, document: DocumentNode, context: Context, variables: Mapping[str, Any]
) -> Json:
    """What a document finds, with the errors on the way."""
    result = execute_sync(schema, document, context_value=context, variable_values=dict(variables))
    told: Json = {"data": result.data}
    if result.errors:
        told["errors"] = [formatted(error) for error in result.errors]
    return told


@cache
def served_schema() -> GraphQLSchema:
    """The schema that is served."""
    return with_resolvers(build_schema(SCHEMA.read_text(encoding="utf-8")))


def with_resolvers(schema: GraphQLSchema) -> GraphQLSchema:
    """Gives a schema's fields their resolvers; what needs none stands in the records under its own name.

    Arguments that change nothing here (the whole schema has more of them) are passed over.
    """
    resolvers: dict[str, dict[str, Any]] = {
        "QueryRoot": {
            "shop": lambda _, info: account_of(info).shop(),
            "currentAppInstallation": lambda _, info: account_of(info).installation(),
            "order": lambda _, info, id: account_of(info).order(id),  # the vendor's name
            "orders": orders,
            "ordersCount": lambda _, info, query=None, limit=None: account_of(info).orders_count(
                query, limit
            ),
            "productVariants": variants,
            "productVariantsCount": lambda _, info, limit=None: account_of(info).variants_count(limit),
            "locations": locations,
            "location": location,
            "shopifyqlQuery": lambda _, info, query: account_of(info).report(query),
            "bulkOperation": lambda _, info, id: bulk.look(
                account_of(info), info.schema, id, info.context[1]
            ),
        },
        "Mutation": {
            "bulkOperationRunQuery": lambda _, info, query, groupObjects: bulk.start(  # noqa: N803
                account_of(info), info.schema, query
            ),
        },
        "Order": {"agreements": agreements, "lineItems": listed("lineItems"), "customer": customer},
        "Location": {"inventoryLevels": inventory_levels},
        "InventoryLevel": {"quantities": quantities},
        "ProductVariant": {"inventoryItem": inventory_item},
        **{name: {"sales": listed("sales")} for name in AGREEMENTS},
    }
    for type_name, by_field in resolvers.items():
        kind = schema.type_map[type_name]
        if isinstance(kind, GraphQLObjectType):
            for name, resolver in by_field.items():
                kind.fields[name].resolve = resolver
    return schema


def account_of(info: GraphQLResolveInfo) -> ShopifyAccount:
    """The shop of a request."""
    context: Context = info.context
    return context[0]


def listed(name: str) -> Any:
    """A list inside a record."""

    def resolve(
        record: Json,
        info: GraphQLResolveInfo,
        first: int | None = None,
        after: str | None = None,
        **others: Any,
    ) -> Json:
        return page_of(record[name], first, after)

    return resolve


def orders(_: Any, info: GraphQLResolveInfo, **asked: Any) -> Json:
    """`orders`."""
    asked["sort_key"] = asked.pop("sortKey")
    return account_of(info).orders_page(**asked)


def variants(
    _: Any,
    info: GraphQLResolveInfo,
    first: int | None = None,
    after: str | None = None,
    query: str | None = None,
    **others: Any,
) -> Json:
    """`productVariants`."""
    return page_of(account_of(info).variants(), first, after)


def locations(
    _: Any,
    info: GraphQLResolveInfo,
    first: int | None = None,
    after: str | None = None,
    includeInactive: bool = False,  # noqa: N803
    **others: Any,
) -> Json:
    """`locations`: the open ones, unless the closed ones are asked for too."""
    found = [one for one in account_of(info).locations() if includeInactive or one["isActive"]]
    return page_of(found, first, after)


def location(_: Any, info: GraphQLResolveInfo, id: str | None = None) -> Json | None:
    """`location`."""
    return account_of(info).location(id or "")


def agreements(
    order: Json,
    info: GraphQLResolveInfo,
    first: int | None = None,
    after: str | None = None,
    query: str | None = None,
    **others: Any,
) -> Json:
    """`Order.agreements`."""
    return agreements_page(order, first, after, query)


def customer(order: Json, info: GraphQLResolveInfo) -> Json | None:
    """`Order.customer`, which needs a permission of its own."""
    account_of(info).may_inside("Order", "customer")
    found: Json | None = order["customer"]
    return found


def inventory_item(variant: Json, info: GraphQLResolveInfo) -> Json:
    """`ProductVariant.inventoryItem`, likewise."""
    account_of(info).may_inside("ProductVariant", "inventoryItem")
    found: Json = variant["inventoryItem"]
    return found


def inventory_levels(
    place: Json, info: GraphQLResolveInfo, first: int | None = None, after: str | None = None, **others: Any
) -> Json:
    """`Location.inventoryLevels`, likewise."""
    account_of(info).may_inside("Location", "inventoryLevels")
    return page_of(place["inventoryLevels"], first, after)


def quantities(level: Json, info: GraphQLResolveInfo, names: list[str]) -> list[Json]:
    """`InventoryLevel.quantities`: only those that are named."""
    return [one for one in level["quantities"] if one["name"] in names]
