"""`uketsuke audit …`: checks that nothing in the audit was altered."""

from __future__ import annotations

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

app = typer.Typer(help="監査ログを確かめます。", no_args_is_help=True)


@app.callback()
def audit() -> None:
    """監査ログを確かめます。"""


@app.command("verify")
def verify(config: ConfigOption = None) -> None:
    """監査ログに改ざんがないか、すべての行を確かめます。あれば、終了コード 1 で終わります。"""

    async def work(records: Records) -> Verified:
        return await records.audit.verify()

    found = with_records(places_of(load_settings(config)), work)
    if not found.ok:
        raise UserError(sentence_of(found))
    Console(highlight=False, soft_wrap=True).print(sentence_of(found))
