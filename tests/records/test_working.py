"""Work in progress: two people on one thing."""

import pytest

from records.store import Records
from records.working import WorkingConflictError, WorkingCopyRepository


@pytest.fixture
def working(records: Records) -> WorkingCopyRepository:
    return records.working


async def test_what_is_saved_is_found_again_with_its_next_revision(working: WorkingCopyRepository) -> None:
    first = await working.save("faq", "billing-001", {"title": "請求"}, revision=0, base_version=3, by="佐々木")
    second = await working.save(
        "faq", "billing-001", {"title": "ご請求"}, revision=first.revision, base_version=3, by="森"
    )
    assert (first.revision, second.revision) == (1, 2)
    assert await working.get("faq", "billing-001") == second


async def test_who_saves_over_an_older_revision_is_shown_the_newer_one(working: WorkingCopyRepository) -> None:
    saved = await working.save("faq", "billing-001", {"title": "請求"}, revision=0, base_version=3, by="佐々木")
    with pytest.raises(WorkingConflictError, match="佐々木さんが先に変更しています") as caught:
        await working.save("faq", "billing-001", {"title": "料金"}, revision=0, base_version=3, by="森")
    assert caught.value.newest == saved
    assert await working.get("faq", "billing-001") == saved


async def test_what_was_thrown_away_meanwhile_is_not_brought_back_unseen(working: WorkingCopyRepository) -> None:
    saved = await working.save("faq", "billing-001", {"title": "請求"}, revision=0, base_version=3, by="佐々木")
    assert await working.drop("faq", "billing-001", saved.revision)
    with pytest.raises(WorkingConflictError, match="ほかの方"):
        await working.save("faq", "billing-001", {}, revision=saved.revision, base_version=3, by="森")
    assert not await working.drop("faq", "billing-001")


async def test_kinds_do_not_meet(working: WorkingCopyRepository) -> None:
    await working.save("faq", "", {}, revision=0, base_version=0, by="森")
    assert await working.of_kind("rules") == []
    assert [each.key for each in await working.of_kind("faq")] == [""]
