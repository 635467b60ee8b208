"""How R says no."""

from http import HTTPStatus

from simulator.core.answers import Answer, Refusal
from simulator.core.faults import Fault
from simulator.core.tokens import Unauthorized

BUCKET = "api-leaky-bucket"
BURST = "api-burst-limiter"


def error(status: int, message: str, error_class: str = "Exception") -> Answer:
    """An error of the API itself."""
    phrase = HTTPStatus(status).phrase
    told = {"httpCode": str(status), "httpMessage": phrase, "message": message, "errorClass": error_class}
    return Answer(told, status)


def bad_request(message: str) -> Refusal:
    """A request that R does not understand."""
    return Refusal(error(HTTPStatus.BAD_REQUEST, message))


def unauthorized(reason: Unauthorized) -> Answer:
    """A token that opens nothing."""
    told = {
        "error": "access_denied",
        "error_description": "The resource owner or authorization server denied the request.",
        "hint": "Access token could not be verified",
        "message": "The resource owner or authorization server denied the request.",
    }
    return Answer(told, HTTPStatus.UNAUTHORIZED)


def forbidden(scope: str) -> Answer:
    """A scope that the token does not have, or an account that it does not open."""
    return error(HTTPStatus.FORBIDDEN, "You do not have permission to access this resource.")


def not_found(path: str) -> Answer:
    """A path that R does not have."""
    return error(HTTPStatus.NOT_FOUND, "Resource not found.")


def limited(limiter: str, wait: dict[str, str]) -> Answer:
    """A request too many, by one of the two limiters."""
    answer = error(HTTPStatus.TOO_MANY_REQUESTS, "Rate Limit Exceeded. Please try again later.")
    return answer.with_headers({"X-LS-API-RateLimit-Type": limiter, **wait})


def rate_limited(fault: Fault) -> Answer:
    """The leaky bucket is full."""
    return limited(BUCKET, fault.retry_after_header())


def broken(status: int) -> Answer:
    """A fault of R's own."""
    return error(status, "An unexpected error occurred.")


def invalid_grant() -> Answer:
    """A refresh token that is spent, withdrawn or unknown."""
    told = {
        "error": "invalid_grant",
        "error_description": "The refresh token is invalid.",
        "message": "The refresh token is invalid.",
    }
    return Answer(told, HTTPStatus.BAD_REQUEST)


def invalid_client() -> Answer:
    """A client id or secret that is wrong."""
    told = {
        "error": "invalid_client",
        "error_description": "Client authentication failed",
        "message": "Client authentication failed",
    }
    return Answer(told, HTTPStatus.UNAUTHORIZED)


def invalid_request() -> Answer:
    """A login without what it needs."""
    told = {
        "error": "invalid_request",
        "error_description": "The request is missing a required parameter.",
        "message": "The request is missing a required parameter.",
    }
    return Answer(told, HTTPStatus.BAD_REQUEST)
