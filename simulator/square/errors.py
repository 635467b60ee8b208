"""Square's error bodies."""

from dataclasses import dataclass

from starlette.responses import JSONResponse


@dataclass(frozen=True)
class SquareError(Exception):
    """An answer that is an error."""

    status: int
    category: str
    code: str
    detail: str
    field: str | None = None
    retry_after: str | None = None

    def response(self) -> JSONResponse:
        """The error as Square words it."""
        error = {"category": self.category, "code": self.code, "detail": self.detail}
        if self.field:
            error["field"] = self.field
        headers = {"Retry-After": self.retry_after} if self.retry_after else None
        return JSONResponse({"errors": [error]}, self.status, headers)


def invalid_request(code: str, detail: str, field: str | None = None) -> SquareError:
    """The caller asked for something that cannot be answered."""
    return SquareError(400, "INVALID_REQUEST_ERROR", code, detail, field)


def unauthorized(code: str = "UNAUTHORIZED") -> SquareError:
    """The token is missing, wrong or expired."""
    return SquareError(401, "AUTHENTICATION_ERROR", code, "This request could not be authorized.")


def insufficient_scopes(scope: str) -> SquareError:
    """The token may not read this."""
    detail = f"The merchant has not given your application sufficient permissions: {scope}."
    return SquareError(403, "AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES", detail)


def not_found(what: str) -> SquareError:
    """There is no such record."""
    return SquareError(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", f"{what} not found.")
