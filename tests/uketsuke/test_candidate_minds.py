"""Asking content that is not published."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dialogue.turns import Act, CallerTurn, TurnKind
from tests.uketsuke.small_company import Entry, minds_over, small_company
from uketsuke.candidate_minds import CandidateError, CandidateMinds
from uketsuke.minds import Minds

POINTS = Entry(
    "points",
    "ポイントの使い方",
    ["ポイントを使いたいです", "ポイントで支払えますか"],
    "ポイントは、お支払いにご利用いただけます。",
)
HOURS = Entry(
    "hours",
    "営業時間",
    ["何時まで開いていますか", "営業時間を教えてください"],
    "営業時間は、午前10時から午後7時までです。",
)
PARKING = Entry("parking", "駐車場", ["駐車場はありますか", "車で行けますか"], "駐車場は、店舗の裏にございます。")


@pytest.fixture
async def minds(tmp_path: Path) -> AsyncIterator[Minds]:
    yield await minds_over(small_company(tmp_path, [POINTS, HOURS]))


def content(*entries: Entry) -> list[dict[str, Any]]:
    return [entry.content() for entry in entries]


async def test_a_draft_answers_by_its_own_words_while_the_live_mind_answers_by_the_published(minds: Minds) -> None:
    shorter = Entry(HOURS.id, HOURS.title, HOURS.questions, "営業時間は、午前10時から午後5時までです。")
    draft = await CandidateMinds(minds).of(content(POINTS, shorter))
    reply = await draft.ask("営業時間を教えてください")
    live = await minds.new_conversation().decide(CallerTurn(TurnKind.SPEECH, "営業時間を教えてください"))
    assert (reply.act, "午後5時" in reply.text) == (Act.ANSWER, True)
    assert "午後7時" in live.reply.text


async def test_each_question_is_the_first_of_a_call(minds: Minds) -> None:
    draft = await CandidateMinds(minds).of(content(POINTS, HOURS))
    first, again = await draft.ask("ポイントで支払えますか"), await draft.ask("ポイントで支払えますか")
    assert first.sentences == again.sentences


async def test_an_entry_that_is_not_published_is_answered_from_the_draft_alone(minds: Minds) -> None:
    draft = await CandidateMinds(minds).of(content(POINTS, HOURS, PARKING))
    assert (await draft.ask("駐車場はありますか")).evidence.entry_ids == ("parking",)
    live = await minds.new_conversation().decide(CallerTurn(TurnKind.SPEECH, "駐車場はありますか"))
    assert live.reply.act is not Act.ANSWER


async def test_the_same_content_is_built_once_and_the_oldest_of_three_is_let_go(minds: Minds) -> None:
    candidates = CandidateMinds(minds)
    first = await candidates.of(content(POINTS, HOURS))
    assert await candidates.of([{**each, "version": 7} for each in content(POINTS, HOURS)]) is first
    await candidates.of(content(POINTS))
    await candidates.of(content(HOURS))
    assert await candidates.of(content(POINTS, HOURS)) is not first


async def test_content_with_a_mistake_is_told_with_its_entry(minds: Minds) -> None:
    bad = {**HOURS.content(), "spoken": ""}
    with pytest.raises(CandidateError, match="営業時間"):
        await CandidateMinds(minds).of([bad])
    with pytest.raises(CandidateError, match="2つ以上"):
        await CandidateMinds(minds).of(content(HOURS, HOURS))
