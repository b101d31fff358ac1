from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dialogue.faq.entry import FaqBook
from dialogue.grounding.check import PHRASES, GroundingChecker, ProblemKind, Source, lead_ins
from dialogue.phrases import FOLLOW_UP
from dialogue.sentences import sentences_of

_PAIRS = yaml.safe_load((Path(__file__).parent / "pairs.yaml").read_text(encoding="utf-8"))["pairs"]


@pytest.mark.parametrize("pair", _PAIRS, ids=[f"{number} {pair['text']}" for number, pair in enumerate(_PAIRS)])
def test_a_text_passes_only_when_its_source_says_the_same(checker: GroundingChecker, pair: dict[str, object]) -> None:
    report = checker.check(str(pair["text"]), [Source("a", str(pair["source"]))])

    assert report.grounded is pair["grounded"], report.problems


def test_there_are_enough_pairs() -> None:
    assert len(_PAIRS) >= 60
    assert {pair["grounded"] for pair in _PAIRS} == {True, False}


def test_every_approved_answer_and_each_of_its_sentences_pass(checker: GroundingChecker, whole_book: FaqBook) -> None:
    for entry in whole_book.entries:
        source = Source(entry.id, entry.spoken, entry.title)
        assert checker.check(entry.spoken, [source], complete=True).grounded, entry.id
        for sentence in sentences_of(entry.spoken):
            assert checker.check(sentence, [source]).grounded, sentence


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("手数料は3,200円です。", ProblemKind.NUMBER),
        ("手数料は、オンラインストアなら無料です。お支払いは月末です。", ProblemKind.DATE),
        ("手数料は、オンラインストアなら無料です。03-1234-5678へおかけください。", ProblemKind.PHONE),
        ("手数料は、スーパーショップでは2,200円です。", ProblemKind.NAME),
        ("手数料は無料です。", ProblemKind.CONDITION),
        ("手数料は、オンラインストアなら2,200円です。", ProblemKind.ATTACHMENT),
        ("手数料は、オンラインストアなら無料ではありません。", ProblemKind.NEGATION),
        ("手数料は、割引でお得です。", ProblemKind.WORD),
    ],
)
def test_a_refusal_says_what_is_wrong(checker: GroundingChecker, text: str, kind: ProblemKind) -> None:
    source = Source("a", "手数料は、オンラインストアなら無料、みなとショップでは2,200円です。")

    problems = checker.check(text, [source]).problems

    assert kind in {problem.kind for problem in problems}
    assert all(problem.message_ja.endswith("。") for problem in problems)


def test_fixed_phrases_are_their_own_source(checker: GroundingChecker) -> None:
    report = checker.check("手数料は3,300円です。" + FOLLOW_UP, [Source("a", "手数料は3,300円です。")])

    assert report.grounded
    assert [sentence.source_id for sentence in report.sentences] == ["a", PHRASES]


def test_an_empty_text_is_not_grounded(checker: GroundingChecker) -> None:
    assert not checker.check("", [Source("a", "手数料は3,300円です。")]).grounded


def test_a_sentence_from_the_middle_of_another_answer_needs_a_lead_in(checker: GroundingChecker) -> None:
    phone = Source("a", "機種変更は、みなとショップで承ります。手数料は2,200円です。", "機種変更")
    plan = Source("b", "料金プランは、マイみなとで変更いただけます。手数料はかかりません。", "プラン変更")
    mixed = "機種変更は、みなとショップで承ります。手数料はかかりません。"

    assert not checker.check(mixed, [phone, plan]).grounded
    led = f"機種変更は、みなとショップで承ります。{lead_ins('プラン変更')[1]}手数料はかかりません。"
    assert checker.check(led, [phone, plan]).grounded


def test_approved_sentences_are_not_put_in_another_order(checker: GroundingChecker) -> None:
    source = Source("a", "端末を再起動してください。着信拒否の設定をご確認ください。")

    report = checker.check("着信拒否の設定をご確認ください。端末を再起動してください。", [source])

    assert [problem.kind for problem in report.problems] == [ProblemKind.ORDER]


def test_a_complete_answer_keeps_what_limits_it(checker: GroundingChecker) -> None:
    source = Source("a", "解約金はかかりません。ただし、機種代金の分割が残っている場合は、お支払いをお願いいたします。")

    assert checker.check("解約金はかかりません。", [source]).grounded
    assert not checker.check("解約金はかかりません。", [source], complete=True).grounded


def test_facts_outside_every_source_are_listed(checker: GroundingChecker) -> None:
    facts = checker.facts_not_in(
        ["手数料は3,300円です。"], "手数料は3,300円です。送料は毎月500円です。ほかにご不明な点はございますか。"
    )

    assert ("500", "毎月…円") in {(fact.value, fact.unit) for fact in facts}
    assert not any(fact.value == "3300" for fact in facts)
