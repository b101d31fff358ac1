"""Who may open the pages."""

import httpx
import pytest
from fastapi import FastAPI

from dashboard.access import AccessGuard


async def ask(client: str, host: str = "127.0.0.1:8080", allow_remote: bool = False, **headers: str) -> httpx.Response:
    app = FastAPI()
    app.add_api_route("/", lambda: "ok")
    transport = httpx.ASGITransport(AccessGuard(app, allow_remote), client=(client, 40000))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
        return await http.get("/", headers=headers)


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "127.3.2.1", "::ffff:127.0.0.1"])
async def test_this_machine_may_look(client: str) -> None:
    assert (await ask(client)).status_code == 200


@pytest.mark.parametrize("client", ["192.168.1.20", "10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"])
async def test_another_machine_is_refused_with_a_sentence(client: str) -> None:
    answer = await ask(client)
    assert answer.status_code == 403
    assert "設定で遠隔からの利用を許可" in answer.json()["detail"]


async def test_another_machine_may_look_when_the_settings_allow_it() -> None:
    assert (await ask("192.168.1.20", host="uketsuke.example:8080", allow_remote=True)).status_code == 200


async def test_a_foreign_name_that_points_here_is_refused() -> None:
    assert (await ask("127.0.0.1", host="attacker.example")).status_code == 403


async def test_a_page_of_another_site_is_refused_even_when_remote_is_allowed() -> None:
    answer = await ask("127.0.0.1", allow_remote=True, origin="http://attacker.example")
    assert answer.status_code == 403


async def test_our_own_page_may_ask() -> None:
    assert (await ask("127.0.0.1", origin="http://127.0.0.1:8080")).status_code == 200


async def test_the_browser_is_told_to_load_nothing_from_elsewhere() -> None:
    policy = (await ask("127.0.0.1")).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
