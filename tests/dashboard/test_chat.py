"""`POST /v1/chat`: the telephone's answers as text, with their evidence, for callers and for operators."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.chat import NOTICE
from dialogue.faq.entry import Audience
from tests.dashboard.chat_scene import OPERATORS_ONLY, ChatClient, books

FEE_OF_HIKARI = "光回線の解約金はいくらですか"
FOR_OPERATORS = "解約金を免除できる条件を確認したい"


async def test_a_question_is_answered_in_the_approved_words_of_the_telephone() -> None:
    told = await ChatClient().say(FEE_OF_HIKARI)
    entry = books()[Audience.CALLER].get("hikari-cancel-fee")
    assert entry is not None
    assert told["reply"]["text"].startswith(entry.spoken)
    assert told["reply"]["act"] == "answer"
    assert told["reply"]["after"] == "listen"
    assert "".join(told["reply"]["sentences"]) == told["reply"]["text"]


async def test_the_answer_names_the_entry_it_rests_on_and_leads_to_it() -> None:
    client = ChatClient()
    told = await client.say(FEE_OF_HIKARI)
    assert told["evidence"]["entry_ids"] == ["hikari-cancel-fee"]
    assert told["evidence"]["candidates"][0]["matched"]
    link = told["entries"][0]
    assert link["title"] == "光回線の解約金"
    entry = (await client.http.get(link["href"])).json()
    assert entry["id"] == "hikari-cancel-fee"
    assert "long" not in entry


async def test_the_first_reply_says_that_a_machine_answers_and_later_ones_do_not() -> None:
    client = ChatClient()
    first = await client.say(FEE_OF_HIKARI)
    later = await client.say("店は何時までですか", session_id=first["session_id"])
    assert first["notice"] == NOTICE
    assert "notice" not in later


async def test_a_session_is_one_conversation() -> None:
    client = ChatClient()
    first = await client.say(FEE_OF_HIKARI)
    again = await client.say("もう一度お願いします", session_id=first["session_id"])
    assert again["session_id"] == first["session_id"]
    assert again["reply"]["act"] == "repeat"
    assert "4,400円" in again["reply"]["text"]


async def test_two_sessions_know_nothing_of_each_other() -> None:
    client = ChatClient()
    first = await client.say(FEE_OF_HIKARI)
    other = await client.say("もう一度お願いします")
    assert other["session_id"] != first["session_id"]
    assert "4,400円" not in other["reply"]["text"]


async def test_what_only_operators_may_see_never_reaches_a_caller() -> None:
    told = await ChatClient().say(FOR_OPERATORS)
    assert OPERATORS_ONLY not in json.dumps(told, ensure_ascii=False)
    assert "減免" not in json.dumps(told["reply"], ensure_ascii=False)


async def test_an_operator_is_answered_from_the_operators_book() -> None:
    client = ChatClient()
    told = await client.say(FOR_OPERATORS, audience="operator")
    assert told["evidence"]["entry_ids"] == [OPERATORS_ONLY]
    entry = (await client.http.get(told["entries"][0]["href"])).json()
    assert "4,400円" in entry["long"]


async def test_an_operators_session_cannot_be_gone_on_with_as_a_caller() -> None:
    client = ChatClient()
    told = await client.say(FOR_OPERATORS, audience="operator")
    answer = await client.post(text="もう一度", session_id=told["session_id"], audience="caller")
    assert answer.status_code == 409
    assert "別の対象" in answer.json()["detail"]


async def test_a_caller_is_not_shown_how_the_mind_is_set() -> None:
    told = await ChatClient().say(FEE_OF_HIKARI)
    assert not {"replay", "firing", "model_uses", "thresholds"} & set(told["evidence"])


async def test_a_matter_for_a_person_says_so_in_after() -> None:
    told = await ChatClient().say("スマホが乗っ取られたかもしれません")
    assert told["reply"]["after"] == "hand_over"
    assert told["reply"]["reason"]


async def test_a_chat_that_says_goodbye_is_over() -> None:
    client = ChatClient()
    first = await client.say(FEE_OF_HIKARI)
    told = await client.say("ありがとうございました、失礼します", session_id=first["session_id"])
    assert told["reply"]["after"] == "hang_up"
    answer = await client.post(text="もう一度", session_id=first["session_id"])
    assert answer.status_code == 404
    assert "新しい会話" in answer.json()["detail"]


# Streaming


def events_of(text: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [(lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))) for lines in blocks]


async def test_a_stream_brings_sentence_by_sentence_then_the_evidence_then_the_end() -> None:
    answer = await ChatClient().post(text=FEE_OF_HIKARI, stream=True)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_of(answer.text)
    kinds = [kind for kind, _ in events]
    sentences = [data["text"] for kind, data in events if kind == "sentence"]
    assert kinds == ["sentence"] * len(sentences) + ["evidence", "done"]
    assert len(sentences) >= 3
    assert events[-2][1]["evidence"]["entry_ids"] == ["hikari-cancel-fee"]
    assert events[-1][1]["reply"]["text"] == "".join(sentences)
    assert events[-1][1]["session_id"]


async def test_a_streamed_session_goes_on_like_any_other() -> None:
    client = ChatClient()
    streamed = events_of((await client.post(text=FEE_OF_HIKARI, stream=True)).text)
    again = await client.say("もう一度お願いします", session_id=streamed[-1][1]["session_id"])
    assert "4,400円" in again["reply"]["text"]


# What is refused, and how that is said


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"text": ""}, 422, "1文字以上500文字以内"),
        ({"text": "　 "}, 422, "1文字以上500文字以内"),
        ({"text": "あ" * 501}, 422, "1文字以上500文字以内"),
        ({"text": 3}, 422, "1文字以上500文字以内"),
        ({}, 422, "1文字以上500文字以内"),
        ({"text": "はい", "audience": "both"}, 422, "caller（お客様）か operator（担当者）"),
        ({"text": "はい", "session_id": ""}, 422, "session_id は"),
        ({"text": "はい", "stream": "yes"}, 422, "true か false"),
        ({"text": "はい", "system": "x"}, 422, "「system」という項目はありません"),
        ({"text": "はい", "session_id": "unknown"}, 404, "新しい会話"),
        ({"text": "あ" * 9_000}, 413, "大きすぎます"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_sentence(fields: dict[str, Any], status: int, words: str) -> None:
    answer = await ChatClient().post(**fields)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'"text"', b'{"text": "\\ud800"}', b"[" * 5_000])
async def test_what_is_no_request_at_all_is_refused_with_a_sentence(content: bytes) -> None:
    answer = await ChatClient().post(content=content)
    assert answer.status_code in (400, 422)
    assert "ください。" in answer.json()["detail"]


async def test_another_machine_is_refused_as_on_the_pages() -> None:
    answer = await ChatClient(client="192.168.1.20").post(text=FEE_OF_HIKARI)
    assert answer.status_code == 403
    assert "設定で遠隔からの利用を許可" in answer.json()["detail"]


async def test_a_page_of_another_site_cannot_chat() -> None:
    client = ChatClient(allow_remote=True)
    answer = await client.http.post("/v1/chat", json={"text": "はい"}, headers={"origin": "http://attacker.example"})
    assert answer.status_code == 403
