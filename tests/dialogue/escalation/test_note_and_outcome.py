from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.escalation.book import RuleBook
from dialogue.escalation.facts import CallerProfile, FactReader, Situation
from dialogue.escalation.harassment import HarassmentView
from dialogue.escalation.judge import Firing
from dialogue.escalation.note import LONGEST, NoteMaterial, write_note
from dialogue.escalation.outcome import IN_JAPANESE, Attempt, AttemptOutcome, OutcomeOrderError, attempt_of
from dialogue.escalation.rules import Stage
from dialogue.escalation.tone import Tone
from records.models import EscalationOutcome


@dataclass(frozen=True)
class Spoken:
    by_agent: bool
    text: str


def fired(book: RuleBook, facts: FactReader, text: str, is_open: bool = True) -> Firing:
    firing = book.judge(facts.read(text, situation=Situation(open=is_open)), Stage.BEFORE_ANSWER)
    assert firing is not None
    return firing


HISTORY = (
    Spoken(True, "ご用件をどうぞ。"),
    Spoken(False, "先月の請求が八万円になっていて身に覚えがないんです"),
    Spoken(True, "ご請求の内容は、マイみなとでご確認いただけます。"),
    Spoken(False, "人に代わってください"),
)


def test_a_note_says_who_what_why_and_what_to_do_next(sample_book: RuleBook, facts: FactReader) -> None:
    note = write_note(
        NoteMaterial(
            history=HISTORY,
            firing=fired(sample_book, facts, "人に代わってください"),
            caller_number="090-0000-1234",
            caller=CallerProfile(earlier_calls_h=(3.0,)),
            collected={"お名前": "ヤマダ ハナコ"},
            answered=("請求金額の確認",),
            tone=Tone.IRRITATED,
        )
    )
    assert note.who == "090-0000-1234（24時間以内に1回のお電話）"
    assert note.what == "先月の請求が八万円になっていて身に覚えがないんです"
    assert (note.rule, note.reason, note.tone) == ("asks-for-person", "担当者をご希望", "ご不満のご様子")
    assert note.evidence == ("担当者をご希望", "ご案内済み: 請求金額の確認")
    assert note.said_so_far[-1] == "お客様「人に代わってください」"
    for part in (
        "【お客様】",
        "【ご用件】",
        "【引き継ぎの理由】",
        "【伺った内容】お名前: ヤマダ ハナコ",
        "【次の対応】",
    ):
        assert part in note.text
    assert json.loads(json.dumps(note.to_dict()))["what"] == note.what


def test_a_note_of_a_call_without_a_matter_says_so() -> None:
    history = (Spoken(False, "*"), Spoken(False, "0"), Spoken(False, "オペレーターお願いします"))
    note = write_note(NoteMaterial(history=history, reason="キー入力"))
    assert note.what == "ご用件をまだ伺えていません"
    assert (note.who, note.reason, note.rule) == ("番号非通知", "キー入力", "")


def test_an_operator_is_never_sent_alone_into_abuse(sample_book: RuleBook, facts: FactReader) -> None:
    harassment = HarassmentView(2, ("暴言「役立たず」",), 2)
    firing = fired(sample_book, facts, "人に代わって")
    note = write_note(NoteMaterial(HISTORY, firing, tone=Tone.ANGRY, harassment=harassment))
    assert note.suggested_next.startswith("迷惑行為がありました。お一人で対応せず")
    assert "迷惑行為の段階2" in note.evidence


@settings(deadline=None)
@given(
    st.lists(st.builds(Spoken, st.booleans(), st.text(max_size=400)), max_size=12),
    st.text(max_size=300),
    st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=200), max_size=5),
    st.lists(st.text(max_size=100), max_size=4),
)
def test_no_note_is_longer_than_an_operator_can_read(
    history: list[Spoken], number: str, collected: dict[str, str], answered: list[str]
) -> None:
    material = NoteMaterial(history, caller_number=number, collected=collected, answered=answered)
    note = write_note(material)
    assert len(note.text) <= LONGEST
    assert note.suggested_next in note.text
    assert note == write_note(material)


def test_an_outcome_is_called_what_the_records_call_it() -> None:
    assert {each.value for each in AttemptOutcome} == {each.value for each in EscalationOutcome}
    assert IN_JAPANESE.keys() == set(AttemptOutcome)


def test_a_transfer_is_first_only_requested(sample_book: RuleBook, facts: FactReader) -> None:
    attempt = attempt_of(fired(sample_book, facts, "火事です"), is_open=True)
    assert attempt == Attempt("emergency", "緊急", 1, AttemptOutcome.REQUESTED)
    assert attempt.moved(AttemptOutcome.QUEUED).moved(AttemptOutcome.ANSWERED).settled


def test_out_of_hours_the_callback_is_an_outcome_of_its_own(sample_book: RuleBook, facts: FactReader) -> None:
    attempt = attempt_of(fired(sample_book, facts, "人に代わって", is_open=False), is_open=False)
    assert attempt is not None and attempt.outcome is AttemptOutcome.OUT_OF_HOURS and attempt.settled


def test_a_failed_transfer_may_still_end_in_a_callback() -> None:
    failed = Attempt("r", "一般", 3).moved(AttemptOutcome.QUEUED).moved(AttemptOutcome.FAILED)
    assert failed.moved(AttemptOutcome.CALLBACK_BOOKED).settled


@pytest.mark.parametrize("outcome", [AttemptOutcome.QUEUED, AttemptOutcome.REQUESTED, AttemptOutcome.FAILED])
def test_what_was_answered_stays_answered(outcome: AttemptOutcome) -> None:
    answered = Attempt("r", "一般", 3).moved(AttemptOutcome.ANSWERED)
    assert answered.moved(AttemptOutcome.ANSWERED) is answered
    with pytest.raises(OutcomeOrderError):
        answered.moved(outcome)


def test_a_firing_for_no_person_is_no_attempt(sample_book: RuleBook, facts: FactReader) -> None:
    assert attempt_of(fired(sample_book, facts, "人ですか"), is_open=True) is None
