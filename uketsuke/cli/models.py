"""`uketsuke models …`: the files that hear, think and speak."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from dialogue.llm.building import EngineError
from dialogue.llm.engine import ensure_engine
from dialogue.llm.llama_server import ensure_server
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.places import model_store, places_of
from uketsuke.settings import load_settings
from voice.models.errors import ModelError
from voice.models.progress import RichProgress
from voice.models.store import ModelListing

app = typer.Typer(help="モデルファイルを一覧・取得・検証・持ち出しします。", no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(help="モデル名（省略すると、通話に必要なものすべて）。")]
STATES: Final = {"sound": "あり", "unverified": "あり（未検証）", "missing": "なし", "damaged": "破損"}


@app.command("list")
def list_models(config: ConfigOption = None) -> None:
    """すべてのモデルを、用途・ライセンス・状態とともに表示します。"""
    _show(model_store(load_settings(config)).list())


@app.command("pull")
def pull(names: Names = None, config: ConfigOption = None) -> None:
    """足りないモデルを取得し、検証して置きます。途中で止まっても、続きから始めます。"""
    try:
        with RichProgress() as progress:
            model_store(load_settings(config)).pull(names or (), progress)
    except ModelError as error:
        raise UserError(str(error)) from error


@app.command("verify")
def verify(names: Names = None, config: ConfigOption = None) -> None:
    """置いてあるモデルの中身を、すべて読み直して確かめます。"""
    try:
        with RichProgress() as progress:
            listings = model_store(load_settings(config)).verify(names or (), progress)
    except ModelError as error:
        raise UserError(str(error)) from error
    _show(listings)
    if not all(listing.sound for listing in listings):
        raise typer.Exit(1)


@app.command("bundle")
def bundle(
    out: Annotated[Path, typer.Argument(help="書き出す書庫（例 models.tar）。")],
    names: Names = None,
    config: ConfigOption = None,
) -> None:
    """モデルを一つの書庫にまとめます。閉じたネットワークへ持ち込むときに使います。"""
    try:
        with RichProgress() as progress:
            model_store(load_settings(config)).bundle(names or (), out, progress=progress)
    except (ModelError, OSError) as error:
        raise UserError(str(error)) from error


@app.command("engine")
def engine(config: ConfigOption = None) -> None:
    """組み込みの言語モデルを動かすエンジンを用意します（初めてのときは数分かかります）。"""
    console = Console()
    try:
        ensure_engine(places_of(load_settings(config)).cache, say=lambda line: console.print(line, highlight=False))
    except EngineError as error:
        raise UserError(str(error)) from error


@app.command("server")
def server(config: ConfigOption = None) -> None:
    """llama.cpp のサーバーを用意し、その場所を表示します（GGUFファイルを構内のほかの機械に提供できます）。"""
    console = Console()
    try:
        cache = places_of(load_settings(config)).cache
        program = ensure_server(cache, say=lambda line: console.print(line, highlight=False))
    except EngineError as error:
        raise UserError(str(error)) from error
    console.print(str(program), highlight=False, soft_wrap=True)


def _show(listings: list[ModelListing]) -> None:
    table = Table(show_lines=False)
    for title in ("名前", "用途", "ライセンス", "大きさ", "状態"):
        table.add_column(title, overflow="fold")
    for listing in listings:
        state = STATES.get(listing.state.value, listing.state.value)
        size = f"{listing.size / 1e6:,.0f} MB" if listing.size else "―"
        table.add_row(listing.name, listing.purpose, listing.licence, size, state)
    console = Console()
    console.print(table)
    for listing in listings:
        if listing.remedy is not None and listing.required:
            console.print(f"{listing.name}: {listing.remedy}", highlight=False)
