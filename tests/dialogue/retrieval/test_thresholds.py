from dialogue.faq.entry import FaqEntry
from dialogue.retrieval.thresholds import Thresholds, answer_threshold


def entry(answer_at: float | None) -> FaqEntry:
    return FaqEntry(id="a", category="c", title="t", questions=("q",), spoken="s", answer_at=answer_at)


def test_an_entry_is_answered_from_its_own_probability_on() -> None:
    assert answer_threshold(entry(0.9), Thresholds()) == 0.9
    assert answer_threshold(entry(0.0), Thresholds()) == 0.0


def test_an_entry_without_one_is_answered_from_the_company_s_on() -> None:
    assert answer_threshold(entry(None), Thresholds(answer=0.6)) == 0.6
    assert answer_threshold(None, Thresholds(answer=0.6)) == 0.6
