"""The calls of the records, newest first, with a step to older ones."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import words
from dashboard.components.base import box, text
from dashboard.past import ResponseTimes
from dashboard.sources import CallArchive
from dashboard.transcript import LineMask
from records.masking import masked_number
from records.models import CallState, CallSummaryRow

TITLES = ("日時", "発信者", "最初のお話", "通話時間", "やりとり", "結果", "応答（中央値）")


class RecentCalls:
    """A page of the list. `load` reads it anew; older pages are reached with the buttons below.

    `mask` covers what is personal in it.
    """

    def __init__(self, calls: CallArchive, times: ResponseTimes, mask: LineMask, page_size: int) -> None:
        self._calls = calls
        self._times = times
        self._mask = mask
        self._page_size = page_size
        self._pages: list[str | None] = [None]
        self._last: str | None = None
        self._shown: list[tuple[CallSummaryRow, float | None]] | None = None
        with box("table-scroll"), box("recent", "table"):
            with box("", "thead"), box("", "tr"):
                for title in TITLES:
                    text(title, tag="th", scope="col")
            self._body = box("", "tbody")
        self._trouble = text("読み込んでいます…", "muted empty", "p")
        with box("pager"):
            self._newer = text("新しい通話", "plain", "button", type="button")
            self._newer.on("click", self._go_newer)
            self._older = text("以前の通話", "plain", "button", type="button")
            self._older.on("click", self._go_older)
        self._newer.set_visibility(False)
        self._older.set_visibility(False)

    async def load(self) -> None:
        """Read the present page from the records and show it, if it has changed."""
        found = await self._calls.list(limit=self._page_size + 1, before=self._pages[-1])
        rows = found[: self._page_size]
        listed = [(row, await self._times.of(row)) for row in rows]
        self._last = rows[-1].id if rows else None
        self._newer.set_visibility(len(self._pages) > 1)
        self._older.set_visibility(len(found) > self._page_size)
        self._trouble.text = "" if rows else "まだ通話の記録はありません。"
        self._trouble.set_visibility(not rows)
        if listed != self._shown:
            self._shown = listed
            self._draw(listed)

    def fail(self) -> None:
        """The records cannot be read just now."""
        self._trouble.text = "通話の記録を読めませんでした。自動的にもう一度お試しします。"
        self._trouble.set_visibility(True)

    async def _go_older(self) -> None:
        self._pages.append(self._last)
        await self.load()

    async def _go_newer(self) -> None:
        self._pages.pop()
        await self.load()

    def _draw(self, listed: Sequence[tuple[CallSummaryRow, float | None]]) -> None:
        self._body.clear()
        with self._body:
            for row, p50 in listed:
                with box("", "tr"):
                    with box("", "td"):
                        text(words.moment(row.started_at), "link", "a", href=f"/calls/{row.id}")
                    text(words.caller(row.line, masked_number(row.caller_number)), tag="td")
                    text(self._mask.text(row.first_words) or "―", "first-words", "td")
                    text(words.duration(_milliseconds(row)), "number", "td")
                    text(f"{row.turn_count}回", "number", "td")
                    with box("", "td"):
                        text(outcome_of(row), f"chip outcome-{row.outcome or row.state.value}")
                    text(words.milliseconds(p50), "number", "td")


def outcome_of(row: CallSummaryRow) -> str:
    """How the call came out, or that it still runs."""
    if row.state is CallState.LIVE:
        return "通話中"
    return words.of(words.OUTCOMES, row.outcome or "―")


def _milliseconds(row: CallSummaryRow) -> float | None:
    return None if row.duration_s is None else row.duration_s * 1000
