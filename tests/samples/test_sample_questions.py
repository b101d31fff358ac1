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


def test_there_are_enough_questions_of_both_kinds(questions: dict[str, Any]) -> None:
    assert len(questions["in_scope"]) >= 130
    assert len(questions["out_of_scope"]) >= 60


def test_every_question_points_at_an_entry_that_callers_hear_on_any_date(
    questions: dict[str, Any], entries: list[dict[str, Any]]
) -> None:
    heard = {e["id"] for e in entries if e["audience"] != "operator" and "valid_until" not in e}
    assert {q["entry"] for q in questions["in_scope"]} == heard


def test_no_entry_is_asked_for_more_than_twice(questions: dict[str, Any]) -> None:
    assert max(Counter(q["entry"] for q in questions["in_scope"]).values()) <= 2


def test_no_question_is_given_twice(questions: dict[str, Any]) -> None:
    texts = [plain(q["text"]) for q in questions["in_scope"]] + [plain(t) for t in questions["out_of_scope"]]
    assert len(set(texts)) == len(texts)


def test_no_question_repeats_the_wording_of_the_faq(questions: dict[str, Any], entries: list[dict[str, Any]]) -> None:
    variants = [plain(variant) for entry in entries for variant in entry["questions"]]
    texts = [q["text"] for q in questions["in_scope"]] + questions["out_of_scope"]
    near = [
        (text, variant)
        for text in texts
        for variant in variants
        if Levenshtein.normalized_similarity(plain(text), variant) > 0.8
    ]
    assert near == []
