"""The held-out questions: enough of them, pointing at entries a caller may hear, and not copied from the FAQ."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import yaml
from rapidfuzz.distance import Levenshtein

from samples import sample_dir


def read(name: str) -> Any:
    return yaml.safe_load((sample_dir() / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def questions() -> dict[str, Any]:
    found: dict[str, Any] = read("questions.yaml")
    return found


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read("faq.yaml")["entries"]
    return found


def plain(text: str) -> str:
    return re.sub(r"[、。？?\s]", "", text)


def accepted(question: dict[str, Any]) -> list[str]:
    entry = question["entry"]
    return [entry] if isinstance(entry, str) else list(entry)


def test_there_are_enough_questions_of_both_kinds(questions: dict[str, Any]) -> None:
    assert len(questions["in_scope"]) >= 600
    assert len(questions["out_of_scope"]) >= 150 + 69


def test_those_of_the_first_version_can_be_told_from_those_added(questions: dict[str, Any]) -> None:
    assert Counter(q["set"] for q in questions["in_scope"])["first"] == 187
    assert Counter(q["set"] for q in questions["out_of_scope"])["first"] == 69
    assert {q["set"] for kind in questions.values() for q in kind} == {"first", "second"}


def test_every_question_says_in_what_manner_it_is_asked(questions: dict[str, Any]) -> None:
    assert all(q["style"] for kind in questions.values() for q in kind)


def test_every_question_points_at_an_entry_that_callers_hear_on_any_date(
    questions: dict[str, Any], entries: list[dict[str, Any]]
) -> None:
    heard = {e["id"] for e in entries if e.get("audience") != "operator" and "valid_until" not in e}
    assert {entry for q in questions["in_scope"] for entry in accepted(q)} == heard


def test_every_entry_is_asked_for_at_least_six_times(questions: dict[str, Any]) -> None:
    assert min(Counter(accepted(q)[0] for q in questions["in_scope"]).values()) >= 6


def test_no_question_is_given_twice(questions: dict[str, Any]) -> None:
    texts = [plain(q["text"]) for kind in questions.values() for q in kind]
    assert len(set(texts)) == len(texts)


def test_no_question_repeats_the_wording_of_the_faq(questions: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    variants = [plain(variant) for entry in entries for variant in entry["questions"]]
    texts = [q["text"] for kind in questions.values() for q in kind]
    near = [
        (text, variant)
        for text in texts
        for variant in variants
        if Levenshtein.normalized_similarity(plain(text), variant) > 0.8
    ]
    assert near == []
