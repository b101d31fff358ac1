from datetime import date

import pytest

from dialogue.faq.check import check_entries, keigo_slips
from dialogue.faq.entry import FaqEntry


def entry(entry_id: str = "plan", **more: object) -> FaqEntry:
    fields = {"category": "料金", "title": "変更", "questions": ["プランを変えたい"], "spoken": "承ります。"}
    return FaqEntry.model_validate({"id": entry_id, **fields, **more})


def kinds(*entries: FaqEntry) -> list[str]:
    return [warning.kind for warning in check_entries(entries, today=date(2026, 11, 1))]


def test_a_sound_entry_gives_no_warning() -> None:
    assert kinds(entry()) == []


@pytest.mark.parametrize(
    ("slip", "instead"),
    [
        ("了解しました。", "承知いたしました"),
        ("お答えできません。", "いたしかねます"),
        ("こちらでよろしかったでしょうか。", "よろしいでしょうか"),
        ("書類のほうをお送りします。", "のほう"),
        ("手数料は3,300円になります。", "でございます"),
        ("お客様がおっしゃられたとおりです。", "おっしゃる"),
        ("お越しになられましたか。", "〜になる"),
        ("拝見させていただきます。", "拝見します"),
        ("担当者はおられますか。", "いらっしゃいますか"),
        ("お名前様をお願いします。", "お名前"),
    ],
)
def test_wrong_keigo_is_named_with_what_to_say_instead(slip: str, instead: str) -> None:
    assert any(instead in right for _, right in keigo_slips(slip))


@pytest.mark.parametrize(
    "right",
    [
        "承知いたしました。",
        "いたしかねます。",
        "よろしいでしょうか。",
        "手数料は3,300円でございます。",
        "翌月から無料になります。",
        "画面右上のメニューから、ほうれい線のように見える印を押してください。",
    ],
)
def test_right_keigo_is_left_alone(right: str) -> None:
    assert keigo_slips(right) == []


def test_an_answer_too_long_for_the_ear_is_named() -> None:
    assert kinds(entry(spoken="とても長い説明をいたします" * 12 + "。")) == ["long_sentence"]
    assert "long_answer" in kinds(entry(spoken="ご案内いたします。" * 50))


def test_what_cannot_be_spoken_is_named() -> None:
    assert kinds(entry(spoken="★ https://example.jp をご覧ください。")) == ["unspeakable", "unspeakable"]


def test_a_latin_word_needs_a_reading() -> None:
    assert kinds(entry(spoken="APNを設定します。")) == ["missing_reading"]
    assert kinds(entry(spoken="APNを設定します。", vocabulary=[{"surface": "APN", "reading": "えーぴーえぬ"}])) == []


def test_an_entry_past_its_last_day_is_named() -> None:
    assert kinds(entry(valid_until=date(2026, 10, 31))) == ["expired"]


def test_questions_that_cannot_be_told_apart_are_named() -> None:
    twin = entry("twin", questions=["えーと、プランを変えたい"])
    close = entry("close", questions=["スマートフォンの料金プランを変更したいのですが"])
    closer = entry("closer", questions=["スマートフォンの料金プランを変更したいんですが"])
    assert kinds(entry(), twin) == ["duplicate"]
    assert kinds(close, closer) == ["near_duplicate"]
