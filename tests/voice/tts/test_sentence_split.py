"""A reply is cut where a speaker would stop, and its first piece is short enough to be heard at once."""

from hypothesis import given
from hypothesis import strategies as st

from voice.tts.morae import estimated_morae, morae
from voice.tts.sentences import FIRST_CHUNK_MORAE, LONGEST_MORAE, split_sentences


def test_a_reply_is_cut_after_its_full_stops_and_questions() -> None:
    assert split_sentences("はい。承知いたしました。よろしいですか？") == [
        "はい。",
        "承知いたしました。",
        "よろしいですか？",
    ]


def test_a_line_end_ends_a_sentence() -> None:
    assert split_sentences("料金のご案内\n月額三千円です。") == ["料金のご案内", "月額三千円です。"]


def test_a_full_stop_inside_quotation_marks_cuts_nothing() -> None:
    assert split_sentences("「はい。そうです。」とお答えください。") == ["「はい。そうです。」とお答えください。"]


def test_a_full_stop_inside_brackets_cuts_nothing() -> None:
    assert split_sentences("料金（税込です。）は同じです。") == ["料金（税込です。）は同じです。"]


def test_marks_that_follow_each_other_stay_together() -> None:
    assert split_sentences("本当ですか！？はい。") == ["本当ですか！？", "はい。"]


def test_a_closing_mark_stays_with_its_sentence() -> None:
    assert split_sentences("「お待ちください。」") == ["「お待ちください。」"]


def test_a_long_first_sentence_is_cut_at_a_breath() -> None:
    pieces = split_sentences("料金プランの変更につきましては、マイページまたはお電話でお手続きいただけます。")

    assert pieces == ["料金プランの変更につきましては、", "マイページまたはお電話でお手続きいただけます。"]


def test_a_long_first_sentence_is_not_cut_inside_a_list() -> None:
    sentence = "必要なものは運転免許証、マイナンバーカード、健康保険証のいずれかでございます。"

    assert split_sentences(sentence) == [sentence]


def test_a_later_long_sentence_is_not_cut() -> None:
    later = "料金プランの変更につきましては、マイページまたはお電話でお手続きいただけます。"

    assert split_sentences("はい。" + later) == ["はい。", later]


def test_a_web_address_is_not_cut_at_its_question_mark() -> None:
    assert split_sentences("www.minato.co.jp/faq?id=3をご覧ください。") == ["www.minato.co.jp/faq?id=3をご覧ください。"]


def test_nothing_to_say_gives_no_sentences() -> None:
    assert split_sentences(" \n　\n") == []


def test_a_small_kana_makes_no_mora_of_its_own() -> None:
    assert [morae(kana) for kana in ("きゃ", "キュー", "がっこう", "コンニチワ", "ファックス")] == [1, 2, 4, 5, 4]


@given(st.text(alphabet="あいう漢字、。！？「」（）\n 　A1", max_size=300))
def test_cutting_loses_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(st.text(alphabet="あい漢字、", max_size=600))
def test_no_piece_is_longer_than_one_job_may_be(text: str) -> None:
    assert all(estimated_morae(piece) <= LONGEST_MORAE + 2 for piece in split_sentences(text))


@given(st.text(alphabet="お客様はがので、マイ", max_size=80))
def test_a_cut_first_piece_is_heard_quickly(text: str) -> None:
    pieces = split_sentences(text)

    assert len(pieces) < 2 or estimated_morae(text) > LONGEST_MORAE or estimated_morae(pieces[0]) <= FIRST_CHUNK_MORAE
