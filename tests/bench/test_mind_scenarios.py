"""What a reply may take its facts from, and what is found where it took them from nowhere."""

from __future__ import annotations

from datetime import datetime

import pytest

from bench.mind_scenarios import Sources
from dialogue import phrases
from dialogue.company import Company, load_company
from dialogue.escalation.book import RuleBook
from dialogue.evidence import Evidence
from dialogue.faq.entry import FaqEntry
from dialogue.grounding.check import GroundingChecker
from dialogue.kana import Reader
from dialogue.turns import Act, Reply
from dialogue.wording import Wording
from samples import sample_dir

NOW = datetime.fromisoformat("2026-11-24T10:00+09:00")
FEE = FaqEntry(id="fee", category="c", title="事務手数料", questions=("手数料",), spoken="手数料は3,300円です。")
DAY = FaqEntry(id="day", category="c", title="引き落とし日", questions=("引き落とし",), spoken="毎月27日です。")


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(sample_dir() / "company.yaml")


@pytest.fixture(scope="module")
def checker() -> GroundingChecker:
    return GroundingChecker(Reader())


@pytest.fixture
def sources(company: Company) -> Sources:
    return Sources(company, (FEE, DAY), RuleBook())


def said(*sentences: str, ids: tuple[str, ...] = (), act: Act = Act.ANSWER) -> Reply:
    return Reply(sentences, act, Evidence(decision="test", entry_ids=ids))


def test_a_cited_answer_is_its_own_source(sources: Sources, checker: GroundingChecker) -> None:
    reply = said(FEE.spoken, phrases.FOLLOW_UP, ids=("fee",))
    assert checker.facts_not_in(sources.of(reply, NOW), reply.text) == []


def test_an_answer_that_is_not_cited_is_no_source(sources: Sources, checker: GroundingChecker) -> None:
    reply = said(FEE.spoken, ids=("day",))
    assert [fact.value for fact in checker.facts_not_in(sources.of(reply, NOW), reply.text)] == ["3300"]


def test_a_changed_number_is_found(sources: Sources, checker: GroundingChecker) -> None:
    reply = said("手数料は3,000円です。", ids=("fee",))
    assert [fact.value for fact in checker.facts_not_in(sources.of(reply, NOW), reply.text)] == ["3000"]


def test_what_is_always_said_needs_no_entry(sources: Sources, checker: GroundingChecker, company: Company) -> None:
    for sentences in (*phrases.REASK, (phrases.WAIT,), Wording().opening(company), Wording().hand_over(company, NOW)):
        reply = said(*sentences, act=Act.REASK)
        assert checker.facts_not_in(sources.of(reply, NOW), reply.text) == []


def test_an_earlier_question_may_be_asked_once_more(sources: Sources, checker: GroundingChecker) -> None:
    question = said("スマホでしょうか、それとも、光回線でしょうか。", act=Act.CLARIFY)
    again = said(phrases.BACK_TO_YOUR_QUESTION, *question.sentences)
    assert checker.facts_not_in(sources.of(again, NOW), again.text) != []
    assert checker.facts_not_in(sources.of(again, NOW, before=[question]), again.text) == []
