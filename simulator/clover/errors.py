"""Clover's error bodies."""

from simulator.core.answers import Answer, Refusal
from simulator.core.faults import Fault
from simulator.core.tokens import Unauthorized

REQUESTS_PER_SECOND = 16


def unauthorized(reason: Unauthorized) -> Answer:
    """The token is missing, wrong or expired."""
    return Answer({"message": "401 Unauthorized"}, 401)


def forbidden(scope: str) -> Answer:
    """The token lacks a permission: Clover's documentation says that it answers as to a wrong token."""
    return Answer({"message": "401 Unauthorized"}, 401)


def not_found(what: str) -> Answer:
    """There is nothing of the kind."""
    return Answer({"message": "Not Found", "details": what}, 404)


def bad_request(why: str) -> Refusal:
    """What is asked cannot be answered."""
    return Refusal(Answer({"message": f"400 Bad Request: {why}"}, 400))


def rate_limited(fault: Fault) -> Answer:
    """Too many requests of one token."""
    limit = {"X-RateLimit-tokenLimit": str(REQUESTS_PER_SECOND), **fault.retry_after_header()}
    return Answer({"message": "429 Too Many Requests"}, 429, limit)


def broken(status: int) -> Answer:
    """A fault of Clover's own."""
    return Answer({"message": "500 Internal Server Error"}, status)
