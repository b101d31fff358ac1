"""`uketsuke speakers`: who spoke when in a recording, after the call."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from uketsuke.cli.options import ConfigOption, JsonOption
from uketsuke.errors import UserError
from uketsuke.places import model_store, places_of
from uketsuke.settings import load_settings
from voice.models.errors import ModelError
from voice.speakers.child import SpeakerAnalyst
from voice.speakers.environment import SpeakersError

MODEL: Final = "pyannote-segmentation"
CHANNELS: Final = {"caller": "お客様", "agent": "受付", "mono": "話者"}


def speakers(
    recording: Annotated[Path, typer.Argument(help="通話の録音（WAV。ステレオなら左がお客様、右が受付）。")],
    json_file: JsonOption = None,
    config: ConfigOption = None,
) -> None:
    """録音から、だれがいつ話したか、発話の重なり、お客様側の声の入れ替わりを調べます。"""
    settings = load_settings(config)
    if not recording.is_file():
        raise UserError(f"録音 {recording} がありません。")
    try:
        checkpoint = model_store(settings).locate_file(MODEL)
        report = asyncio.run(SpeakerAnalyst.of(places_of(settings).cache, checkpoint).analyse(recording))
    except (ModelError, SpeakersError) as error:
        raise UserError(str(error)) from error
    if json_file is not None:
        json_file.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    show(report, Console(highlight=False))


def show(report: dict[str, Any], console: Console) -> None:
    """The report as a table of turns, and its figures in sentences."""
    table = Table(title="だれがいつ話したか")
    for title in ("開始", "終了", "長さ", "話者"):
        table.add_column(title, justify="left" if title == "話者" else "right")
    for turn in report["turns"]:
        several = report["channels"][turn["channel"]]["speakers"] > 1 or turn["channel"] == "mono"
        who = CHANNELS[turn["channel"]] + (f" {turn['speaker']}" if several else "")
        length = f"{turn['end_s'] - turn['start_s']:.1f} 秒"
        table.add_row(_clock(turn["start_s"]), _clock(turn["end_s"]), length, who)
    console.print(table)
    for channel, figures in report["channels"].items():
        name = CHANNELS[channel] + ("側" if channel != "mono" else "")
        console.print(f"{name}: {figures['speakers']} 人、発話 {figures['speech_s']:.1f} 秒")
    console.print(f"発話の重なり: {_amount(report['overlap'])}")
    if "agent" in report["channels"]:
        console.print(f"お客様と受付の同時発話: {_amount(report['double_talk'])}")
        change = report["voice_change"]
        if change is None:
            console.print("お客様側の声の入れ替わり: 見つかりませんでした。")
        else:
            console.print(
                f"[bold yellow]お客様側の声が {_clock(change['at_s'])} ごろに入れ替わった可能性があります"
                f"（確からしさ {change['confidence']:.0%}）。[/bold yellow]録音を聞いてご確認ください。"
            )


def _amount(figures: dict[str, Any]) -> str:
    return f"{figures['count']} 回、合計 {figures['seconds']:.1f} 秒（発話時間の {figures['share']:.1%}）"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"
