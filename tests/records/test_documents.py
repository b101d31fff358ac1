"""Published documents: versions of each kind, and two people who publish at once."""

import asyncio

import pytest

from records.documents import DocumentRepository, StaleVersionError
from records.store import Records


@pytest.fixture
def documents(records: Records) -> DocumentRepository:
    return records.documents


async def test_each_kind_has_its_own_line_of_versions(documents: DocumentRepository) -> None:
    await documents.publish("wording", {"goodbye": ["失礼いたします。"]}, "佐々木", "終わりの挨拶")
    await documents.publish("operation", {"ai": True}, "森")
    second = await documents.publish("operation", {"ai": False, "message": "点検"}, "森")
    assert await documents.latest() == {"wording": 1, "operation": 2}
    assert await documents.current("operation") == second
    assert (await documents.get("wording", 1)).content == {"goodbye": ["失礼いたします。"]}  # type: ignore[union-attr]


async def test_nothing_is_current_before_the_first(documents: DocumentRepository) -> None:
    assert await documents.current("wording") is None
    assert await documents.latest() == {} and await documents.history("wording") == []


async def test_the_same_content_again_is_no_new_version(documents: DocumentRepository) -> None:
    first = await documents.publish("company", {"name": "あおぞら", "phone": ""}, "佐々木")
    again = await documents.publish("company", {"phone": "", "name": "あおぞら"}, "森", expected_version=1)
    assert again == first


async def test_who_publishes_over_a_version_they_have_not_seen_is_told_so(documents: DocumentRepository) -> None:
    await documents.publish("wording", {"wait": "お待ちください。"}, "佐々木", expected_version=0)
    with pytest.raises(StaleVersionError, match="ほかの方が先に第1版を公開しています") as caught:
        await documents.publish("wording", {"wait": "承知いたしました。"}, "森", expected_version=0)
    assert caught.value.newest == 1
    assert await documents.latest() == {"wording": 1}


async def test_of_two_who_publish_over_the_same_version_one_wins(documents: DocumentRepository) -> None:
    both = [documents.publish("wording", {"by": name}, name, expected_version=0) for name in ("佐々木", "森")]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["DocumentVersion", "StaleVersionError"]


async def test_the_history_tells_who_changed_what_newest_first(documents: DocumentRepository) -> None:
    for number in range(3):
        await documents.publish("wording", {"number": number}, "佐々木", f"{number}回目")
    assert [(each.version, each.note) for each in await documents.history("wording", limit=2)] == [
        (3, "2回目"),
        (2, "1回目"),
    ]
