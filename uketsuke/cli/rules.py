"""`uketsuke rules …`: when a person takes over. Checks, tries out on past calls, and publishes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from dialogue.company import Company, CompanyError, digits_of_number, load_company
from dialogue.escalation.book import RuleBook, RulesError
from dialogue.escalation.dry_run import DryRun, dry_run
from dialogue.escalation.facts import CallerProfile, EntryFact, FactReader
from dialogue.escalation.files import format_rules, load_rules, read_content
from dialogue.escalation.past import FindEntry, PastCall, PastReader, StoredCall
from dialogue.faq.entry import FaqEntry
from dialogue.faq.files import read_entries
from dialogue.faq.rows import FaqImportError
from dialogue.kana import Reader
from records.database import RecordsError
from records.models import CallDetail, CallSummaryRow
from records.rules import RuleVersion, RuleVersionInfo
from records.store import Records
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.places import Places, places_of
from uketsuke.settings import load_settings

app = typer.Typer(help="担当者への引き継ぎのルールを点検し、試し、公開します（YAML）。", no_args_is_help=True)
FileArgument = Annotated[Path, typer.Argument(help="ルールのファイル（.yaml）。")]
T = TypeVar("T")
_PAGE: Final = 100
_SHOWN: Final = 10


@app.command("check")
def check(file: FileArgument) -> None:
    """ファイルを公開せずに点検し、誤りをすべて表示します。"""
    book = _book(file)
    table = Table("順", "ID", "題名", "動作", "窓口", box=None)
    for rule in book.rules:
        if rule.enabled:
            table.add_row(str(rule.order), rule.id, rule.title, rule.then.kind, getattr(rule.then, "queue", ""))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(book.rules)} 件のルールを読めました（組み込みを含みます）。誤りはありません。")


@app.command("dry-run")
def dry_run_command(
    file: FileArgument,
    last: Annotated[int, typer.Option(min=1, max=10_000, help="試す通話の数（新しいものから）。")] = 500,
    config: ConfigOption = None,
) -> None:
    """過去の通話にルールを当てて、引き継ぎがどう変わるかを表示します。何も変えません。"""
    places = places_of(load_settings(config))
    reader = Reader()
    proposed = _book(file, reader)
    company = _company_of(places)

    async def try_out(records: Records) -> DryRun:
        current = await _current_book(records, places, reader)
        past = PastReader(FactReader(reader), await _entries(records, places), company.is_open)
        return dry_run(await _past_calls(records, past, company, last), proposed, current)

    _show(Console(highlight=False), _with_records(places, try_out))


@app.command("publish")
def publish(
    file: FileArgument,
    note: Annotated[str, typer.Option(help="この版についての覚え書き。")] = "",
    author: Annotated[str, typer.Option(help="公開した人の名前。")] = "コマンド",
    config: ConfigOption = None,
) -> None:
    """ファイルの内容を新しい版として公開します。誤りが一つでもあれば、何も変えません。"""
    try:
        content = read_content(file)
    except RulesError as error:
        raise UserError(f"公開できません。何も変えていません。\n{error}") from error

    async def work(records: Records) -> RuleVersion:
        return await records.rules.publish(content, author, note)

    version = _with_records(places_of(load_settings(config)), work)
    Console(highlight=False).print(
        f"ルール 第 {version.version} 版を公開しました（{len(content)} 件）。"
        "動いている受付にも、次のお客様の発話から反映されます。"
    )


@app.command("export")
def export_rules(
    file: FileArgument,
    version: Annotated[
        int | None, typer.Option("--rules-version", help="書き出す版（省略すると、公開中の版）。")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """公開中の（または指定した）版を、ファイルに書き出します。"""

    async def find(records: Records) -> RuleVersion | None:
        return await (records.rules.current() if version is None else records.rules.get(version))

    found = _with_records(places_of(load_settings(config)), find)
    if found is None:
        raise UserError("その版のルールはありません。`uketsuke rules publish ルールのファイル` で公開できます。")
    try:
        file.write_text(format_rules(found.content), encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} に書き出せません（{error.strerror}）。場所と権限をご確認ください。") from error
    Console(highlight=False).print(f"ルール 第 {found.version} 版を {file} に書き出しました。")


@app.command("history")
def history(config: ConfigOption = None) -> None:
    """公開した版の一覧を、新しいものから表示します。"""

    async def work(records: Records) -> list[RuleVersionInfo]:
        return await records.rules.history()

    versions = _with_records(places_of(load_settings(config)), work)
    console = Console(highlight=False)
    if not versions:
        console.print("公開したルールはまだありません。`uketsuke rules publish ルールのファイル` で公開できます。")
        return
    table = Table("版", "公開日時", "公開した人", "覚え書き", box=None)
    for each in versions:
        table.add_row(str(each.version), f"{each.published_at.astimezone():%Y-%m-%d %H:%M}", each.author, each.note)
    console.print(table)


def _book(file: Path, reader: Reader | None = None) -> RuleBook:
    try:
        return load_rules(file, 0, reader)
    except RulesError as error:
        raise UserError(str(error)) from error


async def _current_book(records: Records, places: Places, reader: Reader) -> RuleBook:
    """The published rules; before the first publication the company's file, without one the built-in rules."""
    published = await records.rules.current()
    if published is not None:
        return RuleBook.from_content(published.version, published.content)
    file = places.company / "rules.yaml"
    return _book(file, reader) if file.is_file() else RuleBook()


async def _entries(records: Records, places: Places) -> FindEntry:
    published = await records.faq.current()
    if published is not None:
        entries: Sequence[FaqEntry] = [FaqEntry.model_validate(content) for content in published.content]
    else:
        file = places.company / "faq.yaml"
        try:
            entries = read_entries(file) if file.is_file() else ()
        except FaqImportError as error:
            raise UserError(f"{file} を読めません。\n{error}") from error
    facts = {each.id: EntryFact(each.id, each.category, ("escalate",) if each.escalate else ()) for each in entries}
    return facts.get


async def _past_calls(records: Records, past: PastReader, company: Company, last: int) -> list[PastCall]:
    rows: list[CallSummaryRow] = []
    while len(rows) < last:
        page = await records.calls.list(min(_PAGE, last - len(rows)), rows[-1].id if rows else None)
        rows += page
        if not page:
            break
    bar = (TextColumn("過去の通話"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    calls: list[PastCall] = []
    with Progress(*bar, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(rows))
        for row in rows:
            detail = await records.calls.get(row.id)
            if detail is not None:
                # Reading is Sudachi's work: off the loop, so that the bar and the database go on.
                calls.append(await asyncio.to_thread(past.read, _stored(detail, rows, company)))
            progress.advance(task)
    return calls


def _stored(detail: CallDetail, rows: Sequence[CallSummaryRow], company: Company) -> StoredCall:
    row = detail.row
    turns = [{**asdict(turn), "speaker": turn.speaker.value} for turn in detail.turns]
    digits = digits_of_number(row.caller_number)
    caller = CallerProfile(
        number_known=bool(digits),
        vip=digits in company.vip_numbers,
        blocked=digits in company.blocked_numbers,
        earlier_calls_h=tuple(_hours_before(row, rows)),
    )
    return StoredCall(row.id, row.started_at, turns, caller)


def _hours_before(row: CallSummaryRow, rows: Sequence[CallSummaryRow]) -> Iterator[float]:
    for other in rows:
        if row.caller_number and other.caller_number == row.caller_number and other.started_at < row.started_at:
            yield (row.started_at - other.started_at).total_seconds() / 3600


def _show(console: Console, result: DryRun) -> None:
    if not result.calls:
        console.print("試せる通話がまだありません。")
        return
    console.print(result.headline)
    for rule_id, count in result.by_rule.items():
        console.print(f"  {rule_id}: {count} 件")
    for rule_id, count in result.spoke.items():
        console.print(f"  {rule_id}: お伝えのみ {count} 回")
    for title, hits in (("新たに", result.newly), ("なくなる", result.no_longer), ("別のルールに", result.by_another)):
        for hit in hits[:_SHOWN]:
            console.print(f"[yellow]{title}[/yellow] {hit.call_id} {hit.rule_id}（{'、'.join(hit.because)}）")
        if len(hits) > _SHOWN:
            console.print(f"[yellow]{title}[/yellow] ほか {len(hits) - _SHOWN} 件")


def _company_of(places: Places) -> Company:
    try:
        return load_company(places.company / "company.yaml")
    except CompanyError as error:
        raise UserError(str(error)) from error


def _with_records(places: Places, work: Callable[[Records], Awaitable[T]]) -> T:
    async def run() -> T:
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
