"""From an unanswered question to an entry, over the API; clips of what callers said; mined drafts."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest

from dashboard.api.app import create_api
from dashboard.auth.permissions import Role
from dashboard.improve.mining import MiningBusyError, MiningDesk
from dialogue.turns import Act, CallerTurn, TurnKind
from records.clock import utc_now
from records.drafts import DraftSource, DraftState, NewDraft
from records.models import CallClosed, CallOpened, EndedBy, RecordingRecord, RecordingState, Speaker, TurnRecord
from tests.dashboard.faq_scene import FaqScene
from tests.dashboard.improve_site import improve_routers
from tests.dashboard.signing_in import as_person
from tests.uketsuke.trial_scene import PARKING, TrialScene, keep_call, open_scene

ASKED = ("駐車場はありますか", "車で行きたいのですが駐車場はありますか")


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[TrialScene]:
    made = await open_scene(tmp_path)
    for number, text in enumerate(ASKED):
        await keep_call(made.records, f"call-{number}", [(text, "reask")], hours_ago=5 + number)
    yield made
    await made.records.close()


@asynccontextmanager
async def asking(
    scene: TrialScene, folder: Path = Path(), role: Role = Role.SUPERVISOR
) -> AsyncIterator[httpx.AsyncClient]:
    routers = [*improve_routers(scene, folder), *FaqScene(scene.records).routers()]
    app = as_person(create_api(routers), role)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


async def reply(scene: TrialScene, text: str) -> Act:
    """What the next call is told."""
    await scene.minds.refresh()
    return (await scene.minds.new_conversation().decide(CallerTurn(TurnKind.SPEECH, text))).reply.act


async def test_an_unanswered_question_becomes_an_entry_and_is_answered_on_the_next_call(scene: TrialScene) -> None:
    assert await reply(scene, ASKED[0]) is not Act.ANSWER
    async with asking(scene) as client:
        [group] = (await client.get("/improve/unanswered")).json()["groups"]
        texts = [each["text"] for each in group["wordings"]]
        made = await client.post("/improve/entries", json={"title": "駐車場", "category": "店舗", "texts": texts})
        key = made.json()["entry_id"]
        entry = (await client.get(f"/faq/entries/{key}")).json()
        content = {"title": "駐車場", "category": "店舗", "questions": texts, "spoken": PARKING.spoken}
        saved = await client.put(
            f"/faq/entries/{key}", json={"content": content, "revision": entry["working"]["revision"]}
        )
        assert saved.status_code == 200, saved.text
        published = await client.post("/faq/publish", json={"keys": [key], "expected_version": 1, "note": "駐車場"})
        assert published.status_code == 200, published.text
        assert await reply(scene, ASKED[0]) is Act.ANSWER
        assert (await client.get("/improve/unanswered?fresh=true")).json()["groups"] == []


async def test_a_wording_joins_the_work_in_progress_on_an_entry_once(scene: TrialScene) -> None:
    async with asking(scene) as client:
        body = {"entry_id": "hours", "texts": [ASKED[0]]}
        assert (await client.post("/improve/wordings", json=body)).json() == {"entry_id": "hours", "revision": 1}
        again = await client.post("/improve/wordings", json=body)
        assert (again.status_code, "すでに" in again.json()["detail"]) == (422, True)
        assert (await client.post("/improve/wordings", json={**body, "entry_id": "none"})).status_code == 422
        await client.post("/improve/wordings", json={"entry_id": "hours", "texts": ["ポイントの話"], "negative": True})
    copy = await scene.records.working.get("faq", "hours")
    assert copy is not None
    assert (copy.content["questions"][-1], copy.content["negatives"]) == (ASKED[0], ["ポイントの話"])
    assert [line.action for line in await scene.records.audit.page()] == ["faq.change", "faq.change"]


async def test_what_is_set_aside_does_not_come_back(scene: TrialScene) -> None:
    async with asking(scene) as client:
        [group] = (await client.get("/improve/unanswered")).json()["groups"]
        turns = [{"call_id": each["call_id"], "turn": each["reply_turn"]} for each in group["wordings"]]
        aside = await client.post("/improve/aside", json={"turns": turns, "wording": group["wordings"][0]["text"]})
        assert aside.json() == {"set_aside": 2}
        found = (await client.get("/improve/unanswered")).json()
    assert (found["groups"], found["set_aside"]) == ([], 2)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
async def test_who_may_not_edit_reads_and_changes_nothing(scene: TrialScene, role: Role) -> None:
    async with asking(scene, role=role) as client:
        assert (await client.get("/improve/suspects")).status_code == 200
        body = {"entry_id": "hours", "texts": [ASKED[0]]}
        assert (await client.post("/improve/wordings", json=body)).status_code == 403
        assert (await client.post("/improve/mining", json={})).status_code == 403


async def keep_recorded(scene: TrialScene, folder: Path) -> None:
    """A call of four seconds: the caller speaks from 1 to 2 s, half of it muted; the agent speaks all the time."""
    frames = np.zeros((4 * 8_000, 2), dtype="<i2")
    frames[8_000:12_000, 0] = 8_000
    frames[:, 1] = 4_000
    with wave.open(str(folder / "call.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(frames.tobytes())
    began = utc_now() - timedelta(hours=1)
    await scene.records.calls.open(CallOpened(id="recorded", line="twilio", started_at=began))
    await scene.records.calls.add_turn("recorded", TurnRecord(1, Speaker.CALLER, "speech", 1_000, 2_000, text="甲"))
    await scene.records.calls.add_turn("recorded", TurnRecord(2, Speaker.AGENT, "reask", 2_500, 3_000, text="乙"))
    recording = RecordingRecord(folder / "call.wav", 8_000, began, 4_000, RecordingState.FINISHED)
    await scene.records.calls.close("recorded", CallClosed(EndedBy.CALLER, "answered", recording=recording))


async def test_a_clip_holds_the_callers_side_of_one_turn_and_stands_in_the_audit(
    scene: TrialScene, tmp_path: Path
) -> None:
    await keep_recorded(scene, tmp_path)
    async with asking(scene, tmp_path) as client:
        clip = await client.get("/improve/clips/recorded/1")
        assert (await client.get("/improve/clips/recorded/2")).status_code == 404
        assert (await client.get("/improve/clips/call-0/1")).status_code == 404
    with wave.open(io.BytesIO(clip.content)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        assert (file.getnchannels(), file.getframerate(), len(samples)) == (1, 8_000, 1_400 * 8)
    loud = np.flatnonzero(samples)
    assert (loud[0], loud[-1]) == (200 * 8, 700 * 8 - 1)
    assert set(samples[loud]) <= {7_999, 8_000, 8_001}
    [line] = await scene.records.audit.page()
    assert (line.action, line.target) == ("call.play", "recorded")


async def mined(scene: TrialScene, kind: str) -> str:
    content = {
        "kind": kind,
        "title": "駐車場",
        "questions": list(ASKED),
        "answer": [PARKING.spoken] if kind == "new_entry" else [],
        "nearest": {"entry_id": "hours", "title": "営業時間", "score": 0.6},
        "size": 4,
    }
    [draft] = await scene.records.drafts.add([NewDraft(content, (DraftSource("call-0", 1),))])
    return draft.id


async def test_an_approved_draft_is_work_in_progress_and_can_be_decided_once(scene: TrialScene) -> None:
    draft_id = await mined(scene, "new_entry")
    body = {
        "kind": "new_entry",
        "title": "駐車場",
        "category": "店舗",
        "questions": [ASKED[0]],
        "spoken": PARKING.spoken,
    }
    async with asking(scene) as client:
        [listed] = (await client.get("/improve/drafts")).json()["drafts"]
        assert (listed["id"], listed["entry"]["title"]) == (draft_id, "営業時間")
        bare = await client.post(f"/improve/drafts/{draft_id}/approve", json={**body, "spoken": ""})
        assert (bare.status_code, "回答" in bare.json()["detail"]) == (422, True)
        approved = await client.post(f"/improve/drafts/{draft_id}/approve", json=body)
        assert approved.status_code == 200, approved.text
        assert (await client.post(f"/improve/drafts/{draft_id}/approve", json=body)).status_code == 409
        assert (await client.get("/improve/drafts")).json()["drafts"] == []
    copy = await scene.records.working.get("faq", approved.json()["entry_id"])
    assert copy is not None
    assert copy.content["spoken"] == PARKING.spoken


async def test_wordings_of_a_draft_join_their_entry(scene: TrialScene) -> None:
    draft_id = await mined(scene, "add_variants")
    body = {"kind": "add_variants", "title": "営業時間", "questions": [ASKED[1]], "entry_id": "hours"}
    async with asking(scene) as client:
        approved = await client.post(f"/improve/drafts/{draft_id}/approve", json=body)
    assert approved.json()["entry_id"] == "hours"
    copy = await scene.records.working.get("faq", "hours")
    assert copy is not None
    assert copy.content["questions"][-1] == ASKED[1]


async def test_a_draft_is_rejected_with_its_reason(scene: TrialScene) -> None:
    draft_id = await mined(scene, "new_entry")
    async with asking(scene) as client:
        assert (await client.post(f"/improve/drafts/{draft_id}/reject", json={})).status_code == 422
        rejected = await client.post(f"/improve/drafts/{draft_id}/reject", json={"reason": "期間限定の案内のため"})
        assert rejected.status_code == 200
    draft = await scene.records.drafts.get(draft_id)
    assert draft is not None
    assert (draft.state, draft.note) == (DraftState.REJECTED, "期間限定の案内のため")


async def test_calls_are_mined_on_demand(scene: TrialScene) -> None:
    async with asking(scene) as client:
        assert (await client.post("/improve/mining", json={"days": 3})).status_code == 202
        await scene.ended_all()
        now = (await client.get("/improve/mining")).json()
    assert (now["running"], now["drafts"], now["problem"]) == (False, 0, "")


async def test_one_run_of_mining_at_a_time_and_a_failure_is_told(scene: TrialScene) -> None:
    async def fails(days: int, progress: object) -> int:
        await asyncio.sleep(0)
        raise OSError("disk")

    desk = MiningDesk(fails, scene.own)
    desk.begin(7)
    with pytest.raises(MiningBusyError):
        desk.begin(7)
    await scene.ended_all()
    assert (desk.now.running, "もう一度" in desk.now.problem) == (False, True)
