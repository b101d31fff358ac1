"""Events of running calls as pages are told them: nothing personal, and sentences for people."""

from typing import Any

from dashboard.live_words import told_of
from dashboard.transcript import LineMask
from telephony.events import CallEvent, EventKind

NAMED = [{"kind": "name", "start": 0, "end": 2}]


def event(kind: EventKind, **data: Any) -> CallEvent:
    return CallEvent("c", 0, kind, data)


def told(*events: CallEvent) -> list[dict[str, Any]]:
    mask, found = LineMask(), []
    for each in events:
        one = told_of(each, mask)
        mask = one.mask
        found.append(dict(one.data["data"]))
    return found


def test_what_is_personal_is_covered_wherever_it_is_shown() -> None:
    said = "佐藤と申します。090-1234-5678です"
    partial, heard, decided = told(
        event(EventKind.PARTIAL, text="佐藤と申します"),
        event(EventKind.HEARD, turn=1, text=said, alternatives=["ゼロキューゼロの一二三四の五六七八です"]),
        event(EventKind.DECIDED, turn=1, text="佐藤様ですね。", evidence={"heard": said, "rule": "r"}),
    )
    assert partial["text"] == "〈お名前〉と申します"
    assert heard["text"] == "〈お名前〉と申します。〈電話番号〉です"
    assert heard["alternatives"] == ["〈電話番号〉です"]
    assert decided["text"] == "〈お名前〉様ですね。"
    assert decided["evidence"] == {"heard": "〈お名前〉と申します。〈電話番号〉です", "rule": "r"}
    assert "佐藤" not in str(decided["reasons"])


def test_a_word_known_to_be_a_name_is_covered_in_the_whole_call() -> None:
    heard, decided, partial = told(
        event(EventKind.HEARD, turn=1, text="湊川です", personal=NAMED),
        event(EventKind.DECIDED, turn=1, text="はい。", evidence={"heard": "湊川です"}),
        event(EventKind.PARTIAL, text="湊川の"),
    )
    assert heard["text"] == "〈お名前〉です"
    assert "personal" not in heard
    assert decided["evidence"] == {"heard": "〈お名前〉です"}
    assert partial["text"] == "〈お名前〉の"


def test_a_name_of_one_sign_is_covered_in_its_own_event_and_nowhere_else() -> None:
    personal = [{"kind": "name", "start": 0, "end": 1}]
    heard, decided = told(
        event(EventKind.HEARD, turn=1, text="原です", personal=personal, alternatives=["原ですか"]),
        event(EventKind.DECIDED, turn=1, text="原則として無料でございます。"),
    )
    assert (heard["text"], heard["alternatives"]) == ("〈お名前〉です", ["〈お名前〉ですか"])
    assert decided["text"] == "原則として無料でございます。"


def test_what_a_decision_is_made_again_from_is_not_shown() -> None:
    evidence = {"decision": "answer", "replay": {"turn": {"text": "佐藤と申します"}}}
    (decided,) = told(event(EventKind.DECIDED, turn=1, text="はい。", evidence=evidence))
    assert decided["evidence"] == {"decision": "answer"}


def test_a_note_is_a_sentence_and_a_latency_has_its_steps() -> None:
    escalated, latency, queued = told(
        event(EventKind.ESCALATED, reason="requested"),
        event(EventKind.LATENCY, turn=1, end_of_turn=240, first_audio=688),
        event(EventKind.QUEUED, reason="requested", queue="一般"),
    )
    assert escalated["sentence"] == "担当者への引き継ぎ：お客様のご希望"
    assert [(step["name"], step["took_ms"]) for step in latency["steps"]] == [("終話判定", 240), ("第一声", 448)]
    assert queued["sentence"] == "担当者の順番をお待ちいただいています"


def test_an_operators_words_are_covered_like_a_callers_and_their_name_is_not() -> None:
    _, said = told(
        event(EventKind.HEARD, turn=1, text="湊川です", personal=NAMED),
        event(EventKind.OPERATOR_SAID, turn=2, text="湊川様、お待たせしました。", how="typed", name="佐藤 花子"),
    )
    assert (said["text"], said["name"]) == ("〈お名前〉様、お待たせしました。", "佐藤 花子")
    assert said["act_name"] == "文字で"


def test_a_name_that_was_asked_for_is_covered_while_it_is_still_being_said() -> None:
    (partial,) = told(event(EventKind.PARTIAL, text="湊川", personal=NAMED))
    assert partial == {"text": "〈お名前〉"}
