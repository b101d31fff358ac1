"""The shares that `bench mind` reports, and what it is asked to measure."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from bench.mind import PARTS, chosen_parts
from bench.mind_figures import COLUMNS, by_tag, in_scope_figures, out_of_scope_figures, rows
from bench.mind_play import Came, Played
from bench.mind_sets import Asked, MindDataError, Questions, small_talk, spread


def played(
    came: Came = Came.ANSWERED,
    *,
    right: bool = False,
    wrong: bool = False,
    of: str = "second",
    style: str = "plain",
    found: tuple[str, ...] = (),
) -> Played:
    asked = Asked("料金のことで", frozenset({"bill"}), of, style)
    return Played(asked, asked.text, came, right, wrong, right and came is Came.ANSWERED, (), found, 10.0)


def test_shares_are_of_all_sentences() -> None:
    figures = in_scope_figures(
        "typed",
        [
            played(right=True, found=("bill",)),
            played(Came.CONFIRMED, right=True, found=("high", "bill")),
            played(wrong=True, found=("high",)),
            played(Came.ABSTAINED),
        ],
    )
    assert figures["questions_typed"] == 4
    assert figures["right_typed"] == 0.5
    assert figures["right_at_once_typed"] == 0.25
    assert figures["wrong_answers_typed"] == 0.25
    assert figures["confirmed_typed"] == figures["abstained_typed"] == 0.25
    assert (figures["retrieval_r1_typed"], figures["retrieval_r3_typed"]) == (0.25, 0.5)
    assert figures["decide_p50_ms_typed"] == figures["decide_p95_ms_typed"] == 10.0


def test_old_and_new_questions_and_manners_have_figures_of_their_own() -> None:
    figures = by_tag(
        "typed", [played(right=True, of="first"), played(style="elderly"), played(right=True, style="vague")]
    )
    assert figures["right_typed_first"] == 1.0
    assert figures["right_typed_second"] == 0.5
    assert (figures["right_typed_elderly"], figures["right_typed_vague"]) == (0.0, 1.0)


def test_out_of_scope_counts_what_was_answered_and_tells_the_sets_apart() -> None:
    figures = out_of_scope_figures(
        [
            played(wrong=True, of="second"),
            played(Came.ABSTAINED, of="small_talk"),
            played(Came.HANDED_OVER, of="second"),
        ]
    )
    assert figures["out_of_scope_answered"] == pytest.approx(0.3333)
    assert figures["out_of_scope_answered_second"] == 0.5
    assert figures["out_of_scope_answered_small_talk"] == 0.0
    assert figures["handed_over_out_of_scope"] == pytest.approx(0.3333)


def test_the_table_has_a_row_for_all_and_for_each_tag() -> None:
    table = rows("文字", [played(right=True, style="elderly"), played(of="first")])
    assert [row[0].strip() for row in table] == ["文字", "second", "first", "elderly"]
    assert all(len(row) == len(COLUMNS) for row in table)


def test_spoken_sentences_are_spread_over_the_entries_and_always_the_same() -> None:
    questions = [Asked(f"{entry}{n}", frozenset({entry}), "second", "plain") for entry in "abc" for n in range(5)]
    chosen = spread(questions, 7)
    assert sorted(sum(entry in one.accepted for one in chosen) for entry in "abc") == [2, 2, 3]
    assert chosen == spread(questions, 7)


def test_questions_say_which_entries_answer_them(tmp_path: Path) -> None:
    file = tmp_path / "questions.yaml"
    file.write_text(
        "in_scope:\n  - {text: a, entry: bill, set: first, style: plain}\n"
        "  - {text: b, entry: [bill, high], set: second, style: vague}\n"
        "out_of_scope:\n  - {text: c, set: second, style: company}\n",
        encoding="utf-8",
    )
    questions = Questions.read(file)
    assert [one.accepted for one in questions.in_scope] == [{"bill"}, {"bill", "high"}]
    assert questions.out_of_scope[0].accepted == frozenset()


def test_small_talk_is_of_every_second_dialogue_and_of_middle_length(tmp_path: Path) -> None:
    dialogues = [["一つ目の対話の長さのある発話です", "はい"], ["二つ目の対話の長さのある発話です", "はい", "長" * 41]]
    folder = tmp_path / "chat_realpersonachat"
    folder.mkdir()
    with gzip.open(folder / "sample.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in dialogues)
    assert [one.text for one in small_talk(tmp_path)] == ["二つ目の対話の長さのある発話です"]


def test_a_missing_set_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(MindDataError, match="UKETSUKE_DATA"):
        small_talk(tmp_path)
    with pytest.raises(MindDataError, match="見つかりません"):
        Questions.read(tmp_path / "questions.yaml")


def test_parts_are_chosen_by_name() -> None:
    assert chosen_parts(None) == PARTS
    assert chosen_parts("chat, typed") == ("typed", "chat")
    with pytest.raises(ValueError, match="jsquad"):
        chosen_parts("typed,unknown")
