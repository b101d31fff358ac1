"""Rules tried out on past calls, against the plainest way to count them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.escalation.book import RuleBook
from dialogue.escalation.dry_run import dry_run, run_call
from dialogue.escalation.facts import CallerProfile, EntryFact, FactReader, Progress, Said, Situation, TurnFacts
from dialogue.escalation.past import PastCall, PastReader, PastTurn, StoredCall
from dialogue.escalation.rules import Stage
from dialogue.kana import Reader

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LAWYER: dict[str, Any] = {
    "id": "lawyer",
    "title": "弁護士",
    "order": 300,
    "when": {"kind": "words", "words": ["弁護士"]},
    "then": {"kind": "transfer", "queue": "一般"},
    "say": ["引き継ぎます。"],
}


def entry(entry_id: str) -> EntryFact | None:
    return {"cancel": EntryFact("cancel", "解約", ("escalate",))}.get(entry_id)


def said(text: str, at_ms: int = 0, confidence: float = 0.9) -> dict[str, Any]:
    return {
        "speaker": "caller",
        "kind": "speech",
        "text": text,
        "started_ms": at_ms,
        "transcript": {"confidence": confidence},
        "evidence": None,
    }


def replied(act: str, *entry_ids: str, score: float = 0.5, **evidence: Any) -> dict[str, Any]:
    stored = {"decision": act, "entry_ids": list(entry_ids), "candidates": [{"score": score}], **evidence}
    return {"speaker": "agent", "kind": act, "text": "はい。", "started_ms": 0, "transcript": None, "evidence": stored}


def past(*turns: dict[str, Any], caller: CallerProfile = CallerProfile(), is_open: bool = True) -> PastCall:
    reader = PastReader(FactReader(Reader()), entry, lambda moment: is_open)
    return reader.read(StoredCall("c", MORNING, turns, caller))


def test_a_past_call_has_the_facts_that_its_records_keep() -> None:
    call = past(
        said("もごもご", 1_000, 0.2),
        replied("reask", score=0.1),
        said("解約したい", 60_000),
        replied("answer", "cancel", score=0.8),
        is_open=False,
    )
    first, second = call.turns
    assert [stage for stage, _ in first.looks] == [Stage.BEFORE_ANSWER, Stage.AFTER_MATTER]
    assert first.looks[1][1].progress.failed_turns == 1
    assert first.looks[0][1].confidence == 0.2
    _, matter = second.looks[1]
    assert matter.entries == (EntryFact("cancel", "解約", ("escalate",)),)
    assert matter.score == 0.8
    assert matter.earlier == (Said("もごもご", 0.2),)
    assert matter.situation.elapsed_ms == 60_000
    assert not matter.situation.open


def test_failures_in_a_row_are_counted_as_they_were() -> None:
    call = past(*(turn for n in range(3) for turn in (said(f"もご{n}"), replied("reask" if n < 2 else "hand_over"))))
    assert [turn.looks[1][1].progress.failed_turns for turn in call.turns] == [1, 2, 3]


def test_the_state_that_was_stored_goes_before_counting_again() -> None:
    call = past(said("もごもご"), replied("reask", replay={"state": {"reasks": 2}}))
    assert call.turns[0].looks[1][1].progress.failed_turns == 3


def test_silence_is_looked_at_as_silence() -> None:
    silent = {**said(""), "kind": "silence"}
    call = past(silent, replied("no_input"), silent, replied("no_input"))
    assert [[stage for stage, _ in turn.looks] for turn in call.turns] == [[Stage.ON_SILENCE]] * 2
    assert call.turns[1].looks[0][1].progress.no_inputs == 2


def test_the_zero_key_asks_for_a_person() -> None:
    call = past({**said("0"), "kind": "keypad"}, replied("hand_over"))
    hit = run_call(call, RuleBook()).hit
    assert hit is not None and hit.rule_id == "asks-for-person"


def test_a_call_is_taken_away_once_and_by_its_first_rule() -> None:
    call = past(said("弁護士に言います"), replied("answer"), said("人に代わって"), replied("hand_over"))
    run = run_call(call, RuleBook.from_content(1, [LAWYER]))
    assert run.hit is not None
    assert (run.hit.rule_id, run.hit.turn, run.hit.ends) == ("lawyer", 0, False)


def test_a_warning_counts_as_fired_for_what_comes_after(sample_book: RuleBook) -> None:
    call = past(said("この役立たず"), replied("acknowledge"), said("殺すぞ"), replied("hand_over"))
    run = run_call(call, sample_book)
    assert run.spoke == ("harassment-warning",)
    assert run.hit is not None and run.hit.rule_id == "harassment-end" and run.hit.ends


def test_the_difference_to_the_current_rules_is_told_call_by_call() -> None:
    calls = [
        replace(past(said("弁護士に相談します"), replied("answer")), id="new"),
        replace(past(said("人に代わって"), replied("hand_over")), id="same"),
        replace(past(said("料金を教えて"), replied("answer")), id="none"),
    ]
    proposed, current = RuleBook.from_content(2, [LAWYER]), RuleBook()
    result = dry_run(calls, proposed, current)
    assert (result.calls, result.escalated, result.ended) == (3, 2, 0)
    assert [hit.call_id for hit in result.newly] == ["new"]
    assert result.by_rule == {"lawyer": 1, "asks-for-person": 1}
    assert result.headline.startswith("直近3件なら2件を引き継ぎます")
    back = dry_run(calls, current, proposed)
    assert [hit.call_id for hit in back.no_longer] == ["new"]


looks = st.builds(
    TurnFacts,
    emergency=st.booleans(),
    asks_person=st.none() | st.just("person_alone"),
    asks_human=st.none() | st.just("are_you_ai"),
    normalized=st.sampled_from(["弁護士に", "料金を"]),
    progress=st.builds(Progress, failed_turns=st.integers(0, 5)),
    situation=st.builds(Situation, open=st.booleans()),
)
past_turns = st.builds(
    lambda before, after: PastTurn("", ((Stage.BEFORE_ANSWER, before), (Stage.AFTER_MATTER, after))), looks, looks
)
past_calls = st.lists(st.builds(PastCall, st.uuids().map(str), st.lists(past_turns, max_size=4).map(tuple)), max_size=8)


def counted_plainly(call: PastCall, book: RuleBook) -> str | None:
    listens = {"are-you-human"}
    for turn in call.turns:
        for stage, facts in turn.looks:
            matching = [rule for rule in book.rules if rule.applies_at(stage) and rule.when.check(facts) is not None]
            if not matching:
                continue
            first = min(matching, key=lambda rule: (rule.order, -rule.weight, rule.id))
            if first.id in listens:
                break
            return first.id
    return None


@settings(max_examples=60, deadline=None)
@given(past_calls)
def test_a_dry_run_counts_what_counting_by_hand_counts(calls: list[PastCall]) -> None:
    proposed, current = RuleBook.from_content(1, [LAWYER]), RuleBook()
    result = dry_run(calls, proposed, current)
    now = {call.id: counted_plainly(call, proposed) for call in calls}
    before = {call.id: counted_plainly(call, current) for call in calls}
    assert {hit.call_id: hit.rule_id for hit in result.hits} == {k: v for k, v in now.items() if v is not None}
    assert {hit.call_id for hit in result.newly} == {k for k in now if now[k] and not before[k]}
    assert {hit.call_id for hit in result.no_longer} == {k for k in now if before[k] and not now[k]}
    assert {hit.call_id for hit in result.by_another} == {
        k for k in now if now[k] and before[k] and now[k] != before[k]
    }
    assert sum(result.by_rule.values()) == result.escalated + result.ended
