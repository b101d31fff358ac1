"""`GET /v1/faq/search`: what an operator looks up, and what a caller's search may not find."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from dashboard.faq_search import FaqSearch, Found, search_over
from dialogue.evidence import Candidate
from dialogue.faq.entry import Audience
from tests.dashboard.chat_scene import OPERATORS_ONLY, ChatClient, books, searchers


async def look_up(**asked: str) -> httpx.Response:
    return await ChatClient().http.get("/v1/faq/search", params=asked)


async def test_the_best_entry_comes_first_with_its_scores_and_the_variant_it_matched() -> None:
    told = (await look_up(q="光の違約金", audience="operator", top="3")).json()
    best = told["results"][0]
    assert best["id"] == "hikari-cancel-fee"
    assert len(told["results"]) == 3
    assert best["score"] >= told["results"][1]["score"]
    assert {"lexical", "semantic", "kana", "matched"} <= set(best)
    assert "工事費22,000円" in best["long"]


async def test_an_operator_finds_what_only_operators_may_see() -> None:
    told = (await look_up(q="解約金の減免の承認")).json()
    assert told["audience"] == "operator"
    assert told["results"][0]["id"] == OPERATORS_ONLY


async def test_a_callers_search_finds_neither_operators_entries_nor_operators_notes() -> None:
    told = (await look_up(q="解約金の減免の承認", audience="caller", top="20")).json()
    assert told["results"]
    assert OPERATORS_ONLY not in [each["id"] for each in told["results"]]
    assert all("long" not in each for each in told["results"])


async def test_an_index_that_is_wrongly_wired_still_shows_a_caller_nothing_for_operators() -> None:
    entry = books()[Audience.OPERATOR].get(OPERATORS_ONLY)
    assert entry is not None

    async def careless(text: str, audience: Audience, top: int) -> list[Found]:
        return [Found(entry, Candidate(entry.id, 1, entry.title, 0.9, 0.9, 0.9, 0.9, text))]

    told = await FaqSearch(careless, books().__getitem__).find("減免", "caller", "5")
    assert told["results"] == []


async def test_an_operators_entry_is_not_shown_to_a_caller_who_knows_its_name() -> None:
    answer = await ChatClient().http.get(f"/v1/faq/entries/{OPERATORS_ONLY}", params={"audience": "caller"})
    assert answer.status_code == 404
    assert "見つかりません" in answer.json()["detail"]


async def test_searching_runs_off_the_event_loop() -> None:
    ran: list[str] = []

    async def run(search):  # type: ignore[no-untyped-def]
        ran.append("off")
        return await asyncio.to_thread(search)

    found = await search_over(searchers().__getitem__, run)("店の営業時間", Audience.CALLER, 2)
    assert ran == ["off"]
    assert found[0].entry.id == "store-hours"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "1文字以上200文字以内"),
        ({"q": " "}, "1文字以上200文字以内"),
        ({"q": "あ" * 201}, "1文字以上200文字以内"),
        ({"q": "店", "top": "0"}, "1から20まで"),
        ({"q": "店", "top": "21"}, "1から20まで"),
        ({"q": "店", "top": "たくさん"}, "1から20まで"),
        ({"q": "店", "audience": "both"}, "caller（お客様）か operator（担当者）"),
    ],
)
async def test_a_search_that_cannot_be_made_is_refused_with_a_sentence(asked: dict[str, str], words: str) -> None:
    answer = await look_up(**asked)
    assert answer.status_code == 422
    assert words in answer.json()["detail"]
