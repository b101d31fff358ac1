"""Every scenario of the sample company, as it is written and with the language model misbehaving."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Callable

import pytest

from dialogue import phrases
from dialogue.faq.files import read_entries
from dialogue.normalize import normalize
from dialogue.replay import Premises, differences, premises_of
from dialogue.scenarios.clock import run_virtually
from dialogue.scenarios.expectations import ProblemKind, outcome_of
from dialogue.scenarios.loader import load_scenarios
from dialogue.scenarios.runner import ScenarioResult, play_virtually
from dialogue.scenarios.scenario import ModelKind, Outcome, Scenario
from dialogue.scenarios.world import CompanyMinds, ScenarioWorld
from dialogue.state import Decision
from dialogue.turns import Act, Reply
from samples import sample_dir

SCENARIOS = load_scenarios([sample_dir() / "scenarios"])
ENTRIES = {entry.id: entry for entry in read_entries(sample_dir() / "faq.yaml")}
KINDS_OF_CALL = {
    "direct", "ellipsis", "correction", "change", "return", "two_in_one", "middle", "clarify", "abstain", "person",
    "emergency", "harassment", "advice", "card", "human", "hours", "silence", "keypad", "repeat", "closing",
    "model_off", "model_slow", "model_failing", "model_nonsense", "model_misleading", "privacy",
}  # fmt: skip
KINDS_OF_ATTACK = {
    "injection", "imported", "coaxing", "others_data", "internal", "profanity", "role_play", "language", "authority",
    "pressure", "numbers",
}  # fmt: skip
MISBEHAVING = [kind for kind in ModelKind if kind is not ModelKind.OFF]
HARMLESS = {ModelKind.SLOW, ModelKind.FAILING}
_IMPOLITE = re.compile(
    "了解|よろしかったでしょうか|お名前様|おられますか|ご苦労|なるほどですね|大丈夫です|すみません|できません(?!でした)"
)
# Not half a word (「きについて」) before; 「…、」 goes on in the next sentence.
_WHOLE = re.compile("^(?!について|[^何]について)[^。、].*[。、]$")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


AllWith = Callable[[ModelKind], list[ScenarioResult]]


@pytest.fixture(scope="module")
def all_with(minds: CompanyMinds) -> AllWith:
    """Every scenario played with one kind of model, once."""
    return functools.cache(lambda kind: [play_virtually(scenario, minds, kind) for scenario in SCENARIOS])


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(
            scenario,
            id=scenario.id,
            marks=[pytest.mark.xfail(reason="、".join(scenario.awaits), strict=False)] if scenario.awaits else [],
        )
        for scenario in SCENARIOS
    ],
)
def test_the_conversation_goes_as_the_scenario_says(scenario: Scenario, minds: CompanyMinds) -> None:
    result = play_virtually(scenario, minds)
    assert result.passed, "\n" + result.transcript()


@pytest.mark.parametrize("kind", MISBEHAVING)
def test_with_a_misbehaving_model_every_call_still_has_a_reply_in_time(kind: ModelKind, all_with: AllWith) -> None:
    told = [result for result in all_with(kind) if _has(result, ProblemKind.CRASH, ProblemKind.WITHIN)]
    assert not told, "\n" + "\n".join(result.transcript() for result in told)


@pytest.mark.parametrize("kind", MISBEHAVING)
def test_with_a_misbehaving_model_every_call_ends_in_an_answer_a_clarification_or_a_person(
    kind: ModelKind, all_with: AllWith
) -> None:
    lost = [
        result.transcript()
        for result, plain in zip(all_with(kind), all_with(ModelKind.OFF), strict=True)
        if _ended(result) not in {Outcome.ANSWER, Outcome.CLARIFY, Outcome.HAND_OVER, _ended(plain)}
    ]
    assert not lost, "\n" + "\n".join(lost)


@pytest.mark.parametrize("kind", sorted(HARMLESS))
def test_a_model_that_gives_nothing_changes_nothing(kind: ModelKind, all_with: AllWith) -> None:
    different = [
        result.transcript()
        for result, plain in zip(all_with(kind), all_with(ModelKind.OFF), strict=True)
        if [reply.sentences for reply in result.replies] != [reply.sentences for reply in plain.replies]
    ]
    assert not different, "\n" + "\n".join(different)


@pytest.mark.parametrize("kind", [ModelKind.NONSENSE, ModelKind.MISLEADING])
def test_what_must_never_be_said_is_not_said_whatever_the_model_says(kind: ModelKind, all_with: AllWith) -> None:
    told = [
        result.transcript()
        for result in all_with(kind)
        if _has(result, ProblemKind.NEVER_SAYS) and not result.scenario.awaits
    ]
    assert not told, "\n" + "\n".join(told)


@pytest.mark.parametrize("kind", list(ModelKind))
def test_every_number_spoken_stands_in_the_cited_answer(kind: ModelKind, all_with: AllWith) -> None:
    invented = [
        f"{result.scenario.id}: {sorted(_uncited(result.scenario, reply))} {reply.text}"
        for result in all_with(kind)
        for reply in result.replies
        if reply.act in {Act.ANSWER, Act.REPEAT} and _uncited(result.scenario, reply)
    ]
    assert not invented, "\n" + "\n".join(invented)


def test_no_number_of_a_lying_model_is_spoken_where_it_may_write_every_answer(writing_minds: CompanyMinds) -> None:
    results = [play_virtually(scenario, writing_minds, ModelKind.MISLEADING) for scenario in SCENARIOS[::3]]
    composed = [reply for result in results for reply in result.replies if reply.evidence.composition]
    invented = [
        f"{result.scenario.id}: {sorted(_uncited(result.scenario, reply))} {reply.text}"
        for result in results
        for reply in result.replies
        if reply.act in {Act.ANSWER, Act.REPEAT} and _uncited(result.scenario, reply)
    ]
    told = [result.transcript() for result in results if _has(result, ProblemKind.NEVER_SAYS)]
    assert len(composed) > 20 and not invented and not told, "\n" + "\n".join(invented + told)


def test_every_decision_is_made_again_from_its_stored_evidence(minds: CompanyMinds, all_with: AllWith) -> None:
    told = []
    for result in all_with(ModelKind.OFF):
        for reply in result.replies:
            stored = json.loads(json.dumps(reply.evidence.to_dict()))
            again = run_virtually(_decided_again(minds, result.scenario, reply, premises_of(stored)))
            told += [f"{result.scenario.id}: {said}" for said in differences(stored, reply.text, again)]
    assert not told, "\n" + "\n".join(told)


def test_everything_said_is_whole_sentences_in_polite_words(all_with: AllWith) -> None:
    told = [
        f"{result.scenario.id}: {sentence}"
        for result in all_with(ModelKind.OFF)
        for reply in result.replies
        for sentence in reply.sentences
        if _IMPOLITE.search(sentence) or not _WHOLE.search(sentence)
    ]
    assert not told, "\n" + "\n".join(told)


def test_there_are_enough_conversations_and_attacks_of_every_kind() -> None:
    attacks = [scenario for scenario in SCENARIOS if "redteam" in scenario.tags]
    assert len(SCENARIOS) - len(attacks) >= 150 and len(attacks) >= 60
    tags = Counter(tag for scenario in SCENARIOS for tag in scenario.tags)
    assert min(tags[tag] for tag in KINDS_OF_CALL | KINDS_OF_ATTACK) >= 2, tags


def test_every_entry_that_a_scenario_names_is_there() -> None:
    for scenario in SCENARIOS:
        there = set(ENTRIES) | {entry.id for entry in scenario.extra_entries}
        for step in scenario.steps:
            assert {*step.answers_with, *step.answers_with_one_of, *step.offers} <= there, scenario.source


def test_no_scenario_says_a_question_variant_word_for_word() -> None:
    variants = {normalize(question) for entry in ENTRIES.values() for question in entry.questions}
    said = {
        scenario.id: step.says.text
        for scenario in SCENARIOS
        for step in scenario.steps
        if step.says is not None and normalize(step.says.text) in variants
    }
    assert not said


async def _decided_again(minds: CompanyMinds, scenario: Scenario, reply: Reply, premises: Premises) -> Decision:
    world = ScenarioWorld(lambda: premises.moment, scenario.caller, extra_entries=scenario.extra_entries)
    mind = minds(world)
    mind.commit(Decision(reply, premises.state))
    return await mind.decide(premises.turn)


def _ended(result: ScenarioResult) -> Outcome:
    return outcome_of(result.replies[-1])


def _has(result: ScenarioResult, *kinds: ProblemKind) -> bool:
    return any(problem.kind in kinds for problem in result.all_problems())


def _uncited(scenario: Scenario, reply: Reply) -> set[str]:
    """The numbers of a reply that neither its entries' approved answers, nor titles, nor the fixed phrases have."""
    entries = ENTRIES | {entry.id: entry for entry in scenario.extra_entries}
    sources = [entries[entry_id].spoken for entry_id in reply.evidence.entry_ids]
    allowed = {number for text in (*sources, *phrases.every_fixed_sentence()) for number in _numbers(text)}
    said = reply.text
    for entry in entries.values():
        said = said.replace(entry.title, "")
    return _numbers(said) - allowed


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(normalize(text)))
