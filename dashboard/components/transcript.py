"""The conversation of one call, caller on the left and agent on the right, as in the recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import words
from dashboard.components.base import box, text
from dashboard.components.evidence import evidence_box
from dashboard.components.latency import latency_bar
from dashboard.transcript import Line, Spoken, Who


class TranscriptView:
    """Shows lines; those that have not changed are left alone. `jump`: their times jump in the recording."""

    def __init__(self, jump: bool = False) -> None:
        self._jump = jump
        self._views: dict[str, LineView] = {}
        # The outer box runs upwards, so that the browser keeps the newest line in sight by itself.
        with box("transcript-scroll", tabindex="0", role="log", aria_label="会話"), box("transcript"):
            self._lines = box("lines")
            with box("line caller partial-line") as self._partial_line, box("bubble"):
                self._partial = text("", "partial", aria_live="off")
        self._partial_line.set_visibility(False)

    def show(self, lines: Sequence[Line], partial: str = "") -> None:
        """Bring the view up to these lines."""
        keys = {line.key for line in lines}
        for key in [key for key in self._views if key not in keys]:
            self._views.pop(key).remove()
        with self._lines:
            for line in lines:
                view = self._views.get(line.key)
                if view is None:
                    self._views[line.key] = LineView(line, self._jump)
                else:
                    view.show(line)
        self._partial_line.set_visibility(bool(partial))
        if partial:
            self._partial.text = f"{partial}…"


class LineView:
    """One line. Its parts are redrawn each on its own, so that what a reader has unfolded stays so."""

    def __init__(self, line: Line, jump: bool) -> None:
        self._line = line
        self._jump = jump
        self._root = box(f"line {line.who.value}")
        if line.who is not Who.NOTE:
            self._root.props["data-line-at"] = str(line.at_ms)
        with self._root:
            self._said = box("bubble")
            self._latency = box("under")
            self._evidence = box("under")
        self._draw_said()
        self._draw_latency()
        self._draw_evidence()

    def remove(self) -> None:
        """Take the line off the page."""
        self._root.delete()

    def show(self, line: Line) -> None:
        """Redraw the parts that differ."""
        old, self._line = self._line, line
        if old is line:
            return
        if _said(old) != _said(line):
            self._draw_said()
        if old.steps != line.steps:
            self._draw_latency()
        if old.evidence != line.evidence or old.details != line.details:
            self._draw_evidence()

    def _draw_said(self) -> None:
        line = self._line
        self._said.clear()
        with self._said:
            if line.who is Who.NOTE:
                text(f"{words.clock(line.at_ms)}　{words.note(line.text, line.details)}", "note")
                return
            with box("line-head"):
                self._draw_time()
                text("お客様" if line.who is Who.CALLER else "AI", "who")
                if line.act:
                    text(words.of(words.ACTS, line.act), "chip")
                if line.spoken is Spoken.SPEAKING:
                    text("発話中", "chip live")
            if line.rejected is not None:
                text("（聞き取れた言葉として扱いませんでした）", "muted")
            text(line.text or "（無言）", "said rejected" if line.rejected is not None else "said", "p")
            if line.heard_text is not None:
                heard = f"「{line.heard_text}」まで" if line.heard_text else "ほとんど何も"
                text(f"途中で止めました。お客様に聞こえたのは{heard}です。", "muted", "p")

    def _draw_time(self) -> None:
        at = words.clock(self._line.at_ms)
        if self._jump:
            jump = text(at, "time", "button", type="button", title="ここから再生します")
            jump.props["data-at"] = str(self._line.at_ms)
        else:
            text(at, "time")

    def _draw_latency(self) -> None:
        self._latency.clear()
        with self._latency:
            latency_bar(self._line.steps)

    def _draw_evidence(self) -> None:
        self._evidence.clear()
        with self._evidence:
            if self._line.who is Who.AGENT:
                evidence_box(self._line.evidence)
            elif self._line.who is Who.CALLER:
                _hearing_box(self._line.details)


def _said(line: Line) -> tuple[object, ...]:
    return (line.text, line.act, line.spoken, line.heard_text, line.rejected, line.at_ms)


def _hearing_box(details: Mapping[str, Any]) -> None:
    facts = list(_hearing(details))
    if not facts:
        return
    with box("evidence", "details"):
        with box("evidence-head", "summary"):
            text("聞き取り", "chip")
            text(f"確からしさ {words.percent(details.get('confidence'))}")
        with box("facts", "dl"):
            for name, value in facts:
                text(name, tag="dt")
                text(value, tag="dd")


def _hearing(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if details.get("raw_text"):
        facts.append(("認識したまま", str(details["raw_text"])))
    if details.get("values"):
        facts.append(("数字・日付など", "、".join(map(_value, details["values"]))))
    if details.get("corrections"):
        facts.append(("直した語", "、".join(map(_correction, details["corrections"]))))
    alternatives = [_alternative(each) for each in details.get("alternatives") or ()]
    if alternatives:
        facts.append(("ほかの候補", " ／ ".join(alternatives)))
    if details.get("engine"):
        facts.append(("認識エンジン", str(details["engine"])))
    if details.get("endpoint"):
        facts.append(("終話の判定", str(details["endpoint"])))
    if details.get("rejected"):
        facts.append(("除いた理由", str(details["rejected"])))
    return facts


def _value(value: object) -> str:
    return str(value.get("display", "")) if isinstance(value, Mapping) else str(value)


def _correction(value: object) -> str:
    return f"{value.get('source')}→{value.get('written')}" if isinstance(value, Mapping) else str(value)


def _alternative(value: object) -> str:
    if isinstance(value, Mapping):
        return str(value.get("text", value))
    return str(value)
