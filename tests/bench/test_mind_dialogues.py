"""Scoring of values, tool calls and summaries on other people's dialogues."""

from __future__ import annotations

import pytest

from bench.mind_dialogues import (
    Booking,
    HotelCall,
    ValueReader,
    booking_value_figures,
    call_figures,
    f1,
    hotel_figures,
    kept_share,
)


@pytest.fixture(scope="module")
def reader() -> ValueReader:
    return ValueReader()


def test_slots_are_read_from_spoken_and_written_numbers(reader: ValueReader) -> None:
    assert reader.slots(["五月七日から二泊、大人3人です"]) == {"month": "5", "day": "7", "stay": "2", "people": "3"}


def test_the_last_word_on_a_slot_counts(reader: ValueReader) -> None:
    assert reader.slots(["3人です", "やっぱり4人でお願いします"])["people"] == "4"


def test_a_condition_counts_by_the_values_in_it(reader: ValueReader) -> None:
    call = HotelCall(((True, "8月19日に2泊したいです"), (False, "4名様ですね")), ("日付は8月19日", "人数は4名", "和室"))
    figures = hotel_figures([call], reader)
    assert figures["hotel_conditions"] == 3
    assert figures["hotel_conditions_with_a_value"] == 2
    assert figures["hotel_value_recall_readers"] == 0.5


def test_values_of_a_booking_are_scored_by_slot(reader: ValueReader) -> None:
    turns = (("user", "5月7日に3人で"), ("assistant", "8日ですね"))
    gold = ("Booking_hotel", {"month": "5", "day": "8", "people": "3", "city": "京都"})
    figures = booking_value_figures([Booking(turns, gold), Booking(turns, None)], reader)
    assert figures["tool_value_calls"] == 1
    assert figures["tool_value_f1_readers"] == pytest.approx(2 / 3, abs=1e-4)


def test_calls_are_scored_as_call_or_none_by_slot_and_whole() -> None:
    right = ("Search_hotel", {"city": "仙台"})
    other = ("Search_hotel", {"city": "京都", "wifi": "有り"})
    figures = call_figures([right, other, None, right], [right, ("Search_hotel", {"city": "京都"}), right, None])
    assert figures["tool_call_f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["tool_slot_f1"] == pytest.approx(f1(2, 3, 4))
    assert figures["tool_exact_call"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_summary_keeps_a_condition_by_its_content_words() -> None:
    assert kept_share("人数は2名", "用件: 2名で宿泊、人数は確認済み") == 1.0
    assert kept_share("場所は滋賀県", "用件: 宿の相談") == 0.0
