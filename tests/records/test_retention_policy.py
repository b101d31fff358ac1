"""The retention policy as supervisors write it."""

import pytest

from records.retention import RetentionTimes
from records.retention_policy import RetentionPolicy, RetentionPolicyError


def test_what_is_not_written_has_its_default() -> None:
    policy = RetentionPolicy.from_content({"days": {"recordings": 30}})
    assert policy.times == RetentionTimes(recordings=30)


def test_a_policy_survives_being_a_document() -> None:
    policy = RetentionPolicy(RetentionTimes(10, 20, 20, 30, None, 5), zero=True)
    assert RetentionPolicy.from_content(policy.to_content()) == policy


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"days": {"audit": 1}}, "項目"),
        ({"days": {"recordings": -1}}, "日数"),
        ({"days": {"recordings": True}}, "日数"),
        ({"days": {"recordings": 400, "calls": 300}}, "長くできません"),
        ({"days": {"words": None, "calls": 300}}, "長くできません"),
        ({"zero": "はい"}, "項目"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(content: dict[str, object], told: str) -> None:
    with pytest.raises(RetentionPolicyError, match=told):
        RetentionPolicy.from_content(content)
