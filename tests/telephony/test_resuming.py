"""Where the agent goes on after it was stopped for nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from telephony.playout import Played, PlayedSentence
from telephony.resuming import rest_of

FIRST = "料金プランは、マイページから変更いただけます。"
SECOND = "お手続きの翌月から、新しいプランになります。"
MS_A_CHARACTER = 100.0


def played(sentence: str, heard_characters: int, start_ms: float = 0.0) -> PlayedSentence:
    end_ms = start_ms + len(sentence) * MS_A_CHARACTER
    return PlayedSentence(sentence, start_ms, end_ms, heard_characters * MS_A_CHARACTER)


def test_a_sentence_cut_in_its_second_clause_goes_on_from_that_clause() -> None:
    cut = Played((played(FIRST, 12),), interrupted=True)
    assert rest_of((FIRST, SECOND), cut) == ("マイページから変更いただけます。", SECOND)


def test_a_sentence_cut_in_its_first_clause_is_said_again() -> None:
    cut = Played((played(FIRST, 4),), interrupted=True)
    assert rest_of((FIRST, SECOND), cut) == (FIRST, SECOND)


def test_a_sentence_that_was_sent_but_not_heard_is_said_whole() -> None:
    cut = Played((played(FIRST, len(FIRST)), played(SECOND, 0)), interrupted=True)
    assert rest_of((FIRST, SECOND), cut) == (SECOND,)


def test_when_everything_was_heard_nothing_is_left() -> None:
    cut = Played((played(FIRST, len(FIRST)),), interrupted=True)
    assert rest_of((FIRST,), cut) == ()


def test_the_last_syllable_alone_is_never_taken_up() -> None:
    cut = Played((played("はい、そう。", 5),), interrupted=True)
    assert rest_of(("はい、そう。",), cut) == ("はい、そう。",)


@given(
    sentences=st.lists(st.text("あいう、。", min_size=1, max_size=20), min_size=1, max_size=4),
    heard=st.lists(st.floats(0.0, 1.0), min_size=0, max_size=4),
)
def test_what_is_left_ends_as_the_reply_ends_and_leaves_out_no_unheard_word(
    sentences: list[str], heard: list[float]
) -> None:
    sent = [played(text, int(len(text) * share)) for text, share in zip(sentences, heard, strict=False)]
    rest = "".join(rest_of(sentences, Played(tuple(sent), interrupted=True)))
    whole = "".join(sentences)
    assert whole.endswith(rest)
    complete = 0
    for each in sent:
        if each.heard_text != each.text:
            complete += len(each.heard_text)
            break
        complete += len(each.text)
    assert len(whole) - len(rest) <= complete
