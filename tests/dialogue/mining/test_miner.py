"""Mining whole calls with the real index: the matters that are there are found, each once, without anybody's data."""

from __future__ import annotations

import functools
from itertools import pairwise

import pytest

from dialogue.faq.entry import FaqEntry
from dialogue.mining.calls import PastCall, TurnLink
from dialogue.mining.clusters import Clusters
from dialogue.mining.drafts import Draft, Drafter, DraftKind, published_content
from dialogue.mining.gleaning import Gleaner
from dialogue.mining.miner import Miner
from dialogue.mining.space import Background, QuestionSpace
from dialogue.privacy.finder import find_personal
from tests.dialogue.mining.scene import LetterEmbedder, book, mine, new_miner, reader, retriever
from tests.dialogue.mining.seeded import MATTERS, NAMES, NUMBERS, all_calls, call_of


@functools.cache
def drafts() -> list[Draft]:
    return mine(all_calls())


def matter_of(draft: Draft) -> str:
    """The seeded matter that most of a draft's calls are about."""
    about = [link.call_id.rpartition("-")[0] for link in draft.sources]
    return max(set(about), key=about.count)


def draft_about(matter: str) -> Draft:
    return next(draft for draft in drafts() if matter_of(draft) == matter)


def test_every_seeded_matter_becomes_exactly_one_draft_and_nothing_else_does() -> None:
    assert sorted(matter_of(draft) for draft in drafts()) == sorted(MATTERS)


def test_a_draft_holds_one_matter_only_and_most_of_its_calls() -> None:
    about = [[link.call_id.rpartition("-")[0] for link in draft.sources] for draft in drafts()]
    right = sum(calls.count(matter_of(draft)) for calls, draft in zip(about, drafts(), strict=True))
    assert right / sum(map(len, about)) >= 0.95
    assert right / (6 * len(MATTERS)) >= 0.9


def test_a_draft_leads_to_the_calls_and_turns_it_was_drawn_from() -> None:
    draft = draft_about("phone-book")
    assert TurnLink("phone-book-0", 1) in draft.sources
    assert all(link.turn == 5 for link in draft.told_at)
    assert draft.calls == draft.size == 6


def test_the_answer_is_in_the_operators_own_words() -> None:
    said = {sentence + "。" for told in MATTERS["lessons"].told for sentence in told.split("。") if sentence}
    assert draft_about("lessons").answer
    assert set(draft_about("lessons").answer) <= said


def test_a_matter_that_nobody_answered_has_no_answer() -> None:
    draft = draft_about("pole")
    assert draft.answer == ()
    assert draft.supported_by == 0


def test_operators_who_contradict_each_other_are_pointed_out() -> None:
    assert any("1,500円" in sentence for sentence in draft_about("shareholders").disagreements)


def test_a_new_matter_is_a_new_entry_with_a_short_title_and_the_nearest_entry_beside_it() -> None:
    draft = draft_about("phone-book")
    assert draft.kind is DraftKind.NEW_ENTRY
    assert "電話帳" in draft.title
    assert len(draft.title) <= 24
    assert draft.nearest is not None
    assert draft.nearest.entry_id in {entry.id for entry in book().entries}


def test_a_matter_that_the_faq_has_becomes_wordings_for_that_entry() -> None:
    draft = draft_about("fee-of-hikari")
    assert draft.kind is DraftKind.ADD_VARIANTS
    assert draft.nearest is not None
    assert draft.nearest.entry_id == "hikari-cancel-fee"


def test_a_wording_of_another_entry_is_not_proposed_with_its_neighbours() -> None:
    other = book().get("mobile-cancel-fee")
    assert other is not None
    calls = [call_of("fee-of-hikari", n) for n in range(5)]
    stray = PastCall("stray", (_asked(calls[0], other.questions[1]), *calls[0].lines[2:]))
    assert all(other.questions[1] not in draft.questions for draft in mine([*calls, stray]))


def test_wordings_that_the_entry_has_already_are_not_proposed_again() -> None:
    known = book().get("hikari-cancel-fee")
    assert known is not None
    calls = [call_of("fee-of-hikari", n) for n in range(6)]
    asked = [PastCall(f"known-{n}", (_asked(calls[n], known.questions[n]), *calls[n].lines[2:])) for n in range(4)]
    assert mine(asked) == []


def test_the_most_asked_comes_first_and_what_came_up_twice_is_no_draft() -> None:
    calls = [call_of("pole", n) for n in range(2)] + [call_of("lessons", n) for n in range(5)]
    found = mine([*calls, *(call_of("phone-book", n) for n in range(3))])
    assert [matter_of(draft) for draft in found] == ["lessons", "phone-book"]
    assert all(one.size >= other.size for one, other in pairwise(found))


def test_one_caller_who_asks_again_and_again_is_one_call() -> None:
    again = call_of("pole", 0)
    repeated = PastCall("stubborn", tuple(line for n in range(6) for line in _turned(call_of("pole", n), 3 * n)))
    assert again.id != repeated.id
    assert mine([repeated]) == []


def test_nobody_is_named_in_any_draft() -> None:
    for draft in drafts():
        text = "\n".join((draft.title, *draft.questions, *draft.answer, *draft.disagreements))
        assert not [name for name in NAMES if name in text]
        assert not [number for number in NUMBERS if number in text]
        assert not [line for line in text.split("\n") if find_personal(line)]


def test_turns_that_were_decided_on_before_are_passed_over() -> None:
    known = frozenset(TurnLink(f"pole-{n}", 1) for n in range(6))
    space = QuestionSpace(LetterEmbedder(), reader(), Background())
    miner = Miner(Gleaner(), space, Clusters(), Drafter(book(), retriever(), reader()), known)
    for n in range(6):
        miner.take(call_of("pole", n))
    assert miner.so_far.questions == 0
    assert miner.drafts() == []


def test_no_calls_make_no_drafts() -> None:
    assert new_miner().drafts() == []


# Publishing what was approved


def content() -> list[dict[str, object]]:
    return [entry.model_dump(mode="json") for entry in book().entries]


def test_an_approved_new_entry_joins_the_faq_as_a_valid_entry() -> None:
    published = published_content(content(), draft_about("lessons").content(), "lessons", "サービス")
    entry = FaqEntry.model_validate(published[-1])
    assert entry.id == "lessons"
    assert entry.spoken == "".join(draft_about("lessons").answer)
    assert len(published) == len(book()) + 1


def test_approved_wordings_join_the_entry_they_are_for() -> None:
    draft = draft_about("fee-of-hikari")
    published = published_content(content(), draft.content())
    entry = next(each for each in published if each["id"] == "hikari-cancel-fee")
    assert set(draft.questions) <= set(entry["questions"])
    assert len(published) == len(book())


def test_an_entry_without_an_answer_cannot_be_published() -> None:
    with pytest.raises(ValueError, match="回答がまだありません"):
        published_content(content(), draft_about("pole").content(), "pole")


def test_an_id_that_is_taken_or_an_entry_that_is_gone_is_told() -> None:
    with pytest.raises(ValueError, match="すでにFAQにあります"):
        published_content(content(), draft_about("lessons").content(), "points")
    with pytest.raises(ValueError, match="もうFAQにありません"):
        published_content([], draft_about("fee-of-hikari").content())


def _asked(call: PastCall, text: str):  # type: ignore[no-untyped-def]
    line = call.lines[1]
    return type(line)(line.turn, line.who, text, line.act)


def _turned(call: PastCall, offset: int):  # type: ignore[no-untyped-def]
    return [type(line)(line.turn + offset, line.who, line.text, line.act) for line in call.lines[:3]]
