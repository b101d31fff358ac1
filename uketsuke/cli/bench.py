"""`uketsuke bench …`: measurements. Each prints a table and, with --json, writes its figures."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.agent_process import running_agent
from bench.callers import VOICES, CallerVoice
from bench.calls import CallsPlan, run_calls
from bench.ears import EarsDataError, EarsPlan, run_ears
from bench.report import Report
from samples import sample_dir
from samples.scripts import load_scripts
from uketsuke.cli.options import ConfigOption, JsonOption
from uketsuke.errors import UserError
from uketsuke.places import model_store, places_of
from uketsuke.settings import load_settings

app = typer.Typer(help="速さと正確さを測ります。テストではありません。", no_args_is_help=True)


@app.command("calls")
def calls(
    json_file: JsonOption = None,
    voices: Annotated[list[str] | None, typer.Option("--voice", help="かける人の声（何度でも）。")] = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="この台本だけ（何度でも）。")] = None,
    keep: Annotated[Path | None, typer.Option("--keep", help="録音と記録を残すフォルダ。")] = None,
    config: ConfigOption = None,
) -> None:
    """見本の通話を、回線の手順で実時間にかけ、客の耳に届く応答の速さと正しさを測ります。"""
    places = places_of(load_settings(config))
    scripts = [s for s in load_scripts(sample_dir() / "calls") if not only or s.id in only]
    if not scripts:
        raise UserError("その名前の台本はありません。")
    wanted = tuple(CallerVoice(name, places.cache) for name in voices or VOICES)
    console = Console(highlight=False)

    async def run() -> Report:
        with tempfile.TemporaryDirectory(prefix="uketsuke-bench-") as scratch:
            folder = keep or Path(scratch)
            async with running_agent(folder / "agent") as agent:
                return await run_calls(CallsPlan(tuple(scripts), wanted, folder / "calls"), agent, console.print)

    _finish(asyncio.run(run()), json_file)


@app.command("ears")
def ears(
    json_file: JsonOption = None,
    clips: Annotated[int, typer.Option(help="使う録音の数。")] = 125,
    data: Annotated[Path | None, typer.Option(help="Common Voice のあるフォルダ。")] = None,
    config: ConfigOption = None,
) -> None:
    """人の声の録音（8 kHz、mu-law）で、認識の誤り率と速さを測ります。"""
    settings = load_settings(config)
    try:
        report = run_ears(EarsPlan.default(model_store(settings).locate("whisper-base"), data, clips))
    except EarsDataError as error:
        raise UserError(str(error)) from error
    _finish(report, json_file)


def _finish(report: Report, json_file: Path | None) -> None:
    report.print()
    if json_file is not None:
        report.write_json(json_file)
