"""`uketsuke call`: plays the carrier's side towards any running agent, and shows what happens."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.callers import VOICES, CallerVoice
from bench.local_key import local_key
from bench.narration import Narration
from bench.player import CallResult, ScriptPlayer
from samples import sample_dir
from samples.scripts import CallScript, SayKind, ScriptError, Step, load_script
from telephony.caller.carrier import RATE_HZ
from uketsuke.cli.options import ConfigOption
from uketsuke.errors import UserError
from uketsuke.places import places_of
from uketsuke.settings import load_settings
from voice.audio.pcm import Samples
from voice.audio.resample import resample
from voice.audio.wav import WavError, read_wav

DEFAULT_SCRIPT = "direct-plan-change"


def call(
    what: Annotated[str, typer.Argument(help="台本の名前、台本（.yaml）、または質問を録音したWAV。")] = DEFAULT_SCRIPT,
    url: Annotated[str, typer.Option(help="受付の音声の口（省略すると、設定の受付）。")] = "",
    voice: Annotated[str, typer.Option(help=f"かける人の声: {'、'.join(VOICES)}。")] = "openjtalk",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="左に客、右に受付を入れたWAVの書き出し先。")] = None,
    config: ConfigOption = None,
) -> None:
    """動いている受付に、本物の回線の手順で電話をかけます。"""
    settings = load_settings(config)
    places = places_of(settings)
    if voice not in VOICES:
        raise UserError(f"声「{voice}」はありません。{'、'.join(VOICES)} から選んでください。")
    target = url or f"ws://{settings.server.host}:{settings.server.port}/twilio/media"
    script, sound = _script(what)
    caller = CallerVoice(voice, places.cache)
    save_to = (out or places.data / "calls" / f"{script.id}.wav").absolute()
    console = Console(highlight=False)
    narration = Narration(console)
    render = (lambda step: sound) if sound is not None else caller
    player = ScriptPlayer(target, render, narration, local_key(places.data))
    console.print(f"[bold]{script.title}[/bold]（{script.id}、声: {voice}）→ {target}")
    result = asyncio.run(player.play(script, voice, save_to))
    _conclude(console, result, target)


def _script(what: str) -> tuple[CallScript, Samples | None]:
    path = Path(what)
    if path.suffix.lower() == ".wav":
        try:
            recording = read_wav(path)
        except (OSError, WavError) as error:
            raise UserError(f"{path} が読めません（{error}）。WAVファイルを指定してください。") from error
        step = Step(say=path.stem, kind=SayKind.QUESTION)
        script = CallScript.model_validate(
            {"id": "recording", "title": f"録音 {path.name}", "tags": ["file"], "from": "09012345678", "steps": [step]}
        )
        return script, resample(recording.mono, recording.rate_hz, RATE_HZ)
    if not path.suffix:
        path = sample_dir() / "calls" / f"{what}.yaml"
    if not path.is_file():
        known = "、".join(sorted(file.stem for file in (sample_dir() / "calls").glob("*.yaml")))
        raise UserError(f"台本「{what}」はありません。使える台本: {known}")
    try:
        return load_script(path), None
    except ScriptError as error:
        raise UserError(str(error)) from error


def _conclude(console: Console, result: CallResult, target: str) -> None:
    for step in result.steps:
        if step.latency_s is not None:
            console.print(f"耳で測った応答: {step.latency_s * 1000:.0f} ms（「{step.step.say}」のあと）")
    if not result.steps or not any(step.reply or step.latency_s for step in result.steps):
        console.print("[yellow]受付の応答が確かめられませんでした。[/yellow]")
    if result.recording is not None:
        console.print(f"録音（左: 客、右: 受付）: {result.recording}")
    if result.call_id is not None:
        page = "http" + target.removeprefix("ws").removesuffix("/twilio/media")
        console.print(f"この通話のページ: {page}/calls/{result.call_id}")
