"""The API's own rules: nothing is open by oversight, and every mistake is told in Japanese."""

from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, Field

from dashboard.api.app import OPEN_TAG, UngatedRouteError, create_api
from dashboard.auth.permissions import Permission, Role
from dashboard.auth.principal import Principal, needs
from tests.dashboard.signing_in import as_person


class _Order(BaseModel):
    count: int = Field(ge=1)


def _router() -> APIRouter:
    router = APIRouter()

    async def edit(order: _Order, who: Annotated[Principal, needs(Permission.FAQ_EDIT)]) -> dict[str, str]:
        return {"by": who.name}

    router.add_api_route("/edit", edit, methods=["POST"])
    return router


def _client(app: FastAPI, role: Role | None) -> httpx.AsyncClient:
    guarded = as_person(app, role) if role is not None else app
    return httpx.AsyncClient(transport=httpx.ASGITransport(guarded), base_url="http://127.0.0.1")


def test_a_route_that_says_nothing_of_who_may_use_it_is_not_served() -> None:
    router = APIRouter()
    router.add_api_route("/open-by-oversight", lambda: {})
    with pytest.raises(UngatedRouteError, match="open-by-oversight"):
        create_api([router])


def test_a_route_for_those_who_have_not_signed_in_says_so() -> None:
    router = APIRouter()
    router.add_api_route("/sign-in", lambda: {}, tags=[OPEN_TAG])
    create_api([router])


async def test_who_has_not_signed_in_is_told_to() -> None:
    async with _client(create_api([_router()]), None) as client:
        answer = await client.post("/edit", json={"count": 1})
    assert (answer.status_code, answer.json()["detail"]) == (401, "サインインしてください。")


async def test_who_may_not_is_refused() -> None:
    async with _client(create_api([_router()]), Role.OPERATOR) as client:
        answer = await client.post("/edit", json={"count": 1})
    assert (answer.status_code, "許可されていません" in answer.json()["detail"]) == (403, True)


async def test_who_may_is_known_to_the_endpoint() -> None:
    async with _client(create_api([_router()]), Role.SUPERVISOR) as client:
        answer = await client.post("/edit", json={"count": 1})
    assert answer.json() == {"by": "試験 太郎"}


async def test_a_mistake_is_told_in_japanese() -> None:
    async with _client(create_api([_router()]), Role.SUPERVISOR) as client:
        answer = await client.post("/edit", json={"count": 0})
    assert (answer.status_code, answer.json()["detail"]) == (422, "入力をご確認ください：count（小さすぎます）")
