"""`uketsuke audit …`: checks that nothing in the audit was altered."""

from __future__ import annotations

import getpass
from typing import Annotated, Final

import typer
from rich.console import Console

from dashboard.api.audit import sentence_of
from records.audit import Verified
from records.store import Records
from uketsuke.cli.opened import with_records
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.places import places_of
from uketsuke.settings import load_settings

SHORTEST_REASON: Final = 5
app = typer.Typer(help="監査ログを確かめます。", no_args_is_help=True)


@app.command("accept-end")
def accept_end(
    reason: Annotated[str, typer.Option(help="理由（例：障害のため先週の控えに戻した）。監査ログに残ります。")],
    config: ConfigOption = None,
) -> None:
    """データベースを控えから戻したあと、いまの末尾を正しいものとして認めます。途中の改ざんは認められません。"""
    if len(reason.strip()) < SHORTEST_REASON:
        raise UserError(f"理由は{SHORTEST_REASON}文字以上で書いてください。")

    async def work(records: Records) -> Verified:
        await records.audit.accept_end(f"{getpass.getuser()}（コマンド）", "command", reason.strip())
        return await records.audit.verify()

    _tell(with_records(places_of(load_settings(config)), work))


@app.command("verify")
def verify(config: ConfigOption = None) -> None:
    """監査ログに改ざんがないか、すべての行を確かめます。あれば、終了コード 1 で終わります。"""

    async def work(records: Records) -> Verified:
        return await records.audit.verify()

    _tell(with_records(places_of(load_settings(config)), work))


def _tell(found: Verified) -> None:
    if not found.ok:
        raise UserError(sentence_of(found))
    Console(highlight=False, soft_wrap=True).print(sentence_of(found))
