"""Supervisors read why something was decided in Japanese."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dialogue
from dashboard.rule_words import RULES, rule_titles, rule_word
from dashboard.words import ESCALATION_REASONS, note, reason
from dialogue.context import Understanding
from dialogue.escalation.builtin import BUILT_IN_IDS
from dialogue.intents import read_intent
from dialogue.privacy.kinds import PersonalKind
from dialogue.tools.flow import ToolStage
from dialogue.tools.runner import ToolOutcome

MODULES = {path.name: ast.parse(path.read_text(encoding="utf-8")) for path in Path(*dialogue.__path__).glob("*.py")}
FIRING = {"rule_id": "legal-words", "title": "弁護士のお申し出"}


@pytest.mark.parametrize(
    "said",
    [
        "火事です",
        "あなたは人間ですか",
        "ロボットですか",
        "いい加減にしてください",
        "担当者に代わってください",
        "オペレーター",
        "人のほうがいいです",
        "機械じゃなくて人と話したい",
        "もっとゆっくり話して",
        "もう一度お願いします",
        "ちょっと待ってください",
        "ありがとうございました",
        "はい",
        "わかりました",
        "もう一ついいですか",
        "かけ間違えました",
        "間違えました",
    ],
)
def test_every_rule_over_what_callers_say_has_a_name_in_japanese(said: str) -> None:
    view = read_intent(said)
    assert view is not None
    assert view.rule in RULES


def test_no_rule_is_called_by_its_english_name() -> None:
    assert all(not name.isascii() for name in RULES.values())


def test_going_on_after_a_cough_is_told_with_what_was_said() -> None:
    assert note("resumed", {"why": "noise", "text": "続きです。"}).endswith("続きからお伝えしました：続きです。")


def test_every_rule_that_the_conversation_names_has_a_name_in_japanese() -> None:
    named = set(arguments_called("rule"))
    assert {"as_asked", "key_0", "silence_after_answer", "tool_done", "one_possible", "not_this"} <= named
    assert sorted(named - set(RULES)) == []


def test_every_reason_for_a_person_has_a_name_in_japanese() -> None:
    named = set(arguments_called("reason")) | BUILT_IN_IDS - {"are-you-human"}
    assert {"not_understood", "tool_failed", "entry"} <= named
    assert sorted(named - set(ESCALATION_REASONS)) == []


def test_rules_that_are_put_together_have_names_too() -> None:
    built = {
        *(f"refused_{kind}" for kind in PersonalKind if kind.secret),
        *(f"tool_{stage}" for stage in ToolStage),
        *(f"tool_{outcome}" for outcome in ToolOutcome),
        *Understanding,
        *BUILT_IN_IDS,
    }
    assert sorted(built - set(RULES)) == []


def test_a_rule_of_the_company_goes_by_its_title() -> None:
    assert rule_word({"rule": "legal-words", "firing": FIRING}) == "弁護士のお申し出"
    assert rule_word({"rule": "as_asked", "firing": FIRING}) == RULES["as_asked"]
    assert rule_word({"rule": "legal-words"}) == "legal-words"
    titles = rule_titles([{}, {"firing": None}, {"firing": FIRING}])
    assert reason("legal-words", titles) == "弁護士のお申し出"
    assert reason("keypad", titles) == "お客様のご希望（キー入力）"


def test_a_hand_over_is_noted_with_its_reason() -> None:
    assert note("escalated", {"reason": "tool_failed"}).endswith("お手続きが終えられなかったため")
    assert note("escalated", {"reason": "legal-words", "title": "弁護士のお申し出"}).endswith("弁護士のお申し出")


def arguments_called(name: str) -> Iterator[str]:
    """The texts that the modules of the conversation pass, by place or by name, for parameters or fields `name`."""
    places = dict(places_of(name))
    for tree in MODULES.values():
        texts = {
            node.target.id: node.value
            for node in tree.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None
        }
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            given = [word.value for word in call.keywords if word.arg == name]
            place = places.get(called)
            if place is not None and place < len(call.args):
                given.append(call.args[place])
            for each in given:
                yield from texts_in(texts.get(each.id, each) if isinstance(each, ast.Name) else each)


def places_of(name: str) -> Iterator[tuple[str, int]]:
    """Which argument `name` is, of every function and class that has it."""
    for node in (node for tree in MODULES.values() for node in ast.walk(tree)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [argument.arg for argument in node.args.args if argument.arg != "self"]
            if name in arguments:
                yield node.name, arguments.index(name)
        elif isinstance(node, ast.ClassDef):
            fields = [
                each.target.id
                for each in node.body
                if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
            ]
            if name in fields:
                yield node.name, fields.index(name)


def texts_in(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts_in(node.body)
        yield from texts_in(node.orelse)
