"""The running calls, one row each; a press shows a call's conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from dashboard import words
from dashboard.components.base import box, text
from dashboard.transcript import LineMask
from records.masking import masked_number
from telephony.events import EventKind
from telephony.live import LiveCall

SHOWN: Final = 60
"""Rows on the page at most: a page must stay light when many call at once."""


class RunningCalls:
    """The list. `choose` is called with the id of the pressed call; `mask` covers what is personal."""

    def __init__(self, choose: Callable[[str], None], mask: LineMask) -> None:
        self._choose = choose
        self._mask = mask
        self._rows: dict[str, RunningRow] = {}
        self._root = box("running-list", role="list")
        self._more = text("", "muted")
        self._empty = text("いま通話はありません。", "muted empty", "p")

    def show(self, calls: Sequence[LiveCall], chosen: str | None) -> None:
        """Bring the rows up to these calls, the newest first."""
        shown = {call.call_id: call for call in calls[-SHOWN:]}
        for call_id in [call_id for call_id in self._rows if call_id not in shown]:
            self._rows.pop(call_id).remove()
        with self._root:
            for call_id, call in shown.items():
                if call_id not in self._rows:
                    self._rows[call_id] = RunningRow(call, self._choose, self._mask)
                self._rows[call_id].show(call, chosen=call_id == chosen)
        hidden = len(calls) - len(shown)
        self._more.text = f"ほか {hidden} 件" if hidden > 0 else ""
        self._empty.set_visibility(not calls)


class RunningRow:
    """One running call: who, how long, state, and what was said last."""

    def __init__(self, call: LiveCall, choose: Callable[[str], None], mask: LineMask) -> None:
        self._mask = mask
        self._root = box("running", "button", type="button")
        self._root.on("click", lambda: choose(call.call_id))
        with self._root:
            with box("running-head"):
                text(words.caller(call.line, masked_number(call.from_number)), "running-caller")
                text("", "running-since", data_since=call.started_at)
            self._state = text("", "state")
            self._last = text("", "running-last")
        self._root.move(target_index=0)  # rows come oldest first, the newest stands on top

    def remove(self) -> None:
        """Take the row off the page."""
        self._root.delete()

    def show(self, call: LiveCall, chosen: bool) -> None:
        """Bring the row up to date; only what differs goes to the browser."""
        self._state.text = words.of(words.STATES, call.state)
        self._state.classes(replace=f"state state-{call.state}")
        self._last.text = f"{self._mask.text(call.partial)}…" if call.partial else last_words(call, self._mask)
        self._root.classes(add="chosen") if chosen else self._root.classes(remove="chosen")
        if self._root.props.get("aria-pressed") != str(chosen).lower():
            self._root.props["aria-pressed"] = str(chosen).lower()


def last_words(call: LiveCall, mask: LineMask) -> str:
    """What was said last, by whichever side, with what is personal covered."""
    for event in reversed(call.events):
        if event.kind in (EventKind.HEARD, EventKind.DECIDED) and event.data.get("text"):
            return mask.text(str(event.data["text"]), event.data.get("personal"))
    return ""
