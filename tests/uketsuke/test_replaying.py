"""Past decisions made again from what the records hold of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dialogue.escalation.facts import CallerProfile
from dialogue.replay import ReplayError, differences
from dialogue.turns import CallerTurn, Reply, TurnKind
from records.database import sqlite_url
from records.store import Records
from uketsuke.minds import Minds
from uketsuke.places import Places, places_of
from uketsuke.replaying import decide_again, premises_are_kept
from uketsuke.settings import RecordSettings, Settings

TURNS = (
    "料金プランを変更したいんですけど",
    "いつから変わりますか",
    "解約の方法が知りたい",
    "光のほうです",
    "もう一度お願いします",
    "さっきのプランの話なんですけど、手数料はかかりますか",
    "カード番号は4111111111111111です",
    "オペレーターに代わってください",
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_of(Settings(records=RecordSettings(folder=tmp_path)))


@pytest.fixture
async def records(places: Places) -> AsyncIterator[Records]:
    opened = await Records.open(sqlite_url(places.database))
    yield opened
    await opened.close()


async def held(minds: Minds) -> list[tuple[Reply, dict[str, Any]]]:
    """A conversation, with each reply's evidence as it comes back from the records."""
    conversation = minds.new_conversation(CallerProfile(earlier_calls_h=(2.0,)))
    await conversation.open()
    replies = []
    for text in TURNS:
        decision = await conversation.decide(CallerTurn(TurnKind.SPEECH, text=text, confidence=0.8))
        conversation.commit(decision)
        conversation.heard(decision.reply.text)
        replies.append((decision.reply, json.loads(json.dumps(decision.reply.evidence.to_dict()))))
    return replies


async def test_every_decision_of_a_conversation_is_the_same_when_it_is_made_again(
    places: Places, records: Records
) -> None:
    minds = await Minds.open(places, records, asyncio.to_thread)
    for reply, evidence in await held(minds):
        assert premises_are_kept(evidence)
        assert differences(evidence, reply.text, await decide_again(evidence, minds, records)) == []


async def test_it_goes_by_the_faq_and_the_rules_of_that_time(places: Places, records: Records) -> None:
    minds = await Minds.open(places, records, asyncio.to_thread)
    replies = await held(minds)
    published = await records.faq.current()
    assert published is not None
    await records.faq.publish([{**each, "spoken": "変わりました。"} for each in published.content], "テスト")
    await records.rules.publish([], "テスト")
    await minds.refresh()
    for reply, evidence in replies:
        assert differences(evidence, reply.text, await decide_again(evidence, minds, records)) == []


async def test_evidence_that_was_tampered_with_is_told_apart(places: Places, records: Records) -> None:
    minds = await Minds.open(places, records, asyncio.to_thread)
    reply, evidence = (await held(minds))[0]
    told = differences(
        {**evidence, "entry_ids": ["plan-list"]},
        reply.text + "無料です。",
        await decide_again(evidence, minds, records),
    )
    assert len(told) == 2


async def test_a_version_that_is_gone_is_said_in_words(places: Places, records: Records) -> None:
    minds = await Minds.open(places, records, asyncio.to_thread)
    _, evidence = (await held(minds))[0]
    with pytest.raises(ReplayError, match="第 99 版"):
        await decide_again({**evidence, "faq_version": 99}, minds, records)
