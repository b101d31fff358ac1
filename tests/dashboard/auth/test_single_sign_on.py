"""Single sign-on against a provider over real HTTP: who comes in, in which role, and who does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from dashboard.auth.permissions import Role
from records.people import User
from tests.dashboard.auth.provider import CLIENT_ID, SECRET, Provider, provider
from tests.dashboard.house import Browser, House, house
from uketsuke.settings import AuthSettings, OidcSettings


@dataclass
class Company:
    doors: House
    provider: Provider

    async def leave(self, browser: Browser) -> str:
        """To the provider; what it sends the browser back to."""
        away = await browser.http.get("/api/oidc/start")
        async with httpx.AsyncClient() as http:
            return str((await http.get(away.headers["location"])).headers["location"])

    async def come(self, browser: Browser | None = None) -> httpx.Response:
        """The whole way there and back."""
        browser = browser or self.doors.browser()
        return await browser.http.get(await self.leave(browser))

    async def user(self, login: str) -> User | None:
        return await self.doors.records.people.by_login(login)


@pytest.fixture
async def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Company]:
    monkeypatch.setenv("UKETSUKE_OIDC_SECRET", SECRET)
    async with provider() as running:
        oidc = OidcSettings(
            issuer=running.issuer,
            client_id=CLIENT_ID,
            name="社内アカウント",
            roles={"cc-admins": "administrator", "cc-leads": "supervisor", "cc-operators": "operator"},
        )
        async with house(tmp_path, AuthSettings(oidc=oidc)) as doors:
            await doors.administrator()
            yield Company(doors, running)


async def test_who_the_provider_knows_comes_in_with_the_role_of_their_group(company: Company) -> None:
    browser = company.doors.browser()
    answer = await company.come(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "SameSite=strict" in answer.headers["set-cookie"]
    state = await browser.state()
    assert (state["user"]["name"], state["user"]["role"], state["user"]["has_password"]) == (
        "森 達也",
        "supervisor",
        False,
    )
    assert (await company.doors.actions())[0] == "session.single_sign_on"


async def test_the_same_person_has_the_same_account_whose_role_follows_the_groups(company: Company) -> None:
    await company.come()
    company.provider.person["groups"] = ["cc-operators", "others"]
    await company.come()
    company.provider.person["groups"] = ["cc-operators", "cc-admins"]
    browser = company.doors.browser()
    await company.come(browser)
    assert (await browser.state())["user"]["role"] == "administrator"
    assert len(await company.doors.records.people.list()) == 2


@pytest.mark.parametrize("groups", [[], ["others"], None, "cc-lead", [7]])
async def test_without_a_group_of_ours_nobody_comes_in(company: Company, groups: Any) -> None:
    company.provider.person["groups"] = groups
    answer = await company.come()
    assert answer.headers["location"] == "/login?sso=no_role"
    assert len(await company.doors.records.people.list()) == 1


async def test_an_account_with_a_password_is_not_given_away_by_its_name(company: Company) -> None:
    company.provider.person["preferred_username"] = "kanri"
    browser = company.doors.browser()
    await company.come(browser)
    login = (await browser.state())["user"]["login"]
    assert login.startswith("kanri-")
    kanri = await company.user("kanri")
    assert kanri is not None
    assert kanri.oidc_subject is None


async def test_who_is_stopped_here_stays_out(company: Company) -> None:
    company.provider.person["preferred_username"] = "mori"
    await company.come()
    mori = await company.user("mori")
    assert mori is not None
    await company.doors.records.people.change(mori.id, active=False)
    assert (await company.come()).headers["location"] == "/login?sso=stopped"


async def test_an_account_of_single_sign_on_has_no_password_to_try(company: Company) -> None:
    company.provider.person["preferred_username"] = "mori"
    await company.come()
    assert (await company.doors.browser().sign_in("mori", "")).status_code == 422
    assert (await company.doors.browser().sign_in("mori", "x")).status_code == 401


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "http://attacker.example"},
        {"aud": "another-client"},
        {"exp": 1_000_000_000},
        {"nonce": "another"},
        {"azp": "another-client", "aud": [CLIENT_ID, "another-client"]},
        {"sub": None},
    ],
    ids=lambda lie: next(iter(lie)),
)
async def test_a_token_that_is_not_for_us_and_now_is_not_believed(company: Company, lie: dict[str, Any]) -> None:
    company.provider.changed = lie
    assert (await company.come()).headers["location"] == "/login?sso=provider"
    assert len(await company.doors.records.people.list()) == 1


async def test_another_key_signs_nothing(company: Company) -> None:
    company.provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert (await company.come()).headers["location"] == "/login?sso=provider"


async def test_a_provider_that_refuses_is_told(company: Company) -> None:
    company.provider.refuses = "access_denied"
    assert (await company.come()).headers["location"] == "/login?sso=provider"


async def test_a_code_of_another_browser_is_not_taken(company: Company) -> None:
    back = await company.leave(company.doors.browser())
    victim = company.doors.browser()
    assert (await victim.http.get(back)).headers["location"] == "/login?sso=expired"
    assert (await victim.state())["state"] == "signed_out"


async def test_a_way_back_works_once_and_not_for_long(company: Company) -> None:
    browser = company.doors.browser()
    back = await company.leave(browser)
    company.doors.clock.pass_(minutes=11)
    assert (await browser.http.get(back)).headers["location"] == "/login?sso=expired"
    back = await company.leave(browser)
    assert (await browser.http.get(back)).headers["location"] == "/"
    assert (await browser.http.get(back)).headers["location"] == "/login?sso=expired"


async def test_each_way_there_has_its_own_state_nonce_and_challenge(company: Company) -> None:
    asked = []
    for _ in range(2):
        answer = await company.doors.browser().http.get("/api/oidc/start")
        asked.append(parse_qs(urlsplit(answer.headers["location"]).query))
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
    assert asked[0]["redirect_uri"] == ["http://127.0.0.1:8080/api/oidc/callback"]


async def test_a_provider_that_is_not_there_is_told(tmp_path: Path) -> None:
    oidc = OidcSettings(issuer="http://127.0.0.1:9/realm", client_id=CLIENT_ID, roles={"a": "operator"})
    async with house(tmp_path, AuthSettings(oidc=oidc)) as doors:
        await doors.administrator()
        answer = await doors.browser().http.get("/api/oidc/start")
    assert answer.headers["location"] == "/login?sso=provider"


async def test_before_set_up_single_sign_on_makes_nobody_administrator(tmp_path: Path) -> None:
    async with provider() as running:
        oidc = OidcSettings(issuer=running.issuer, client_id=CLIENT_ID, roles={"cc-leads": "administrator"})
        async with house(tmp_path, AuthSettings(oidc=oidc)) as doors:
            answer = await doors.browser().http.get("/api/oidc/start")
    assert answer.headers["location"] == "/setup"


async def test_without_a_provider_in_the_settings_there_is_no_such_way(tmp_path: Path) -> None:
    async with house(tmp_path) as doors:
        await doors.administrator()
        assert (await doors.browser().state())["single_sign_on"] == ""
        assert (await doors.browser().http.get("/api/oidc/start")).status_code == 404


async def test_a_role_here_does_not_fall_with_the_last_administrator(company: Company) -> None:
    company.provider.person |= {"groups": ["cc-admins"], "preferred_username": "mori"}
    await company.come()
    kanri = await company.user("kanri")
    assert kanri is not None
    await company.doors.records.people.change(kanri.id, role=Role.OPERATOR)
    company.provider.person["groups"] = ["cc-operators"]
    browser = company.doors.browser()
    await company.come(browser)
    assert (await browser.state())["user"]["role"] == "administrator"
