"""The API over real records and real live calls."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from dashboard.api.app import create_api
from dashboard.api.calls import DashboardApi
from dashboard.past import ResponseTimes
from dashboard.recordings import RecordingFolder
from dashboard.transcript import LineMask
from records.models import CallOpened, RecordingRecord, RecordingState
from tests.dashboard.scene import ANSWER, PERSONAL, QUESTION, Scene, write_wav
from tests.dashboard.signing_in import as_person


@asynccontextmanager
async def api(scene: Scene) -> AsyncIterator[httpx.AsyncClient]:
    calls = scene.records.calls
    folder = RecordingFolder(scene.settings.recordings)
    endpoints = DashboardApi(scene.live, calls, scene.status_now, folder, ResponseTimes(calls), LineMask())
    app = FastAPI()
    app.mount("/api", create_api([endpoints.router()]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(as_person(app)), base_url="http://127.0.0.1") as client:
        yield client


async def test_the_status_tells_how_the_language_model_stands(scene: Scene) -> None:
    scene.ring()
    async with api(scene) as client:
        status = (await client.get("/api/status")).json()
    assert status["language_model"] == "準備中（組み立てています）"
    assert status["active_calls"] == 1


async def test_calls_come_newest_first_and_page_by_page(scene: Scene) -> None:
    for hours in (1, 2, 3):
        await scene.keep_past_call(f"call-{hours}", hours_ago=hours)
    async with api(scene) as client:
        first = (await client.get("/api/calls", params={"limit": 2})).json()
        second = (await client.get("/api/calls", params={"limit": 2, "before": first["next_before"]})).json()
    assert [call["id"] for call in first["calls"]] == ["call-1", "call-2"]
    assert [call["id"] for call in second["calls"]] == ["call-3"]
    assert second["next_before"] is None
    assert first["calls"][0]["latency_p50_ms"] == 688
    assert first["calls"][0]["duration_s"] == 15


async def test_a_call_is_told_with_its_evidence_and_latency(scene: Scene) -> None:
    await scene.keep_past_call()
    async with api(scene) as client:
        call = (await client.get("/api/calls/past-1")).json()
    asked, answered, pressed = call["turns"]
    assert (asked["who"], asked["text"]) == ("caller", QUESTION)
    assert (answered["who"], answered["text"]) == ("agent", ANSWER)
    assert pressed["details"] == {"digits": "0"}
    assert answered["evidence"]["candidates"][0]["entry_id"] == "billing-003"
    assert [round(step["took_ms"]) for step in answered["steps"]] == [240, 155, 17, 276]
    assert call["recording"] == "/api/calls/past-1/recording"
    assert call["summary"]["summary"].startswith("引き落とし日")


async def test_nothing_personal_of_a_past_call_leaves_the_api(scene: Scene) -> None:
    await scene.keep_personal_call()
    async with api(scene) as client:
        listed = (await client.get("/api/calls")).json()["calls"][0]
        told = await client.get("/api/calls/personal-1")
    assert (listed["caller_number"], listed["first_words"]) == ("080****0101", "〈お名前〉と申します")
    call = told.json()
    assert [turn["text"] for turn in call["turns"]] == [
        "〈お名前〉と申します",
        "〈お名前〉です",
        "〈お名前〉様でございますね。",
    ]
    assert call["summary"] == {"用件": "〈お名前〉様の引き落とし日", "作成": "下書き"}
    assert call["escalations"][0]["note"] == "〈お名前〉様、折り返しは〈電話番号〉へ"
    for word in PERSONAL:
        assert word not in told.text


async def test_a_call_that_is_not_there_is_said_to_be_not_there(scene: Scene) -> None:
    async with api(scene) as client:
        answer = await client.get("/api/calls/nobody")
    assert (answer.status_code, answer.json()["detail"]) == (404, "この通話の記録は見つかりません。")


async def test_a_player_may_ask_for_a_part_of_the_recording(scene: Scene) -> None:
    whole = (await scene.keep_past_call()).read_bytes()
    async with api(scene) as client:
        part = await client.get("/api/calls/past-1/recording", headers={"Range": "bytes=44-143"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 44-143/{len(whole)}"
    assert part.headers["content-type"] == "audio/wav"
    assert part.content == whole[44:144]


async def test_a_part_behind_the_end_of_the_recording_is_refused(scene: Scene) -> None:
    await scene.keep_past_call()
    async with api(scene) as client:
        answer = await client.get("/api/calls/past-1/recording", headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416


@pytest.mark.parametrize("escape", ["../outside.wav", "/{root}/outside.wav", "link.wav"])
async def test_a_record_that_points_out_of_the_folder_plays_nothing(scene: Scene, escape: str) -> None:
    write_wav(scene.folder / "outside.wav", seconds=1)
    (scene.folder / "recordings").mkdir()
    (scene.folder / "recordings" / "link.wav").symlink_to(scene.folder / "outside.wav")
    path = Path(escape.replace("/{root}", str(scene.folder)))
    await scene.records.calls.open(CallOpened(line="twilio", id="odd"))
    detail = await scene.records.calls.get("odd")
    assert detail is not None
    recording = RecordingRecord(path, 8_000, detail.row.started_at, 1_000, RecordingState.FINISHED)
    folder = RecordingFolder(scene.settings.recordings)
    assert folder.of(replace(detail, recordings=(recording,))) is None


async def test_a_path_in_the_address_reaches_no_file(scene: Scene) -> None:
    write_wav(scene.folder / "recordings" / "secret.wav", seconds=1)
    async with api(scene) as client:
        for call_id in ("secret.wav", "..%2Frecordings%2Fsecret.wav", "%2e%2e/recordings/secret.wav"):
            assert (await client.get(f"/api/calls/{call_id}/recording")).status_code == 404


async def test_a_limit_that_makes_no_sense_is_refused(scene: Scene) -> None:
    async with api(scene) as client:
        assert (await client.get("/api/calls", params={"limit": 0})).status_code == 422
        assert (await client.get("/api/calls", params={"limit": 100_000})).status_code == 422
