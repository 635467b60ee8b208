"""Square's error bodies."""

from simulator.core.answers import Answer, Refusal
from simulator.core.faults import Fault
from simulator.core.tokens import Unauthorized


class SquareError(Refusal):
    """An answer that is an error, as Square words it."""

    def __init__(self, status: int, category: str, code: str, detail: str, field: str | None = None) -> None:
        error = {"category": category, "code": code, "detail": detail}
        if field:
            error["field"] = field
        super().__init__(Answer({"errors": [error]}, status))


def invalid_request(code: str, detail: str, field: str | None = None) -> SquareError:
    """The caller asked for something that cannot be answered."""
    return SquareError(400, "INVALID_REQUEST_ERROR", code, detail, field)


def unauthorized(reason: Unauthorized) -> SquareError:
    """The token is missing, wrong or expired."""
    code = "ACCESS_TOKEN_EXPIRED" if reason is Unauthorized.EXPIRED else "UNAUTHORIZED"
    return SquareError(401, "AUTHENTICATION_ERROR", code, "This request could not be authorized.")


def insufficient_scopes(scope: str) -> SquareError:
    """The token may not read this."""
    detail = f"The merchant has not given your application sufficient permissions: {scope}."
    return SquareError(403, "AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES", detail)


def not_found(what: str) -> SquareError:
    """There is no such record."""
    return SquareError(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", f"{what} not found.")


def rate_limited(fault: Fault) -> Answer:
    """Too many requests; Square does not promise to say when to come back."""
    refusal = SquareError(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "Too many requests.")
    return refusal.answer.with_headers(fault.retry_after_header())


def broken(status: int) -> Answer:
    """A fault of Square's own."""
    code = "SERVICE_UNAVAILABLE" if status == 503 else "INTERNAL_SERVER_ERROR"
    return SquareError(status, "API_ERROR", code, "Something went wrong.").answer
