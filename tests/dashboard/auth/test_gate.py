"""The gate: whose session or key it is, forged requests, and sockets that end with their right."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.auth.gate import Gate
from dashboard.auth.permissions import Permission, Role
from tests.dashboard.house import Browser, House
from tests.dashboard.site import serving

DEADLINE_S = 5.0


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("nothing is served here")


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(doors: House) -> None:
    answer = await doors.browser().set_up()
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("uketsuke=")
    for attribute in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=86400"):
        assert attribute in cookie
    assert "Domain" not in cookie


async def test_over_https_the_cookie_is_for_this_host_and_https_alone(doors: House) -> None:
    browser = doors.browser("10.0.0.5", "https://uketsuke.example")
    answer = await browser.set_up(code=doors.auth.set_up.code)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-uketsuke=")
    assert "Secure" in cookie
    assert (await browser.http.get("/api/room")).status_code == 200


async def test_the_token_itself_is_not_in_the_records(doors: House) -> None:
    browser = await doors.administrator()
    token = browser.http.cookies["uketsuke"]
    assert len(token) == 43
    ((session, _user),) = await doors.records.sessions.list()
    assert token not in str(vars(session))


@pytest.mark.parametrize("token", [None, "", "wrong"])
async def test_a_change_without_its_own_token_is_refused(doors: House, token: str | None) -> None:
    browser = await doors.administrator()
    del browser.http.headers["x-csrf-token"]
    headers = {"x-csrf-token": token} if token is not None else {}
    answer = await browser.http.post("/api/room", headers=headers)
    assert (answer.status_code, "もう一度読み込んで" in answer.json()["detail"]) == (403, True)
    assert (await browser.http.get("/api/room")).status_code == 200


async def test_another_sessions_token_does_not_do(doors: House) -> None:
    browser, other = await doors.administrator(), doors.browser()
    await other.sign_in("kanri")
    headers = {"x-csrf-token": other.http.headers["x-csrf-token"]}
    assert (await browser.http.post("/api/room", headers=headers)).status_code == 403


async def test_a_key_needs_no_such_token(doors: House) -> None:
    secret, _key = await doors.auth.keys.make("集計", [Permission.LIVE_READ], "森", None)
    headers = {"authorization": f"Bearer {secret}"}
    assert (await doors.browser().http.post("/api/room", headers=headers)).json()["name"] == "集計"


@pytest.mark.parametrize("said", ["Bearer", "Bearer ", "Bearer utk_wrong", "Basic abc", "", "Bearer ほ"])
async def test_what_is_no_key_opens_nothing(doors: House, said: str) -> None:
    answer = await doors.browser().http.get("/api/room", headers=[(b"authorization", said.encode())])
    assert answer.status_code == 401


async def test_a_wrong_key_is_not_made_good_by_a_cookie(doors: House) -> None:
    browser = await doors.administrator()
    assert (await browser.http.get("/api/room", headers={"authorization": "Bearer utk_wrong"})).status_code == 401


async def test_a_key_is_good_until_its_day_and_until_it_is_revoked(doors: House) -> None:
    until = doors.clock.now() + timedelta(days=30)
    secret, key = await doors.auth.keys.make("集計", [Permission.LIVE_READ], "森", until)
    headers = {"authorization": f"bearer {secret}"}
    assert (await doors.browser().http.get("/api/room", headers=headers)).status_code == 200
    doors.clock.pass_(days=30)
    assert (await doors.browser().http.get("/api/room", headers=headers)).status_code == 401
    doors.clock.pass_(days=-1)
    await doors.records.api_keys.revoke(key.id)
    assert (await doors.browser().http.get("/api/room", headers=headers)).status_code == 401


async def test_a_session_that_nobody_uses_ends(doors: House) -> None:
    browser = await doors.administrator()
    for _ in range(2):
        doors.clock.pass_(hours=7, minutes=59)
        assert (await browser.http.get("/api/room")).status_code == 200
    doors.clock.pass_(hours=8)
    assert (await browser.http.get("/api/room")).status_code == 401


async def test_a_session_ends_after_a_day_however_much_it_is_used(doors: House) -> None:
    browser = await doors.administrator()
    for _ in range(4):
        doors.clock.pass_(hours=6)
        last = await browser.http.get("/api/room")
    assert last.status_code == 401


async def test_another_role_counts_from_the_next_request(doors: House) -> None:
    await doors.administrator()
    browser = await doors.person(Role.SUPERVISOR)
    user = await doors.records.people.by_login("sato")
    assert user is not None
    assert "faq.publish" in (await browser.state())["permissions"]
    await doors.records.people.change(user.id, role=Role.OPERATOR)
    assert "faq.publish" not in (await browser.state())["permissions"]


async def test_metrics_are_for_those_who_may(doors: House) -> None:
    admin, operator = await doors.administrator(), await doors.person(Role.OPERATOR)
    assert (await admin.http.get("/metrics")).status_code == 200
    assert (await operator.http.get("/metrics")).status_code == 403
    nobody = await doors.browser().http.get("/metrics")
    assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")


async def test_what_stands_in_no_row_is_not_served(doors: House) -> None:
    gate, sent = Gate(_nothing, doors.auth.identify), []

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/apis",
        "headers": [],
        "query_string": b"",
        "client": None,
    }
    await gate(scope, lambda: None, send)  # type: ignore[arg-type,return-value]
    assert sent[0]["status"] == 404


# Sockets


def _cookie(browser: Browser) -> dict[str, str]:
    return {"cookie": f"uketsuke={browser.http.cookies['uketsuke']}"}


async def _closed_by(doors: House, path: str, headers: dict[str, str], happens: Callable[[], Any]) -> int | None:
    """The code with which a socket ends after `happens`."""
    async with (
        serving(doors.app) as address,
        asyncio.timeout(DEADLINE_S),
        connect(address.replace("http", "ws") + path, additional_headers=headers) as socket,
    ):
        await socket.recv()
        await happens()
        try:
            while True:
                await socket.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd is not None else None


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer utk_wrong"}, {"cookie": "uketsuke=wrong"}])
async def test_nobody_opens_a_socket_without_signing_in(doors: House, headers: dict[str, str]) -> None:
    async with serving(doors.app) as address:
        with pytest.raises(InvalidStatus):
            await connect(address.replace("http", "ws") + "/api/live", additional_headers=headers)


async def test_a_socket_needs_its_permission(doors: House) -> None:
    secret, _key = await doors.auth.keys.make("集計", [Permission.FAQ_READ], "森", None)
    async with serving(doors.app) as address:
        with pytest.raises(InvalidStatus):
            await connect(
                address.replace("http", "ws") + "/api/live", additional_headers={"authorization": f"Bearer {secret}"}
            )


async def test_a_page_of_another_site_opens_no_socket(doors: House) -> None:
    headers = {**_cookie(await doors.administrator()), "origin": "http://attacker.example"}
    async with serving(doors.app) as address:
        with pytest.raises(InvalidStatus):
            await connect(address.replace("http", "ws") + "/api/live", additional_headers=headers)


@pytest.mark.parametrize("path", ["/api/live", "/api/talkative"])
async def test_signing_out_closes_the_sessions_sockets(doors: House, path: str) -> None:
    browser = await doors.administrator()
    headers = _cookie(browser)
    assert await _closed_by(doors, path, headers, lambda: browser.http.post("/api/logout")) == 4401


async def test_stopping_somebody_closes_their_sockets(doors: House) -> None:
    await doors.administrator()
    browser = await doors.person(Role.OPERATOR)
    user = await doors.records.people.by_login("sato")
    assert user is not None
    stop = doors.records.people.change
    assert await _closed_by(doors, "/api/live", _cookie(browser), lambda: stop(user.id, active=False)) == 4401


async def test_a_socket_does_not_outlive_its_session(doors: House) -> None:
    browser = await doors.administrator()

    async def a_day_passes() -> None:
        doors.clock.pass_(hours=24)

    assert await _closed_by(doors, "/api/live", _cookie(browser), a_day_passes) == 4401


async def test_revoking_a_key_closes_its_sockets(doors: House) -> None:
    secret, key = await doors.auth.keys.make("集計", [Permission.LIVE_READ], "森", None)
    headers = {"authorization": f"Bearer {secret}"}
    revoke = doors.records.api_keys.revoke
    assert await _closed_by(doors, "/api/live", headers, lambda: revoke(key.id)) == 4401


async def test_another_browsers_socket_stays(doors: House) -> None:
    browser, other = await doors.administrator(), doors.browser()
    await other.sign_in("kanri")
    async with serving(doors.app) as address, asyncio.timeout(DEADLINE_S):
        url = address.replace("http", "ws") + "/api/live"
        async with connect(url, additional_headers=_cookie(other)) as socket:
            await browser.http.post("/api/logout")
            await socket.recv()
            await socket.ping()
            await socket.send(json.dumps({}))
            assert await (await socket.ping()) >= 0
