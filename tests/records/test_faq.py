import asyncio
from typing import Any

import pytest

from records.documents import StaleVersionError
from records.faq import FaqContentError
from records.store import Records


def entry(entry_id: str, answer: str, **more: Any) -> dict[str, Any]:
    return {"id": entry_id, "answer": answer, **more}


async def test_the_first_publication_is_version_one_of_everything(records: Records) -> None:
    version = await records.faq.publish([entry("a", "はい。"), entry("b", "いいえ。")], "山田", "初版")
    assert version.version == 1
    assert [(each["id"], each["version"]) for each in version.content] == [("a", 1), ("b", 1)]
    assert version.info.changed == ("a", "b")
    assert await records.faq.current() == version


async def test_only_a_changed_entry_counts_up(records: Records) -> None:
    await records.faq.publish([entry("a", "はい。"), entry("b", "いいえ。")], "山田")
    version = await records.faq.publish([entry("a", "ええ。"), entry("b", "いいえ。")], "山田")
    assert version.version == 2
    assert [(each["id"], each["version"]) for each in version.content] == [("a", 2), ("b", 1)]
    assert version.info.changed == ("a",)


async def test_publishing_the_same_again_gives_the_current_version(records: Records) -> None:
    first = await records.faq.publish([entry("a", "はい。", tags=("x",))], "山田")
    again = await records.faq.publish([entry("a", "はい。", tags=["x"], version=99)], "佐藤")
    assert again == first
    assert len(await records.faq.history()) == 1


async def test_an_entry_that_comes_back_in_other_words_never_reuses_a_version(records: Records) -> None:
    await records.faq.publish([entry("a", "はい。"), entry("b", "一")], "山田")
    removed = await records.faq.publish([entry("a", "はい。")], "山田")
    back = await records.faq.publish([entry("a", "はい。"), entry("b", "二")], "山田")
    assert removed.info.removed == ("b",)
    assert back.content[1]["version"] == 2


async def test_an_evidence_leads_to_the_very_words_that_were_live(records: Records) -> None:
    await records.faq.publish([entry("a", "はい。")], "山田")
    await records.faq.publish([entry("a", "ええ。")], "山田")
    assert await records.faq.entry("a", 1) == {"id": "a", "answer": "はい。", "version": 1}
    assert await records.faq.entry("a", 3) is None
    first = await records.faq.get(1)
    assert first is not None
    assert first.content[0]["answer"] == "はい。"


async def test_the_history_runs_from_the_newest(records: Records) -> None:
    for note in ("初版", "二版", "三版"):
        await records.faq.publish([entry("a", note)], "山田", note)
    assert [(info.version, info.note, info.entry_count) for info in await records.faq.history(limit=2)] == [
        (3, "三版", 1),
        (2, "二版", 1),
    ]


async def test_supervisors_who_publish_at_once_get_versions_one_after_the_other(records: Records) -> None:
    versions = await asyncio.gather(*(records.faq.publish([entry("a", str(n))], "山田") for n in range(5)))
    assert sorted(version.version for version in versions) == [1, 2, 3, 4, 5]
    assert sorted(version.content[0]["version"] for version in versions) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([{"answer": "はい。"}], "1件目の項目にIDがありません"),
        ([entry("a", "一"), entry(" ", "二")], "2件目の項目にIDがありません"),
        ([entry("a", "一"), entry("a", "二")], "ID「a」の項目が2つ以上"),
    ],
)
async def test_content_that_cannot_be_told_apart_is_refused_whole(
    records: Records, content: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(FaqContentError, match=message):
        await records.faq.publish(content, "山田")
    assert await records.faq.current() is None


async def test_who_publishes_over_a_newer_version_is_told_so(records: Records) -> None:
    await records.faq.publish([{"id": "a", "spoken": "あ"}], "森", expected_version=0)
    with pytest.raises(StaleVersionError, match="第1版"):
        await records.faq.publish([{"id": "a", "spoken": "い"}], "林", expected_version=0)
    assert (await records.faq.publish([{"id": "a", "spoken": "い"}], "林", expected_version=1)).version == 2


async def test_an_entrys_history_tells_who_published_each_wording(records: Records) -> None:
    await records.faq.publish([{"id": "a", "spoken": "あ"}], "森", "はじめ")
    await records.faq.publish([{"id": "a", "spoken": "あ"}, {"id": "b", "spoken": "び"}], "林")
    await records.faq.publish([{"id": "b", "spoken": "び"}, {"id": "a", "spoken": "い"}], "原", "改めた")
    told = [(e.version, e.faq_version, e.author, e.note) for e in await records.faq.entry_history("a")]
    assert told == [(2, 3, "原", "改めた"), (1, 1, "森", "はじめ")]
