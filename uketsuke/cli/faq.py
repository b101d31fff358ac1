"""`uketsuke faq …`: brings approved answers in and out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from dialogue.faq.check import check_entries
from dialogue.faq.entry import FaqEntry
from dialogue.faq.files import read_entries, write_entries
from dialogue.faq.rows import FaqImportError
from records.database import RecordsError
from records.faq import FaqContentError
from records.models import FaqVersion
from records.store import Records
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.places import places_of
from uketsuke.settings import Settings, load_settings

app = typer.Typer(help="FAQを取り込み、書き出し、点検します（CSV、XLSX、YAML）。", no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(help="FAQのファイル（.csv、.xlsx、.yaml）。")]
T = TypeVar("T")


@app.command("check")
def check(file: FileArgument) -> None:
    """ファイルを取り込まずに点検し、誤りと気になる点をすべて表示します。"""
    entries = _read(file)
    console = Console(highlight=False)
    warnings = check_entries(entries)
    for warning in warnings:
        console.print(f"[yellow]注意[/yellow] {warning}")
    console.print(f"{len(entries)} 件を読めました。誤りはありません。注意は {len(warnings)} 件です。")


@app.command("import")
def import_faq(
    file: FileArgument,
    note: Annotated[str, typer.Option(help="この版についての覚え書き。")] = "",
    author: Annotated[str, typer.Option(help="取り込んだ人の名前。")] = "コマンド",
    config: ConfigOption = None,
) -> None:
    """ファイルの内容を新しい版として公開します。誤りが一つでもあれば、何も変えません。"""
    content = [entry.model_dump(mode="json", exclude={"version"}) for entry in _read(file)]

    async def publish(records: Records) -> tuple[int, FaqVersion]:
        return await records.faq.latest(), await records.faq.publish(content, author, note)

    try:
        before, version = _with_records(load_settings(config), publish)
    except FaqContentError as error:
        raise UserError(str(error)) from error
    console = Console(highlight=False)
    if version.version == before:
        console.print(f"内容は公開中の FAQ 第 {before} 版と同じです。何も変えていません。")
        return
    console.print(
        f"FAQ 第 {version.version} 版を公開しました（{version.info.entry_count} 件、"
        f"変更 {len(version.info.changed)} 件、削除 {len(version.info.removed)} 件）。"
        "動いている受付にも、次のお客様の発話から反映されます。"
    )


@app.command("export")
def export_faq(
    file: FileArgument,
    version: Annotated[int | None, typer.Option("--faq-version", help="書き出す版（省略すると、公開中の版）。")] = None,
    config: ConfigOption = None,
) -> None:
    """公開中の（または指定した）版を、ファイルに書き出します。"""

    async def find(records: Records) -> FaqVersion | None:
        return await (records.faq.current() if version is None else records.faq.get(version))

    found = _with_records(load_settings(config), find)
    if found is None:
        raise UserError("その版のFAQはありません。`uketsuke faq import FAQファイル` で取り込めます。")
    entries = [FaqEntry.model_validate(content) for content in found.content]
    try:
        write_entries(entries, file)
    except FaqImportError as error:
        raise UserError(str(error)) from error
    Console(highlight=False).print(f"FAQ 第 {found.version} 版（{len(entries)} 件）を {file} に書き出しました。")


def _read(file: Path) -> tuple[FaqEntry, ...]:
    try:
        return read_entries(file)
    except FaqImportError as error:
        raise UserError(f"{file} は取り込めません。何も変えていません。\n{error}") from error
    except OSError as error:
        raise UserError(f"{file} を開けません（{error.strerror}）。場所と権限をご確認ください。") from error


def _with_records(settings: Settings, work: Callable[[Records], Awaitable[T]]) -> T:
    async def run() -> T:
        places = places_of(settings)
        places.data.mkdir(parents=True, exist_ok=True)
        records = await Records.open(places.database_url)
        try:
            return await work(records)
        finally:
            await records.close()

    try:
        return asyncio.run(run())
    except RecordsError as error:
        raise UserError(str(error)) from error
