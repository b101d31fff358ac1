"""What supervisors publish reaches running conversations, ears and mouth at once, kind by kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from dialogue.evidence import Candidate
from dialogue.faq.entry import Audience
from dialogue.turns import Act, CallerTurn, TurnKind
from records.database import sqlite_url
from records.store import Records
from tests.uketsuke.small_company import Entry, one_embedder, small_company
from tests.virtual_time import run_virtually
from uketsuke.ai_switch import AiSwitch
from uketsuke.documents import KINDS
from uketsuke.minds import Minds, Search
from uketsuke.publishing import PublicationWatch
from uketsuke.taking_up import TakingUp
from voice.recognition.vocabulary import Term
from voice.tts.dictionary import Pronunciation, PronunciationDictionary

HELLO = CallerTurn(TurnKind.SPEECH, text="もしもし")
PERSON = CallerTurn(TurnKind.SPEECH, text="オペレーターに代わってください")
HOURS = Entry("hours", "営業時間", ["営業時間を教えてください"], "営業時間は、午前10時から午後7時までです。")


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[Records]:
    opened = await Records.open(sqlite_url(tmp_path / "records.db"))
    yield opened
    await opened.close()


async def on_a_thread(search: Search) -> list[Candidate]:
    return await asyncio.to_thread(search)


@pytest.fixture
async def minds(tmp_path: Path, records: Records) -> Minds:
    with one_embedder():
        return await Minds.open(small_company(tmp_path, [HOURS]), records, on_a_thread)


async def publish(records: Records, kind: str, **changes: Any) -> None:
    current = await records.documents.current(kind)
    assert current is not None
    await records.documents.publish(kind, {**current.content, **changes}, "試験")


async def test_the_first_start_publishes_every_kind_as_version_1(minds: Minds, records: Records) -> None:
    assert await records.documents.latest() == dict.fromkeys(KINDS, 1)
    assert minds.versions == dict.fromkeys(KINDS, 1)


async def test_reworded_prompts_hold_at_the_next_turn_of_a_running_call(minds: Minds, records: Records) -> None:
    call = minds.new_conversation()
    before = await call.decide(HELLO)
    await publish(records, "wording", prompts={"still_here": "はい、みなと通信でございます。ご用件をどうぞ。"})
    assert await minds.refresh() and not await minds.refresh()
    after = await call.decide(HELLO)
    assert before.reply.text == "はい、お電話つながっております。ご用件をお話しください。"
    assert after.reply.text == "はい、みなと通信でございます。ご用件をどうぞ。"


async def test_evidence_says_which_versions_answered_each_turn(minds: Minds, records: Records) -> None:
    call = minds.new_conversation()
    before = (await call.decide(HELLO)).reply.evidence
    await publish(records, "wording", prompts={"go_ahead": "はい、承ります。"})
    await minds.refresh()
    after = (await call.decide(HELLO)).reply.evidence
    assert (before.versions["wording"], after.versions["wording"], after.versions["company"]) == (1, 2, 1)
    assert after.to_dict()["versions"]["wording"] == 2


async def test_new_opening_hours_hold_for_a_running_call(minds: Minds, records: Records) -> None:
    call = minds.new_conversation(minds.profile("0300001111", ()))
    always = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-24:00")
    await publish(records, "company", opening_hours=always, holidays_closed=False, closed_dates=[])
    await minds.refresh()
    assert (await call.decide(PERSON)).reply.text.endswith("折り返しお電話を差し上げます。")
    await publish(records, "company", opening_hours={})
    await minds.refresh()
    assert "後日" in (await call.decide(PERSON)).reply.text


async def test_reworded_hand_over_is_said_by_the_rules_that_are_always_there(minds: Minds, records: Records) -> None:
    call = minds.new_conversation(minds.profile("0300001111", ()))
    always = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-24:00")
    await publish(records, "company", opening_hours=always, holidays_closed=False, closed_dates=[])
    await publish(records, "wording", prompts={"hand_over": "承知いたしました。担当の者よりお電話いたします。"})
    await minds.refresh()
    decision = await call.decide(PERSON)
    assert decision.reply.act is Act.HAND_OVER
    assert decision.reply.text == "承知いたしました。担当の者よりお電話いたします。"


async def test_a_blocked_number_is_known_from_the_next_call_on(minds: Minds, records: Records) -> None:
    await publish(records, "company", blocked_numbers=["03-0000-2222"])
    await minds.refresh()
    assert minds.profile("0300002222", ()).blocked


async def test_new_words_reach_the_reader_and_the_recogniser(minds: Minds, records: Records) -> None:
    reader = minds.reader
    await publish(records, "vocabulary", entries=[{"surface": "凪プラン", "reading": "なぎぷらん", "weight": 3}])
    await minds.refresh()
    assert Term("凪プラン", "なぎぷらん", 3.0, "") in minds.terms
    assert reader.katakana("凪プラン") == "ナギプラン"


async def test_entries_are_read_anew_by_new_words_without_being_embedded_again(minds: Minds, records: Records) -> None:
    before = minds.searcher(Audience.CALLER).search("しおどきなぎ")
    with patch.object(type(minds.embedder), "passages", side_effect=AssertionError):
        await publish(records, "vocabulary", entries=[{"surface": "営業時間", "reading": "しおどきなぎ", "weight": 3}])
        await minds.refresh()
    after = minds.searcher(Audience.CALLER).search("しおどきなぎ")
    assert after[0].kana > before[0].kana


async def test_a_broken_document_leaves_its_kind_as_it_was_and_is_not_tried_again(
    minds: Minds, records: Records
) -> None:
    await records.documents.publish("wording", {"prompts": {"goodbye": ""}}, "ほかのプログラム")
    assert not await minds.refresh()
    assert minds.versions["wording"] == 1
    await publish(records, "wording", prompts={"goodbye": "ありがとうございました。"})
    assert await minds.refresh() and minds.versions["wording"] == 3


async def test_the_ai_is_switched_off_and_on_whatever_else_is_being_taken_up(minds: Minds, records: Records) -> None:
    switch = AiSwitch(records.documents)
    await publish(records, "operation", ai=False, message="ただいま自動音声を止めております。")
    assert await switch.refresh() and not await switch.refresh()
    assert not switch.current.ai and switch.current.message == "ただいま自動音声を止めております。"
    await records.documents.publish("operation", {"ai": "たぶん"}, "ほかのプログラム")
    assert not await switch.refresh() and not switch.current.ai
    await records.documents.publish("operation", {"ai": True}, "試験")
    assert await switch.refresh() and switch.current.ai


async def test_a_word_rule_without_readings_is_heard_by_its_sound(minds: Minds, records: Records) -> None:
    rule = {
        "id": "lawyer", "title": "弁護士", "order": 300, "when": {"kind": "words", "words": ["弁護士"]},
        "then": {"kind": "transfer", "queue": "一般"}, "say": ["担当の者に引き継ぎます。"],
    }  # fmt: skip
    await records.rules.publish([rule], "試験")
    await minds.refresh()
    decision = await minds.new_conversation().decide(CallerTurn(TurnKind.SPEECH, text="弁護死に相談します"))
    assert decision.reply.escalation_reason == "lawyer"


class Published:
    """A mind that takes up what a test gives it."""

    def __init__(self) -> None:
        self.news: list[tuple[list[Term], tuple[Pronunciation, ...]]] = []
        self.terms: list[Term] = []
        self.dictionary: tuple[Pronunciation, ...] = ()

    async def refresh(self) -> bool:
        if not self.news:
            return False
        self.terms, self.dictionary = self.news.pop(0)
        return True

    async def frequent_sentences(self) -> list[str]:
        return ["失礼いたします。"]


def test_words_and_readings_reach_ears_and_mouth_within_two_seconds_and_are_made_beforehand() -> None:
    async def play() -> None:
        minds, dictionary = Published(), PronunciationDictionary()
        favoured: list[list[Term]] = []
        made: list[Sequence[str]] = []
        ready = asyncio.Event()

        async def prepare(sentences: Sequence[str]) -> None:
            made.append(sentences)
            ready.set()

        taking_up = TakingUp(minds, favoured.append, dictionary, prepare)
        watch = PublicationWatch(taking_up.refresh)
        watch.start()
        minds.news.append(([Term("凪")], (Pronunciation("凪", "ナギ"),)))
        began = asyncio.get_running_loop().time()
        await ready.wait()
        assert asyncio.get_running_loop().time() - began <= 2.0
        assert favoured == [[Term("凪")]] and dictionary.apply("凪です") == "ナギです"
        assert made == [["失礼いたします。"]]
        await watch.close()
        await taking_up.close()

    run_virtually(play())


def test_what_is_being_spoken_ends_by_the_readings_it_began_with() -> None:
    dictionary = PronunciationDictionary([Pronunciation("凪", "ナギ")])
    apply = dictionary.as_it_stands()
    dictionary.replace([Pronunciation("凪", "カゼナシ")])
    assert (apply("凪です"), dictionary.apply("凪です")) == ("ナギです", "カゼナシです")


async def test_a_decision_is_made_again_with_the_words_of_its_time(minds: Minds, records: Records) -> None:
    moment = datetime.fromisoformat("2026-11-24T10:00+09:00")
    await publish(records, "wording", prompts={"go_ahead": "はい、承ります。"})
    await minds.refresh()
    then = await minds.documents_at({"wording": 1, "company": 1}, records)
    assert then.wording.own == {} and minds.wording.own and then.company.is_open(moment) in {True, False}
