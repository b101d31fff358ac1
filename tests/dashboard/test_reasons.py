"""Why an answer was given, in plain Japanese."""

import pytest

from dashboard.reasons import departure_of, hearing_of, reasons_of
from tests.dashboard.scene import EVIDENCE


def test_the_headline_names_entry_version_and_score() -> None:
    reasons = reasons_of(EVIDENCE)
    assert reasons is not None
    assert reasons.headline == "FAQ「料金の引き落とし日」（第2版）と 91% 一致"
    assert (reasons.faq_version, reasons.entry_ids) == (7, ["billing-003"])


def test_every_model_that_was_asked_is_named_with_what_became_of_it() -> None:
    reasons = reasons_of(EVIDENCE)
    assert reasons is not None
    told = {each.name: each.value for each in reasons.reasons}
    assert told["言語モデル"] == "Qwen2.5-1.5B：候補の選択（時間切れ、900 ms）"
    assert told["しきい値"] == "回答する 72%、確認する 50%"


def test_a_rule_of_the_company_goes_by_its_title_and_says_why_it_matched() -> None:
    firing = {"rule_id": "vip", "title": "大切なお客様", "matched": [{"rule_id": "vip", "because": ["番号が一致"]}]}
    reasons = reasons_of({"decision": "hand_over", "rule": "vip", "firing": firing})
    assert reasons is not None
    assert reasons.headline == "大切なお客様"
    assert ("はたらいたルール", "大切なお客様（番号が一致）") in [(each.name, each.value) for each in reasons.reasons]


def test_evidence_of_an_older_call_with_less_in_it_is_told_as_far_as_it_goes() -> None:
    reasons = reasons_of({"decision": "opening"})
    assert reasons is not None
    assert reasons.headline == "通話の開始"
    assert reasons_of({}) is None


def test_a_hearing_tells_how_sure_it_was_and_what_else_it_might_have_been() -> None:
    told = hearing_of(
        {"confidence": 0.64, "alternatives": [{"text": "講座を"}, "口座を"], "raw_text": "x", "text": "y"}
    )
    assert [(each.name, each.value) for each in told] == [
        ("聞き取りの確からしさ", "64%"),
        ("ほかの聞こえ方", "講座を／口座を"),
        ("直す前の文", "x"),
    ]


def test_a_decision_that_comes_out_differently_is_told_without_codes() -> None:
    assert departure_of("動作", "answer", "hand_over") == "動作：回答 → 担当者へ引き継ぎ"
    assert departure_of("回答した項目", ["a"], []) == "回答した項目：a → なし"
    assert departure_of("規則", None, "as_asked") == "規則：なし → お客様の言葉がFAQとよく一致"


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("words=soft/polite_but sound=+1.2 place=free", "言葉は文の終わりらしい形、声の調子は終わり"),
        (
            "words=open/particle sound=-0.3 place=free deadline",
            "言葉は言いかけ、声の調子は続きそう、沈黙の長さで区切り",
        ),
        ("words=none sound=none place=choice", "言葉はまだなし"),
        ("words over the agent", "AIの音声にかさねたお話"),
        ("文末（〜ますか）と音の両方", "文末（〜ますか）と音の両方"),
    ],
)
def test_why_a_turn_was_over_is_told_in_words(endpoint: str, told: str) -> None:
    assert [each.value for each in hearing_of({"endpoint": endpoint})] == [told]
