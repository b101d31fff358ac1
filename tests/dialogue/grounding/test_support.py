from __future__ import annotations

import pytest

from dialogue.grounding.check import GroundingChecker, Source
from dialogue.grounding.support import SentenceSupport
from dialogue.kana import Reader
from tests.embedding import kept_embedder

PLANS = "みなとミニは3ギガで月額990円、みなとスタンダードは20ギガで月額2,970円です。"


@pytest.fixture(scope="module")
def support() -> SentenceSupport:
    return SentenceSupport(Reader(), kept_embedder())


@pytest.mark.parametrize(
    "sentence", ["みなとミニは3ギガです。", "みなとスタンダードは20ギガで月額2,970円でございます。"]
)
def test_a_shortened_sentence_is_supported(support: SentenceSupport, sentence: str) -> None:
    assert support.supports(support.closeness(sentence, PLANS))


@pytest.mark.parametrize(
    "sentence", ["通常は1,000円です。", "キャンペーン中です。", "いつでも解約いただけます。", "返金いたします。"]
)
def test_an_invented_sentence_is_not_supported(support: SentenceSupport, sentence: str) -> None:
    assert not support.supports(support.closeness(sentence, PLANS))


def test_the_score_of_a_shortened_sentence_is_kept_as_evidence(support: SentenceSupport) -> None:
    report = GroundingChecker(Reader(), support).check("みなとミニは3ギガです。", [Source("plans", PLANS)])

    assert report.grounded
    assert 0.7 <= report.sentences[0].score < 1.0
