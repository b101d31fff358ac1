"""Figures of played sentences: shares by set and by manner, as they are reported by `bench mind`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from bench.mind_play import Came, Played

Row = tuple[str, ...]
COLUMNS: Final = ("質問", "数", "正答", "即答", "選択", "確認", "不答", "引継", "誤答")
"""Right; right at once; asked which; asked whether; not answered; handed over; answered with a wrong entry."""


def in_scope_figures(name: str, played: Sequence[Played]) -> dict[str, float]:
    """`right_<name>` and what stands beside it, for sentences that an entry answers."""
    return {
        f"questions_{name}": float(len(played)),
        f"right_{name}": _share(played, lambda one: one.right),
        f"right_at_once_{name}": _share(played, lambda one: one.at_once),
        f"wrong_answers_{name}": _share(played, lambda one: one.wrong),
        **_came(played, name),
        f"retrieval_r1_{name}": _share(played, lambda one: _found(one, 1)),
        f"retrieval_r3_{name}": _share(played, lambda one: _found(one, 3)),
        **_times(played, name),
    }


def out_of_scope_figures(played: Sequence[Played]) -> dict[str, float]:
    """`out_of_scope_answered` and what stands beside it, for sentences that no entry answers."""
    figures = {
        "questions_out_of_scope": float(len(played)),
        "out_of_scope_answered": _share(played, lambda one: one.wrong),
        **_came(played, "out_of_scope"),
    }
    for name in ("first", "second", "small_talk"):
        some = [one for one in played if one.asked.of == name]
        if some:
            figures[f"out_of_scope_answered_{name}"] = _share(some, lambda one: one.wrong)
    return figures


def by_tag(name: str, played: Sequence[Played]) -> dict[str, float]:
    """`right_<name>_<tag>` and `wrong_answers_<name>_<tag>` of each set and manner of the second set."""
    figures: dict[str, float] = {}
    for tag, some in _groups(played):
        figures[f"right_{name}_{tag}"] = _share(some, lambda one: one.right)
        figures[f"wrong_answers_{name}_{tag}"] = _share(some, lambda one: one.wrong)
    return figures


def rows(label: str, played: Sequence[Played]) -> list[Row]:
    """The table's rows: all, then each tag."""
    return [_row(label, played), *(_row(f"  {tag}", some) for tag, some in _groups(played))]


def _groups(played: Sequence[Played]) -> Iterable[tuple[str, list[Played]]]:
    for of in dict.fromkeys(one.asked.of for one in played):
        yield of, [one for one in played if one.asked.of == of]
    second = [one for one in played if one.asked.of == "second"]
    for style in sorted({one.asked.style for one in second}):
        yield style, [one for one in second if one.asked.style == style]


def _row(label: str, played: Sequence[Played]) -> Row:
    shares = [
        _share(played, lambda one: one.right),
        _share(played, lambda one: one.at_once),
        _share_of(played, Came.CLARIFIED),
        _share_of(played, Came.CONFIRMED),
        _share_of(played, Came.ABSTAINED, Came.OTHER),
        _share_of(played, Came.HANDED_OVER),
        _share(played, lambda one: one.wrong),
    ]
    return (label, str(len(played)), *(f"{share:.1%}" for share in shares))


def _came(played: Sequence[Played], name: str) -> dict[str, float]:
    kinds = (Came.CLARIFIED, Came.CONFIRMED, Came.ABSTAINED, Came.HANDED_OVER, Came.OTHER)
    return {f"{came.value}_{name}": _share_of(played, came) for came in kinds}


def _times(played: Sequence[Played], name: str) -> dict[str, float]:
    took = [one.took_ms for one in played] or [0.0]
    return {f"decide_p{part}_ms_{name}": round(float(np.percentile(took, part)), 1) for part in (50, 95)}


def _found(one: Played, top: int) -> bool:
    """Whether the search itself had it. A hand-over by rule has no candidates: it is not found."""
    return any(entry_id in one.asked.accepted for entry_id in one.found[:top])


def _share(played: Sequence[Played], holds: Callable[[Played], bool]) -> float:
    return round(sum(map(holds, played)) / len(played), 4) if played else 0.0


def _share_of(played: Sequence[Played], *came: Came) -> float:
    return _share(played, lambda one: one.came in came)
