"""`uketsuke scenarios`: the company's conversations played against its FAQ, in text."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dialogue.company import CompanyError, load_company
from dialogue.escalation.book import RuleBook, RulesError
from dialogue.escalation.files import load_rules
from dialogue.faq.files import read_entries
from dialogue.faq.rows import FaqImportError
from dialogue.kana import Reader
from dialogue.llm.chat_model import ModelState
from dialogue.llm.embedded import EmbeddedChatModel
from dialogue.retrieval.e5 import E5Embedder
from dialogue.scenarios.loader import ScenarioError, load_scenarios
from dialogue.scenarios.runner import ScenarioResult, play, play_virtually
from dialogue.scenarios.scenario import Scenario
from dialogue.scenarios.world import CompanyMinds
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.language_model import build_chat_model
from uketsuke.places import Places, model_store, places_of
from uketsuke.settings import Settings, load_settings

MODEL_WAIT_S = 60.0


def scenarios(
    files: Annotated[
        list[Path] | None, typer.Argument(help="シナリオ（.yaml）かフォルダ。省略すると、会社のフォルダの scenarios。")
    ] = None,
    with_model: Annotated[bool, typer.Option("--llm", help="設定の言語モデルを使い、実時間で進めます。")] = False,
    only: Annotated[list[str] | None, typer.Option("--only", help="この種類（tags）だけ（何度でも）。")] = None,
    config: ConfigOption = None,
) -> None:
    """会話のシナリオを文字で進め、期待どおりに応対できるかを確かめます。"""
    settings = load_settings(config)
    places = places_of(settings)
    wanted = _chosen(files or [places.company / "scenarios"], only or [])
    minds = _minds(settings, places)
    console = Console(highlight=False)
    if with_model:
        results = asyncio.run(_played_with_model(wanted, minds, settings, places, console))
    else:
        results = [play_virtually(scenario, minds) for scenario in wanted]
    if not _told(results, console):
        raise typer.Exit(1)


def _chosen(paths: Sequence[Path], tags: Sequence[str]) -> list[Scenario]:
    try:
        found = load_scenarios(paths)
    except ScenarioError as error:
        raise UserError(str(error)) from error
    chosen = [scenario for scenario in found if not tags or set(tags) & set(scenario.tags)]
    if not chosen:
        known = "、".join(dict.fromkeys(tag for scenario in found for tag in scenario.tags))
        raise UserError(f"「{'、'.join(tags)}」のシナリオはありません。使える種類: {known}")
    return chosen


def _minds(settings: Settings, places: Places) -> CompanyMinds:
    try:
        company = load_company(places.company / "company.yaml")
        entries = read_entries(places.company / "faq.yaml")
        own_rules = places.company / "rules.yaml"
        rules = load_rules(own_rules) if own_rules.is_file() else RuleBook()
    except (CompanyError, FaqImportError, RulesError) as error:
        raise UserError(str(error)) from error
    except OSError as error:
        raise UserError(f"{error.filename} を開けません（{error.strerror}）。場所をご確認ください。") from error
    embedder = E5Embedder(cache_dir=places.cache / "embeddings")
    return CompanyMinds(company, entries, embedder, Reader(), rules, settings.llm.route_deadline_s)


async def _played_with_model(
    wanted: Sequence[Scenario], minds: CompanyMinds, settings: Settings, places: Places, console: Console
) -> list[ScenarioResult]:
    model = build_chat_model(settings, places, model_store(settings))
    if model is None:
        raise UserError("言語モデルが設定されていません。設定の [llm] をご確認ください。")
    await model.start()
    try:
        if isinstance(model, EmbeddedChatModel):
            await model.wait_for(ModelState.READY, MODEL_WAIT_S)
        return [await play(scenario, minds, model) for scenario in wanted]
    except TimeoutError as error:
        raise UserError(f"言語モデルの準備ができませんでした（{model.status.explanation}）") from error
    finally:
        await model.close()


def _told(results: Sequence[ScenarioResult], console: Console) -> bool:
    """Show the failures and a line for each kind; whether all went as expected (what is awaited does not count)."""
    broken = [result for result in results if not result.passed and not result.scenario.awaits]
    for result in broken:
        console.print(result.transcript(), end="\n\n", markup=False, soft_wrap=True)
    played = Counter(tag for result in results for tag in result.scenario.tags)
    passed = Counter(tag for result in results if result.passed for tag in result.scenario.tags)
    table = Table("種類", "会話", "期待どおり")
    for tag in sorted(played):
        table.add_row(tag, str(played[tag]), str(passed[tag]))
    console.print(table)
    awaited = [result for result in results if not result.passed and result.scenario.awaits]
    if awaited:
        console.print(f"対応を待っているもの: {len(awaited)} 件")
    fine = sum(result.passed for result in results)
    console.print(f"{len(results)} 件のうち {fine} 件が、期待どおりでした。")
    return not broken
