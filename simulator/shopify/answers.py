"""Shopify's answers that say no. Most of them arrive with HTTP 200."""

from typing import Any

from graphql import GraphQLError

from simulator.core.answers import Answer, Json
from simulator.core.faults import Fault
from simulator.core.tokens import Unauthorized

DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits"
THROTTLED_COST = 500


def denied(field: str, scope: str) -> GraphQLError:
    """The app may not read a field."""
    access = f"`{scope}` access scope."
    return GraphQLError(
        f"Access denied for {field} field. Required access: {access}",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": access,
        },
    )


def told_with_cost(told: Json, requested: int, actual: int | None, status: dict[str, float]) -> Json:
    """An answer with what it cost."""
    cost = {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}
    return {**told, "extensions": {"cost": cost}}


def throttled(requested: int, status: dict[str, float]) -> Json:
    """There are not enough points left."""
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": DOCUMENTATION}}
    return told_with_cost({"data": None, "errors": [error]}, requested, None, status)


def too_dear(requested: int, most: int) -> Json:
    """No query may cost so much."""
    message = f"Query cost is {requested}, which exceeds the single query max cost limit ({most})."
    extensions = {
        "code": "MAX_COST_EXCEEDED",
        "cost": requested,
        "maxCost": most,
        "documentation": DOCUMENTATION,
    }
    return {"errors": [{"message": message, "extensions": extensions}]}


def rate_limited(fault: Fault) -> Answer:
    """Throttled for as long as a fault wants; without a wait nothing is said of the cost."""
    if fault.retry_after is None:
        return Answer({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]})
    restored = 100.0
    left = THROTTLED_COST - fault.retry_after * restored
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": max(0.0, left), "restoreRate": restored}
    requested = THROTTLED_COST if left >= 0 else round(fault.retry_after * restored)
    return Answer(throttled(requested, status))


def forbidden(scope: str) -> Answer:
    """The app may not read what the query asks for."""
    return Answer({"errors": [formatted(denied("this", scope or "read_orders"))], "data": None})


def unauthorized(reason: Unauthorized) -> Answer:
    """The token opens nothing."""
    text = "[API] Invalid API key or access token (unrecognized login or wrong password)"
    return Answer({"errors": text}, status=401)


def not_found(path: str) -> Answer:
    """There is no such shop or path."""
    return Answer({"errors": "Not Found"}, status=404)


def broken(status: int) -> Answer:
    """A fault of Shopify's own."""
    if status == 200:
        error = {
            "message": "Internal error.",
            "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": "r"},
        }
        return Answer({"errors": [error]})
    return Answer({"errors": "Internal Server Error"}, status=status)


def formatted(error: GraphQLError) -> dict[str, Any]:
    """A GraphQL error as it is written."""
    return dict(error.formatted)
