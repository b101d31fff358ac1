"""The desk's API over real records: from presence to the end of the work after a call."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from dashboard.auth.permissions import Role
from dashboard.auth.principal import Principal
from records.clock import utc_now
from records.models import CallClosed, EndedBy, EscalationOutcome, EscalationRecord, Speaker, TurnRecord
from telephony.events import CallEvent, EventKind
from telephony.waiting import Waiting
from tests.dashboard.desk_scene import NOTE, DeskStage, told
from tests.dashboard.scene import Scene


@pytest.fixture
def stage(scene: Scene) -> DeskStage:
    return DeskStage(scene)


@pytest.fixture
async def operator(stage: DeskStage) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at the desk, available."""
    async with stage.client() as client:
        assert (await client.put("/api/desk/presence", json={"state": "available"})).status_code == 200
        yield client


async def accept(client: httpx.AsyncClient) -> dict[str, object]:
    entry = (await client.get("/api/desk/queue")).json()[0]
    answer = await client.post(f"/api/desk/queue/{entry['id']}/accept")
    assert answer.status_code == 200, answer.text
    accepted: dict[str, object] = answer.json()
    return accepted


async def kpis(stage: DeskStage, call_id: str = "c1") -> list[str]:
    detail = await stage.scene.records.calls.get(call_id)
    assert detail is not None
    return [event.kind for event in detail.events]


async def test_a_caller_is_let_in_only_when_somebody_is_there(stage: DeskStage) -> None:
    await stage.ring()
    waiting = Waiting("c1", "e1", "", 3, "caller_asked", NOTE)
    assert not await stage.floor.room.enter(waiting)
    async with stage.client() as client:
        await client.put("/api/desk/presence", json={"state": "training"})
        assert not await stage.floor.room.enter(waiting)
        await client.put("/api/desk/presence", json={"state": "available"})
        assert await stage.floor.room.enter(waiting)


async def test_the_queue_says_why_and_covers_who(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait()
    entry = (await operator.get("/api/desk/queue")).json()[0]
    assert (entry["position"], entry["queue"], entry["reason"]) == (1, "料金", "お客様のご希望")
    assert (entry["caller"], entry["matter"]) == ("090****5678", "今月の請求が高い理由を知りたい")


async def test_two_desks_accept_at_once_and_one_wins(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    call = await stage.wait()
    async with stage.client("u2", "森 一郎") as other:
        await other.put("/api/desk/presence", json={"state": "available"})
        path = f"/api/desk/queue/{(await operator.get('/api/desk/queue')).json()[0]['id']}/accept"
        answers = await asyncio.gather(operator.post(path), other.post(path))
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 409)
    assert call.operator is not None
    assert lost.json() == {
        "detail": f"{call.operator.name}さんが先に応対を始めました。",
        "winner": call.operator.name,
    }
    assert [what for what, *_ in call.asked] == ["take_over"]


async def test_one_operator_cannot_take_two_calls(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait("c1")
    await stage.wait("c2")
    entries = (await operator.get("/api/desk/queue")).json()
    answers = await asyncio.gather(*(operator.post(f"/api/desk/queue/{entry['id']}/accept") for entry in entries))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len((await operator.get("/api/desk/queue")).json()) == 1


async def test_accepting_gives_the_whole_card_in_one_answer(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.scene.keep_past_call("before")
    await stage.wait(number="080-5555-0101")
    pop = (await accept(operator))["pop"]
    assert isinstance(pop, dict)
    assert (pop["caller"], pop["reason"], pop["tone"]) == ("080****0101", "お客様のご希望", "落ち着いている")
    assert [item["value"] for item in pop["collected"]] == ["〈お名前〉", "〈電話番号〉"]
    assert pop["last_faq"]["entry_id"] == "billing-003"
    assert [row["id"] for row in pop["earlier"]] == ["before"]
    assert any(line["who"] == "caller" for line in pop["lines"])


async def test_only_who_gave_a_reason_sees_the_number(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait()
    await accept(operator)
    stage.unmasking.grant(Principal.person("u1", "佐々木 恵", Role.OPERATOR), "c1")
    card = (await operator.get("/api/desk/calls/c1/pop")).json()
    assert card["caller"] == "090-1234-5678"
    assert card["collected"][0] == {"name": "お名前", "value": "湊川 花子"}
    async with stage.client("u2", "森 一郎") as other:
        assert (await other.get("/api/desk/calls/c1/pop")).json()["caller"] == "090****5678"


async def test_a_call_that_is_gone_leaves_nobody_talking(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait()
    entry = (await operator.get("/api/desk/queue")).json()[0]
    stage.calls.clear()
    answer = await operator.post(f"/api/desk/queue/{entry['id']}/accept")
    assert (answer.status_code, answer.json()["detail"]) == (410, "この通話は終わっています。")
    assert (await operator.get("/api/desk")).json()["me"]["state"] == "available"
    assert (await operator.get("/api/desk/queue")).json() == []


async def test_who_is_not_available_is_told_to_be_so_first(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait()
    await operator.put("/api/desk/presence", json={"state": "away"})
    entry = (await operator.get("/api/desk/queue")).json()[0]
    answer = await operator.post(f"/api/desk/queue/{entry['id']}/accept")
    assert (answer.status_code, "受付可" in answer.json()["detail"]) == (409, True)


async def test_only_the_calls_operator_speaks_in_it(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    call = await stage.wait()
    await accept(operator)
    for path, body in (("say", {"text": "お待たせいたしました。"}), ("hold", {}), ("resume", {})):
        assert (await operator.post(f"/api/desk/calls/c1/{path}", json=body)).status_code == 204
    assert call.asked[1:] == [("say", "お待たせいたしました。"), ("hold",), ("resume",)]
    async with stage.client("u2", "森 一郎") as other:
        answer = await other.post("/api/desk/calls/c1/say", json={"text": "もしもし"})
    assert (answer.status_code, answer.json()["detail"]) == (409, "この通話は、佐々木 恵さんが応対しています。")


async def test_a_call_that_nobody_waits_in_is_the_supervisors_to_enter(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    call = await stage.ring()
    assert (await operator.post("/api/desk/calls/c1/take-over")).status_code == 403
    async with stage.client("u9", "上田", Role.SUPERVISOR) as supervisor:
        assert (await supervisor.post("/api/desk/calls/c1/whisper", json={"text": "名前を確認"})).json()["to"] == "AI"
        assert (await supervisor.post("/api/desk/calls/c1/take-over")).status_code == 200
    assert call.asked == [("whisper", "名前を確認"), ("take_over", "上田")]
    assert {"desk.take_over", "desk.whisper"} <= set(stage.audit.actions)


async def test_a_supervisors_hint_to_a_call_with_an_operator_goes_to_that_operator(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    call = await stage.wait()
    await accept(operator)
    async with stage.desk_of("u1", Role.OPERATOR) as desk, stage.client("u9", "上田", Role.SUPERVISOR) as supervisor:
        answer = await supervisor.post("/api/desk/calls/c1/whisper", json={"text": "減額の対象です"})
        assert answer.json() == {"to": "佐々木 恵", "title": ""}
        assert [message.data["text"] for message in told(desk) if message.kind == "whisper"] == ["減額の対象です"]
    assert [what for what, *_ in call.asked] == ["take_over"]


async def test_a_supervisor_who_enters_a_call_that_waits_takes_it_from_the_queue(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    await stage.wait()
    async with stage.client("u9", "上田", Role.SUPERVISOR) as supervisor:
        assert (await supervisor.post("/api/desk/calls/c1/take-over")).status_code == 200
    assert (await operator.get("/api/desk/queue")).json() == []


async def test_handing_back_ends_the_talk_and_begins_the_work_after_it(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    call = await stage.wait()
    await accept(operator)
    await operator.post("/api/desk/calls/c1/hand-back", json={"task": "ご住所を伺ってください"})
    desk = (await operator.get("/api/desk")).json()
    assert (desk["me"]["state"], desk["handling"]["call_id"]) == ("after_call", "c1")
    assert call.asked[-1] == ("hand_back", "ご住所を伺ってください")
    assert "acw_start" in await kpis(stage)


async def test_a_call_that_ends_brings_the_form_and_finishing_it_the_next_caller(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    await stage.wait()
    handling = f"/api/desk/handlings/{(await accept(operator))['handling_id']}"
    assert (await operator.post(f"{handling}/finish")).status_code == 409
    async with stage.desk_of("u1", Role.OPERATOR) as desk:
        await stage.floor.watch.take(CallEvent("c1", 60_000, EventKind.ENDED, {"ended_by": "caller"}))
        assert "talk_over" in [message.kind for message in told(desk)]
    assert (await operator.post(f"{handling}/finish")).json()["detail"].startswith("応対結果を選んで")
    body = {"disposition": "billing", "disposition_detail": "amount", "resolved": True, "summary": {"用件": "請求額"}}
    written = (await operator.put(handling, json=body)).json()
    assert (written["disposition"], written["summary_source"]) == ("billing", "person")
    assert (await operator.post(f"{handling}/finish")).json()["acw_ended_at"] is not None
    assert (await operator.get("/api/desk")).json()["me"]["state"] == "available"
    assert (await kpis(stage)).count("acw_end") == 1


async def test_a_disposition_that_is_not_on_the_list_is_refused(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait()
    handling = f"/api/desk/handlings/{(await accept(operator))['handling_id']}"
    for body in ({"disposition": "no-such"}, {"disposition": "other", "disposition_detail": "amount"}):
        answer = await operator.put(handling, json=body)
        assert (answer.status_code, answer.json()["detail"]) == (422, "応対結果は、一覧から選んでください。")


async def test_the_models_draft_stands_in_the_form_until_somebody_writes(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    await stage.wait()
    handling = f"/api/desk/handlings/{(await accept(operator))['handling_id']}"
    await stage.scene.records.calls.escalate("c1", EscalationRecord("caller_asked", note=NOTE))
    gathered = (await operator.get(handling)).json()
    assert (gathered["summary"]["用件"], gathered["summary_source"]) == ("今月の請求が高い理由を知りたい", "call")
    await stage.scene.records.calls.set_summary("c1", {"用件": "請求額の確認", "対応": "ご案内", "作成": "model"})
    drafted = (await operator.get(handling)).json()
    assert (drafted["summary"]["用件"], drafted["summary_source"]) == ("請求額の確認", "ai")


async def test_ones_handling_is_not_anothers_to_write(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait()
    handling = f"/api/desk/handlings/{(await accept(operator))['handling_id']}"
    async with stage.client("u2", "森 一郎") as other:
        assert (await other.put(handling, json={})).status_code == 403


async def test_suggestions_come_from_what_was_said_last_with_what_only_operators_see(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    await stage.wait()
    await accept(operator)
    told_ = (await operator.get("/api/desk/calls/c1/suggestions")).json()
    assert [(each["entry_id"], each["score"]) for each in told_["suggestions"]] == [
        ("billing-high", 0.91),
        ("billing-waiver", 0.78),
    ]
    assert told_["suggestions"][1]["operator_only"] and told_["suggestions"][1]["version"] == 3
    assert (told_["at_least"], told_["turn"]) == (0.7, 1)
    lower = (await operator.get("/api/desk/calls/c1/suggestions", params={"at_least": 0.3})).json()
    assert len(lower["suggestions"]) == 3


async def test_the_operator_is_shown_suggestions_at_every_turn_of_the_caller(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    await stage.wait()
    await accept(operator)
    async with stage.desk_of("u1", Role.OPERATOR) as mine, stage.desk_of("u2", Role.OPERATOR) as others:
        await stage.floor.watch.take(CallEvent("c1", 9, EventKind.HEARD, {"turn": 4, "text": "減額できますか"}))
        async with asyncio.timeout(5):
            message = await mine.get()
        assert (message.kind, message.data["turn"]) == ("suggestions", 4)
        assert told(others) == []
    assert stage.search.asked[-1][0] == "減額できますか"


async def test_a_vote_on_a_suggestion_is_kept(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.ring()
    body = {"turn": 1, "entry_id": "billing-high", "verdict": "wrong", "score": 0.91}
    assert (await operator.post("/api/desk/calls/c1/votes", json=body)).status_code == 204
    votes = await stage.scene.records.votes.of_call("c1")
    assert [(each.entry_id, each.verdict, each.voter) for each in votes] == [("billing-high", "wrong", "佐々木 恵")]


async def test_chosen_turns_become_a_draft_without_anything_personal(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    await stage.ring()
    calls = stage.scene.records.calls
    asked = TurnRecord(1, Speaker.CALLER, "speech", 0, 9, "湊川ですが分割払いはできますか")
    await calls.add_turn("c1", TurnRecord(**{**vars(asked), "personal": [{"kind": "name", "start": 0, "end": 2}]}))
    await calls.add_turn("c1", TurnRecord(2, Speaker.OPERATOR, "speech", 9, 20, "3回までの分割を承ります。"))
    turns = (await operator.get("/api/desk/calls/c1/turns")).json()
    assert turns[0] == {"turn": 1, "who": "caller", "text": "〈お名前〉ですが分割払いはできますか"}
    answer = await operator.post("/api/desk/calls/c1/draft", json={"turns": [1, 2], "title": "分割払い"})
    assert answer.status_code == 201
    draft = await stage.scene.records.drafts.get(answer.json()["id"])
    assert draft is not None
    assert draft.content["questions"] == ["〈お名前〉ですが分割払いはできますか"]
    assert (draft.content["answer"], draft.content["origin"]) == (["3回までの分割を承ります。"], "operator")
    assert (await operator.post("/api/desk/calls/c1/draft", json={"turns": [2]})).status_code == 422


async def test_one_press_warns_alarms_and_keeps_the_evidence_and_a_second_ends_the_call(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    call = await stage.wait()
    await accept(operator)
    stage.scene.tell(EventKind.OPERATOR_SAID, 20_000, "c1", turn=5, text="確認いたします。", how="typed")
    path = "/api/desk/calls/c1/harassment"
    assert (await operator.post(f"{path}/end")).status_code == 409
    async with stage.desk_of("boss", Role.SUPERVISOR) as boss, stage.desk_of("u1", Role.OPERATOR) as mine:
        assert (await operator.post(path, json={})).json()["stage"] == "warned"
        assert [message.kind for message in told(boss)] == ["alarm"]
        assert "alarm" not in [message.kind for message in told(mine)]
        assert (await operator.post(f"{path}/end")).json()["stage"] == "ended"
    assert call.asked[1:] == [("warn",), ("end", "warning")]
    async with stage.client("boss", "上田", Role.SUPERVISOR) as supervisor:
        report = (await supervisor.get("/api/desk/harassment", params={"unseen": True})).json()[0]
        evidence = (await supervisor.get(f"/api/desk/harassment/{report['id']}")).json()["evidence"]
        assert (evidence["caller"], evidence["call_id"]) == ("090****5678", "c1")
        assert {"caller", "agent", "operator"} <= {line["who"] for line in evidence["lines"]}
        seen = (await supervisor.post(f"/api/desk/harassment/{report['id']}/seen")).json()
        assert seen["seen_by"] == "上田"
        assert (await supervisor.get("/api/desk/harassment", params={"unseen": True})).json() == []


async def test_the_evidence_of_a_call_that_is_over_names_its_recording(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    await stage.scene.keep_past_call("past-1")
    await stage.scene.records.desk.harassment.report("past-1", "佐々木 恵", {})
    await stage.floor.watch.take(CallEvent("past-1", 15_000, EventKind.ENDED, {}))
    report = await stage.scene.records.desk.harassment.of_call("past-1")
    assert report is not None
    assert report.evidence["recording"] == "/api/calls/past-1/recording"


async def test_a_callback_promised_in_a_call_is_taken_once_and_done(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    await stage.ring()
    promised = EscalationRecord("out_of_hours", EscalationOutcome.CALLBACK_BOOKED, NOTE)
    await stage.scene.records.calls.escalate("c1", promised)
    await stage.floor.watch.look_round()
    callback = (await operator.get("/api/desk/callbacks")).json()[0]
    assert (callback["number"], callback["reason"]) == ("090****5678", "今月の請求が高い理由を知りたい")
    path = f"/api/desk/callbacks/{callback['id']}"
    assert (await operator.post(f"{path}/assign")).json()["owner_name"] == "佐々木 恵"
    async with stage.client("u2", "森 一郎") as other:
        assert (await other.post(f"{path}/assign")).json()[
            "detail"
        ] == "この折り返しは、佐々木 恵さんが対応しています。"
    number = await operator.post(f"{path}/number", json={"reason": "折り返しのため"})
    assert number.json() == {"number": "090-1234-5678"}
    assert (await operator.post(f"{path}/finish", json={"note": "ご案内済み"})).json()["in_time"] is True
    assert [kind for kind in await kpis(stage) if kind.startswith("callback")] == ["callback_booked", "callback_done"]
    await stage.floor.watch.look_round()
    assert (await operator.get("/api/desk/callbacks")).json() == []


async def test_the_caller_of_an_operator_whose_page_is_gone_is_not_left_with_nobody(
    stage: DeskStage, operator: httpx.AsyncClient
) -> None:
    call = await stage.wait()
    await accept(operator)
    await stage.scene.records.desk.presence.seen("u1", utc_now() - timedelta(seconds=21))
    await stage.floor.watch.look_round()
    assert call.asked[-1] == ("operator_gone",)
    assert (await operator.get("/api/desk")).json()["me"]["state"] == "offline"
    assert [kind for kind in await kpis(stage) if kind.startswith("acw")] == ["acw_start", "acw_end"]
    desk = (await operator.get("/api/desk")).json()
    assert (desk["handling"], [each["call_id"] for each in desk["unwritten"]]) == (None, ["c1"])
    late = f"/api/desk/handlings/{desk['unwritten'][0]['id']}"
    assert (await operator.put(late, json={"disposition": "other"})).status_code == 200
    assert (await operator.post(f"{late}/finish")).status_code == 200
    assert (await operator.get("/api/desk")).json()["unwritten"] == []


async def test_what_a_crash_left_is_ended_by_the_next_round(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait()
    await accept(operator)
    await stage.scene.records.calls.close("c1", CallClosed(EndedBy.CRASH, "crash"))
    await stage.floor.watch.look_round()
    assert (await operator.get("/api/desk")).json()["me"]["state"] == "after_call"


async def test_every_deed_is_in_the_audit(stage: DeskStage, operator: httpx.AsyncClient) -> None:
    await stage.wait()
    await accept(operator)
    await operator.post("/api/desk/calls/c1/say", json={"text": "承知いたしました。"})
    await operator.post("/api/desk/calls/c1/end")
    assert stage.audit.actions == ["desk.presence", "desk.accept", "desk.say", "desk.end"]
