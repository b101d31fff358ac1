"""Rewriting: the model joins what was said; whatever it adds of its own is dropped."""

import asyncio
import json

import pytest

from dialogue.kana import Reader
from dialogue.llm.chat_model import ChatError, ChatTimeoutError
from dialogue.llm.rewrite import QueryRewriter, Rewriting
from dialogue.retrieval.lexical import content_words
from tests.dialogue.llm.models import Scripted

READER = Reader()


def rewritten(
    answer: str, turn: str = "それはいくらですか", topic: str = "光回線の解約", error: ChatError | None = None
) -> Rewriting:
    model = Scripted(json.dumps({"query": answer}), error=error)
    rewriter = QueryRewriter(model, lambda text: content_words(READER.tokens(text)), deadline_s=1)
    return asyncio.run(rewriter.rewrite(turn, topic))


def test_the_turn_and_its_topic_joined_is_a_query() -> None:
    result = rewritten("光回線の解約はいくらですか")
    assert result.query == "光回線の解約はいくらですか"
    assert result.model_use.outcome == "used"


@pytest.mark.parametrize(
    "added",
    [
        "光回線の解約はいくらですか、無料ですか",
        "光回線の解約は5000円ですか",
        "田中さんの光回線の解約はいくらですか",
        "光回線の解約",
        "",
    ],
)
def test_a_query_with_words_of_the_models_own_or_none_of_the_callers_is_dropped(added: str) -> None:
    assert rewritten(added).query is None


def test_a_negation_is_neither_lost_nor_added() -> None:
    assert rewritten("光回線は解約できませんか", turn="解約できないんですか").query == "光回線は解約できませんか"
    assert rewritten("光回線を解約したい", turn="解約したくない").model_use.outcome == "dropped"
    assert rewritten("光回線を解約したくない", turn="解約したい").model_use.outcome == "dropped"


def test_a_late_model_leaves_no_query_and_says_so() -> None:
    result = rewritten("", error=ChatTimeoutError("x"))
    assert (result.query, result.model_use.outcome) == (None, "late")
