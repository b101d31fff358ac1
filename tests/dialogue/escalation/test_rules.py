"""Rules as data: what may be written, and what is said about what may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialogue.escalation.book import RuleBook, RulesError, content_of, parsed
from dialogue.escalation.builtin import BUILT_IN_IDS
from dialogue.escalation.files import format_rules, load_rules, read_content
from dialogue.escalation.polite import problem_of
from dialogue.kana import Reader
from samples import sample_dir

SAMPLE = sample_dir() / "rules.yaml"


def rule(**changes: Any) -> dict[str, Any]:
    plain = {
        "id": "lawyer",
        "title": "弁護士のお申し出",
        "order": 300,
        "when": {"kind": "words", "words": ["弁護士"]},
        "then": {"kind": "transfer", "queue": "一般"},
        "say": ["担当の者に引き継ぎます。"],
    }
    return {name: value for name, value in {**plain, **changes}.items() if value is not None}


def test_the_sample_rules_survive_the_way_to_a_file_and_back(reader: Reader, tmp_path: Path) -> None:
    content = read_content(SAMPLE, reader)
    again = tmp_path / "rules.yaml"
    again.write_text(format_rules(content), encoding="utf-8")
    assert read_content(again, reader) == content


def test_published_content_makes_the_same_book_as_its_file(reader: Reader) -> None:
    content = read_content(SAMPLE, reader)
    own, tunings = parsed(content)
    assert content_of(own, tunings) == content
    assert RuleBook.from_content(7, content) == load_rules(SAMPLE, 7, reader)


def test_the_readings_of_words_are_filled_in_when_a_file_is_read(reader: Reader) -> None:
    found = next(rule for rule in read_content(SAMPLE, reader) if rule["id"] == "legal-words")
    assert "ベンゴシ" in found["when"]["sounds"]
    assert all(len(sound) >= 4 for sound in found["when"]["sounds"])


def test_the_sample_has_queues_for_cancelling_technology_and_emergencies(sample_book: RuleBook) -> None:
    assert set(sample_book.queues) == {"一般", "解約", "技術", "緊急"}


def test_the_built_in_rules_are_in_every_book(sample_book: RuleBook) -> None:
    for book in (RuleBook(), sample_book):
        assert {each.id for each in book.rules} >= BUILT_IN_IDS
        assert all(each.enabled for each in book.rules if each.id in BUILT_IN_IDS)


def test_a_built_in_rule_says_a_companys_own_words() -> None:
    book = RuleBook.from_content(1, [{"id": "asks-for-person", "say": ["ただいまおつなぎいたします。"]}])
    found = book.get("asks-for-person")
    assert found is not None and found.say == ("ただいまおつなぎいたします。",)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"id": "emergency", "enabled": False}, "enabled: この名前の項目はありません"),
        ({"id": "asks-for-person", "when": {"kind": "caller_vip"}}, "when: この名前の項目はありません"),
        ({"id": "asks-for-person", "then": {"kind": "record"}}, "動作は transfer のまま"),
        ({"id": "are-you-human", "say": ["はい、受付の山田でございます。"]}, "人ではなく、AIの自動音声"),
        ({"id": "emergency", "then": {"kind": "transfer", "queue": "緊急"}}, "even_if_closed: true"),
    ],
)
def test_a_built_in_rule_cannot_be_switched_off_or_made_to_lie(item: dict[str, Any], message: str) -> None:
    with pytest.raises(RulesError, match=message):
        RuleBook.from_content(1, [item])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": None}, "title: この項目を書いてください"),
        ({"colour": "red"}, "colour: この名前の項目はありません"),
        ({"when": {"kind": "wörds"}}, "kind「wörds」はありません。次のどれかを書いてください: .*asks_for_person"),
        ({"when": {"words": ["x"]}}, "when: kind を書いてください"),
        ({"when": {"kind": "failed_turns", "at_least": 0}}, "1以上を書いてください"),
        ({"when": {"kind": "failed_turns", "at_least": "三"}}, "整数を書いてください"),
        ({"when": {"kind": "words", "words": []}}, "1つ以上書いてください"),
        ({"when": {"kind": "words", "words": ["x"], "sounds": ["べんごし"]}}, "カタカナで書いてください"),
        ({"when": {"kind": "words", "words": ["x"], "sounds": ["シボウ"]}}, "4拍以上"),
        ({"when": {"kind": "tone", "tones": ["sad"]}}, "次のどれかを書いてください: .*calm"),
        ({"when": {"kind": "fired", "rule": "nowhere"}}, "「nowhere」がありません"),
        ({"then": {"kind": "transfer", "queue": "一般", "priority": 9}}, "5以下の数"),
        ({"id": "弁護士"}, "使えない文字"),
        ({"say": []}, "say に、お客様にお伝えする文を書いてください"),
        ({"say": [" "]}, "1番目の文: 空の文"),
        ({"say": ["了解しました。"]}, "承知いたしました"),
        ({"say": ["担当者に代わるね。"]}, "丁寧な形"),
        ({"say": ["あ" * 198 + "です。"]}, "200字以内"),
        ({"say": ["{name}様にお電話します。"]}, "「{name}」は使えません"),
        ({"then": {"kind": "message"}, "order": 50}, "order は101以上"),
        ({"then": {"kind": "end"}}, "harassment、caller_blocked、silence_count"),
        ({"then": {"kind": "record"}}, "say を消してください"),
    ],
)
def test_a_fault_is_told_with_what_to_write(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RulesError, match=message) as told:
        RuleBook.from_content(1, [rule(**changes)])
    assert "lawyer" in str(told.value) or "弁護士" in str(told.value)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path, reader: Reader) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("queues: [一般]\nrules:\n  - {id: a}\n  - {id: b, order: x}\n", encoding="utf-8")
    with pytest.raises(RulesError) as told:
        load_rules(file, reader=reader)
    assert "「a」のtitle" in str(told.value) and "「b」のorder" in str(told.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: [", "YAMLとして読めません"),
        ("- a\n", "queues、built_in、rules の3つの項目"),
        ("rules: {}\n", "rules: 「- 」で始まる行|^"),
        ("built_in:\n  - {id: lawyer}\n", "組み込みのルールだけ"),
        (
            "queues: [解約]\nrules:\n  - {id: a, title: a, order: 300, when: {kind: caller_vip}, "
            "then: {kind: transfer, queue: 解役}, say: [引き継ぎます。]}\n",
            "窓口「解役」が queues にありません",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, reader: Reader, text: str, message: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    if message.endswith("|^"):
        assert load_rules(file, reader=reader).rules == RuleBook().rules
        return
    with pytest.raises(RulesError, match=message):
        load_rules(file, reader=reader)


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(RulesError, match="ID「lawyer」のルールが2つ以上"):
        RuleBook.from_content(1, [rule(), rule()])


@pytest.mark.parametrize(
    "text",
    [
        "承知いたしました。",
        "恐れ入りますが、もう一度お話しいただけますでしょうか。",
        "{when_back}、担当の者より折り返しお電話を差し上げます。",
        "お電話ありがとうございます。{company}でございます。",
    ],
)
def test_polite_words_may_be_said(text: str) -> None:
    assert problem_of(text) is None
