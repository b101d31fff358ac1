"""The mind as the service builds it: from the company's folder and the records, with the real embedding model."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from dialogue.escalation.book import RuleBook
from dialogue.evidence import Candidate
from dialogue.faq.entry import Audience
from dialogue.turns import Act, CallerTurn, TurnKind
from records.database import sqlite_url
from records.store import Records
from samples import sample_dir
from tests.dialogue.retrieval.model_server import ModelServer
from tests.embedding import kept_embedder
from uketsuke.errors import UserError
from uketsuke.minds import Minds, Published, Search
from uketsuke.places import Places, places_of
from uketsuke.settings import CompanySettings, LanguageModelSettings, RecordSettings, RetrievalSettings, Settings


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """A copy of the sample company, to be spoilt."""
    folder = tmp_path / "company"
    shutil.copytree(sample_dir(), folder)
    return folder


@pytest.fixture
def wanted(tmp_path: Path, company: Path) -> Settings:
    return Settings(
        company=CompanySettings(folder=company),
        records=RecordSettings(folder=tmp_path),
        llm=LanguageModelSettings(kind="off"),
    )


@pytest.fixture
def places(wanted: Settings) -> Places:
    return places_of(wanted)


@pytest.fixture
async def records(places: Places) -> AsyncIterator[Records]:
    opened = await Records.open(sqlite_url(places.database))
    yield opened
    await opened.close()


async def on_a_thread(search: Search) -> list[Candidate]:
    return await asyncio.to_thread(search)


async def test_the_first_start_publishes_the_companys_file(wanted: Settings, places: Places, records: Records) -> None:
    minds = await Minds.open(places, records, on_a_thread)
    published = await records.faq.current()
    assert published is not None
    assert minds.faq_version == published.version == 1
    assert len(published.content) == len(yaml.safe_load((places.company / "faq.yaml").read_text("utf-8"))["entries"])


async def test_later_starts_use_what_was_published_and_not_the_file(
    wanted: Settings, places: Places, records: Records
) -> None:
    await Minds.open(places, records, on_a_thread)
    (places.company / "faq.yaml").write_text("entries: broken", encoding="utf-8")
    minds = await Minds.open(places, records, on_a_thread)
    assert minds.faq_version == 1


async def test_each_call_has_a_conversation_of_its_own(wanted: Settings, places: Places) -> None:
    minds = await Minds.from_files(places)
    first, second = minds.new_conversation(), minds.new_conversation()
    decision = await first.decide(CallerTurn(TurnKind.SPEECH, text="料金プランを変更したいです"))
    first.commit(decision)
    assert decision.reply.act is Act.ANSWER
    assert first.state.topic_id == "plan-change"
    assert second.state.topic_id == ""


async def test_the_recogniser_is_told_the_companys_words_before_those_of_the_faq(
    wanted: Settings, places: Places
) -> None:
    surfaces = [term.surface for term in (await Minds.from_files(places)).terms]
    own = yaml.safe_load((places.company / "vocabulary.yaml").read_text("utf-8"))["entries"]
    assert surfaces[: len(own)] == [entry["surface"] for entry in own]
    assert "マイみなと" in surfaces


async def test_what_is_said_often_begins_with_the_opening_and_has_every_answer_once(
    wanted: Settings, places: Places
) -> None:
    minds = await Minds.from_files(places)
    sentences = await minds.frequent_sentences()
    opening = await minds.new_conversation().open()
    assert tuple(sentences[: len(opening.sentences)]) == opening.sentences
    assert len(sentences) == len(set(sentences))
    assert "手数料はかかりません。" in sentences


async def test_a_faq_with_a_mistake_is_told_with_its_file_and_row(wanted: Settings, places: Places) -> None:
    (places.company / "faq.yaml").write_text("entries:\n  - id: a\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"faq\.yaml は使えません[\s\S]*2行目"):
        await Minds.from_files(places)


async def test_a_company_without_a_faq_is_told(wanted: Settings, places: Places) -> None:
    (places.company / "faq.yaml").unlink()
    with pytest.raises(UserError, match=r"faq\.yaml を開けません"):
        await Minds.from_files(places)


async def test_a_vocabulary_with_a_mistake_is_told_with_what_to_write(wanted: Settings, places: Places) -> None:
    (places.company / "vocabulary.yaml").write_text("entries: [{reading: よみ}]", encoding="utf-8")
    with pytest.raises(UserError, match=r"vocabulary\.yaml が読めません.*surface と reading"):
        await Minds.from_files(places)


async def test_what_is_published_is_answered_at_the_next_turn_of_a_running_conversation(
    wanted: Settings, places: Places, records: Records
) -> None:
    minds = await Minds.open(places, records, on_a_thread)
    conversation = minds.new_conversation()
    question = CallerTurn(TurnKind.SPEECH, text="料金プランを変更したいんですけど")
    before = await conversation.decide(question)
    published = await records.faq.current()
    assert published is not None
    content = [
        {**entry, "spoken": "プランの変更は、お店で承ります。"} if entry["id"] == "plan-change" else entry
        for entry in published.content
    ]
    await records.faq.publish(content, "テスト")
    assert await minds.refresh() and not await minds.refresh()
    after = await conversation.decide(question)
    assert "お店で承ります" not in before.reply.text and "お店で承ります" in after.reply.text
    assert (before.reply.evidence.faq_version, after.reply.evidence.faq_version) == (1, 2)


async def test_a_new_escalation_rule_holds_at_the_next_turn(wanted: Settings, places: Places, records: Records) -> None:
    minds = await Minds.open(places, records, on_a_thread)
    conversation = minds.new_conversation()
    rule = {
        "id": "plan-words", "title": "プランのお話", "order": 300, "when": {"kind": "words", "words": ["料金プラン"]},
        "then": {"kind": "transfer", "queue": "一般"}, "say": ["担当の者に引き継ぎます。"],
    }  # fmt: skip
    await records.rules.publish([rule], "テスト")
    await minds.refresh()
    decision = await conversation.decide(CallerTurn(TurnKind.SPEECH, text="料金プランを変更したいんですけど"))
    assert decision.reply.act is Act.HAND_OVER and decision.reply.escalation_reason == "plan-words"


async def test_operators_find_what_callers_are_never_told(wanted: Settings, places: Places, records: Records) -> None:
    minds = await Minds.open(places, records, on_a_thread)
    callers = {entry.id for entry in minds.book(Audience.CALLER).entries}
    operators = {entry.id for entry in minds.book(Audience.OPERATOR).entries}
    assert operators - callers


async def test_a_number_on_the_companys_lists_is_known_however_it_is_written(
    wanted: Settings, places: Places, company: Path
) -> None:
    file = company / "company.yaml"
    file.write_text(file.read_text(encoding="utf-8") + 'vip_numbers: ["03-0000-9999"]\n', encoding="utf-8")
    minds = await Minds.from_files(places)
    assert minds.profile("+81300009999", ()).vip and not minds.profile("+81300001111", ()).vip
    assert not minds.profile("anonymous", (1.0,)).number_known


async def test_entries_are_found_with_an_embedder_and_a_reranker_that_are_served(
    places: Places, company: Path, records: Records
) -> None:
    content = yaml.safe_load((company / "faq.yaml").read_text(encoding="utf-8"))["entries"][:4]
    await records.faq.publish(content, "テスト")
    with ModelServer(kept_embedder()) as server:
        retrieval = RetrievalSettings(
            embedder="openai", base_url=server.base_url, model="e5", reranker_url=server.base_url, reranker_model="e5",
            query_prefix="query: ", passage_prefix="passage: ", reranker_deadline_s=5,
        )  # fmt: skip
        minds = await Minds.open(places, records, on_a_thread, retrieval=retrieval)
        question = CallerTurn(TurnKind.SPEECH, text="料金プランを変更したいです")
        decision = await minds.new_conversation().decide(question)
    assert decision.reply.evidence.candidates[0].entry_id == "plan-change"
    assert any("input" in body for body in server.asked) and any("documents" in body for body in server.asked)


async def test_an_embedding_server_that_is_not_there_is_said_at_the_start(places: Places, records: Records) -> None:
    retrieval = RetrievalSettings(embedder="openai", base_url="http://127.0.0.1:9/v1", model="x")
    with pytest.raises(UserError, match=r"\[retrieval\]"):
        await Minds.open(places, records, on_a_thread, retrieval=retrieval)


async def test_rules_alone_are_taken_up_without_learning_the_faq_anew(wanted: Settings, places: Places) -> None:
    minds = await Minds.from_files(places)
    before = {audience: minds.searcher(audience) for audience in (Audience.CALLER, Audience.OPERATOR)}
    await minds.take(Published(minds.published.faq, RuleBook(version=7)))
    assert minds.rules_version == 7
    assert {audience: minds.searcher(audience) for audience in before} == before
