"""What of a call reaches records, pages and logs: no secret, in any form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from dialogue.evidence import Evidence
from dialogue.privacy.kinds import SlotHint
from dialogue.turns import Act, CallerTurn, Reply, TurnKind
from records.call_log import CallLog
from records.database import sqlite_url
from records.models import CallClosed, CallDetail, CallOpened, EndedBy, EscalationRecord
from records.store import Records
from telephony.call_types import TurnTrace
from telephony.clock import CallClock
from telephony.events import EventKind
from telephony.journal import CallJournal
from telephony.live import LiveCall, LiveCalls
from telephony.minutes import Minutes
from uketsuke.logs import configure_logs
from voice.ear_events import UtteranceHeard
from voice.recognition.recognizer import Hypothesis, Transcript

SAID = "佐藤です。カード番号は4111 1111 1111 1111、セキュリティコードは123です"
SPOKEN = "佐藤です。カード番号は四一一一、一一一一、一一一一、一一一一、セキュリティコードは一二三です"
SECRETS = ("4111", "1111", "四一一一", "一一一一", "は123", "は一二三", '"123"')


def heard(text: str, raw: str = "", *alternatives: str) -> UtteranceHeard:
    transcript = Transcript(
        text, 0.9, 0.01, 800.0, 200.0, tuple(Hypothesis(each, -1.0) for each in alternatives), raw_text=raw, engine="e"
    )
    return UtteranceHeard(text, transcript, 1_000.0, 9_000.0, 9_300.0, 9_400.0, "agreed", 0.9, None, False)


def told(tmp_path: Path, tell: Callable[[CallJournal, Minutes], None]) -> tuple[CallDetail, str, str]:
    """A call in which `tell` happens: its records, all bytes of the database's files, and what pages saw."""

    async def run() -> tuple[CallDetail, str]:
        records = await Records.open(sqlite_url(tmp_path / "uketsuke.db"))
        opened = CallOpened(line="twilio", caller_number="09012345678", called_number="0312345678")
        live = LiveCalls()
        live.open(LiveCall(opened.id, "twilio", "09012345678", "0312345678", ""))
        log = CallLog(records, opened)
        clock = CallClock(lambda: 0.0)
        journal = CallJournal(opened.id, clock, live, log)
        async with live.subscribe() as queue:
            tell(journal, Minutes(journal, clock))
            frames = [queue.get_nowait().to_dict() for _ in range(queue.qsize())]
        pages = json.dumps([frames, *(call.to_dict() for call in live.snapshot())], ensure_ascii=False)
        await log.finish(CallClosed(EndedBy.CALLER, "answered"))
        detail = await records.calls.get(opened.id)
        assert detail is not None
        await records.close()
        return detail, pages

    detail, pages = asyncio.run(run())
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.iterdir()) if path.is_file())
    return detail, files.decode("utf-8", "replace"), pages


def says_a_card(journal: CallJournal, minutes: Minutes) -> None:
    utterance = heard(SAID, SPOKEN, "4111111111111111、123です", SPOKEN)
    trace = TurnTrace(1, CallerTurn(TurnKind.SPEECH, SAID), utterance)
    for until in range(1, len(SAID) + 1):
        journal.event(EventKind.PARTIAL, text=SAID[:until])
    minutes.heard(1, utterance)
    minutes.caller_turn(trace)
    evidence = Evidence("refused", heard=SAID, normalized=SAID.replace(" ", ""), query=SAID, replay={"turn": [SPOKEN]})
    trace.reply = Reply(("4111 1111 1111 1111でございますね。", "123ですね。"), Act.REASK, evidence)
    minutes.decided(1, trace.reply, False)
    journal.event(EventKind.SPEAKING, turn=1, text=trace.reply.sentences[0])
    minutes.agent_turn(trace, trace.reply.text, False)
    journal.escalation(EscalationRecord("requested", note=SAID))


@pytest.mark.parametrize("secret", SECRETS)
def test_a_spoken_card_and_its_code_are_in_no_file_of_the_database_and_on_no_page(tmp_path: Path, secret: str) -> None:
    _, files, pages = told(tmp_path, says_a_card)
    assert "佐藤" in files
    assert secret not in files
    assert secret not in pages


def test_a_spoken_card_is_in_no_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        told(tmp_path, says_a_card)
    finally:
        structlog.reset_defaults()
    printed = "".join(capsys.readouterr())
    assert not any(secret in printed for secret in SECRETS)


def test_lines_to_sum_up_hold_no_secret(tmp_path: Path) -> None:
    lines: list[str] = []

    def tell(journal: CallJournal, minutes: Minutes) -> None:
        says_a_card(journal, minutes)
        lines.extend(minutes.lines)

    told(tmp_path, tell)
    assert lines[0] == "お客様: 佐藤です。カード番号は〈カード番号〉、セキュリティコードは〈セキュリティコード〉です"
    assert "111" not in "".join(lines)


def test_a_turn_says_where_it_is_personal(tmp_path: Path) -> None:
    detail, _, _ = told(tmp_path, says_a_card)
    turn = detail.turns[0]
    marked = [(span["kind"], turn.text[span["start"] : span["end"]]) for span in turn.personal or ()]
    assert marked == [("name", "佐藤"), ("card", "〈カード番号〉"), ("card_code", "〈セキュリティコード〉")]


def test_pressed_digits_of_a_card_are_nowhere(tmp_path: Path) -> None:
    def tell(journal: CallJournal, minutes: Minutes) -> None:
        for digit in "4111111111111111":
            journal.event(EventKind.KEYPAD, digits=digit)
        minutes.caller_turn(TurnTrace(1, CallerTurn(TurnKind.KEYPAD, digits="4111111111111111")))
        for digit in "1234":
            journal.event(EventKind.KEYPAD, digits=digit)
        minutes.caller_turn(TurnTrace(2, CallerTurn(TurnKind.KEYPAD, digits="1234")))

    detail, files, pages = told(tmp_path, tell)
    assert [turn.text for turn in detail.turns] == ["〈カード番号〉", "〈カード番号〉"]
    pressed = [event.data["digits"] for event in detail.events if event.kind == "keypad"]
    assert pressed == ["4", *["＊"] * 19]
    assert "4111" not in files + pages


def test_a_menu_choice_by_key_is_written(tmp_path: Path) -> None:
    def tell(journal: CallJournal, minutes: Minutes) -> None:
        journal.event(EventKind.KEYPAD, digits="2")
        minutes.caller_turn(TurnTrace(1, CallerTurn(TurnKind.KEYPAD, digits="2")))

    detail, _, _ = told(tmp_path, tell)
    assert detail.turns[0].text == "2"
    assert [event.data for event in detail.events if event.kind == "keypad"] == [{"digits": "2"}]


def test_a_name_that_was_asked_for_is_marked_while_it_is_still_being_said(tmp_path: Path) -> None:
    def tell(journal: CallJournal, _minutes: Minutes) -> None:
        journal.event(EventKind.PARTIAL, text="解約を")
        journal.redactor.expect(SlotHint.NAME)
        journal.event(EventKind.PARTIAL, text="湊川です")

    _, _, pages = told(tmp_path, tell)
    unasked, asked = json.loads(pages)[0]
    assert "personal" not in unasked["data"]
    assert asked["data"]["personal"] == [{"kind": "name", "start": 0, "end": 2}]
