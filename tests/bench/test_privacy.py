"""How the search for personal data is measured."""

from __future__ import annotations

from bench.privacy import Case, false_alarms, measured
from dialogue.privacy.finder import PersonalFinder
from dialogue.privacy.kinds import PersonalKind


def test_a_value_is_found_when_it_is_found_whole_and_as_what_it_is() -> None:
    cases = [
        Case("phone", PersonalKind.PHONE, "電話番号は090-1234-5678です", "090-1234-5678"),
        Case("phone", PersonalKind.PHONE, "電話番号は公開しません", "公開"),
    ]
    tallies, _ = measured(PersonalFinder(), cases)
    tally = tallies["phone"]
    assert (tally.cases, tally.found, tally.covered) == (2, 1, 1)
    assert tally.missed == ["電話番号は公開しません"]


def test_a_value_under_another_kind_is_covered_but_not_found() -> None:
    case = Case("account", PersonalKind.ACCOUNT, "電話番号は090-1234-5678です", "090-1234-5678")
    tallies, _ = measured(PersonalFinder(), [case])
    assert (tallies["account"].found, tallies["account"].covered) == (0, 1)


def test_alarms_are_counted_by_kind() -> None:
    count, found = false_alarms(PersonalFinder(), ["料金はいくらですか", "佐藤と申します"])
    assert (count, dict(found)) == (2, {"name": 1})
