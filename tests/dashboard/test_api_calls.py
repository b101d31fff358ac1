"""Past calls over the API: found, told with their reasons, drawn, played, judged, replayed and handed out."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.api.calls import ReplayReport
from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal
from dashboard.recordings import RecordingFolder
from records.models import CallOpened, RecordingRecord, RecordingState
from tests.dashboard.calls_site import CallsRoom, decision
from tests.dashboard.scene import ANSWER, PERSONAL, QUESTION, Scene, write_wav


async def test_calls_come_newest_first_and_page_by_page(scene: Scene) -> None:
    for hours in (1, 2, 3):
        await scene.keep_past_call(f"call-{hours}", hours_ago=hours)
    async with CallsRoom(scene).client() as client:
        first = (await client.get("/api/calls", params={"limit": 2})).json()
        second = (await client.get("/api/calls", params={"limit": 2, "before": first["next_before"]})).json()
    assert [call["id"] for call in first["calls"]] == ["call-1", "call-2"]
    assert [call["id"] for call in second["calls"]] == ["call-3"]
    assert second["next_before"] is None
    assert first["calls"][0]["latency_p50_ms"] == 688
    assert first["calls"][0]["duration_s"] == 15


async def test_a_call_is_told_with_its_evidence_and_latency(scene: Scene) -> None:
    await scene.keep_past_call()
    async with CallsRoom(scene).client() as client:
        call = (await client.get("/api/calls/past-1")).json()
    asked, answered, pressed = call["lines"]
    assert (asked["who"], asked["text"]) == ("caller", QUESTION)
    assert {"name": "聞き取りの確からしさ", "value": "87%"} in asked["hearing"]
    assert (answered["who"], answered["text"]) == ("agent", ANSWER)
    assert pressed["text"] == "キー入力：0"
    reasons = answered["reasons"]
    assert reasons["headline"] == "FAQ「料金の引き落とし日」（第2版）と 91% 一致"
    assert [each["chosen"] for each in reasons["considered"]] == [True, False, False]
    assert [round(step["took_ms"]) for step in answered["steps"]] == [240, 155, 17, 276]
    assert (call["faq_versions"], call["recording"]) == ([7], "/api/calls/past-1/recording")
    assert call["summary"][0]["value"].startswith("引き落とし日")


async def test_nothing_personal_of_a_past_call_leaves_the_api(scene: Scene) -> None:
    await scene.keep_personal_call()
    async with CallsRoom(scene).client() as client:
        listed = (await client.get("/api/calls")).json()["calls"][0]
        told = await client.get("/api/calls/personal-1")
    assert (listed["caller_number"], listed["first_words"]) == ("080****0101", "〈お名前〉と申します")
    call = told.json()
    assert [line["text"] for line in call["lines"]] == [
        "〈お名前〉と申します",
        "〈お名前〉です",
        "〈お名前〉様でございますね。",
    ]
    assert call["summary"][0] == {"name": "用件", "value": "〈お名前〉様の引き落とし日"}
    assert call["escalations"][0]["note"] == "〈お名前〉様、折り返しは〈電話番号〉へ"
    for word in PERSONAL:
        assert word not in told.text


async def test_a_call_that_is_not_there_is_said_to_be_not_there(scene: Scene) -> None:
    async with CallsRoom(scene).client() as client:
        answer = await client.get("/api/calls/nobody")
    assert (answer.status_code, answer.json()["detail"]) == (404, "この通話の記録は見つかりません。")


async def test_a_player_may_ask_for_a_part_of_the_recording(scene: Scene) -> None:
    whole = (await scene.keep_past_call()).read_bytes()
    async with CallsRoom(scene).client() as client:
        part = await client.get("/api/calls/past-1/recording", headers={"Range": "bytes=44-143"})
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 44-143/{len(whole)}"
    assert part.headers["content-type"] == "audio/wav"
    assert part.content == whole[44:144]


async def test_a_part_behind_the_end_of_the_recording_is_refused(scene: Scene) -> None:
    await scene.keep_past_call()
    async with CallsRoom(scene).client() as client:
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
    folder = RecordingFolder(scene.recordings)
    assert folder.of(replace(detail, recordings=(recording,))) is None


async def test_a_path_in_the_address_reaches_no_file(scene: Scene) -> None:
    write_wav(scene.folder / "recordings" / "secret.wav", seconds=1)
    async with CallsRoom(scene).client() as client:
        for call_id in ("secret.wav", "..%2Frecordings%2Fsecret.wav", "%2e%2e/recordings/secret.wav"):
            assert (await client.get(f"/api/calls/{call_id}/recording")).status_code == 404


async def test_a_limit_that_makes_no_sense_is_refused(scene: Scene) -> None:
    async with CallsRoom(scene).client() as client:
        assert (await client.get("/api/calls", params={"limit": 0})).status_code == 422
        assert (await client.get("/api/calls", params={"limit": 100_000})).status_code == 422


async def test_a_call_is_seen_as_it_was_by_one_who_has_given_a_reason(scene: Scene) -> None:
    await scene.keep_personal_call()
    room = CallsRoom(scene)
    room.unmasking.grant(Principal.person("user-1", "試験 太郎", Role.ADMINISTRATOR), "personal-1")
    async with room.client() as client:
        call = (await client.get("/api/calls/personal-1")).json()
        listed = (await client.get("/api/calls")).json()["calls"][0]
    assert call["unmasked"]
    assert call["lines"][2]["text"] == "湊川様でございますね。"
    assert call["call"]["caller_number"] == "080-5555-0101"
    assert listed["caller_number"] == "080****0101"


FILTERS: list[tuple[dict[str, Any], bool]] = [
    ({"q": "引き落とされますか"}, True),
    ({"number": "080-5555"}, True),
    ({"number": "０８０５５５５"}, True),
    ({"number": "090"}, False),
    ({"outcome": "hand_over"}, True),
    ({"outcome": "answered"}, False),
    ({"entry": "billing-003"}, True),
    ({"entry": "billing-001"}, False),
    ({"reason": "お客様が担当者をご希望"}, True),
    ({"slower_than_ms": 600}, True),
    ({"slower_than_ms": 700}, False),
    ({"recorded": True}, True),
    ({"recorded": False}, False),
    ({"operator": True}, False),
    ({"since": (datetime.now(UTC) - timedelta(hours=3)).isoformat()}, True),
    ({"until": (datetime.now(UTC) - timedelta(hours=3)).isoformat()}, False),
]


@pytest.mark.parametrize(("wanted", "found"), FILTERS, ids=str)
async def test_a_call_is_found_by_what_happened_in_it(scene: Scene, wanted: dict[str, Any], found: bool) -> None:
    await scene.keep_past_call()
    async with CallsRoom(scene).client() as client:
        calls = (await client.get("/api/calls", params=wanted)).json()["calls"]
    assert [call["id"] for call in calls] == (["past-1"] if found else [])


async def test_a_number_without_a_digit_is_no_number(scene: Scene) -> None:
    async with CallsRoom(scene).client() as client:
        assert (await client.get("/api/calls", params={"number": "--"})).status_code == 422


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_moment_out_of_our_time_is_no_moment_of_a_call(scene: Scene, moment: str) -> None:
    async with CallsRoom(scene).client() as client:
        answer = await client.get("/api/calls", params={"since": moment})
    assert (answer.status_code, "1970年から" in answer.json()["detail"]) == (422, True)


async def test_playing_a_recording_is_in_the_audit_once_however_often_the_player_jumps(scene: Scene) -> None:
    await scene.keep_past_call()
    room = CallsRoom(scene)
    async with room.client() as client:
        for start in (0, 100, 200):
            await client.get("/api/calls/past-1/recording", headers={"Range": f"bytes={start}-"})
    assert room.notes.lines == [("call.play", "past-1", "")]


async def test_the_outline_of_a_recording_has_each_side_for_itself(scene: Scene) -> None:
    await scene.keep_past_call()
    async with CallsRoom(scene).client() as client:
        peaks = (await client.get("/api/calls/past-1/peaks")).json()
    assert peaks["duration_ms"] == 15_000
    assert len(peaks["caller"]) == len(peaks["agent"])
    assert (min(peaks["caller"]), max(peaks["agent"])) == (11, 0)


async def test_a_recording_that_cannot_be_read_is_said_to_be_broken(scene: Scene) -> None:
    path = await scene.keep_past_call()
    path.write_bytes(b"RIFF nothing")
    async with CallsRoom(scene).client() as client:
        answer = await client.get("/api/calls/past-1/peaks")
    assert (answer.status_code, answer.json()["detail"][:7]) == (422, "録音を読み取れ")


async def test_a_vote_on_an_answer_stands_with_the_answer(scene: Scene) -> None:
    await scene.keep_past_call()
    room = CallsRoom(scene)
    async with room.client(Role.OPERATOR) as client:
        ballot = {"turn": 1, "verdict": "wrong", "note": "口座の話ではない"}
        assert (await client.post("/api/calls/past-1/votes", json=ballot)).status_code == 204
        call = (await client.get("/api/calls/past-1")).json()
    (vote,) = call["lines"][1]["votes"]
    assert (vote["verdict"], vote["note"]) == ("wrong", "口座の話ではない")
    (kept,) = await scene.records.votes.of_call("past-1")
    assert (kept.entry_id, kept.score) == ("billing-003", 0.91)
    assert room.notes.lines == [("call.vote", "past-1", "")]


async def test_only_an_answer_is_voted_on(scene: Scene) -> None:
    await scene.keep_past_call()
    async with CallsRoom(scene).client() as client:
        asked = await client.post("/api/calls/past-1/votes", json={"turn": 0, "verdict": "right"})
    assert asked.status_code == 404


async def test_an_auditor_reads_and_does_not_vote(scene: Scene) -> None:
    await scene.keep_past_call()
    async with CallsRoom(scene).client(Role.AUDITOR) as client:
        assert (await client.get("/api/calls/past-1")).status_code == 200
        assert (await client.post("/api/calls/past-1/votes", json={"turn": 1, "verdict": "right"})).status_code == 403
        assert (await client.get("/api/calls/past-1/export", params={"reason": "監査のため"})).status_code == 403


async def test_a_replay_tells_which_decisions_come_out_differently(scene: Scene) -> None:
    await scene.keep_personal_call()
    again = decision(2, "話した言葉: 湊川様 → 佐藤様")
    room = CallsRoom(scene, replayed=ReplayReport(decisions=[again], same=0, different=1, impossible=0))
    async with room.client() as client:
        told = (await client.post("/api/calls/personal-1/replay")).json()
    assert told["different"] == 1
    assert "湊川" not in told["decisions"][0]["differences"][0]


async def test_an_exported_call_is_a_page_data_and_sound_and_asks_why(scene: Scene) -> None:
    recording = await scene.keep_past_call()
    room = CallsRoom(scene)
    async with room.client(Role.SUPERVISOR) as client:
        without = await client.get("/api/calls/past-1/export", params={"reason": "     "})
        answer = await client.get("/api/calls/past-1/export", params={"reason": "お客様からのお申し出"})
    assert without.status_code == 422
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert set(archive.namelist()) == {"story.html", "call.json", "recording.wav"}
    assert archive.read("recording.wav") == recording.read_bytes()
    assert json.loads(archive.read("call.json"))["call"]["id"] == "past-1"
    page = archive.read("story.html").decode()
    assert "FAQ「料金の引き落とし日」（第2版）と 91% 一致" in page
    assert "080-5555-0101" not in page
    assert room.notes.lines == [("call.export", "past-1", "お客様からのお申し出")]
