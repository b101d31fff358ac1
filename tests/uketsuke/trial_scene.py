"""A small company with its records, a draft, past calls and golden questions, ready to be tried."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from dashboard.transcript import LineMask
from dashboard.trials import TrialRequest
from dialogue.golden import GoldenQuestion, GoldenSet
from dialogue.privacy.finder import PersonalFinder
from records.clock import utc_now
from records.database import sqlite_url
from records.models import CallClosed, CallOpened, EndedBy, Speaker, TurnRecord
from records.store import Records
from records.trials import TrialKind, TrialRun
from tests.uketsuke.small_company import Entry, one_embedder, small_company
from uketsuke.candidate_minds import CandidateMinds
from uketsuke.golden import GoldenQuestions
from uketsuke.minds import Minds
from uketsuke.spoken_questions import Callers
from uketsuke.trial_bench import Speech, TokenCounting, TrialBench
from uketsuke.trials import TrialRunner
from voice.audio.pcm import Samples
from voice.recognition.recognizer import RecognitionOptions, Transcript
from voice.tts.openjtalk import OpenJTalkVoice

POINTS = Entry(
    "points",
    "ポイントの使い方",
    ["ポイントを使いたいです", "ポイントで支払えますか"],
    "ポイントは、お支払いにご利用いただけます。",
)
HOURS = Entry(
    "hours",
    "営業時間",
    ["営業時間を教えてください", "お店は何時に閉まりますか"],
    "営業時間は、午前10時から午後7時までです。",
)
PARKING = Entry(
    "parking", "駐車場", ["駐車場はありますか", "車を停める場所はありますか"], "駐車場は、店舗の裏にございます。"
)
GOLDEN = (
    GoldenQuestion(id="q1", text="ポイントを支払いに使いたいのですが", expected="points"),
    GoldenQuestion(id="q2", text="お店の営業時間を教えてください", expected="hours"),
    GoldenQuestion(id="q3", text="駐車場はありますか", expected="parking", spoken=False),
    GoldenQuestion(id="q4", text="新幹線の切符を予約したいのですが"),
)


class EchoRecognizer:
    """Hears what it is told to hear, whatever the sound."""

    name = "echo"

    def __init__(self) -> None:
        self.hears = ["営業時間を教えてください"]

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        text = self.hears[0] if len(self.hears) == 1 else self.hears.pop(0)
        return Transcript(text, 0.9, 0.0, 1_000.0, 1.0)

    def tokens_of(self, text: str) -> int:
        return len(text)


@dataclass
class TrialScene:
    """What is tried, with everything real but the recogniser."""

    records: Records
    minds: Minds
    bench: TrialBench
    runner: TrialRunner
    golden: GoldenQuestions
    recognizer: EchoRecognizer
    candidates: CandidateMinds
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def own(self, work: Coroutine[Any, Any, None], name: str) -> object:
        """Start a task that `ended` waits for."""
        self.tasks.append(asyncio.get_running_loop().create_task(work, name=name))
        return self.tasks[-1]

    async def ran(self, kind: TrialKind = TrialKind.TYPED, **settings: Any) -> TrialRun:
        """A test to its end."""
        run = await self.runner.begin(TrialRequest(kind, **settings), "佐々木")
        return await self.ended(run.id)

    async def ended(self, run_id: str) -> TrialRun:
        """The run once it has ended."""
        await self.ended_all()
        run = await self.records.trials.get(run_id)
        assert run is not None
        return run

    async def ended_all(self) -> None:
        """Once everything that was started has ended."""
        await asyncio.gather(*self.tasks)

    async def change(self, entry: Entry) -> None:
        """Work in progress on an entry, over what there is of it."""
        newest = await self.records.working.get("faq", entry.id)
        current = await self.records.faq.current()
        published = {} if current is None else {each["id"]: each["version"] for each in current.content}
        await self.records.working.save(
            "faq",
            entry.id,
            entry.content(),
            revision=newest.revision if newest is not None else 0,
            base_version=published.get(entry.id, 0),
            by="佐々木",
        )


async def open_scene(folder: Path, entries: Sequence[Entry] = (POINTS, HOURS)) -> TrialScene:
    """Opened over new records; close its `records`."""
    places = small_company(folder, entries)
    records = await Records.open(sqlite_url(places.database))
    with one_embedder():
        minds = await Minds.open(places, records, asyncio.to_thread)
    golden = GoldenQuestions(records.documents, places.company / "golden.yaml")
    await golden.publish(GoldenSet(questions=GOLDEN), "佐々木", "", 0)
    recognizer = EchoRecognizer()
    speech = Speech(Callers(folder / "callers", {"openjtalk": OpenJTalkVoice}), _counting(recognizer))
    mask = LineMask(PersonalFinder())
    candidates = CandidateMinds(minds)
    bench = TrialBench(records, candidates, golden, speech, mask, asyncio.to_thread)
    tasks: list[asyncio.Task[None]] = []

    def own(work: Coroutine[Any, Any, None], name: str) -> object:
        tasks.append(asyncio.get_running_loop().create_task(work, name=name))
        return tasks[-1]

    return TrialScene(records, minds, bench, TrialRunner(records, bench, own), golden, recognizer, candidates, tasks)


def _counting(recognizer: EchoRecognizer) -> TokenCounting:
    return recognizer


async def keep_call(
    records: Records, call_id: str, said: Sequence[tuple[str, str]], hours_ago: float = 5.0, **evidence: Any
) -> None:
    """A past call: pairs of what the caller said and what the reply did."""
    began = utc_now() - timedelta(hours=hours_ago)
    await records.calls.open(CallOpened(id=call_id, line="twilio", started_at=began))
    for place, (text, act) in enumerate(said):
        at = place * 10_000 + 2_000
        heard = {"confidence": 0.9, "alternatives": []}
        caller = TurnRecord(place * 2 + 1, Speaker.CALLER, "speech", at, at + 2_000, text=text, transcript=heard)
        reply = {
            "decision": act,
            "rule": "as_asked",
            "entry_ids": [],
            "candidates": [{"entry_id": "points"}],
            **evidence,
        }
        agent = TurnRecord(place * 2 + 2, Speaker.AGENT, act, at + 3_000, at + 6_000, text="…", evidence=reply)
        await records.calls.add_turn(call_id, caller)
        await records.calls.add_turn(call_id, agent)
    await records.calls.close(call_id, CallClosed(EndedBy.CALLER, "answered", began + timedelta(minutes=2)))
