from hypothesis import given
from hypothesis import strategies as st

from dialogue.sentences import sentences_of


def test_an_answer_is_spoken_sentence_by_sentence() -> None:
    assert sentences_of("お手続きできます。手数料は3,300円です。よろしいですか？") == (
        "お手続きできます。",
        "手数料は3,300円です。",
        "よろしいですか？",
    )


def test_a_quotation_is_not_cut() -> None:
    assert sentences_of("「はい。そうです。」とお答えください。次へ") == (
        "「はい。そうです。」とお答えください。",
        "次へ",
    )


def test_a_line_end_ends_a_sentence() -> None:
    assert sentences_of("一つ目\n二つ目！？") == ("一つ目", "二つ目！？")


@given(st.text("あア解。！？!?「」『』()\n 、", max_size=40))
def test_no_word_is_lost(text: str) -> None:
    assert "".join("".join(sentences_of(text)).split()) == "".join(text.split())
