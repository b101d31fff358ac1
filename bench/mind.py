"""`uketsuke bench mind`: whether the right thing is said, on sentences that nothing was tuned on.

The held-back questions of the sample company are played typed and spoken (two synthetic callers, 8 kHz, mu-law, the
service's own recognition), small talk and near misses are played as what no entry answers, JSQuAD measures retrieval
alone, the scenario suite is read for facts without a source, and other people's dialogues for values, tool calls and
summaries. No language model takes part unless one is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.jsquad import JsquadMissingError, jsquad_figures
from bench.mind_dialogues import (
    ValueReader,
    booking_value_figures,
    hotel_figures,
    read_bookings,
    read_hotel,
    summary_figures,
    tool_figures,
)
from bench.mind_figures import COLUMNS, Row, by_tag, in_scope_figures, out_of_scope_figures, rows
from bench.mind_play import Played, Player, typed
from bench.mind_scenarios import play_suite
from bench.mind_sets import MindDataError, Questions, small_talk, spread
from bench.mind_spoken import Line, voice_of
from bench.report import Report
from dialogue.faq.entry import Audience
from dialogue.llm.chat_model import ChatModel
from dialogue.retrieval.e5 import E5Embedder
from uketsuke.minds import Minds

PARTS: Final = ("typed", "spoken", "chat", "jsquad", "scenarios", "slots", "tools", "summary")
GOALS: Final = {
    "right_typed": "0.95 以上",
    "right_spoken": "0.90 以上",
    "wrong_answers": "0.015 以下",
    "out_of_scope_answered": "0.02 以下",
    "jsquad_r1_fused": "bm25 と e5 より上",
    "jsquad_r1_bm25": "",
    "jsquad_r1_e5": "",
    "jsquad_r1_fused_spoken": "文字との差 0.05 以内",
    "ungrounded_facts": "0",
}
"""The figures that are promised, in this order, with what was promised."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class MindPlan:
    """What to measure, and where everything lies.

    `company` is the sample's folder, `cache` keeps sound, recognition and embeddings, `model_dir` has the recogniser's
    weights. `limit` takes the first so many of each set. `chat` is a language model that is ready, or None.
    """

    company: Path
    data: Path
    cache: Path
    model_dir: Path
    parts: tuple[str, ...] = PARTS
    limit: int | None = None
    chat: ChatModel | None = None


class MindBench:
    """One run of a plan."""

    def __init__(self, plan: MindPlan, minds: Minds, tell: Tell) -> None:
        self._plan = plan
        self._minds = minds
        self._tell = tell
        self._player = Player(minds.new_conversation, minds.book(Audience.CALLER).get)
        self._rows: list[Row] = []
        self._notes: list[str] = []

    async def run(self) -> Report:
        """Every part of the plan in turn. Raises `MindDataError` where a set is missing."""
        measures = {
            "typed": self._typed,
            "spoken": self._spoken,
            "chat": self._out_of_scope,
            "jsquad": self._jsquad,
            "scenarios": self._scenarios,
            "slots": self._slots,
            "tools": self._tools,
            "summary": self._summary,
        }
        figures: dict[str, float] = {}
        for part in self._plan.parts:
            self._tell(f"{part} を測っています")
            figures |= await measures[part]()
        figures |= _wrong_answers(figures)
        promised = [f"{name} = {figures[name]:g}{_goal(name)}" for name in GOALS if name in figures]
        ordered = {name: figures[name] for name in GOALS if name in figures} | figures
        return Report("mind", ordered, [*promised, *self._notes], COLUMNS if self._rows else (), self._rows)

    async def _typed(self) -> dict[str, float]:
        played = [await self._player.play(asked, typed(asked)) for asked in self._questions().in_scope[: self._limit]]
        self._rows += rows("文字", played)
        return in_scope_figures("typed", played) | by_tag("typed", played)

    async def _spoken(self) -> dict[str, float]:
        chosen = spread(self._questions().in_scope)[: self._limit]
        line = await asyncio.to_thread(Line, self._plan.cache, self._plan.model_dir, self._minds.terms)
        played: list[Played] = []
        same: list[Played] = []
        for place, asked in enumerate(chosen):
            saying = await asyncio.to_thread(line.saying, asked.text, voice_of(place))
            played.append(await self._player.play(asked, saying))
            same.append(await self._player.play(asked, typed(asked)))
        self._rows += rows("音声", played)
        self._notes.append("音声は合成音声（Open JTalk 3 分の 2、Kokoro 3 分の 1）を 8 kHz、mu-law に通したものです。")
        figures = in_scope_figures("spoken", played) | by_tag("spoken", played)
        figures["right_spoken_same_typed"] = in_scope_figures("typed", same)["right_typed"]
        for voice in sorted({voice_of(place) for place in range(len(played))}):
            some = [one for place, one in enumerate(played) if voice_of(place) == voice]
            figures[f"right_spoken_{voice}"] = in_scope_figures(voice, some)[f"right_{voice}"]
        return figures

    async def _out_of_scope(self) -> dict[str, float]:
        asked = (*self._questions().out_of_scope[: self._limit], *small_talk(self._plan.data)[: self._limit])
        played = [await self._player.play(one, typed(one)) for one in asked]
        self._rows += rows("範囲外", played)
        self._notes.append("範囲外の「誤答」は、どれかの項目を答えてしまった割合です。")
        return out_of_scope_figures(played)

    async def _jsquad(self) -> dict[str, float]:
        plan = self._plan
        try:
            return await jsquad_figures(plan.data, plan.cache, plan.model_dir, plan.limit)
        except JsquadMissingError as error:
            raise MindDataError(str(error)) from error

    async def _scenarios(self) -> dict[str, float]:
        embedder = E5Embedder(cache_dir=self._plan.cache / "embeddings")
        found = await asyncio.to_thread(play_suite, self._plan.company, self._minds.company, embedder, self._plan.limit)
        self._notes += [f"根拠なし: {one.scenario}「{one.fact}」{one.said}" for one in found.found[:5]]
        return found.figures()

    async def _slots(self) -> dict[str, float]:
        calls = read_hotel(self._plan.data)[: self._limit]
        return await asyncio.to_thread(hotel_figures, calls, ValueReader())

    async def _tools(self) -> dict[str, float]:
        bookings = read_bookings(self._plan.data)
        figures = await asyncio.to_thread(booking_value_figures, bookings[: self._limit], ValueReader())
        if self._plan.chat is None:
            self._notes.append("道具の呼び出しと要約の数値は、--llm を付けたときだけ測ります。")
            return figures
        return figures | await tool_figures(bookings, self._plan.chat)

    async def _summary(self) -> dict[str, float]:
        chat = self._plan.chat
        return {} if chat is None else await summary_figures(read_hotel(self._plan.data), chat)

    @property
    def _limit(self) -> int | None:
        return self._plan.limit

    def _questions(self) -> Questions:
        return Questions.read(self._plan.company / "questions.yaml")


def chosen_parts(wanted: str | None) -> tuple[str, ...]:
    """The parts named, with commas between them, in their usual order; all without a name. ValueError for another."""
    if wanted is None:
        return PARTS
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        raise ValueError(f"測れるのは {'、'.join(PARTS)} です。")
    return tuple(part for part in PARTS if part in names)


def _wrong_answers(figures: dict[str, float]) -> dict[str, float]:
    """Over all sentences of the company, typed and spoken together."""
    counted = [name for name in ("typed", "spoken") if f"wrong_answers_{name}" in figures]
    asked = sum(figures[f"questions_{name}"] for name in counted)
    wrong = sum(figures[f"wrong_answers_{name}"] * figures[f"questions_{name}"] for name in counted)
    return {"wrong_answers": round(wrong / asked, 4)} if asked else {}


def _goal(name: str) -> str:
    return f"（目標 {GOALS[name]}）" if GOALS[name] else ""
