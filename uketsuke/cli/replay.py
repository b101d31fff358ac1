"""`uketsuke replay`: every decision of a past call made again from its evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from dialogue.replay import ReplayError, differences
from records.database import RecordsError
from records.models import CallDetail, Speaker
from records.store import Records
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.minds import Minds
from uketsuke.places import places_of
from uketsuke.replaying import decide_again, premises_are_kept
from uketsuke.settings import Settings, load_settings


def replay(
    call_id: Annotated[str, typer.Argument(help="通話のID（画面のアドレスの末尾）。")],
    config: ConfigOption = None,
) -> None:
    """過去の通話の判断を、記録した根拠からやり直し、同じになるかを確かめます。"""
    try:
        different = asyncio.run(_replay(load_settings(config), call_id, Console(highlight=False)))
    except RecordsError as error:
        raise UserError(str(error)) from error
    if different:
        raise typer.Exit(1)


async def _replay(settings: Settings, call_id: str, console: Console) -> int:
    places = places_of(settings)
    records = await Records.open(places.database_url)
    try:
        detail = await records.calls.get(call_id)
        if detail is None:
            raise UserError(f"通話 {call_id} は記録にありません。画面の通話一覧でIDをご確認ください。")
        minds = await Minds.open(places, records, asyncio.to_thread)
        return await _decisions_again(detail, minds, records, console)
    finally:
        await records.close()


async def _decisions_again(detail: CallDetail, minds: Minds, records: Records, console: Console) -> int:
    done = different = 0
    for turn in detail.turns:
        evidence: Mapping[str, Any] = turn.evidence or {}
        if turn.speaker is not Speaker.AGENT or not premises_are_kept(evidence):
            continue
        try:
            again = await decide_again(evidence, minds, records)
        except ReplayError as error:
            raise UserError(str(error)) from error
        found = differences(evidence, turn.text, again)
        done += 1
        different += bool(found)
        mark = "[red]異なります[/red]" if found else "[green]同じです[/green]"
        console.print(f"{turn.index}番目の応答: {mark} {turn.text[:40]}")
        for line in found:
            console.print(f"  {line}")
    console.print(f"{done} 件の判断をやり直しました。異なるものは {different} 件です。")
    return different
