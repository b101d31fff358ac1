"""The first administrator: nobody else's password works before, and the door is closed behind them."""

import asyncio

import httpx
import pytest

from tests.dashboard.house import PASSWORD, House

FAR = "192.168.1.20"
FAR_URL = "http://uketsuke.example"


async def test_without_an_account_only_set_up_works(doors: House) -> None:
    browser = doors.browser()
    assert (await browser.state())["state"] == "setup"
    assert (await browser.sign_in("admin", "admin")).status_code == httpx.codes.UNAUTHORIZED
    assert (await browser.http.get("/api/room")).status_code == httpx.codes.UNAUTHORIZED


async def test_who_sets_up_at_this_machine_is_administrator_and_signed_in(doors: House) -> None:
    browser = doors.browser()
    answer = await browser.set_up()
    assert (answer.status_code, answer.json()["user"]["role"]) == (200, "administrator")
    state = await browser.state()
    assert (state["state"], state["user"]["login"], "people.manage" in state["permissions"]) == (
        "signed_in",
        "kanri",
        True,
    )
    assert await doors.actions() == ["user.set_up"]


async def test_set_up_works_once(doors: House) -> None:
    await doors.administrator()
    answer = await doors.browser().set_up(login="another")
    assert (answer.status_code, "すでに終わっています" in answer.json()["detail"]) == (409, True)


async def test_two_at_once_make_one_administrator(doors: House) -> None:
    answers = await asyncio.gather(*(doors.browser().set_up(login=f"first-{n}") for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_from_another_machine_the_printed_code_is_needed(doors: House) -> None:
    far = doors.browser(FAR, FAR_URL)
    assert (await far.state())["code_needed"] is True
    refused = await far.set_up(code="ABCD-EFGH-JKMN-PQRS")
    assert (refused.status_code, "初期設定コードが違います" in refused.json()["detail"]) == (403, True)
    assert (await far.set_up(code=doors.auth.set_up.code.lower().replace("-", " "))).status_code == 200


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-host"])
async def test_a_proxy_on_this_machine_speaks_for_others(doors: House, header: str) -> None:
    browser = doors.browser()
    browser.http.headers[header] = "10.0.0.9"
    assert (await browser.set_up()).status_code == 403


async def test_a_foreign_name_that_points_here_is_no_local_browser(doors: House) -> None:
    assert (await doors.browser(base_url="http://attacker.example").set_up()).status_code == 403


async def test_a_page_of_another_site_cannot_set_up(doors: House) -> None:
    browser = doors.browser()
    browser.http.headers["origin"] = "http://attacker.example"
    assert (await browser.set_up()).status_code == 403


async def test_codes_are_not_guessed_for_long(doors: House) -> None:
    far = doors.browser(FAR, FAR_URL)
    for number in range(30):
        assert (await far.set_up(code=f"{number:016}")).status_code == 403
    assert (await far.set_up(code=doors.auth.set_up.code[:-1])).status_code == 429


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("みじかい", "12文字以上"),
        ("kanri-no-password", "ログイン名を含めない"),
        ("password1234567", "推測されやすい"),
        ("aaaaaaaaaaaaaaaa", "推測されやすい"),
    ],
)
async def test_a_weak_password_is_refused_with_why(doors: House, password: str, told: str) -> None:
    answer = await doors.browser().set_up(password=password)
    assert (answer.status_code, told in answer.json()["detail"]) == (422, True)
    assert not await doors.records.people.any()


async def test_no_password_lies_in_the_records(doors: House) -> None:
    await doors.administrator()
    user = await doors.records.people.by_login("KANRI")
    assert user is not None
    assert user.password_hash.startswith("$argon2id$")
    assert PASSWORD not in user.password_hash
