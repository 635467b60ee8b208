"""Lets requests in: the log, the token, the permission, and what goes wrong before and after an answer.

A vendor supplies a table of routes and its manners: how it words its refusals, where it looks for the token.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute
from starlette.types import Receive, Scope, Send

from simulator.core.account import Account
from simulator.core.answers import Answer, Call, Refusal, Told, answered
from simulator.core.faults import Fault, FaultKind, RequestSeen
from simulator.core.tokens import Unauthorized


@dataclass(frozen=True)
class Route:
    """One endpoint.

    Attributes:
        scope: The permission that it needs; None: any token will do.
        open: No token is needed, as for a login.
    """

    method: str
    path: str
    scope: str | None
    handler: Callable[[Call], Told]
    open: bool = False


@dataclass(frozen=True)
class Manners:
    """How one vendor behaves at the door.

    Attributes:
        unauthorized: The answer to a token that is missing, wrong or expired.
        forbidden: The answer when a permission is missing, given its name.
        not_found: The answer to a path that the vendor does not have.
        rate_limited: The answer that asks to slow down, with the wait as the fault wants it told.
        broken: The answer to a fault of the vendor's own, given the status.
        repeated: The answer changed so that it names the page that was just asked for as the next one. As it
            came where the call has no page.
        header: Header that holds the token, after the prefix.
        admit: Refuses a call that has a good token, by raising `Refusal`.
        dress: Adds what every answer has, such as headers that tell the state of a limit.
        subject: What faults are planned by, besides the path: where one path serves many questions, the name
            of the question.
    """

    unauthorized: Callable[[Unauthorized], Answer]
    forbidden: Callable[[str], Answer]
    not_found: Callable[[str], Answer]
    rate_limited: Callable[[Fault], Answer]
    broken: Callable[[int], Answer]
    repeated: Callable[[Call, Answer], Answer] = lambda call, answer: answer
    header: str = "Authorization"
    prefix: str = "Bearer "
    admit: Callable[[Call], None] = lambda call: None
    dress: Callable[[Call, Answer], Answer] = lambda call, answer: answer
    subject: Callable[[Call], str] = lambda call: call.path


def serve_account(account: Account, manners: Manners, routes: Iterable[Route]) -> Starlette:
    """Makes the application that serves an account.

    Returns:
        The application. `app.state.requests` lists every `RequestSeen`, `app.state.account` is the account,
        `app.state.faults` the faults.
    """
    requests: list[RequestSeen] = []
    door = Door(account, manners, requests)
    app = Starlette(
        routes=[StarletteRoute(route.path, door.endpoint(route), methods=[route.method]) for route in routes],
        exception_handlers={404: door.unknown_path, 405: door.unknown_path},
    )
    app.state.requests = requests
    app.state.account = account
    app.state.faults = account.faults
    return app


class Door:
    """The way from a request to its answer."""

    def __init__(self, account: Account, manners: Manners, requests: list[RequestSeen]) -> None:
        self._account = account
        self._manners = manners
        self._requests = requests

    def endpoint(self, route: Route) -> Callable[[Request], Any]:
        """Serves one route."""

        async def respond(request: Request) -> Response:
            call = await self._call(request)
            faults = self._account.faults.due(self._manners.subject(call))
            if slow := faults.get(FaultKind.SLOW):
                await asyncio.sleep(slow.seconds)
            if (between := faults.get(FaultKind.BETWEEN_PAGES)) and between.action:
                between.action()
                call = replace(call, now=self._account.now())
            try:
                answer = self._answer(call, route, faults)
            except Refusal as refusal:
                answer = refusal.answer
            answer = self._manners.dress(call, answer)
            self._log(call, request, answer.status)
            if FaultKind.DROPPED_BODY in faults:
                return BrokenBody(answer.body, answer.status, dict(answer.headers), answer.media_type)
            return answer.response()

        return respond

    async def unknown_path(self, request: Request, error: Exception) -> Response:
        """The vendor's answer to a path that it does not have."""
        answer = self._manners.not_found(request.url.path)
        self._log(await self._call(request), request, answer.status)
        return answer.response()

    async def _call(self, request: Request) -> Call:
        return Call(
            method=request.method,
            path=request.url.path,
            place=request.path_params,
            query=request.query_params,
            headers=request.headers,
            body=await request.body(),
            url=str(request.url.replace(query="")),
            now=self._account.now(),
        )

    def _log(self, call: Call, request: Request, status: int) -> None:
        body = call.body.decode(errors="replace")
        self._requests.append(
            RequestSeen(call.method, call.path, request.url.query, body, status, dict(call.headers))
        )

    def _answer(self, call: Call, route: Route, faults: dict[FaultKind, Fault]) -> Answer:
        manners = self._manners
        if limited := faults.get(FaultKind.RATE_LIMIT):
            return manners.rate_limited(limited)
        if failing := faults.get(FaultKind.SERVER_ERROR):
            return manners.broken(failing.status)
        if not route.open:
            call = self._authorised(call, expire=FaultKind.EXPIRED_TOKEN in faults)
            manners.admit(call)
        if route.scope and route.scope not in self._account.scopes:
            return manners.forbidden(route.scope)
        if FaultKind.FORBIDDEN in faults:
            return manners.forbidden(route.scope or "")
        answer = answered(route.handler(call))
        return manners.repeated(call, answer) if FaultKind.REPEATED_PAGE in faults else answer

    def _authorised(self, call: Call, *, expire: bool) -> Call:
        sent, prefix = call.headers.get(self._manners.header, ""), self._manners.prefix
        token = sent.removeprefix(prefix) if sent.startswith(prefix) else ""
        tokens = self._account.tokens
        reason = tokens.use(token, call.now, self._account.faults.token_expires_after)
        if reason is None and expire:
            tokens.end(token)
            reason = Unauthorized.EXPIRED
        if reason:
            raise Refusal(self._manners.unauthorized(reason))
        return replace(call, token=token)


class BrokenBody(Response):
    """Promises a whole body, sends half of it and drops the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the start of the answer and half of its body."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        raise ConnectionResetError("dropped on purpose")
