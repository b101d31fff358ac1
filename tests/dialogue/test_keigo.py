from __future__ import annotations

import pytest

from dialogue.faq.files import read_entries
from dialogue.keigo import RULES, Level, lint
from dialogue.phrases import every_fixed_sentence
from samples import sample_dir


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("了解しました。", "understood"),
        ("ご注文は以上でよろしかったでしょうか。", "past-confirm"),
        ("お電話番号のほうをお願いいたします。", "direction"),
        ("合計で3,300円になります。", "becomes"),
        ("お名前様をお願いいたします。", "name-sama"),
        ("お電話ではできません。", "cannot"),
        ("わかりません。", "do-not-know"),
        ("すみませんが、お待ちください。", "sorry"),
        ("ご主人はおられますか。", "oran-honour"),
        ("おっしゃられる通りです。", "double-said"),
        ("ご覧になられましたか。", "double-see"),
        ("お越しになられました。", "double-come"),
        ("お帰りになられました。", "double-become"),
        ("書類を拝見させていただきます。", "double-humble"),
        ("お伺いいたします。", "double-ask"),
        ("ご案内させていただきます。", "let-me"),
        ("画面から見れます。", "ra-dropping"),
        ("ご利用できますか。", "can-you-honour"),
        ("ちょっとお待ちください。", "wait-little"),
        ("ご苦労様です。", "thanks-for-toil"),
        ("係の者がいません。", "not-there"),
        ("あなたの契約です。", "you"),
        ("無料だよ。", "casual-end"),
        ("書類のほうをお送りします。", "direction-any"),
        ("こちらが新しい料金になります。", "becomes"),
        ("お電話番号様をお願いいたします。", "number-sama"),
        ("仰られたとおりでございます。", "double-said"),
        ("拝見させて頂きます。", "double-humble"),
        ("伺わせていただきます。", "double-ask"),
        ("お伺いさせていただきます。", "double-ask"),
        ("ご連絡してください。", "please-honour"),
        ("とりあえずお試しください。", "for-now"),
        ("やっぱり承れます。", "as-thought"),
        ("ちょっと時間がかかります。", "little"),
        ("こっちでお調べします。", "this-way"),
    ],
)
def test_wrong_keigo_is_found(text: str, rule: str) -> None:
    assert rule in {finding.rule for finding in lint(text)}


@pytest.mark.parametrize(
    "text",
    [
        "承知いたしました。",
        "お伝えすることはいたしかねます。",
        "かしこまりました。",
        "手数料は3,300円でございます。",
        "翌月から無料になります。",
        "よろしいでしょうか。",
        "画面右上のメニューから、ほうれい線のように見える印を押します。",
    ],
)
def test_good_keigo_is_left_alone(text: str) -> None:
    assert lint(text) == ()


def test_a_finding_says_what_to_say_instead() -> None:
    finding = lint("了解しました。")[0]

    assert finding.instead == "承知いたしました"
    assert "承知いたしました" in finding.message_ja


def test_what_the_company_and_the_agent_say_has_no_error() -> None:
    spoken = [entry.spoken for entry in read_entries(sample_dir() / "faq.yaml")]
    for text in (*spoken, *every_fixed_sentence()):
        assert not [finding for finding in lint(text) if finding.level is Level.ERROR], text


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) >= 30
