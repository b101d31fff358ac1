import asyncio
from typing import Any

import pytest

from records.rules import RuleContentError
from records.store import Records


def rule(rule_id: str, **more: Any) -> dict[str, Any]:
    return {"id": rule_id, "say": ["承知いたしました。"], **more}


async def test_before_the_first_publication_there_are_no_rules(records: Records) -> None:
    assert await records.rules.current() is None
    assert await records.rules.get(1) is None
    assert await records.rules.history() == []


async def test_a_version_gives_back_the_very_rules_that_were_published(records: Records) -> None:
    content = [rule("a", when={"kind": "words", "words": ["弁護士"]}), rule("b", order=3)]
    first = await records.rules.publish(content, "山田", "初版")
    await records.rules.publish([rule("a")], "佐藤", "減らした")
    assert first.version == 1
    assert await records.rules.get(1) == first
    assert list(first.content) == content


async def test_publishing_the_same_rules_again_gives_the_current_version(records: Records) -> None:
    first = await records.rules.publish([rule("a", words=("x",))], "山田")
    again = await records.rules.publish([rule("a", words=["x"])], "佐藤")
    assert again == first
    assert len(await records.rules.history()) == 1


async def test_the_order_of_rules_is_part_of_a_version(records: Records) -> None:
    await records.rules.publish([rule("a"), rule("b")], "山田")
    assert (await records.rules.publish([rule("b"), rule("a")], "山田")).version == 2


async def test_going_back_to_former_rules_is_a_new_version(records: Records) -> None:
    first = await records.rules.publish([rule("a")], "山田")
    await records.rules.publish([rule("b")], "山田")
    back = await records.rules.publish([rule("a")], "山田")
    assert (back.version, back.info.sha256) == (3, first.info.sha256)


async def test_the_history_runs_from_the_newest(records: Records) -> None:
    for note in ("初版", "二版", "三版"):
        await records.rules.publish([rule(f"r{len(note)}-{ord(note[0])}")], "山田", note)
    assert [(info.version, info.note) for info in await records.rules.history(limit=2)] == [(3, "三版"), (2, "二版")]


async def test_rules_published_at_the_same_time_get_different_versions(records: Records) -> None:
    versions = await asyncio.gather(*(records.rules.publish([rule(f"r{n}")], "山田") for n in range(4)))
    assert sorted(version.version for version in versions) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("content", "message"),
    [([{"title": "x"}], "1件目のルールにIDがありません"), ([rule("a"), rule("a")], "「a」のルールが2つ以上")],
)
async def test_rules_without_an_id_of_their_own_are_refused(
    records: Records, content: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(RuleContentError, match=message):
        await records.rules.publish(content, "山田")
    assert await records.rules.current() is None
