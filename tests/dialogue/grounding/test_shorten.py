from __future__ import annotations

import pytest

from dialogue.faq.entry import FaqBook
from dialogue.grounding.check import GroundingChecker, Source
from dialogue.grounding.shorten import FollowUp, join_answers
from dialogue.sentences import sentences_of


@pytest.fixture(scope="module")
def follow_up(checker: GroundingChecker) -> FollowUp:
    return FollowUp(checker.facts, checker.companions)


@pytest.mark.parametrize(
    ("entry_id", "question", "part"),
    [
        ("owner-change", "それはいくらですか", "手数料は3,300円です。"),
        ("plan-change", "手数料は", "手数料はかかりません。"),
        ("payment-date", "いつですか", "口座振替は、毎月27日に引き落としいたします。"),
        ("data-transfer", "どれくらいかかりますか", "料金は3,300円で、1時間ほどかかります。"),
        ("new-contract", "何が必要ですか", "本人確認書類と、クレジットカードまたは口座のわかるものをご用意ください。"),
        ("store-hours", "休みはいつ", "定休日は、毎月第3水曜日です。"),
        ("voicemail", "それはいくら", "留守番電話は、月額330円のオプションです。"),
        ("receipt", "どうやってもらうの", "お支払い証明書は、マイみなとの請求の画面から無料で保存いただけます。"),
        ("senior-discount", "誰が対象ですか", "60歳以上のお客様には、シニア割がございます。"),
        ("sim-reissue", "どこでできますか", "SIMカードの再発行は、みなとショップかマイみなとで承ります。"),
        ("hikari-construction-cost", "料金はどれくらい", "みなと光の新設の工事費は、22,000円です。"),
        ("store-hours", "何時からですか", "みなとショップは、午前10時から午後7時まで営業しております。"),
    ],
)  # fmt: skip
def test_a_follow_up_is_answered_with_the_sentence_that_carries_its_fact(
    follow_up: FollowUp, whole_book: FaqBook, entry_id: str, question: str, part: str
) -> None:
    entry = whole_book.get(entry_id)
    assert entry is not None

    said = follow_up.shorten(entry, question)

    assert said is not None
    assert part in said


@pytest.mark.parametrize(
    ("entry_id", "question"),
    [
        ("legal-claim", "いくらですか"),
        ("plan-current", "いつから"),
        ("mypage-password", "いくら"),
        ("own-device", "なるほど"),
    ],
)
def test_nothing_is_chosen_where_no_sentence_carries_the_fact(
    follow_up: FollowUp, whole_book: FaqBook, entry_id: str, question: str
) -> None:
    entry = whole_book.get(entry_id)
    assert entry is not None

    assert follow_up.shorten(entry, question) is None


def test_a_named_plan_is_answered_for_itself(follow_up: FollowUp, whole_book: FaqBook) -> None:
    plans = whole_book.get("plan-list")
    assert plans is not None

    said = follow_up.shorten(plans, "みなとマックスはいくら")

    assert said == ("みなとマックスは、データ使い放題で月額4,950円です。", "いずれも税込みの金額です。")


def test_what_is_chosen_is_complete_for_every_entry_and_question(
    follow_up: FollowUp, checker: GroundingChecker, whole_book: FaqBook
) -> None:
    for entry in whole_book.entries:
        source = Source(entry.id, entry.spoken, entry.title)
        for question in ("いくら", "いつ", "どこ", "何が必要", "誰", "どうやって", "何日かかる"):
            said = follow_up.shorten(entry, question)
            if said is not None:
                assert set(said) <= set(sentences_of(entry.spoken))
                assert checker.check("\n".join(said), [source], complete=True).grounded, (entry.id, said)


def test_one_answer_needs_no_lead_in(whole_book: FaqBook) -> None:
    entry = whole_book.entries[0]

    assert join_answers([entry]) == sentences_of(entry.spoken)


def test_the_third_answer_is_announced_as_the_last(checker: GroundingChecker, whole_book: FaqBook) -> None:
    entries = whole_book.entries[:3]

    joined = join_answers(entries)

    assert f"最後に、{entries[2].title}についてご案内いたします。" in joined
    sources = [Source(entry.id, entry.spoken, entry.title) for entry in entries]
    assert checker.check("\n".join(joined), sources, complete=True).grounded
