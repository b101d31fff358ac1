"""What the figures' page shows, put together of facts: plain data, each figure reckoned once and written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from records.figures.breakdown import WEEKDAYS, By, day_of, days_between, grouped, hour_of
from records.figures.catalogue import BY_KEY, FIGURES, measure
from records.figures.facts import CallFacts, Staffing
from records.figures.figure import Measured, Unit
from records.figures.funnel import Count, funnel, prompts_left_at, reasons
from records.figures.of_calls import contained

SERIES: Final = (
    "offered", "containment", "true_containment_day", "automation", "escalation_rate", "drop_out", "answer_rate",
    "response_p50", "response_p95", "person_answer_rate", "service_level",
)  # fmt: skip
IN_TABLES: Final = (
    "offered", "engaged", "containment", "true_containment_day", "drop_out", "escalation_rate", "answer_rate",
    "response_p95",
)  # fmt: skip
NO_GROUP: Final = {By.ENTRY: "（FAQでの回答なし）", By.REASON: "（引き継ぎなし）", By.CALLED: "（番号なし）"}
NOT_KNOWN: Final = "（分類なし）"
REASONS: Final = {
    "caller_asked": "担当者をご希望",
    "not_understood": "ご用件が伝わらない",
    "not_in_the_answer": "FAQの回答にない内容",
    "entry": "担当者が承るFAQ",
    "tool_failed": "お手続きの失敗",
    "system_failure": "システムの不具合",
    "keypad": "キー操作で担当者をご希望",
    "requested": "担当者をご希望",
}
PROMPTS: Final = {
    "greet": "最初のごあいさつ",
    "answer": "回答の途中",
    "clarify": "どちらのご用件かの確認",
    "reask": "もう一度のお願い",
    "repeat": "繰り返しのご案内",
    "acknowledge": "お返事",
    "no_input": "無言への呼びかけ",
    "wait": "お待ちする間",
    "collect": "お手続きの内容のお尋ね",
    "run_tool": "お手続きの実行中",
    "hand_over": "引き継ぎのご案内",
    "close": "終わりのごあいさつ",
}


@dataclass(frozen=True)
class Period:
    """Days in Japan, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As many days just before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))


class Names:
    """What groups are called for people: entries by their titles, reasons and rules in words, hours as hours."""

    def __init__(self, titles: Mapping[str, str], rules: Mapping[str, str]) -> None:
        self._titles = titles
        self._rules = rules

    def of(self, by: By, name: str) -> str:
        """The name of one group."""
        if not name:
            return NO_GROUP.get(by, NOT_KNOWN)
        match by:
            case By.ENTRY:
                return self._titles.get(name, name)
            case By.REASON:
                return REASONS.get(name) or self._rules.get(name) or name
            case By.HOUR:
                return f"{int(name)}時台"
            case By.WEEKDAY:
                return f"{WEEKDAYS[int(name)]}曜日"
            case _:
                return name


def told(measured: Measured) -> dict[str, Any]:
    """A figure as plain data."""
    return asdict(measured)


def told_all(calls: Sequence[CallFacts], staffing: Staffing | None) -> list[dict[str, Any]]:
    """Every figure of these calls."""
    return [told(each) for each in measure(calls, staffing).values()]


def with_change(now: Mapping[str, Measured], before: Mapping[str, Measured]) -> list[dict[str, Any]]:
    """Every figure with how it differs from the period before."""
    return [{**told(each), "before": before[key].text, **_change(each, before[key])} for key, each in now.items()]


def _change(now: Measured, before: Measured) -> dict[str, Any]:
    if now.value is None or before.value is None:
        return {"change": "", "tendency": ""}
    figure = BY_KEY[now.key]
    by = round(now.value - before.value, 1)
    suffix = {Unit.COUNT: "件", Unit.PERCENT: "pt", Unit.MILLISECONDS: "ミリ秒", Unit.PER_HOUR: "件/時"}.get(
        figure.unit, "秒"
    )
    digits = 0 if figure.unit in {Unit.COUNT, Unit.MILLISECONDS} else 1
    sign = "±" if by == 0 else "＋" if by > 0 else "−"
    better = "" if not figure.better or by == 0 else "good" if (by > 0) == (figure.better == "up") else "bad"
    return {"change": f"{sign}{abs(by):,.{digits}f}{suffix}", "tendency": better}


def series(calls: Sequence[CallFacts], period: Period) -> dict[str, Any]:
    """The course of the chosen figures: by the hour within one day, else by the day."""
    by = By.HOUR if period.days == 1 else By.DAY
    groups = grouped(calls, by)
    if by is By.HOUR:
        names = [(f"{hour:02d}", f"{hour}時") for hour in range(24)]
    else:
        names = [(day.isoformat(), f"{day.month}/{day.day}") for day in days_between(period.first, period.last)]
    figures = [BY_KEY[key] for key in SERIES]
    points = {name: measure(groups.get(name, ()), None, figures) for name, _ in names}
    return {
        "by": by.value,
        "labels": [label for _, label in names],
        "values": {key: [points[name][key].value for name, _ in names] for key in SERIES},
        "texts": {key: [points[name][key].text for name, _ in names] for key in SERIES},
    }


def heat(calls: Sequence[CallFacts]) -> list[list[int]]:
    """Calls by weekday (from Monday) and hour."""
    found = [[0] * 24 for _ in WEEKDAYS]
    for call in calls:
        found[day_of(call).weekday()][hour_of(call)] += 1
    return found


def ends_by_hour(calls: Sequence[CallFacts]) -> dict[str, list[int]]:
    """For each hour: contained, handed over (or promised a call back), and the others."""
    found = {"contained": [0] * 24, "people": [0] * 24, "others": [0] * 24}
    for call in calls:
        kind = "contained" if contained(call) else "people" if call.person or call.talk.reasons else "others"
        found[kind][hour_of(call)] += 1
    return found


def rows(calls: Sequence[CallFacts], by: By, names: Names, keys: Sequence[str] = IN_TABLES) -> list[dict[str, Any]]:
    """A table of figures by group, those with most calls first; times of day and week in their own order."""
    figures = [BY_KEY[key] for key in keys]
    groups = grouped(calls, by)
    found = [
        {
            "group": name,
            "name": names.of(by, name),
            "figures": {key: told(each) for key, each in measure(group, None, figures).items()},
        }
        for name, group in groups.items()
    ]
    if by in {By.HOUR, By.DAY, By.WEEKDAY}:
        return found
    return sorted(found, key=lambda row: (not row["group"], -len(groups[row["group"]]), row["group"]))


def counts(found: Sequence[Count], words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Counts with their share of the calls they are counted in."""
    return [
        {"key": each.name, "name": words.get(each.name, each.name), "calls": each.calls, "of": each.of}
        for each in found
    ]


def board(
    calls: Sequence[CallFacts],
    earlier: Sequence[CallFacts],
    period: Period,
    staffing: tuple[Staffing | None, Staffing | None],
    names: Names,
) -> dict[str, Any]:
    """Everything the page shows of a period."""
    words = {each.name: names.of(By.REASON, each.name) for each in reasons(calls)}
    return {
        "calls": len(calls),
        "provisional": any(not call.settled for call in calls),
        "figures": with_change(measure(calls, staffing[0]), measure(earlier, staffing[1])),
        "series": series(calls, period),
        "heat": heat(calls),
        "ends": ends_by_hour(calls),
        "funnel": [asdict(step) for step in funnel(calls)],
        "reasons": counts(reasons(calls), words),
        "prompts": counts(prompts_left_at(calls), PROMPTS),
        "tables": {by.value: rows(calls, by, names) for by in (By.ENTRY, By.CATEGORY, By.CALLED)},
    }


def definitions() -> list[dict[str, str]]:
    """What each figure means."""
    return [
        {
            "key": each.key,
            "name": each.name,
            "group": each.group,
            "unit": each.unit.value,
            "formula": each.formula,
            "numerator": each.numerator,
            "denominator": each.denominator,
            "note": each.note,
            "better": each.better,
        }
        for each in FIGURES
    ]
