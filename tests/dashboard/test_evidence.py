"""What a supervisor reads about a decision."""

from typing import Any

from dashboard.components.evidence import facts_of
from dialogue.evidence import Evidence, ModelUse


def facts(**more: Any) -> dict[str, str]:
    return dict(facts_of(Evidence(decision="answer", **more).to_dict()))


def test_words_that_were_taken_in_their_context_are_told_as_they_were_taken() -> None:
    told = facts(heard="じゃあそれはいくら", normalized="じゃあそれはいくら", query="海外で使うといくら")
    assert told["お客様の言葉の受け取り方"] == "海外で使うといくら"


def test_words_that_stand_by_themselves_are_told_once() -> None:
    asked = "海外で使うといくら"
    assert "お客様の言葉の受け取り方" not in facts(heard=asked, normalized=asked, query=asked)


def test_the_rule_that_acted_is_told_with_its_reasons() -> None:
    matched = [
        {"rule_id": "vip", "because": ["言葉「解約」", "24時間以内に3回のお電話"]},
        {"rule_id": "b", "because": []},
    ]
    told = facts(firing={"rule_id": "vip", "title": "くり返しのお電話", "matched": matched}, rules_version=4)
    assert told["はたらいたルール"] == "くり返しのお電話（言葉「解約」、24時間以内に3回のお電話）"
    assert told["ルール全体の版"] == "第4版"


def test_an_answer_that_stands_as_it_was_approved_says_why() -> None:
    told = facts(composition={"accepted": False, "reason": "言語モデルが時間内に答えませんでした。"})
    assert told["回答の言い回し"] == "承認された文のままお伝えしました（言語モデルが時間内に答えませんでした）"


def test_an_answer_that_a_model_worded_was_checked() -> None:
    told = facts(composition={"accepted": True, "reason": ""})
    assert told["回答の言い回し"] == "言語モデルがまとめ、承認された文と照合しました"


def test_what_a_model_was_asked_for_is_told_in_japanese() -> None:
    told = facts(model_uses=(ModelUse("qwen", "compose", "refused", None, 412.0),))
    assert told["言語モデル"] == "qwen：回答の言い回し（不採用、412 ms）"


def test_evidence_of_an_older_call_is_told_as_far_as_it_goes() -> None:
    told = dict(facts_of({"decision": "answer", "heard": "解約したい", "confidence": 0.9}))
    assert told["判断"] == "回答"
    assert "はたらいたルール" not in told
