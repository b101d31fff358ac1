"""`uketsuke bench …`: measurements. Each prints a table and, with --json, writes its figures."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.agent_process import running_agent
from bench.callers import VOICES, CallerVoice
from bench.calls import CallsPlan, run_calls
from bench.desk import CALLS as DESK_CALLS
from bench.desk import DeskBenchError, DeskPlan, run_desk
from bench.desk_operator import NotReachedError
from bench.ears import EarsDataError, EarsPlan, run_ears
from bench.itn import ItnDataError, run_itn
from bench.load import OWN_CALLS, PEER_CALLS, LoadPlan, own_agent, prepare_sayings, run_load
from bench.load_material import LoadDataError, development_clips
from bench.mind import MindBench, MindPlan, chosen_parts
from bench.mind_sets import MindDataError
from bench.overlaps import OverlapsDataError, OverlapsPlan, run_overlaps
from bench.peers.pipecat_process import PeersMissingError, pipecat_agent
from bench.report import Report, joined
from bench.speakers import measure as measure_speakers
from bench.turns import TurnsDataError, TurnsPlan, run_turns
from dialogue.llm.chat_model import ModelState
from dialogue.llm.embedded import EmbeddedChatModel
from samples import sample_dir
from samples.scripts import load_scripts
from uketsuke.call_models import OneModel, without_models
from uketsuke.cli.ask import MODEL_WAIT_S
from uketsuke.cli.options import ConfigOption, JsonOption
from uketsuke.errors import UserError
from uketsuke.language_model import build_chat_model
from uketsuke.minds import Minds
from uketsuke.places import model_store, places_of
from uketsuke.settings import Settings, load_settings
from voice.models.errors import ModelError
from voice.models.store import ModelStore
from voice.recognition.engines import EngineSpec, build_recognizer
from voice.recognition.recognizer import Recognizer
from voice.speakers.environment import SpeakersError

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
    engines: Annotated[
        list[str] | None,
        typer.Option("--engine", help="比べる認識エンジン。モデル名、フォルダ、または「モデル名@URL」（何度でも）。"),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """人の声の録音（8 kHz、mu-law）で、認識の誤り率と速さを測ります。"""
    store = model_store(load_settings(config))
    try:
        others = [_engine(name, store) for name in engines or ()]
        report = run_ears(EarsPlan.default(store.locate("whisper-base"), data, clips, others))
    except (EarsDataError, ModelError) as error:
        raise UserError(str(error)) from error
    _finish(report, json_file)


@app.command("load")
def load(
    json_file: JsonOption = None,
    calls: Annotated[str, typer.Option(help="同時通話数（例 1,2,4）。")] = ",".join(map(str, OWN_CALLS)),
    peers: Annotated[bool, typer.Option("--peers", help="同じ電話を Pipecat にもかけて比べます。")] = False,
    seconds: Annotated[float, typer.Option(min=5, help="一段ごとに話し始める秒数。")] = 40.0,
    turns: Annotated[int, typer.Option(min=1, help="一段ごとの最少の回数（秒数を過ぎても続けます）。")] = 8,
    clips: Annotated[int, typer.Option(min=1, help="使う録音の数。")] = 125,
    keep: Annotated[Path | None, typer.Option("--keep", help="記録を残すフォルダ。")] = None,
    data: Annotated[Path | None, typer.Option(help="音声データのフォルダ。")] = None,
    llm: Annotated[bool, typer.Option("--llm", help="言語モデルも動かします（既定では切って測ります）。")] = False,
    config: ConfigOption = None,
) -> None:
    """同時に何本もの電話を実時間でかけ、客の耳に届く応答の速さと費用を測ります。"""
    settings = load_settings(config)
    cache = places_of(settings).cache
    levels = _levels(calls)
    environment: dict[str, str] = {"UKETSUKE_LLM__KIND": settings.llm.kind} if llm else {}
    if config is not None:
        environment["UKETSUKE_CONFIG"] = str(config.resolve())
    console = Console(highlight=False)

    async def run() -> Report:
        with tempfile.TemporaryDirectory(prefix="uketsuke-bench-") as scratch:
            folder = keep or Path(scratch)
            human, synthetic = prepare_sayings(development_clips(data)[:clips], cache, folder / "sayings")
            plan = LoadPlan(human, synthetic, seconds, turns)
            return await run_load(plan, contenders, folder, console.print)

    try:
        contenders = [own_agent(levels, environment)]
        if peers:
            weights = model_store(settings).locate("whisper-base")
            shared = tuple(count for count in levels if count in PEER_CALLS) or levels[:1]
            contenders += [pipecat_agent(variant, cache, weights, shared) for variant in ("plain", "tuned")]
        report = asyncio.run(run())
    except (LoadDataError, PeersMissingError) as error:
        raise UserError(str(error)) from error
    _finish(report, json_file)


@app.command("desk")
def desk(
    json_file: JsonOption = None,
    calls: Annotated[str, typer.Option(help="同時通話数（例 4,8,16）。")] = ",".join(map(str, DESK_CALLS)),
    pages: Annotated[int, typer.Option(min=1, help="開いておく画面の数。")] = 10,
    sockets: Annotated[
        bool, typer.Option("--sockets", help="画面はほかの機械にあるものとし、通信だけをします。")
    ] = False,
    rounds: Annotated[int, typer.Option(min=1, help="画面なしとありを、この回数ずつ交互に。")] = 2,
    seconds: Annotated[float, typer.Option(min=5, help="一回ごとに話し始める秒数。")] = 60.0,
    clips: Annotated[int, typer.Option(min=1, help="使う録音の数。")] = 125,
    keep: Annotated[Path | None, typer.Option("--keep", help="記録を残すフォルダ。")] = None,
    data: Annotated[
        Path | None, typer.Option(envvar="UKETSUKE_DATA", help="音声データのフォルダ（なければ合成音声だけ）。")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """画面を開いたままの通話で、言葉が画面に出るまで、文字で話した声が届くまで、応答への影響を測ります。"""
    cache, levels = places_of(load_settings(config)).cache, _levels(calls)
    environment = {"UKETSUKE_CONFIG": str(config.resolve())} if config is not None else {}
    console = Console(highlight=False)

    async def run() -> Report:
        with tempfile.TemporaryDirectory(prefix="uketsuke-bench-") as scratch:
            folder = keep or Path(scratch)
            recordings = development_clips(data)[:clips] if data is not None else []
            human, synthetic = prepare_sayings(recordings, cache, folder / "sayings")
            plan = DeskPlan(LoadPlan(human, synthetic, seconds), levels, pages, rounds, browser=not sockets)
            return await run_desk(plan, folder, environment, console.print)

    try:
        report = asyncio.run(run())
    except (LoadDataError, DeskBenchError, NotReachedError) as error:
        raise UserError(str(error)) from error
    _finish(report, json_file)


@app.command("turns")
def turns(
    json_file: JsonOption = None,
    clips: Annotated[int, typer.Option(min=1, help="使う録音の数。")] = 125,
    data: Annotated[Path | None, typer.Option(help="音声データのフォルダ。")] = None,
    config: ConfigOption = None,
) -> None:
    """話し終わりの判定と、受付の話に重なる声（相づちか、割り込みか）の判定を、8 kHz の音で測ります。"""
    store = model_store(load_settings(config))
    console = Console(highlight=False)
    try:
        plan = TurnsPlan.default(store.locate("whisper-base"), store.locate_file("smart-turn-v3"), data, clips)
        overlaps = run_overlaps(OverlapsPlan.default(store.locate("whisper-base"), data), console.print)
        overlaps.print()
        _finish(joined(run_turns(plan, console.print), overlaps), json_file)
    except (TurnsDataError, OverlapsDataError) as error:
        raise UserError(str(error)) from error


@app.command("mind")
def mind(
    json_file: Annotated[
        Path | None, typer.Option("--json", "--out", help="結果を JSON としてこのファイルにも書きます。")
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            help="測るものだけ（typed,spoken,chat,jsquad,scenarios,slots,tools,summary から、コンマ区切り）。"
        ),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="それぞれの先頭から使う数（早く確かめるとき）。")] = None,
    data: Annotated[Path | None, typer.Option(help="公開データのフォルダ。")] = None,
    llm: Annotated[bool, typer.Option("--llm", help="言語モデルの準備を待って、使います。")] = False,
    config: ConfigOption = None,
) -> None:
    """取り置きの質問（文字と音声）、範囲外の話、JSQuAD、会話の台本で、答えの正しさを測ります。"""
    try:
        parts = chosen_parts(only)
    except ValueError as error:
        raise UserError(str(error)) from error
    try:
        _finish(asyncio.run(_measure_mind(load_settings(config), parts, limit, data, llm)), json_file)
    except (MindDataError, ModelError) as error:
        raise UserError(str(error)) from error


async def _measure_mind(
    settings: Settings, parts: tuple[str, ...], limit: int | None, data: Path | None, llm: bool
) -> Report:
    places, store = places_of(settings), model_store(settings)
    sets = data or Path(os.environ.get("UKETSUKE_DATA", "../shared/data"))
    console = Console(highlight=False)
    chat = build_chat_model(settings, places, store) if llm else None
    if chat is not None:
        await chat.start()
    try:
        if isinstance(chat, EmbeddedChatModel):
            await chat.wait_for(ModelState.READY, MODEL_WAIT_S)
        minds = await Minds.from_files(places, OneModel(chat, settings.llm) if chat is not None else without_models)
        plan = MindPlan(places.company, sets, places.cache, store.locate("whisper-base"), parts, limit, chat)
        return await MindBench(plan, minds, console.print).run()
    except TimeoutError as error:
        raise UserError("言語モデルの準備が間に合いませんでした。uketsuke doctor でご確認ください。") from error
    finally:
        if chat is not None:
            await chat.close()


@app.command("itn")
def itn(
    json_file: JsonOption = None,
    data: Annotated[Path | None, typer.Option(help="itn_nemo_ja と itn_wetext_ja のあるフォルダ。")] = None,
) -> None:
    """話した数・日付・金額・電話番号を、書いた形に直す正しさを測ります。"""
    try:
        _finish(run_itn(data), json_file)
    except ItnDataError as error:
        raise UserError(str(error)) from error


@app.command("speakers")
def speakers(
    json_file: JsonOption = None,
    each: Annotated[int, typer.Option(min=1, help="話者ごとに作る模擬通話の数。")] = 4,
) -> None:
    """録音から声の入れ替わりを見つける正しさを、人の声の模擬通話で測ります（先に make speakers）。"""
    try:
        _finish(asyncio.run(measure_speakers(each)), json_file)
    except SpeakersError as error:
        raise UserError(str(error)) from error


def _levels(calls: str) -> tuple[int, ...]:
    """How many calls at once, fewest first."""
    try:
        levels = tuple(sorted({int(count) for count in calls.split(",")}))
    except ValueError:
        levels = ()
    if not levels or levels[0] < 1:
        raise UserError("--calls には 1,2,4 のように、1 以上の整数をコンマで区切って書いてください。")
    return levels


def _engine(name: str, store: ModelStore) -> Recognizer:
    """A Whisper by name or folder, or a server as `model@http://…/v1`."""
    model, at, url = name.partition("@")
    if at and url.startswith(("http://", "https://")):
        return build_recognizer(EngineSpec("openai", model, base_url=url, timeout_s=30.0))
    folder = Path(name).expanduser() if "/" in name else store.locate(name)
    return build_recognizer(EngineSpec("whisper", name), folder)


def _finish(report: Report, json_file: Path | None) -> None:
    report.print()
    if json_file is not None:
        report.write_json(json_file)
