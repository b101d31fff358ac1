"""Accounts, keys and the audit over the API."""

from __future__ import annotations

import csv
import io
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from dashboard.auth.permissions import Permission, Role
from tests.dashboard.house import OTHER_PASSWORD, PASSWORD, Browser, House

NEW = {"login": "Mori.T", "name": "森 達也", "role": "supervisor", "password": PASSWORD}


async def _id(browser: Browser, login: str) -> str:
    users = (await browser.http.get("/api/users")).json()
    return next(str(user["id"]) for user in users if user["login"] == login)


async def test_a_new_person_can_sign_in_at_once(doors: House) -> None:
    admin = await doors.administrator()
    answer = await admin.http.post("/api/users", json=NEW)
    told = answer.json()
    assert (answer.status_code, told["login"], told["role_name"]) == (201, "mori.t", "スーパーバイザー")
    assert "password_hash" not in told
    browser = doors.browser()
    assert (await browser.sign_in("mori.t")).json()["user"]["name"] == "森 達也"


async def test_a_login_is_given_once(doors: House) -> None:
    admin = await doors.administrator()
    answer = await admin.http.post("/api/users", json={**NEW, "login": "KANRI"})
    assert (answer.status_code, "すでに使われています" in answer.json()["detail"]) == (409, True)


@pytest.mark.parametrize("login", ["あ", "a", "a b", "-x", "x" * 101, "<b>"])
async def test_a_login_that_is_none_is_refused(doors: House, login: str) -> None:
    admin = await doors.administrator()
    assert (await admin.http.post("/api/users", json={**NEW, "login": login})).status_code == 422


async def test_the_last_administrator_stays(doors: House) -> None:
    admin = await doors.administrator()
    mine = await _id(admin, "kanri")
    for change in ({"role": "operator"}, {"active": False}):
        answer = await admin.http.patch(f"/api/users/{mine}", json=change)
        assert (answer.status_code, "ません" in answer.json()["detail"]) == (409, True)
    assert (await admin.http.delete(f"/api/users/{mine}")).status_code == 409
    await admin.http.post("/api/users", json={**NEW, "role": "administrator"})
    assert (await admin.http.patch(f"/api/users/{mine}", json={"role": "operator"})).json()["role"] == "operator"
    assert (await admin.http.get("/api/users")).status_code == 403


async def test_a_stopped_administrator_does_not_count_as_one(doors: House) -> None:
    admin = await doors.administrator()
    other = (await admin.http.post("/api/users", json={**NEW, "role": "administrator"})).json()
    await admin.http.patch(f"/api/users/{other['id']}", json={"active": False})
    mine = await _id(admin, "kanri")
    answer = await admin.http.patch(f"/api/users/{mine}", json={"role": "auditor"})
    assert (answer.status_code, "管理者が一人もいなくなる" in answer.json()["detail"]) == (409, True)


async def test_who_is_stopped_is_out_at_once_and_comes_back_with_a_new_sign_in(doors: House) -> None:
    admin = await doors.administrator()
    browser = await doors.person(Role.OPERATOR)
    user_id = await _id(admin, "sato")
    await admin.http.patch(f"/api/users/{user_id}", json={"active": False})
    assert (await browser.http.get("/api/room")).status_code == 401
    await admin.http.patch(f"/api/users/{user_id}", json={"active": True})
    assert (await browser.http.get("/api/room")).status_code == 401
    assert (await browser.sign_in("sato")).status_code == 200


async def test_an_administrator_resets_a_password_and_ends_a_lock(doors: House) -> None:
    admin = await doors.administrator()
    await doors.person(Role.OPERATOR)
    for _ in range(5):
        await doors.browser().sign_in("sato", "違うパスワードです")
    user_id = await _id(admin, "sato")
    assert (await admin.http.post(f"/api/users/{user_id}/unlock")).json()["locked_until"] is None
    assert (await doors.browser().sign_in("sato")).status_code == 200
    assert (await admin.http.post(f"/api/users/{user_id}/password", json={"password": "short"})).status_code == 422
    await admin.http.post(f"/api/users/{user_id}/password", json={"password": OTHER_PASSWORD})
    assert (await doors.browser().sign_in("sato")).status_code == 401
    assert (await doors.browser().sign_in("sato", OTHER_PASSWORD)).status_code == 200


async def test_who_is_removed_is_gone_with_their_sessions(doors: House) -> None:
    admin = await doors.administrator()
    browser = await doors.person(Role.OPERATOR)
    assert (await admin.http.delete(f"/api/users/{await _id(admin, 'sato')}")).status_code == 204
    assert (await browser.http.get("/api/room")).status_code == 401
    assert len((await admin.http.get("/api/sessions")).json()) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/api/users/nobody"),
        ("DELETE", "/api/users/nobody"),
        ("POST", "/api/users/nobody/unlock"),
        ("DELETE", "/api/sessions/none"),
        ("DELETE", "/api/keys/none"),
        ("DELETE", "/api/account/sessions/none"),
    ],
)
async def test_what_is_not_there_is_told(doors: House, method: str, path: str) -> None:
    admin = await doors.administrator()
    answer = await admin.http.request(method, path, json={} if method == "PATCH" else None)
    assert answer.status_code == 404
    assert answer.json()["detail"]


async def test_an_administrator_ends_somebodys_session(doors: House) -> None:
    admin = await doors.administrator()
    browser = await doors.person(Role.OPERATOR)
    told = (await admin.http.get("/api/sessions")).json()
    assert {each["user_name"]: each["own"] for each in told} == {"管理 花子": True, "佐藤 次郎": False}
    theirs = next(each["id"] for each in told if not each["own"])
    assert (await admin.http.delete(f"/api/sessions/{theirs}")).status_code == 204
    assert (await browser.http.get("/api/room")).status_code == 401


async def test_one_ends_ones_own_other_sessions_and_nobody_elses(doors: House) -> None:
    admin = await doors.administrator()
    browser, again = await doors.person(Role.OPERATOR), doors.browser()
    await again.sign_in("sato")
    ((admins, _),) = await doors.records.sessions.list(await _id(admin, "kanri"))
    assert (await browser.http.delete(f"/api/account/sessions/{admins.id}")).status_code == 404
    assert len((await browser.http.get("/api/account/sessions")).json()) == 2
    assert (await browser.http.post("/api/account/sessions/end-others")).json() == {"ended": 1}
    assert (await again.http.get("/api/room")).status_code == 401
    assert (await browser.http.get("/api/room")).status_code == 200


# Keys


async def test_a_key_is_told_once_and_does_what_its_scopes_say(doors: House) -> None:
    admin = await doors.administrator()
    body = {"name": "集計", "scopes": ["live.read"], "days": 90}
    made = (await admin.http.post("/api/keys", json=body)).json()
    headers = {"authorization": f"Bearer {made['secret']}"}
    outside = doors.browser().http
    assert (await outside.get("/api/room", headers=headers)).status_code == 200
    assert (await outside.get("/api/users", headers=headers)).status_code == 403
    listed = (await admin.http.get("/api/keys")).json()
    assert (listed[0]["name"], listed[0]["created_by"], "sha256" in listed[0]) == ("集計", "管理 花子", False)
    assert made["secret"] not in str(listed)
    assert (await admin.http.delete(f"/api/keys/{made['key']['id']}")).json()["revoked_at"] is not None
    assert (await outside.get("/api/room", headers=headers)).status_code == 401


async def test_a_key_is_no_person(doors: House) -> None:
    admin = await doors.administrator()
    answer = await admin.http.post("/api/keys", json={"name": "全部", "scopes": ["signed_in"]})
    assert answer.status_code == 422


async def test_a_key_that_makes_keys_gives_no_more_than_it_has(doors: House) -> None:
    secret, _key = await doors.auth.keys.make("鍵束", [Permission.KEYS_MANAGE], "森", None)
    headers = {"authorization": f"Bearer {secret}"}
    body: dict[str, Any] = {"name": "もっと", "scopes": ["people.manage"]}
    assert (await doors.browser().http.post("/api/keys", json=body, headers=headers)).status_code == 403


async def test_the_tools_of_this_machine_find_a_new_key_at_each_start(doors: House, tmp_path: Path) -> None:
    first = (await doors.auth.keys.write_local(tmp_path)).read_text()
    path = await doors.auth.keys.write_local(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    room = doors.browser().http
    assert (await room.get("/api/room", headers={"authorization": f"Bearer {path.read_text()}"})).status_code == 200
    assert (await room.get("/api/room", headers={"authorization": f"Bearer {first}"})).status_code == 401


# The audit


async def test_everything_that_was_done_to_people_and_keys_is_in_the_audit(doors: House) -> None:
    admin = await doors.administrator()
    user = (await admin.http.post("/api/users", json=NEW)).json()["id"]
    await admin.http.patch(f"/api/users/{user}", json={"role": "auditor", "name": "森 達也"})
    await admin.http.post(f"/api/users/{user}/password", json={"password": OTHER_PASSWORD})
    key = (await admin.http.post("/api/keys", json={"name": "集計", "scopes": ["faq.read"]})).json()
    await admin.http.delete(f"/api/keys/{key['key']['id']}")
    await admin.http.delete(f"/api/users/{user}")
    page = (await admin.http.get("/api/audit")).json()
    assert [line["action"] for line in page["lines"]] == [
        "user.remove",
        "key.revoke",
        "key.create",
        "user.password",
        "user.change",
        "user.create",
        "user.set_up",
    ]
    changed = page["lines"][4]
    assert (changed["target"], changed["detail"]["role"]) == ("mori.t", ["supervisor", "auditor"])
    assert (changed["actor"], changed["role_name"], changed["address"]) == ("管理 花子", "管理者", "127.0.0.1")
    assert PASSWORD not in str(page)
    assert key["secret"] not in str(page)


async def test_the_audit_is_read_in_pages_and_filtered(doors: House) -> None:
    admin = await doors.administrator()
    for number in range(5):
        await doors.records.audit.note("森", "supervisor", "faq.publish", f"第{number}版")
    first = (await admin.http.get("/api/audit", params={"limit": 4})).json()
    rest = (await admin.http.get("/api/audit", params={"limit": 4, "before": first["next_before"]})).json()
    assert [line["sequence"] for line in first["lines"] + rest["lines"]] == [6, 5, 4, 3, 2, 1]
    assert (first["total"], rest["next_before"]) == (6, None)
    found = (await admin.http.get("/api/audit", params={"actor": "森", "target": "第3"})).json()
    assert [line["target"] for line in found["lines"]] == ["第3版"]


async def test_the_audit_as_csv_starts_no_formula(doors: House) -> None:
    admin = await doors.administrator()
    await doors.records.audit.note("森", "supervisor", "faq.publish", "=HYPERLINK()", "改定, 「急ぎ」")
    answer = await admin.http.get("/api/audit/export", params={"action": "faq"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (len(rows), rows[0][4], rows[1][5], rows[1][6]) == (2, "操作", "'=HYPERLINK()", "改定, 「急ぎ」")
    assert (await doors.actions())[0] == "audit.export"


async def test_a_check_tells_which_line_was_altered(doors: House, tmp_path: Path) -> None:
    admin = await doors.administrator()
    assert (await admin.http.post("/api/audit/verify")).json()["sentence"].startswith("1行を確かめました")
    with sqlite3.connect(tmp_path / "records.db") as connection:
        connection.execute("UPDATE audit SET actor = '別の人' WHERE sequence = 1")
    told = (await admin.http.post("/api/audit/verify")).json()
    assert (told["ok"], told["first_wrong"], "書き換えられて" in told["sentence"]) == (False, 1, True)


async def test_an_auditor_reads_the_audit_and_changes_nobody(doors: House) -> None:
    await doors.administrator()
    auditor = await doors.person(Role.AUDITOR)
    assert (await auditor.http.get("/api/audit")).status_code == 200
    assert (await auditor.http.post("/api/users", json=NEW)).status_code == 403
