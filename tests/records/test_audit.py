"""The audit's chain: whatever is changed in it shows."""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.audit import AuditFilter, AuditLine, Fault, Verified
from records.store import Records


async def _write(records: Records, count: int = 5) -> None:
    for number in range(1, count + 1):
        await records.audit.note("森 一郎", "supervisor", "faq.publish", f"billing-{number:03}", "改定", "10.0.0.5")


def _tamper(tmp_path: Path, *statements: str) -> None:
    with sqlite3.connect(tmp_path / "records.db") as connection:
        for statement in statements:
            connection.execute(statement)


async def test_an_untouched_chain_is_sound(records: Records) -> None:
    assert await records.audit.verify() == Verified(True, 0)
    await _write(records)
    assert await records.audit.verify() == Verified(True, 5)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit SET reason = '別の理由' WHERE sequence = 3"], (3, Fault.ALTERED)),
        (["UPDATE audit SET actor = '別の人' WHERE sequence = 1"], (1, Fault.ALTERED)),
        (["UPDATE audit SET at = '2020-01-01 00:00:00.000000' WHERE sequence = 2"], (2, Fault.ALTERED)),
        (["""UPDATE audit SET detail = '{"n":1}' WHERE sequence = 5"""], (5, Fault.ALTERED)),
        (["DELETE FROM audit WHERE sequence = 2"], (2, Fault.BROKEN)),
        (["DELETE FROM audit WHERE sequence = 1"], (1, Fault.BROKEN)),
        (
            ["DELETE FROM audit WHERE sequence = 2", "UPDATE audit SET sequence = sequence - 1 WHERE sequence > 2"],
            (2, Fault.BROKEN),
        ),
        (
            [
                "INSERT INTO audit SELECT 6, at, actor, role, 'call.play', target, reason, address, detail, sha256, "
                "sha256 FROM audit WHERE sequence = 5"
            ],
            (6, Fault.ALTERED),
        ),
        (
            [
                "UPDATE audit SET sequence = 99 WHERE sequence = 2",
                "UPDATE audit SET sequence = 2 WHERE sequence = 3",
                "UPDATE audit SET sequence = 3 WHERE sequence = 99",
            ],
            (2, Fault.BROKEN),
        ),
        (["DELETE FROM audit WHERE sequence > 3"], (4, Fault.CUT)),
        (["DELETE FROM audit"], (1, Fault.CUT)),
    ],
    ids=["reason", "actor", "time", "detail", "middle", "first", "closed-gap", "inserted", "swapped", "tail", "all"],
)
async def test_what_was_altered_shows(
    records: Records, tmp_path: Path, statements: list[str], found: tuple[int, Fault]
) -> None:
    await _write(records)
    _tamper(tmp_path, *statements)
    verified = await records.audit.verify()
    assert (verified.ok, verified.first_wrong, verified.fault) == (False, *found)


async def test_a_line_changed_with_its_own_sum_breaks_the_next(records: Records, tmp_path: Path) -> None:
    await _write(records)
    line = (await records.audit.page(limit=5))[3]
    forged = AuditLine(**{**vars(line), "reason": "別の理由", "sha256": ""})
    _tamper(
        tmp_path, f"UPDATE audit SET reason = '別の理由', sha256 = '{forged.sum()}' WHERE sequence = {line.sequence}"
    )
    assert (await records.audit.verify()).first_wrong == line.sequence + 1


async def test_a_cut_tail_still_shows_after_new_lines_were_added(records: Records, tmp_path: Path) -> None:
    await _write(records)
    _tamper(tmp_path, "DELETE FROM audit WHERE sequence > 3")
    await _write(records, count=4)
    verified = await records.audit.verify()
    assert (verified.ok, verified.fault) == (False, Fault.CUT)


async def test_the_end_of_a_copy_that_was_put_back_can_be_accepted_and_the_audit_says_so(
    records: Records, tmp_path: Path
) -> None:
    await _write(records)
    _tamper(tmp_path, "DELETE FROM audit WHERE sequence > 3")
    await records.audit.accept_end("root（コマンド）", "command", "先週の控えに戻したため")
    assert await records.audit.verify() == Verified(True, 4)
    (line,) = await records.audit.page(limit=1)
    assert (line.action, line.detail["fault"], line.reason) == ("audit.accept_end", "cut", "先週の控えに戻したため")


async def test_what_was_altered_is_not_accepted_with_the_end(records: Records, tmp_path: Path) -> None:
    await _write(records)
    _tamper(tmp_path, "UPDATE audit SET reason = '別の理由' WHERE sequence = 3")
    await records.audit.accept_end("root（コマンド）", "command", "先週の控えに戻したため")
    assert (await records.audit.verify()).first_wrong == 3


async def test_a_missing_anchor_is_told(records: Records, tmp_path: Path) -> None:
    await _write(records)
    (tmp_path / "records.db.audit-head").unlink()
    await _write(records, count=1)
    assert await records.audit.verify() == Verified(False, 6, None, Fault.NO_ANCHOR)


async def test_a_crash_before_the_anchor_moved_is_no_fault(records: Records, tmp_path: Path) -> None:
    anchor = tmp_path / "records.db.audit-head"
    await _write(records, count=2)
    kept = anchor.read_text()
    await _write(records, count=1)
    anchor.write_text(kept)
    assert await records.audit.verify() == Verified(True, 3)
    await _write(records, count=1)
    assert json.loads(anchor.read_text())["sequence"] == 4


async def test_two_processes_write_one_chain(url: str) -> None:
    both = [await Records.open(url), await Records.open(url)]
    await asyncio.gather(*(_write(each, count=8) for each in both))
    assert await both[0].audit.verify() == Verified(True, 16)
    for each in both:
        await each.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    text=st.text(max_size=30),
    detail=st.dictionaries(
        st.text(max_size=5), st.one_of(st.integers(-(2**50), 2**50), st.floats(), st.text(max_size=9), st.none())
    ),
)
async def test_whatever_is_written_can_be_verified(records: Records, text: str, detail: dict[str, object]) -> None:
    await records.audit.note(text, "operator", "call.unmask", text, text, text, detail)
    assert (await records.audit.verify()).ok


async def test_numbers_are_kept_as_every_database_gives_them_back(records: Records) -> None:
    """PostgreSQL's JSON knows one kind of number: it writes 1.0 and 1e20 in its own way."""
    await records.audit.note("森", "supervisor", "figures.export", detail={"rate": 1.0, "sum": 1e20, "share": [0.25]})
    (line,) = await records.audit.page()
    assert line.detail == {"rate": 1, "sum": "1e+20", "share": [0.25]}


async def test_lines_are_found_by_who_what_and_when(records: Records) -> None:
    before = datetime.now(UTC)
    await records.audit.note("森 一郎", "supervisor", "faq.publish", "第3版")
    await records.audit.note("佐々木 花", "operator", "call.play", "call-1")
    await records.audit.note("佐々木 花", "operator", "call.unmask", "call-1", reason="折り返しのため")

    async def actions(**wanted: object) -> list[str]:
        return [line.action for line in await records.audit.page(AuditFilter(**wanted))]  # type: ignore[arg-type]

    assert await actions() == ["call.unmask", "call.play", "faq.publish"]
    assert await actions(actor="佐々木") == ["call.unmask", "call.play"]
    assert await actions(action="call") == ["call.unmask", "call.play"]
    assert await actions(action="call.play") == ["call.play"]
    assert await actions(action="cal") == []
    assert await actions(target="第3版") == ["faq.publish"]
    assert await actions(until=before) == []
    assert len(await actions(since=before, until=before + timedelta(hours=1))) == 3
    assert await records.audit.count(AuditFilter(actor="佐々木")) == 2


async def test_pages_follow_each_other_from_the_newest(records: Records) -> None:
    await _write(records)
    first = await records.audit.page(limit=2)
    second = await records.audit.page(before=first[-1].sequence, limit=2)
    assert [line.sequence for line in (*first, *second)] == [5, 4, 3, 2]
