"""`uketsuke users` and `uketsuke audit`: what an administrator who is locked out has left."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboard.auth.passwords import Passwords
from records.database import sqlite_url
from records.people import User
from records.store import Records
from uketsuke.cli.app import app

PASSWORD = "柿の木坂に小さな電話 7"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UKETSUKE_RECORDS__FOLDER", str(tmp_path))


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=typed)


def add(login: str = "kanri", role: str = "administrator") -> Result:
    return run("users", "add", login, "--name", "管理 花子", "--role", role, typed=f"{PASSWORD}\n")


def user_of(folder: Path, login: str) -> User | None:
    async def work() -> User | None:
        records = await Records.open(sqlite_url(folder / "uketsuke.sqlite3"))
        try:
            return await records.people.by_login(login)
        finally:
            await records.close()

    return asyncio.run(work())


def test_somebody_who_is_added_has_that_password(tmp_path: Path) -> None:
    assert add().exit_code == 0
    user = user_of(tmp_path, "kanri")
    assert user is not None
    assert asyncio.run(Passwords().match(user.password_hash, PASSWORD))
    assert "管理者" in run("users", "list").output


def test_a_weak_password_changes_nothing(tmp_path: Path) -> None:
    done = run("users", "add", "kanri", "--name", "管理 花子", typed="short\n")
    assert (done.exit_code, "12文字以上" in str(done.exception)) == (1, True)
    assert user_of(tmp_path, "kanri") is None


def test_a_forgotten_password_is_set_anew(tmp_path: Path) -> None:
    add()
    assert run("users", "reset-password", "KANRI", typed="川べりの青いポスト 31\n").exit_code == 0
    user = user_of(tmp_path, "kanri")
    assert user is not None
    assert asyncio.run(Passwords().match(user.password_hash, "川べりの青いポスト 31"))


def test_who_is_not_there_is_told() -> None:
    done = run("users", "reset-password", "nobody", typed=f"{PASSWORD}\n")
    assert (done.exit_code, "見つかりません" in str(done.exception)) == (1, True)


def test_an_untouched_audit_is_sound() -> None:
    add()
    done = run("audit", "verify")
    assert (done.exit_code, "改ざんは見つかりませんでした" in done.output) == (0, True)


def test_an_altered_audit_ends_with_1_and_says_where(tmp_path: Path) -> None:
    add()
    add("sato", "operator")
    with sqlite3.connect(tmp_path / "uketsuke.sqlite3") as connection:
        connection.execute("UPDATE audit SET target = 'x' WHERE sequence = 2")
    done = run("audit", "verify")
    assert (done.exit_code, "2行目の内容が書き換えられています" in str(done.exception)) == (1, True)


def test_a_copy_that_was_put_back_is_accepted_with_a_reason(tmp_path: Path) -> None:
    add()
    add("sato", "operator")
    with sqlite3.connect(tmp_path / "uketsuke.sqlite3") as connection:
        connection.execute("DELETE FROM audit WHERE sequence = 2")
    assert "失われています" in str(run("audit", "verify").exception)
    assert run("audit", "accept-end", "--reason", "はい").exit_code == 1
    assert run("audit", "accept-end", "--reason", "障害のため控えに戻した").exit_code == 0
    assert run("audit", "verify").exit_code == 0
