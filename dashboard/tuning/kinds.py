"""The kinds of documents that supervisors tune: what is wrong with a draft, and what it changes, in Japanese."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from dashboard.tuning.conditions import RuleWriter
from dialogue.company import CompanyError, company_of
from dialogue.escalation.book import RuleBook, RulesError
from dialogue.escalation.builtin import BUILT_IN
from dialogue.prompts import BY_NAME, PROMPTS
from dialogue.wording import Wording, WordingError, warnings_of
from voice.word_documents import WordsError, pronunciations_of, terms_of

_WEEK: Final = {"mon": "月", "tue": "火", "wed": "水", "thu": "木", "fri": "金", "sat": "土", "sun": "日"}
_COMPANY: Final = {
    "name": "会社名",
    "name_reading": "会社名の読み",
    "agent_name": "名乗り",
    "service": "サービス",
    "recording_purpose": "録音の目的",
    "phone": "電話番号",
    "timezone": "時差",
    "holidays_closed": "祝日",
    "closed_dates": "臨時のお休み",
    "open_dates": "臨時の受付",
    "persona": "人となり",
    "vip_numbers": "重要なお客様の番号",
    "blocked_numbers": "お取り次ぎしない番号",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with, or unwise in, one part of a draft. `field` is empty where it is about the whole."""

    field: str
    text: str


@dataclass(frozen=True)
class Change:
    """One thing that differs between two contents, as people read it. An empty side is not there."""

    field: str
    title: str
    before: str
    after: str


class TuningKind(Protocol):
    """One kind of document."""

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    def problems(self, content: Mapping[str, Any]) -> list[Problem]:
        """Why it cannot be published; empty when it can."""
        ...

    def warnings(self, content: Mapping[str, Any]) -> list[Problem]:
        """What is better looked at again."""
        ...

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
        """What differs."""
        ...


class CompanyKind:
    """The company: its names, when its people are there, whose numbers it knows."""

    title = "会社と受付時間"

    def problems(self, content: Mapping[str, Any]) -> list[Problem]:
        """See `TuningKind`."""
        try:
            company_of(content)
        except CompanyError as error:
            return [_company_problem(line) for line in str(error).splitlines()]
        return []

    def warnings(self, content: Mapping[str, Any]) -> list[Problem]:
        """See `TuningKind`."""
        both = set(map(str, content.get("closed_dates") or ())) & set(content.get("open_dates") or ())
        return [
            Problem("open_dates", f"{day} は臨時のお休みにも入っています。お休みが優先されます。")
            for day in sorted(both)
        ]

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
        """See `TuningKind`."""
        found = [
            Change(name, title, _shown(before.get(name)), _shown(after.get(name)))
            for name, title in _COMPANY.items()
            if _shown(before.get(name)) != _shown(after.get(name))
        ]
        for name, day in _WEEK.items():
            old, new = (_hours((side.get("opening_hours") or {}).get(name)) for side in (before, after))
            if old != new:
                found.append(Change(f"opening_hours.{name}", f"{day}曜日", old, new))
        return found


class WordingKind:
    """The prompts."""

    title = "話し方"

    def problems(self, content: Mapping[str, Any]) -> list[Problem]:
        """See `TuningKind`."""
        try:
            Wording.from_content(content)
        except WordingError as error:
            return [Problem(name, f"{problem}。") for name, problem in error.problems.items()]
        return []

    def warnings(self, content: Mapping[str, Any]) -> list[Problem]:
        """See `TuningKind`."""
        prompts = content.get("prompts")
        if not isinstance(prompts, Mapping):
            return []
        return [
            Problem(spec.name.value, warning)
            for spec in PROMPTS
            if isinstance(text := prompts.get(spec.name.value), str)
            for warning in warnings_of(spec, text)
        ]

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
        """See `TuningKind`."""
        old, new = before.get("prompts") or {}, after.get("prompts") or {}
        return [
            Change(name.value, spec.title, old.get(name, spec.text), new.get(name, spec.text))
            for name, spec in BY_NAME.items()
            if old.get(name, spec.text) != new.get(name, spec.text)
        ]


class WordsKind:
    """A list of words: what the recogniser favours, or what the voice reads in its own way."""

    def __init__(self, title: str, read: Callable[[Mapping[str, Any]], object], shown: Mapping[str, str]) -> None:
        """`shown` are the titles of an entry's values."""
        self.title = title
        self._read = read
        self._shown = shown

    def problems(self, content: Mapping[str, Any]) -> list[Problem]:
        """See `TuningKind`."""
        try:
            self._read(content)
        except WordsError as error:
            return [Problem(str(place), problem) for place, problem in error.problems]
        return []

    def warnings(self, content: Mapping[str, Any]) -> list[Problem]:
        """See `TuningKind`."""
        return []

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
        """See `TuningKind`."""
        old, new = (_by_name(side.get("entries"), "surface") for side in (before, after))
        return [
            Change(surface, surface, self._told(old.get(surface)), self._told(new.get(surface)))
            for surface in dict.fromkeys((*old, *new))
            if old.get(surface) != new.get(surface)
        ]

    def _told(self, row: Mapping[str, Any] | None) -> str:
        if row is None:
            return ""
        return "　".join(
            f"{title}：{row[name]}" for name, title in self._shown.items() if row.get(name) not in (None, "")
        )


class RulesKind:
    """The escalation rules: `{"rules": […]}`, the company's own and its words for the built-in ones."""

    title = "引き継ぎルール"

    def problems(self, content: Mapping[str, Any]) -> list[Problem]:
        """See `TuningKind`."""
        rules = content.get("rules", [])
        if not isinstance(rules, list):
            return [Problem("", "rules にルールを並べてください。")]
        try:
            RuleBook.from_content(0, rules)
        except RulesError as error:
            ids = [str(rule.get("id", "")) for rule in rules if isinstance(rule, Mapping)]
            return [
                Problem(next((name for name in ids if name and line.startswith(f"「{name}」")), ""), line)
                for line in str(error).splitlines()
            ]
        return []

    def warnings(self, content: Mapping[str, Any]) -> list[Problem]:
        """See `TuningKind`."""
        return []

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
        """See `TuningKind`."""
        old, new = (_by_name(side.get("rules"), "id") for side in (before, after))
        built_in = {rule.id: rule.title for rule in BUILT_IN}
        titles = {name: str(rule.get("title") or name) for name, rule in {**old, **new}.items()} | built_in
        writer = RuleWriter(titles, {})
        return [
            Change(name, titles.get(name, name), _rule(writer, old.get(name)), _rule(writer, new.get(name)))
            for name in dict.fromkeys((*old, *new))
            if old.get(name) != new.get(name)
        ]


KINDS: Final[dict[str, TuningKind]] = {
    "company": CompanyKind(),
    "wording": WordingKind(),
    "vocabulary": WordsKind("認識することば", terms_of, {"reading": "読み", "weight": "強さ", "display": "表示"}),
    "dictionary": WordsKind("読みの辞書", pronunciations_of, {"reading": "読み"}),
    "rules": RulesKind(),
}


def _rule(writer: RuleWriter, rule: Mapping[str, Any] | None) -> str:
    return "" if rule is None else writer.rule(rule)


def _by_name(rows: Any, name: str) -> dict[str, Mapping[str, Any]]:
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return {}
    return {str(row.get(name, "")): row for row in rows if isinstance(row, Mapping)}


def _company_problem(line: str) -> Problem:
    field, _, told = line.partition(": ")
    title = _COMPANY.get(field) or ("受付時間" if field.startswith("opening_hours") else field)
    return Problem(field, f"{title}：{told}。")


def _hours(span: Any) -> str:
    return "お休み" if span in (None, "closed") else str(span).replace("-", "～")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "お休み" if value else "通常どおり"
    if isinstance(value, Mapping):
        return "、".join(f"{day} {_hours(span)}" for day, span in sorted(value.items()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(map(str, sorted(map(str, value))))
    return str(value or "")
