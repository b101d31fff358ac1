"""Signing in, and being wrong."""

import asyncio

import httpx
import pytest

from dashboard.auth.permissions import Role
from tests.dashboard.house import OTHER_PASSWORD, PASSWORD, House


async def test_the_right_password_lets_in_whichever_case_the_login_is_typed_in(doors: House) -> None:
    await doors.administrator()
    browser = doors.browser()
    assert (await browser.sign_in(" Kanri ")).status_code == 200
    assert (await browser.http.get("/api/room")).json()["name"] == "管理 花子"


async def test_full_width_letters_are_the_same_password(doors: House) -> None:
    await doors.person(Role.OPERATOR, password="correct horse 77 staple")
    assert (await doors.browser().sign_in("sato", "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　７７　ｓｔａｐｌｅ")).status_code == 200


async def test_a_wrong_password_and_an_unknown_login_are_told_the_same(doors: House) -> None:
    await doors.administrator()
    for _ in range(6):
        known = await doors.browser("10.0.0.1").sign_in("kanri", "違うパスワードです")
        unknown = await doors.browser("10.0.0.2").sign_in("nobody", "違うパスワードです")
        assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.status_code == 429


async def test_how_many_tries_are_left_is_told(doors: House) -> None:
    await doors.administrator()
    answer = await doors.browser().sign_in("kanri", "違うパスワードです")
    assert (answer.status_code, "あと4回間違えると、15分間" in answer.json()["detail"]) == (401, True)


async def test_after_five_in_a_row_even_the_right_one_waits_a_quarter_of_an_hour(doors: House) -> None:
    await doors.administrator()
    browser = doors.browser()
    for _ in range(5):
        answer = await browser.sign_in("kanri", "違うパスワードです")
    assert (answer.status_code, "5回続けて間違えたため" in answer.json()["detail"]) == (429, True)
    assert (await browser.sign_in("kanri")).status_code == 429
    doors.clock.pass_(minutes=15)
    assert (await browser.sign_in("kanri")).status_code == 200


async def test_many_tries_at_once_do_not_get_past_the_lock(doors: House) -> None:
    await doors.administrator()
    guesses = [f"まちがったことば {number}" for number in range(12)]
    await asyncio.gather(*(doors.browser(f"10.0.1.{n}").sign_in("kanri", each) for n, each in enumerate(guesses)))
    assert (await doors.browser().sign_in("kanri")).status_code == 429


async def test_a_right_one_between_begins_the_count_anew(doors: House) -> None:
    await doors.administrator()
    browser = doors.browser()
    for _ in range(2):
        for _ in range(4):
            await browser.sign_in("kanri", "違うパスワードです")
        assert (await browser.sign_in("kanri")).status_code == 200


async def test_an_address_that_is_wrong_for_many_accounts_waits(doors: House) -> None:
    await doors.administrator()
    for number in range(30):
        await doors.browser("10.0.0.7").sign_in(f"nobody-{number}", "違うパスワードです")
    answer = await doors.browser("10.0.0.7").sign_in("kanri")
    assert (answer.status_code, "この接続元からの間違い" in answer.json()["detail"]) == (429, True)
    assert (await doors.browser("10.0.0.8").sign_in("kanri")).status_code == 200


async def test_a_stopped_account_is_told_so_only_with_its_password(doors: House) -> None:
    admin = await doors.administrator()
    await doors.person(Role.OPERATOR)
    user = await doors.records.people.by_login("sato")
    assert user is not None
    await admin.http.patch(f"/api/users/{user.id}", json={"active": False})
    assert (await doors.browser().sign_in("sato")).json()["detail"].startswith("このアカウントは停止されています")
    assert (await doors.browser().sign_in("sato", OTHER_PASSWORD)).status_code == 401


async def test_each_try_is_in_the_audit_without_what_was_typed(doors: House) -> None:
    await doors.administrator()
    await doors.browser().sign_in("kanri", "違うパスワードです")
    await doors.browser().sign_in("わたしのパスワード", "違うパスワードです")
    await doors.browser().sign_in("kanri")
    lines = await doors.records.audit.page()
    told = [(line.action, line.actor, line.target) for line in lines]
    assert told == [
        ("session.sign_in", "管理 花子", "kanri"),
        ("session.refused", "（サインイン前）", ""),
        ("session.refused", "管理 花子", "kanri"),
        ("user.set_up", "管理 花子", "kanri"),
    ]
    assert not any("パスワード" in str(vars(line)) for line in lines)


@pytest.mark.parametrize("body", [{}, {"login": "kanri"}, {"login": "", "password": ""}, {"login": "a", "password": 1}])
async def test_what_is_no_sign_in_is_told_in_japanese(doors: House, body: dict[str, object]) -> None:
    answer = await doors.browser().http.post("/api/login", json=body)
    assert (answer.status_code, answer.json()["detail"].startswith("入力をご確認ください")) == (422, True)


async def test_a_page_of_another_site_cannot_sign_somebody_in(doors: House) -> None:
    await doors.administrator()
    browser = doors.browser()
    browser.http.headers["origin"] = "http://attacker.example"
    assert (await browser.sign_in("kanri")).status_code == 403


async def test_signing_out_ends_the_session_for_good(doors: House) -> None:
    browser = await doors.administrator()
    cookie = browser.http.cookies["uketsuke"]
    assert (await browser.http.post("/api/logout")).json()["state"] == "signed_out"
    assert "uketsuke" not in browser.http.cookies
    stolen = {"cookie": f"uketsuke={cookie}"}
    assert (await doors.browser().http.get("/api/room", headers=stolen)).status_code == httpx.codes.UNAUTHORIZED


async def test_passwords_are_kept_as_password_rules_say(doors: House) -> None:
    browser = await doors.administrator()
    same = await browser.http.post("/api/account/password", json={"current": "ちがうことばです", "new": OTHER_PASSWORD})
    assert (same.status_code, same.json()["detail"]) == (403, "いまのパスワードが違います。")
    weak = await browser.http.post("/api/account/password", json={"current": PASSWORD, "new": "password12345"})
    assert weak.status_code == 422
    other = doors.browser()
    await other.sign_in("kanri")
    done = await browser.http.post("/api/account/password", json={"current": PASSWORD, "new": OTHER_PASSWORD})
    assert done.json() == {"ended": 1}
    assert (await other.http.get("/api/room")).status_code == 401
    assert (await browser.http.get("/api/room")).status_code == 200
    assert (await doors.browser().sign_in("kanri")).status_code == 401
    assert (await doors.browser().sign_in("kanri", OTHER_PASSWORD)).status_code == 200
