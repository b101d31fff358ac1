"""`uketsuke mine`: drafts of FAQ entries out of past calls."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from dialogue.company import CompanyError
from records.database import RecordsError
from records.drafts import FaqDraft
from records.store import Records
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.mining import DAYS, MiningProgress, MiningResult, mine_published
from uketsuke.places import Places, places_of
from uketsuke.settings import load_settings

KINDS = {"new_entry": "新しい項目", "add_variants": "言い方の追加"}


def mine(
    days: Annotated[int, typer.Option(min=1, max=366, help="さかのぼる日数。")] = DAYS,
    limit: Annotated[
        int | None, typer.Option(min=1, help="調べる通話の数の上限（新しい順。省略すると、すべて）。")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """担当者が答えた質問と、だれも答えられなかった質問から、FAQの下書きを作ります（営業時間のあとにどうぞ）。"""
    places = places_of(load_settings(config))
    console = Console(highlight=False)
    try:
        result = asyncio.run(_mine(places, days, limit, console))
    except (RecordsError, CompanyError) as error:
        raise UserError(str(error)) from error
    console.print(f"{result.calls} 件の通話から、{result.questions} 件の質問を調べました。")
    if not result.drafts:
        console.print("下書きにできる、繰り返し寄せられた質問はありませんでした。")
        return
    console.print(_table(result.drafts))
    console.print(f"{len(result.drafts)} 件の下書きが、承認を待っています。承認されるまで、お客様にはご案内しません。")


async def _mine(places: Places, days: int, limit: int | None, console: Console) -> MiningResult:
    places.data.mkdir(parents=True, exist_ok=True)
    records = await Records.open(places.database_url)
    try:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("通話を調べています", total=1.0)

            def show(at: MiningProgress) -> None:
                told = f"通話 {at.calls} 件、質問 {at.questions} 件、まとまり {at.groups} 件"
                bar.update(task, completed=at.share, description=told)

            return await mine_published(places, records, days=days, limit=limit, progress=show)
    finally:
        await records.close()


def _table(drafts: tuple[FaqDraft, ...]) -> Table:
    table = Table(title="FAQの下書き", show_lines=True)
    table.add_column("件数", justify="right")
    for title in ("種類", "題と質問の例", "担当者の回答"):
        table.add_column(title, overflow="fold")
    for draft in drafts:
        content = draft.content
        answer = "".join(content["answer"]) or "（まだありません）"
        if content["disagreements"]:
            answer += f"\n通話によって数字が違います: {' / '.join(content['disagreements'])}"
        asked = f"{content['title']}\n「{content['questions'][0]}」"
        table.add_row(str(content["size"]), KINDS[content["kind"]], asked, answer)
    return table
