"""The whole way over the service's real parts: edit, hear, ask by text and by voice, publish, answered by at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from dashboard.api.app import create_api
from dashboard.auth.permissions import Role
from dialogue.turns import CallerTurn, TurnKind
from tests.dashboard.signing_in import as_person
from uketsuke.api_faq import faq_routers
from uketsuke.parts import Parts, build_parts
from uketsuke.settings import LanguageModelSettings, RecordSettings, Settings
from voice.audio.pcm import RATE_HZ, to_pcm16
from voice.audio.wav import read_wav

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENTRY = "plan-change"
QUESTION = "料金プランを変更したいです"
ANSWER = "料金プランは、お電話で変更を承ります。"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def parts(tmp_path_factory: Any) -> AsyncIterator[Parts]:
    folder: Path = tmp_path_factory.mktemp("bench")
    settings = Settings(records=RecordSettings(folder=folder), llm=LanguageModelSettings(kind="off"))
    async with build_parts(settings) as built:
        yield built


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.mount("/api", create_api(faq_routers(parts)))
    seen = as_person(app, Role.SUPERVISOR)
    transport = httpx.ASGITransport(seen)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api", timeout=60) as opened:
        yield opened


async def changed(client: httpx.AsyncClient) -> dict[str, Any]:
    """The entry with the new answer and a word of its own, kept as a change."""
    told = (await client.get(f"/faq/entries/{ENTRY}")).json()
    standing = (told["working"] or {}).get("content") or told["published"]
    content = {**standing, "spoken": ANSWER, "vocabulary": [{"surface": "みなとウルトラ", "reading": "みなとうるとら"}]}
    for name in ("id", "version"):
        content.pop(name, None)
    revision = (told["working"] or {}).get("revision", 0)
    body = {"content": content, "revision": revision, "base_version": told["published"]["version"]}
    saved: dict[str, Any] = (await client.put(f"/faq/entries/{ENTRY}", json=body)).json()
    return saved


async def ask(client: httpx.AsyncClient, *, draft: bool) -> dict[str, Any]:
    told: dict[str, Any] = (await client.post("/faq/ask", json={"text": QUESTION, "draft": draft})).json()
    return told


async def test_an_answer_is_heard_as_callers_hear_it(client: httpx.AsyncClient) -> None:
    told = await client.post("/speech", json={"text": ANSWER})
    recording = read_wav(told.content)
    assert (told.headers["content-type"], recording.rate_hz, len(recording.channels)) == ("audio/wav", 8_000, 1)
    assert len(recording.mono) > 8_000
    assert (await client.post("/speech", json={"text": "  "})).status_code == 422


async def test_a_draft_reading_is_heard_and_a_wrong_one_is_named(client: httpx.AsyncClient) -> None:
    as_written = (await client.post("/speech", json={"text": "山田建設"})).content
    drafted = {"text": "山田建設", "entries": [{"surface": "山田", "reading": "さんでんでんでん"}]}
    assert len((await client.post("/speech", json=drafted)).content) > len(as_written)
    refused = await client.post("/speech", json={**drafted, "entries": [{"surface": "山田", "reading": "abc"}]})
    assert refused.status_code == 422
    assert "かな以外の文字" in refused.json()["detail"]


async def test_the_answer_is_measured_and_read_as_the_voice_reads_it(client: httpx.AsyncClient) -> None:
    review = (await changed(client))["review"]
    assert [each["kana"] for each in review["sentences"]] == [
        "リョーキンプランワ、オデンワデヘンコーヲウケタマワリマス。"
    ]
    assert review["problems"] == []


async def test_the_draft_answers_before_it_is_published_and_callers_get_the_old_answer(
    client: httpx.AsyncClient,
) -> None:
    await changed(client)
    now, then = await ask(client, draft=False), await ask(client, draft=True)
    assert (now["entry"]["id"], then["entry"]["id"], now["act"]) == (ENTRY, ENTRY, "answer")
    assert ANSWER in then["reply"]
    assert ANSWER not in now["reply"]
    assert then["candidates"][0]["entry_id"] == ENTRY
    assert "replay" not in then["evidence"]


async def test_a_spoken_question_is_heard_as_on_the_telephone_and_answered(
    client: httpx.AsyncClient, parts: Parts
) -> None:
    spoken = await parts.mouth.prepare(QUESTION, rate_hz=RATE_HZ)
    sound = to_pcm16(spoken.samples).astype("<i2").tobytes()
    told = (await client.post("/faq/ask-voice", params={"draft": True}, content=sound)).json()
    assert "プラン" in told["heard"]["text"]
    assert [answer["entry"]["id"] for answer in told["answers"]] == [ENTRY, ENTRY]
    silence = await client.post("/faq/ask-voice", content=b"\0\0" * RATE_HZ)
    assert (silence.status_code, "聞き取れませんでした" in silence.json()["detail"]) == (422, True)
    assert (await client.post("/faq/ask-voice", content=b"\0\0" * RATE_HZ * 21)).status_code == 413


async def test_a_call_in_progress_answers_by_what_was_published_at_its_next_turn(
    client: httpx.AsyncClient, parts: Parts
) -> None:
    await changed(client)
    call = parts.minds.new_conversation()
    turn = CallerTurn(TurnKind.SPEECH, QUESTION)
    before = (await call.decide(turn)).reply
    live = (await client.get("/faq/live")).json()
    body = {"keys": [ENTRY], "expected_version": live["latest"], "note": "電話でも承る"}
    published = (await client.post("/faq/publish", json=body)).json()
    async with asyncio.timeout(20):
        while (await client.get("/faq/live")).json()["version"] < published["version"]:
            await asyncio.sleep(0.05)
    after = (await call.decide(turn)).reply
    assert (ANSWER in before.text, ANSWER in after.text) == (False, True)
    assert after.evidence.faq_version == published["version"] == before.evidence.faq_version + 1
    assert "みなとウルトラ" in {term.surface for term in parts.minds.terms}
    assert (await client.get(f"/faq/entries/{ENTRY}")).json()["state"] == "published"
