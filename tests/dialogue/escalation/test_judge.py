"""Which rule decides: by order, then weight; the same facts give the same firing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.company import load_company
from dialogue.escalation.book import RuleBook
from dialogue.escalation.builtin import BUILT_IN, UNREACHABLE
from dialogue.escalation.conditions import CallerVip, Emergency, OutOfHours
from dialogue.escalation.facts import (
    CallerProfile,
    CallMemory,
    EntryFact,
    FactReader,
    Progress,
    Said,
    Situation,
    TurnFacts,
)
from dialogue.escalation.judge import Firing, decide
from dialogue.escalation.rules import Callback, Record, Rule, Stage, Transfer
from samples import sample_dir

CLOSED = Situation(open=False)
A_TUESDAY_NIGHT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def judged(
    book: RuleBook, facts: FactReader, text: str, situation: Situation = Situation(), memory: CallMemory = CallMemory()
) -> Firing | None:
    return book.judge(facts.read(text, 0.9, memory, situation), Stage.BEFORE_ANSWER)


@pytest.mark.parametrize(
    ("text", "rule_id"),
    [
        ("火事です", "emergency"),
        ("人に代わってください", "asks-for-person"),
        ("担当の肩に変わって", "asks-for-person"),
        ("人ですか", "are-you-human"),
        ("この薬を飲んでもいいですか", "forbidden-advice"),
        ("消費生活センターに相談します", "legal-words"),
        ("弁護死に相談します", "legal-words"),
        ("身に覚えのない8万円の請求があります", "large-dispute"),
        ("この役立たず", "harassment-warning"),
        ("いい加減にしてください", "upset"),
        ("I want to cancel my contract", "not-japanese"),
    ],
)
def test_the_sample_rules_fire_on_what_they_are_for(
    sample_book: RuleBook, facts: FactReader, text: str, rule_id: str
) -> None:
    firing = judged(sample_book, facts, text)
    assert firing is not None
    assert (firing.rule_id, firing.rule_version) == (rule_id, 7)
    assert firing.say and firing.because


@pytest.mark.parametrize("text", ["料金プランを変えたい", "5万円の機種はありますか", "株式会社で契約できますか"])
def test_an_ordinary_matter_fires_nothing(sample_book: RuleBook, facts: FactReader, text: str) -> None:
    assert judged(sample_book, facts, text) is None


def test_an_emergency_goes_to_a_person_at_once_even_at_night(sample_book: RuleBook, facts: FactReader) -> None:
    firing = judged(sample_book, facts, "人が倒れました", CLOSED)
    assert firing is not None
    assert firing.action == Transfer(kind="transfer", queue="緊急", priority=1, even_if_closed=True)


def test_out_of_hours_a_transfer_becomes_a_callback_with_its_day(sample_book: RuleBook, facts: FactReader) -> None:
    firing = judged(sample_book, facts, "弁護士に相談します", CLOSED)
    assert firing is not None
    assert firing.action == Callback(kind="callback", queue="一般", priority=2)
    spoken = firing.spoken(load_company(sample_dir() / "company.yaml"), A_TUESDAY_NIGHT)
    assert spoken[-1] == "11月25日、午前9時以降に、担当の者より折り返しお電話を差し上げます。"


@pytest.mark.parametrize("situation", [Situation(), CLOSED])
@pytest.mark.parametrize(
    "text", ["人に代わってください", "この薬を飲んでもいいですか", "いい加減にしてください", "裁判を起こします"]
)
def test_nobody_whose_number_is_withheld_is_promised_a_call_back(
    sample_book: RuleBook, facts: FactReader, text: str, situation: Situation
) -> None:
    withheld = replace(situation, caller=CallerProfile(number_known=False))
    firing = judged(sample_book, facts, text, withheld)
    assert firing is not None and firing.escalates
    assert firing.say[-3:] == UNREACHABLE
    assert not any("差し上げます" in line for line in firing.say)
    known = judged(sample_book, facts, text, situation)
    assert known is not None and any("折り返しお電話を差し上げ" in line for line in known.say)


def test_danger_and_answers_are_told_to_a_withheld_number_as_to_any_other(
    sample_book: RuleBook, facts: FactReader
) -> None:
    withheld = Situation(caller=CallerProfile(number_known=False))
    for text in ("火事です", "人ですか"):
        one, other = judged(sample_book, facts, text, withheld), judged(sample_book, facts, text)
        assert one is not None and other is not None and one.say == other.say


def test_a_rule_about_withheld_numbers_says_its_own_words(facts: FactReader) -> None:
    words = "番号を通知のうえ、おかけ直しいただければ、折り返しお電話を差し上げます。"
    own = Rule.model_validate(
        {
            "id": "withheld",
            "title": "番号非通知",
            "order": 1,
            "when": {"kind": "all", "of": [{"kind": "asks_for_person"}, {"kind": "number_withheld"}]},
            "then": {"kind": "transfer", "queue": "一般"},
            "say": [words],
        }
    )
    withheld = Situation(caller=CallerProfile(number_known=False))
    firing = judged(RuleBook.of(1, [own]), facts, "人に代わってください", withheld)
    assert firing is not None and firing.say == (words,)


def test_an_important_caller_goes_before_others(sample_book: RuleBook, facts: FactReader) -> None:
    firing = judged(sample_book, facts, "人に代わって", Situation(caller=CallerProfile(vip=True)))
    assert firing is not None and firing.rule_id == "vip-asks"
    assert isinstance(firing.action, Transfer) and firing.action.priority == 1
    assert [each.rule_id for each in firing.matched] == ["vip-asks", "asks-for-person"]


def test_abuse_is_warned_of_once_then_handed_over_and_threats_after_it_end_the_call(
    sample_book: RuleBook, facts: FactReader
) -> None:
    warned = judged(sample_book, facts, "殺すぞ")
    assert warned is not None and warned.rule_id == "harassment-warning" and not warned.decides
    memory = CallMemory().with_fired(warned.rule_id)
    abuse = judged(sample_book, facts, "この役立たず", memory=memory)
    assert abuse is not None and abuse.rule_id == "upset" and abuse.escalates
    threat = judged(sample_book, facts, "殺すぞ", memory=memory)
    assert threat is not None and threat.rule_id == "harassment-end"
    assert threat.decides and not threat.escalates


def test_a_repeat_caller_is_offered_a_person_once(sample_book: RuleBook, facts: FactReader) -> None:
    often = Situation(caller=CallerProfile(earlier_calls_h=(2.0, 20.0)))
    firing = judged(sample_book, facts, "料金プランを変えたい", often)
    assert firing is not None and firing.rule_id == "repeat-caller" and not firing.decides
    again = judged(sample_book, facts, "料金プランを変えたい", often, CallMemory(fired=("repeat-caller",)))
    assert again is None


def test_what_the_matter_says_is_judged_after_it_is_read(sample_book: RuleBook, facts: FactReader) -> None:
    before = facts.read("父が亡くなりました")
    after = before.with_matter([EntryFact("death-inheritance", "契約・名義・住所")], 0.9, 0)
    assert sample_book.judge(before, Stage.BEFORE_ANSWER) is None
    firing = sample_book.judge(after, Stage.AFTER_MATTER)
    assert firing is not None and firing.rule_id == "inheritance"
    assert isinstance(firing.action, Transfer) and firing.action.queue == "解約"


def test_three_failed_turns_bring_a_person_and_two_do_not(sample_book: RuleBook, facts: FactReader) -> None:
    unknown = facts.read("もごもご", 0.9)
    assert sample_book.judge(unknown.with_matter([], None, 2), Stage.AFTER_MATTER) is None
    firing = sample_book.judge(unknown.with_matter([], None, 3), Stage.AFTER_MATTER)
    assert firing is not None and firing.rule_id == "three-failures"


def test_a_model_that_is_down_is_only_noted(sample_book: RuleBook, facts: FactReader) -> None:
    down = Situation(model_ready=False)
    noted = judged(sample_book, facts, "料金プランを変えたい", down)
    assert noted is not None and isinstance(noted.action, Record) and not noted.say
    asked = judged(sample_book, facts, "人に代わって", down)
    assert asked is not None and asked.rule_id == "asks-for-person"
    assert asked.matched[-1].rule_id == "model-down"


def test_a_model_that_reads_a_wish_for_a_person_is_believed(facts: FactReader) -> None:
    read = facts.read("話の続きをしてくれる方を").with_matter([], 0.1, 1, asks_person="routed_by_model")
    firing = RuleBook().judge(read, Stage.AFTER_MATTER)
    assert firing is not None and firing.rule_id == "asks-for-person"


def test_the_memory_of_a_call_is_bounded() -> None:
    memory = CallMemory()
    for number in range(100):
        memory = memory.after(TurnFacts(normalized=f"発話{number}", confidence=0.5))
    assert len(memory.said) == 20
    assert memory.said[-1] == Said("発話99", 0.5)


CONDITIONS = [
    CallerVip(kind="caller_vip"),
    OutOfHours(kind="out_of_hours"),
    Emergency(kind="emergency"),
]


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    count = draw(st.integers(min_value=1, max_value=6))
    return tuple(
        Rule(
            id=f"r{number}",
            title="x",
            enabled=draw(st.booleans()),
            order=draw(st.integers(min_value=0, max_value=3)),
            weight=draw(st.sampled_from([0.0, 1.0, 2.0])),
            stage=draw(st.sampled_from(Stage)),
            when=draw(st.sampled_from(CONDITIONS)),
            then=Transfer(kind="transfer", queue="一般"),
            say=("引き継ぎます。",),
            once=draw(st.booleans()),
        )
        for number in range(count)
    )


turns = st.builds(
    TurnFacts,
    text=st.text(max_size=10),
    emergency=st.booleans(),
    fired=st.lists(st.sampled_from(["r0", "r1", "r2"]), max_size=2).map(tuple),
    confidence=st.none() | st.floats(0, 1),
    amounts=st.lists(st.integers(1, 10**6), max_size=2).map(tuple),
    progress=st.builds(Progress, failed_turns=st.integers(0, 4)),
    situation=st.builds(
        Situation,
        open=st.booleans(),
        caller=st.builds(CallerProfile, vip=st.booleans(), earlier_calls_h=st.just((1.5,))),
    ),
    entries=st.lists(st.builds(EntryFact, st.just("a"), st.just("解約"), st.just(("escalate",))), max_size=2).map(
        tuple
    ),
)


@settings(deadline=None)
@given(rules(), turns, st.sampled_from([Stage.BEFORE_ANSWER, Stage.AFTER_MATTER, Stage.ON_SILENCE]))
def test_the_first_rule_in_order_decides_whatever_the_rules(
    own: tuple[Rule, ...], facts: TurnFacts, stage: Stage
) -> None:
    book = RuleBook.of(3, own)
    firing = book.judge(facts, stage)
    assert firing == book.judge(facts, stage) == RuleBook.of(3, own[::-1]).judge(facts, stage)
    able = [
        rule
        for rule in (*own, *BUILT_IN)
        if rule.enabled
        and rule.stage in {stage, Stage.ANY}
        and not (rule.once and rule.id in facts.fired)
        and rule.when.check(facts) is not None
    ]
    if firing is None:
        assert able == []
        return
    assert firing.rule_id == min(able, key=lambda rule: rule.rank).id
    assert {each.rule_id for each in firing.matched} == {rule.id for rule in able}


@settings(deadline=None)
@given(turns)
def test_a_decision_replays_from_its_stored_facts(facts: TurnFacts) -> None:
    stored = json.loads(json.dumps(facts.to_dict()))
    again = TurnFacts.from_dict(stored)
    assert again == facts
    rules_now = RuleBook().rules
    assert decide(rules_now, 0, again, Stage.BEFORE_ANSWER) == decide(rules_now, 0, facts, Stage.BEFORE_ANSWER)


def test_real_words_replay_from_their_stored_facts(sample_book: RuleBook, facts: FactReader) -> None:
    read = facts.read("さっきから8万円返せって言ってるだろ", 0.4, CallMemory((Said("8万円返せ", 0.8),), ("x",)), CLOSED)
    again = TurnFacts.from_dict(json.loads(json.dumps(read.to_dict())))
    assert again == read
    firing = sample_book.judge(again, Stage.BEFORE_ANSWER)
    assert firing == sample_book.judge(read, Stage.BEFORE_ANSWER)
    assert firing is not None and json.dumps(firing.to_dict())


def test_no_rule_hides_another_that_was_not_asked_for(sample_book: RuleBook, facts: FactReader) -> None:
    both = replace(facts.read("人に代わって"), emergency=True)
    firing = sample_book.judge(both, Stage.BEFORE_ANSWER)
    assert firing is not None and firing.rule_id == "emergency"
