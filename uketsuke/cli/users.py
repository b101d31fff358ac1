"""`uketsuke users …`: accounts from this machine's terminal, for when nobody can sign in any more."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from dashboard.api.people_models import LOGIN_PATTERN
from dashboard.auth.password_rules import RULES, problem_of
from dashboard.auth.passwords import Passwords
from dashboard.auth.permissions import ROLE_NAMES, Role
from records.people import PeopleError, User
from records.store import Records
from uketsuke.cli.opened import with_records
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.places import places_of
from uketsuke.settings import load_settings

app = typer.Typer(help="画面を使う方のアカウントを、このコンピューターから管理します。", no_args_is_help=True)
COMMAND_ROLE: Final = "command"
LoginArgument = Annotated[str, typer.Argument(help="ログイン名。")]


@app.command("list")
def list_users(config: ConfigOption = None) -> None:
    """利用者の一覧を表示します。"""

    async def work(records: Records) -> list[User]:
        return await records.people.list()

    users = with_records(places_of(load_settings(config)), work)
    console = Console(highlight=False)
    if not users:
        console.print("利用者はまだいません。画面を開いて初期設定をするか、`uketsuke users add` で追加してください。")
        return
    table = Table("ログイン名", "お名前", "役割", "状態", "最後のサインイン", box=None)
    for user in users:
        last = f"{user.last_login_at.astimezone():%Y-%m-%d %H:%M}" if user.last_login_at is not None else "―"
        table.add_row(user.login, user.name, ROLE_NAMES[Role(user.role)], "使えます" if user.active else "停止中", last)
    console.print(table)


@app.command("add")
def add(
    login: LoginArgument,
    name: Annotated[str, typer.Option(help="お名前。")],
    role: Annotated[Role, typer.Option(help="役割。")] = Role.OPERATOR,
    config: ConfigOption = None,
) -> None:
    """利用者を追加します。パスワードは、続けて入力します（標準入力からも渡せます）。"""
    if not re.fullmatch(LOGIN_PATTERN, login) or len(login) < 2:
        raise UserError("ログイン名は、半角の英数字と . _ @ + - で、2文字以上にしてください。")
    password = _new_password(login)

    async def work(records: Records) -> None:
        hashed = await Passwords().hash(password)
        user = await records.people.add(login, name, role, hashed)
        await records.audit.note(_who(), COMMAND_ROLE, "user.create", user.login, detail={"role": user.role})

    _run(work, config)
    Console(highlight=False).print(f"{name}さん（{ROLE_NAMES[role]}）を追加しました。")


@app.command("reset-password")
def reset_password(login: LoginArgument, config: ConfigOption = None) -> None:
    """パスワードを設定し直し、ロックと停止を解除します。サインイン中の画面は、すべて終わります。"""
    password = _new_password(login)

    async def work(records: Records) -> None:
        user = await records.people.by_login(login)
        if user is None:
            raise UserError(f"ログイン名「{login}」の方は見つかりません。`uketsuke users list` でご確認ください。")
        await records.people.set_password(user.id, await Passwords().hash(password))
        await records.people.change(user.id, active=True)
        ended = await records.sessions.end_of(user.id)
        await records.audit.note(_who(), COMMAND_ROLE, "user.password", user.login, detail={"sessions_ended": ended})

    _run(work, config)
    Console(highlight=False).print("新しいパスワードを設定しました。画面からサインインできます。")


def _run(work: Callable[[Records], Awaitable[None]], config: Path | None) -> None:
    try:
        with_records(places_of(load_settings(config)), work)
    except PeopleError as error:
        raise UserError(str(error)) from error


def _new_password(login: str) -> str:
    """Typed twice at a terminal, or the first line of what is piped in."""
    if sys.stdin.isatty():
        Console(highlight=False).print(RULES)
        password = getpass.getpass("新しいパスワード: ")
        if password != getpass.getpass("もう一度: "):
            raise UserError("二つのパスワードが一致しません。何も変えていません。")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    problem = problem_of(password, login)
    if problem is not None:
        raise UserError(problem)
    return password


def _who() -> str:
    """Who sits at the terminal, as the system knows them."""
    return f"{getpass.getuser()}（コマンド）"
