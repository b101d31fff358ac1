"""Every route of the composed service and who may use it. A route that is added without a row here fails."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI, Response, WebSocket
from fastapi.routing import APIRoute, APIWebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.api.app import create_api, routes_of
from dashboard.auth.permissions import Permission, Role
from dashboard.auth.principal import Principal
from dashboard.faq_search import FaqSearch, search_over
from dashboard.mcp_door import McpDoor
from dashboard.transcript import LineMask
from uketsuke.api import api_routers
from uketsuke.parts import Parts, build_parts
from uketsuke.service import build_app
from uketsuke.settings import AuthSettings, LanguageModelSettings, OidcSettings, RecordSettings, Settings

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES: Final = {"A": Role.ADMINISTRATOR, "S": Role.SUPERVISOR, "O": Role.OPERATOR, "U": Role.AUDITOR}
TABLE: Final = """
GET    /session                                             open
POST   /setup                                               open
POST   /login                                               open
POST   /logout                                              signed_in         ASOU
POST   /account/password                                    signed_in         ASOU
GET    /account/sessions                                    signed_in         ASOU
POST   /account/sessions/end-others                         signed_in         ASOU
DELETE /account/sessions/{session_id}                       signed_in         ASOU
GET    /oidc/start                                          open
GET    /oidc/callback                                       open
GET    /users                                               people.manage     A
POST   /users                                               people.manage     A
PATCH  /users/{user_id}                                     people.manage     A
DELETE /users/{user_id}                                     people.manage     A
POST   /users/{user_id}/password                            people.manage     A
POST   /users/{user_id}/unlock                              people.manage     A
GET    /sessions                                            people.manage     A
DELETE /sessions/{session_id}                               people.manage     A
GET    /keys                                                keys.manage       A
POST   /keys                                                keys.manage       A
DELETE /keys/{key_id}                                       keys.manage       A
GET    /audit                                               audit.read        AU
GET    /audit/export                                        audit.read        AU
POST   /audit/verify                                        audit.read        AU
POST   /unmask                                              personal.unmask   ASO
GET    /status                                              live.read         ASOU
GET    /floor                                               live.read         ASOU
GET    /floor/calls/{call_id}                               live.read         ASOU
SOCKET /events                                              live.read         ASOU
SOCKET /calls/{call_id}/listen                              live.listen       ASO
GET    /calls                                               calls.read        ASOU
GET    /calls/{call_id}                                     calls.read        ASOU
GET    /calls/{call_id}/recording                           calls.play        ASOU
GET    /calls/{call_id}/peaks                               calls.read        ASOU
POST   /calls/{call_id}/replay                              calls.read        ASOU
POST   /calls/{call_id}/votes                               faq.propose       ASO
GET    /calls/{call_id}/export                              calls.export      AS
GET    /desk                                                desk.work         ASO
PUT    /desk/presence                                       desk.work         ASO
GET    /desk/presence                                       live.read         ASOU
GET    /desk/queue                                          live.read         ASOU
POST   /desk/queue/{entry_id}/accept                        desk.work         ASO
POST   /desk/calls/{call_id}/take-over                      floor.supervise   AS
GET    /desk/calls/{call_id}/pop                            desk.work         ASO
SOCKET /desk/events                                         live.read         ASOU
POST   /desk/calls/{call_id}/say                            desk.work         ASO
POST   /desk/calls/{call_id}/hold                           desk.work         ASO
POST   /desk/calls/{call_id}/resume                         desk.work         ASO
POST   /desk/calls/{call_id}/end                            desk.work         ASO
POST   /desk/calls/{call_id}/votes                          faq.propose       ASO
POST   /desk/calls/{call_id}/whisper                        floor.supervise   AS
POST   /desk/calls/{call_id}/hand-back                      desk.work         ASO
GET    /desk/calls/{call_id}/suggestions                    desk.work         ASO
SOCKET /desk/calls/{call_id}/microphone                     desk.work         ASO
GET    /desk/dispositions                                   desk.work         ASO
GET    /desk/handlings/{handling_id}                        desk.work         ASO
PUT    /desk/handlings/{handling_id}                        desk.work         ASO
POST   /desk/handlings/{handling_id}/finish                 desk.work         ASO
GET    /desk/calls/{call_id}/turns                          faq.propose       ASO
POST   /desk/calls/{call_id}/draft                          faq.propose       ASO
POST   /desk/calls/{call_id}/harassment                     desk.work         ASO
POST   /desk/calls/{call_id}/harassment/end                 desk.work         ASO
GET    /desk/harassment                                     floor.supervise   AS
GET    /desk/harassment/{report_id}                         floor.supervise   AS
POST   /desk/harassment/{report_id}/seen                    floor.supervise   AS
GET    /desk/callbacks                                      desk.work         ASO
POST   /desk/callbacks/{callback_id}/assign                 desk.work         ASO
POST   /desk/callbacks/{callback_id}/finish                 desk.work         ASO
POST   /desk/callbacks/{callback_id}/number                 personal.unmask   ASO
POST   /desk/calls/{call_id}/callback                       desk.work         ASO
GET    /figures/definitions                                 figures.read      ASU
GET    /figures                                             figures.read      ASU
GET    /figures/board                                       figures.read      ASU
GET    /figures/choices                                     figures.read      ASU
GET    /figures/capacity                                    figures.read      ASU
GET    /figures/saving                                      figures.read      ASU
GET    /figures/export                                      figures.export    ASU
GET    /faq                                                 faq.read          ASOU
POST   /faq/entries                                         faq.edit          AS
GET    /faq/entries/{entry_id}                              faq.read          ASOU
PUT    /faq/entries/{entry_id}                              faq.edit          AS
DELETE /faq/entries/{entry_id}                              faq.edit          AS
DELETE /faq/entries/{entry_id}/working                      faq.edit          AS
GET    /faq/entries/{entry_id}/versions                     faq.read          ASOU
POST   /faq/review                                          faq.read          ASOU
GET    /faq/live                                            faq.read          ASOU
POST   /faq/proposal                                        faq.read          ASOU
POST   /faq/publish                                         faq.publish       AS
POST   /faq/plans                                           faq.publish       AS
POST   /faq/roll-back                                       faq.publish       AS
GET    /faq/versions                                        faq.read          ASOU
GET    /faq/versions/{version}                              faq.read          ASOU
GET    /faq/diff                                            faq.read          ASOU
GET    /faq/export                                          faq.read          ASOU
POST   /faq/import/preview                                  faq.edit          AS
POST   /faq/import                                          faq.edit          AS
POST   /faq/ask                                             faq.read          ASOU
POST   /faq/ask-voice                                       faq.read          ASOU
GET    /plans                                               faq.read          ASOU
DELETE /plans/{plan_id}                                     faq.read          ASOU
POST   /speech                                              faq.read          ASOU
GET    /documents                                           tuning.read       ASU
GET    /documents/{kind}                                    tuning.read       ASU
PUT    /documents/{kind}/draft                              tuning.edit       AS
DELETE /documents/{kind}/draft                              tuning.edit       AS
POST   /documents/{kind}/check                              tuning.read       ASU
POST   /documents/{kind}/publish                            tuning.publish    AS
POST   /documents/{kind}/plans                              tuning.publish    AS
POST   /documents/{kind}/roll-back                          tuning.publish    AS
GET    /documents/{kind}/versions                           tuning.read       ASU
GET    /documents/{kind}/versions/{version}                 tuning.read       ASU
GET    /wording/prompts                                     tuning.read       ASU
POST   /hours/preview                                       tuning.read       ASU
GET    /rules                                               tuning.read       ASU
GET    /rules/parts                                         tuning.read       ASU
POST   /rules/described                                     tuning.read       ASU
POST   /rules/dry-run                                       tuning.edit       AS
GET    /operation                                           signed_in         ASOU
PUT    /operation                                           ai.switch         AS
GET    /hooks                                               hooks.manage      A
POST   /hooks                                               hooks.manage      A
PUT    /hooks/{hook_id}                                     hooks.manage      A
DELETE /hooks/{hook_id}                                     hooks.manage      A
POST   /hooks/{hook_id}/test                                hooks.manage      A
GET    /hooks/{hook_id}/deliveries                          hooks.manage      A
GET    /retention                                           trust.read        ASU
PUT    /retention                                           retention.manage  A
POST   /retention/run                                       retention.manage  A
GET    /retention/holds                                     trust.read        ASU
POST   /retention/holds                                     retention.manage  A
POST   /retention/holds/{hold_id}/release                   retention.manage  A
GET    /retention/erasures                                  trust.read        ASU
POST   /subjects/search                                     subjects.manage   A
POST   /subjects/export                                     subjects.manage   A
POST   /subjects/erase                                      subjects.manage   A
GET    /transparency/hosts                                  trust.read        ASU
GET    /transparency/models                                 trust.read        ASU
GET    /start                                               faq.read          ASOU
PUT    /start/company                                       tuning.publish    AS
GET    /trials                                              faq.read          ASOU
POST   /trials                                              trials.run        AS
GET    /trials/subject                                      faq.read          ASOU
GET    /trials/{run_id}                                     faq.read          ASOU
POST   /trials/{run_id}/cancel                              trials.run        AS
POST   /trials/{run_id}/resume                              trials.run        AS
GET    /golden                                              faq.read          ASOU
POST   /golden                                              trials.run        AS
PUT    /golden/{question_id}                                trials.run        AS
DELETE /golden/{question_id}                                trials.run        AS
GET    /improve/unanswered                                  calls.read        ASOU
GET    /improve/suspects                                    calls.read        ASOU
GET    /improve/clips/{call_id}/{turn}                      calls.play        ASOU
POST   /improve/wordings                                    faq.edit          AS
POST   /improve/entries                                     faq.edit          AS
POST   /improve/aside                                       faq.edit          AS
GET    /improve/drafts                                      faq.read          ASOU
POST   /improve/drafts/{draft_id}/approve                   faq.edit          AS
POST   /improve/drafts/{draft_id}/reject                    faq.edit          AS
GET    /improve/mining                                      faq.read          ASOU
POST   /improve/mining                                      faq.edit          AS
"""
"""Method, path below /api, the scope that a key needs, and the roles: administrator, supervisor, operator, auditor."""
OUTSIDE: Final = {
    "/twilio/voice": "open: Twilio's signature is asked for",
    "/twilio/media": "open: a ticket of the voice webhook is asked for",
    "/browser/media": "signed_in",
    "/health": "open",
    "/v1": "chat, faq.read",
    "/mcp": "faq.read or calls.read, as each tool says",
    "/api": "the table above",
    "/metrics": "metrics.read",
    "": "open: pages and their files, which hold nothing",
}
"""What the application serves beside the API."""
OIDC: Final = OidcSettings(issuer="http://127.0.0.1:9", client_id="uketsuke", roles={"a": "operator"})


@dataclass(frozen=True)
class Row:
    method: str
    path: str
    scope: str
    roles: frozenset[Role]

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.path


def rows() -> Iterator[Row]:
    for line in TABLE.strip().splitlines():
        method, path, scope, *letters = line.split()
        yield Row(method, path, scope, frozenset(ROLES[letter] for letter in "".join(letters)))


def askers(row: Row) -> Iterator[tuple[str, Principal | None, int]]:
    """Everyone who may come to a route, and what they get there."""
    yield "nobody", None, 401
    for role in Role:
        yield role.value, Principal.person("user-1", "試験 太郎", role), 200 if role in row.roles else 403
    yield "its key", _key(Permission(row.scope)), 200
    other = Permission.METRICS_READ if row.scope != Permission.METRICS_READ else Permission.CHAT
    yield "another key", _key(other), 403


def _key(scope: Permission) -> Principal:
    return Principal("key-1", "キー", None, frozenset({scope}))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def parts(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    """The real service's parts, without a language model."""
    settings = Settings(
        records=RecordSettings(folder=tmp_path_factory.mktemp("data")),
        llm=LanguageModelSettings(kind="off"),
        auth=AuthSettings(oidc=OIDC),
    )
    async with build_parts(settings) as built:
        yield built


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(parts: Parts) -> FastAPI:
    """The application as it is served."""
    search = FaqSearch(search_over(parts.minds.searcher, asyncio.to_thread), parts.minds.book)
    tools = McpDoor(search, parts.records.calls, LineMask(parts.finder), parts.auth.audit, "0")
    return build_app(parts, tools)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(parts: Parts) -> FastAPI:
    """The whole API with its gates and its checks of what is sent; behind each route only that it was reached."""
    routers = api_routers(parts)
    for route in routes_of(routers):
        route.endpoint = _only_reached(route.endpoint, isinstance(route, APIWebSocketRoute))
    return create_api(routers)


def _only_reached(endpoint: Callable[..., Any], is_socket: bool) -> Callable[..., Any]:
    @functools.wraps(endpoint)
    async def answered(*_: Any, **__: Any) -> Response:
        return Response(status_code=204)

    @functools.wraps(endpoint)
    async def accepted(*values: Any, **named: Any) -> None:
        await next(each for each in (*values, *named.values()) if isinstance(each, WebSocket)).accept()

    return accepted if is_socket else answered


async def test_every_route_has_a_row_and_every_row_a_route(parts: Parts) -> None:
    served = set()
    for route in routes_of(api_routers(parts)):
        methods = route.methods if isinstance(route, APIRoute) else {"SOCKET"}
        served |= {(method, route.path) for method in methods or ()}
    assert served == {row.key for row in rows()}


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.method} {row.path}")
async def test_each_role_gets_what_the_table_says(api: FastAPI, row: Row) -> None:
    path = "/".join("1" if part.startswith("{") else part for part in row.path.split("/"))
    if row.scope == "open":
        assert await _answer(api, row.method, path, None) == 200
        return
    got = {name: await _answer(api, row.method, path, who) for name, who, _ in askers(row)}
    assert got == {name: expected for name, _, expected in askers(row)}


async def test_beside_the_api_nothing_is_served_that_is_not_known_here(service: FastAPI) -> None:
    assert set(_paths(service.routes)) == OUTSIDE.keys()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/", 200),
        ("GET", "/audit", 200),
        ("GET", "/metrics", 401),
        ("POST", "/v1/chat", 401),
        ("GET", "/v1/faq/search?q=x", 401),
        ("GET", "/v1/faq/entries/x", 401),
        ("GET", "/v1/openapi.json", 404),
        ("POST", "/mcp/", 401),
        ("GET", "/api/session", 200),
        ("GET", "/api/openapi.json", 200),
        ("GET", "/api/audit", 401),
        ("POST", "/api/users", 401),
    ],
)
async def test_nobody_gets_past_the_doors_of_the_composed_service(
    service: FastAPI, method: str, path: str, status: int
) -> None:
    transport = httpx.ASGITransport(service, client=("127.0.0.1", 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        assert (await client.request(method, path)).status_code == status


@pytest.mark.parametrize("path", ["/browser/media", "/api/events"])
async def test_nobody_opens_a_socket_of_the_composed_service(service: FastAPI, path: str) -> None:
    assert await _socket(service, path, None) == 403


def _paths(routes: Iterable[Any]) -> Iterator[str]:
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from [route.path] if included is None else _paths(included.routes)


async def _answer(app: ASGIApp, method: str, path: str, who: Principal | None) -> int:
    """401, 403, or 200 when the route was reached or found something wrong with what was sent."""
    if method == "SOCKET":
        status = await _socket(_as(app, who), path, who)
        return 401 if status == 403 and who is None else status
    transport = httpx.ASGITransport(_as(app, who))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        status = (await client.request(method, path)).status_code
    return 200 if status in (204, 422) else status


async def _socket(app: ASGIApp, path: str, who: Principal | None) -> int:
    """200 when the socket was accepted, 403 when it was refused."""
    sent: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    scope = {"type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": ""}
    peer = {"client": ("127.0.0.1", 40_000), "scheme": "ws", "subprotocols": []}
    await app({**scope, **peer, "headers": [(b"host", b"127.0.0.1:8080")]}, receive, send)
    return 200 if sent[0] == "websocket.accept" else 403


def _as(app: ASGIApp, who: Principal | None) -> ASGIApp:
    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = {"principal": who}
        await app(scope, receive, send)

    return known
