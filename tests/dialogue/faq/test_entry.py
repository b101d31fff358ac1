from datetime import date

import pytest
from pydantic import ValidationError

from dialogue.faq.entry import Audience, FaqBook, FaqEntry


def entry(entry_id: str, **more: object) -> FaqEntry:
    fields = {"category": "料金", "title": "プラン変更", "questions": ["プランを変えたい"], "spoken": "承ります。"}
    return FaqEntry.model_validate({"id": entry_id, **fields, **more})


def test_an_entry_lives_on_its_first_and_last_day_and_not_beside_them() -> None:
    campaign = entry("campaign", valid_from=date(2026, 4, 1), valid_until=date(2026, 4, 30))
    days = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)]
    assert [campaign.is_live(day, Audience.CALLER) for day in days] == [False, True, True, False]


def test_what_is_for_operators_never_reaches_a_caller() -> None:
    book = FaqBook(
        version=7, entries=(entry("open"), entry("inside", audience="operator"), entry("off", enabled=False))
    )
    on = date(2026, 4, 1)
    assert [e.id for e in book.live(on, Audience.CALLER).entries] == ["open"]
    assert [e.id for e in book.live(on, Audience.OPERATOR).entries] == ["open", "inside"]
    assert book.live(on).version == 7


def test_an_entry_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        entry("fixed").title = "別"  # type: ignore[misc]


def test_two_entries_cannot_share_an_id() -> None:
    with pytest.raises(ValidationError, match="same"):
        FaqBook(entries=(entry("same"), entry("same")))


def test_an_entry_needs_a_question() -> None:
    with pytest.raises(ValidationError):
        entry("silent", questions=[])


def test_an_entry_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValidationError):
        entry("backwards", valid_from=date(2026, 5, 1), valid_until=date(2026, 4, 1))
