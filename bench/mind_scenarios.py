"""Facts spoken without a source: every scenario of the sample company, played with the model off and misbehaving."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from dialogue import phrases
from dialogue.company import Company
from dialogue.escalation.book import RuleBook
from dialogue.escalation.files import load_rules
from dialogue.faq.entry import FaqEntry
from dialogue.faq.files import read_entries
from dialogue.grounding.check import GroundingChecker
from dialogue.kana import Reader
from dialogue.retrieval.embedder import Embedder
from dialogue.scenarios.loader import load_scenarios
from dialogue.scenarios.runner import ScenarioResult, play_virtually
from dialogue.scenarios.scenario import ModelKind, Scenario
from dialogue.scenarios.world import CompanyMinds
from dialogue.turns import Act, Reply
from dialogue.wording import Wording

_WORDS: Final = Wording()
MODELS: Final = (None, ModelKind.MISLEADING)
"""How the suite is played: each scenario with its own model, then all with one that misleads on purpose."""


@dataclass(frozen=True)
class Ungrounded:
    """Something said that stands in no source of its reply."""

    scenario: str
    model: str
    fact: str
    said: str


class Sources:
    """What each reply may take its facts from: the entries it cites, and what the company and its rules say."""

    def __init__(self, company: Company, entries: Sequence[FaqEntry], rules: RuleBook) -> None:
        self._company = company
        self._entries = {entry.id: entry for entry in entries}
        ladders = ["".join(rung) for rung in (*phrases.REASK, *phrases.NO_INPUT)]
        ruled = [line for rule in rules.rules for line in (*rule.say, *rule.say_closed) if "{" not in line]
        self._fixed = [*phrases.every_fixed_sentence(), *ladders, *ruled]

    def of(
        self, reply: Reply, moment: datetime, extra: Sequence[FaqEntry] = (), before: Sequence[Reply] = ()
    ) -> list[str]:
        """Texts for `reply` at `moment`; `extra` are entries published for one scenario, `before` earlier replies.

        Answers count only when they are cited. What is asked back are titles, or the parts in which they differ; an
        earlier question may be asked once more.
        """
        known = {**self._entries, **{entry.id: entry for entry in extra}}
        cited = [known[entry_id].spoken for entry_id in reply.evidence.entry_ids if entry_id in known]
        asked = {candidate.title for candidate in reply.evidence.candidates}
        titles = [entry.title for entry in known.values() if entry.title in asked or entry.title in reply.text]
        own = [*_WORDS.opening(self._company), *_WORDS.hand_over(self._company, moment)]
        also = [line for title in titles for line in _WORDS.confirm_also(title)]
        earlier = [sentence for one in before if one.act is Act.CLARIFY for sentence in one.sentences]
        return [*cited, *titles, *also, *earlier, *own, *self._fixed]


@dataclass(frozen=True)
class SuiteFindings:
    """`own` are the scenarios with their own model; `replies` how many were read in all, `found` what was in them."""

    own: Sequence[ScenarioResult]
    replies: int
    found: Sequence[Ungrounded]

    def figures(self) -> dict[str, float]:
        """`ungrounded_facts` and how much was read for it."""
        awaited = [result for result in self.own if not result.scenario.awaits]
        return {
            "ungrounded_facts": float(len(self.found)),
            "scenario_replies_read": float(self.replies),
            "scenarios": float(len(self.own)),
            "scenarios_as_expected": float(sum(result.passed for result in awaited)),
            "scenarios_not_as_expected": float(sum(not result.passed for result in awaited)),
        }


def read_suite(folder: Path) -> tuple[Scenario, ...]:
    """The company's scenarios."""
    return load_scenarios([folder / "scenarios"])


def play_suite(folder: Path, company: Company, embedder: Embedder, limit: int | None = None) -> SuiteFindings:
    """Play the suite with every kind of model, and read what was said. Blocking, with an event loop of its own."""
    reader = Reader()
    entries = read_entries(folder / "faq.yaml")
    rules = load_rules(folder / "rules.yaml")
    minds = CompanyMinds(company, entries, embedder, reader, rules)
    sources, checker = Sources(company, entries, rules), GroundingChecker(reader)
    results: list[ScenarioResult] = []
    found: list[Ungrounded] = []
    for kind in MODELS:
        for scenario in read_suite(folder)[:limit]:
            result = play_virtually(scenario, minds, kind)
            results.append(result)
            found += _ungrounded(result, sources, checker)
    own = results[: len(results) // len(MODELS)]
    return SuiteFindings(own, sum(len(result.replies) for result in results), found)


def _ungrounded(result: ScenarioResult, sources: Sources, checker: GroundingChecker) -> Iterator[Ungrounded]:
    scenario = result.scenario
    for number, reply in enumerate(result.replies):
        texts = sources.of(reply, scenario.now, scenario.extra_entries, result.replies[:number])
        for fact in checker.facts_not_in(texts, reply.text):
            yield Ungrounded(
                scenario.id, scenario.model.value, f"{fact.kind.value} {fact.value}{fact.unit}", reply.text
            )
