"""Seeing one call's personal data: for a reason, for a while, in one browser."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from dashboard.api.app import create_api
from dashboard.api.unmask import UnmaskApi
from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal
from dashboard.auth.unmasking import Unmasking
from tests.dashboard.house import Clock, House
from tests.dashboard.signing_in import as_person


class _Room:
    def __init__(self, doors: House, role: Role) -> None:
        self.unmasking = Unmasking(doors.clock.now)
        app = create_api([UnmaskApi(self.unmasking, self._is_call, doors.auth.audit).router()])
        transport = httpx.ASGITransport(as_person(app, role))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    async def _is_call(self, call_id: str) -> bool:
        return call_id.startswith("call-")

    async def ask(self, call_id: str = "call-1", reason: str = "折り返し先の確認のため") -> httpx.Response:
        return await self.http.post("/unmask", json={"call_id": call_id, "reason": reason})


@pytest.fixture
async def room(doors: House) -> AsyncIterator[_Room]:
    yield _Room(doors, Role.OPERATOR)


def _person(session_id: str = "", role: Role = Role.OPERATOR) -> Principal:
    return Principal.person("user-1", "試験 太郎", role, "127.0.0.1", session_id)


async def test_a_reason_opens_one_call_for_a_quarter_of_an_hour(room: _Room, doors: House) -> None:
    assert not room.unmasking.may_see(_person(), "call-1")
    assert (await room.ask()).status_code == 200
    assert room.unmasking.may_see(_person(), "call-1")
    assert not room.unmasking.may_see(_person(), "call-2")
    doors.clock.pass_(minutes=15)
    assert not room.unmasking.may_see(_person(), "call-1")


async def test_the_reason_is_in_the_audit(room: _Room, doors: House) -> None:
    await room.ask(reason="  折り返し先の確認のため ")
    (line,) = await doors.records.audit.page()
    assert (line.action, line.target, line.reason, line.role) == (
        "call.unmask",
        "call-1",
        "折り返し先の確認のため",
        "operator",
    )


@pytest.mark.parametrize("reason", ["", "確認", "    あ    "])
async def test_without_a_real_reason_nothing_opens(room: _Room, reason: str) -> None:
    assert (await room.ask(reason=reason)).status_code == 422
    assert not room.unmasking.may_see(_person(), "call-1")


async def test_a_call_that_is_not_there_is_told(room: _Room, doors: House) -> None:
    assert (await room.ask("nothing")).status_code == 404
    assert await doors.actions() == []


async def test_who_may_not_is_refused(doors: House) -> None:
    assert (await _Room(doors, Role.AUDITOR).ask()).status_code == 403


def test_another_browser_of_the_same_person_asks_for_itself() -> None:
    unmasking = Unmasking(Clock().now)
    unmasking.grant(_person("session-1"), "call-1")
    assert unmasking.may_see(_person("session-1"), "call-1")
    assert not unmasking.may_see(_person("session-2"), "call-1")


def test_who_has_lost_the_right_meanwhile_sees_nothing() -> None:
    unmasking = Unmasking(Clock().now)
    unmasking.grant(_person("session-1"), "call-1")
    assert not unmasking.may_see(_person("session-1", Role.AUDITOR), "call-1")
