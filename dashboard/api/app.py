"""The API as one application: its routers put together, errors in Japanese, no route without a gate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute, APIWebSocketRoute
from sqlalchemy.exc import DataError

from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Needs

TITLE: Final = "受付 API"
DESCRIPTION: Final = (
    "コールセンターの音声エージェント「受付」のAPIです。画面もこのAPIだけを使っています。"
    "サインインした画面のCookie、または `Authorization: Bearer （APIキー）` でご利用ください。"
)
BEYOND: Final = "入力した数や文字が、扱える範囲を超えています。値をご確認ください。"
OPEN_TAG: Final = "公開"
"""The tag of the few routes that are for those who have not signed in yet."""
PROBLEMS: Final = {
    "missing": "必要な項目です",
    "string_too_short": "入力してください",
    "string_too_long": "長すぎます",
    "int_parsing": "数を入力してください",
    "float_parsing": "数を入力してください",
    "greater_than_equal": "小さすぎます",
    "less_than_equal": "大きすぎます",
    "enum": "選べない値です",
    "literal_error": "選べない値です",
    "extra_forbidden": "使えない項目です",
    "json_invalid": "JSONとして読めません",
    "datetime_from_date_parsing": "日時を入力してください",
    "date_from_datetime_parsing": "日付を入力してください",
}


class UngatedRouteError(RuntimeError):
    """A route was added that says neither what it needs nor that it is open."""


def create_api(routers: Sequence[APIRouter]) -> FastAPI:
    """The application to be mounted at `/api`. Raises `UngatedRouteError`: nothing is open by oversight."""
    app = FastAPI(title=TITLE, description=DESCRIPTION, docs_url=None, redoc_url=None)
    for route in routes_of(routers):
        if permission_of(route) is None and OPEN_TAG not in route_tags(route):
            raise UngatedRouteError(route.path)
    for router in routers:
        app.include_router(router)
    app.add_exception_handler(RequestValidationError, _told_in_japanese)
    for error in (OverflowError, DataError):
        app.add_exception_handler(error, _beyond_the_database)
    return app


def routes_of(routers: Sequence[APIRouter]) -> Iterator[APIRoute | APIWebSocketRoute]:
    """Every route of the routers, which are flat. Raises `UngatedRouteError` for what is no endpoint of its own."""
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute | APIWebSocketRoute):
                raise UngatedRouteError(f"{router.prefix}: {type(route).__name__}")
            yield route


def permission_of(route: APIRoute | APIWebSocketRoute) -> Permission | None:
    """What a route needs; None for an open one."""
    gates = [each.call for each in _all_of(route.dependant) if isinstance(each.call, Needs)]
    return gates[0].permission if gates else None


def route_tags(route: APIRoute | APIWebSocketRoute) -> list[Any]:
    """The tags of a route; a socket has none."""
    return list(route.tags) if isinstance(route, APIRoute) else []


def _all_of(dependant: Dependant) -> Iterator[Dependant]:
    for each in dependant.dependencies:
        yield each
        yield from _all_of(each)


async def _told_in_japanese(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [
        {"field": ".".join(str(part) for part in each["loc"][1:]), "problem": _problem(each)} for each in error.errors()
    ]
    told = "、".join(f"{each['field'] or '本文'}（{each['problem']}）" for each in fields)
    return JSONResponse({"detail": f"入力をご確認ください：{told}", "fields": fields}, status_code=422)


async def _beyond_the_database(request: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": BEYOND}, status_code=422)


def _problem(error: dict[str, Any]) -> str:
    said = str(error.get("msg", ""))
    own = said.removeprefix("Value error, ")
    return own if own != said else PROBLEMS.get(error["type"], "値が正しくありません")
