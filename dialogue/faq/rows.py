"""From loose cells to an entry, and back: the one place that knows columns. All errors of a row are found at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from dialogue.faq.entry import AnswerMode, Audience, FaqEntry

Cells = Mapping[str, Any]

COLUMNS: dict[str, str] = {
    "id": "ID",
    "category": "カテゴリ",
    "title": "タイトル",
    "questions": "質問",
    "spoken": "音声回答",
    "long": "詳細回答",
    "vocabulary": "語彙",
    "valid_from": "開始日",
    "valid_until": "終了日",
    "audience": "対象",
    "escalate": "担当者へ引き継ぐ",
    "enabled": "有効",
    "mode": "回答方法",
    "negatives": "違う質問",
    "answer_at": "しきい値",
    "version": "版",
}
REQUIRED = ("id", "category", "title", "questions", "spoken")
_AUDIENCES = {"お客様": Audience.CALLER, "担当者": Audience.OPERATOR, "両方": Audience.BOTH}
_AUDIENCES |= {audience.value: audience for audience in Audience}
_MODES = {"そのまま": AnswerMode.VERBATIM, "要約": AnswerMode.COMPOSED}
_MODES |= {mode.value: mode for mode in AnswerMode}
_TRUE = frozenset({"true", "1", "はい", "yes", "する", "有効", "○", "〇"})
_FALSE = frozenset({"false", "0", "いいえ", "no", "しない", "無効", "×", ""})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_ADVICE = {
    "id": "半角の英小文字・数字・ハイフンで、64文字以内でご記入ください(例: plan-change)。",
    "category": "カテゴリ名を1行でご記入ください(「|」は使えません)。",
    "title": "タイトルを1行でご記入ください(「|」は使えません)。",
    "questions": "質問を1つ以上、1行に1つずつ、それぞれ300文字以内でご記入ください。",
    "spoken": "電話で読み上げる回答を1文字以上2000文字以内でご記入ください。",
    "long": "10000文字以内でご記入ください。",
    "vocabulary": "「表記=よみがな」の形で、1行に1語ずつご記入ください(例: 解約=かいやく)。",
    "valid_from": "日付を「2026-04-01」の形でご記入ください。",
    "valid_until": "開始日以後の日付を「2026-04-30」の形でご記入ください。",
    "audience": "「お客様」「担当者」「両方」のいずれかをご記入ください。",
    "escalate": "「はい」か「いいえ」をご記入ください。",
    "enabled": "「はい」か「いいえ」をご記入ください。",
    "mode": "「そのまま」か「要約」をご記入ください。",
    "negatives": "似ていても違う質問を、1行に1つずつ、それぞれ300文字以内でご記入ください。",
    "answer_at": "0以上1以下の数をご記入ください(例: 0.8)。会社の設定どおりでよければ、空欄にしてください。",
    "version": "1以上の整数をご記入ください。",
}


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in one cell, and what to write instead. `row` is as the file shows it; 0 is the file itself."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"{self.row}行目" if self.row else "ファイル"
        return f"{place}「{self.column}」: {self.message}" if self.column else f"{place}: {self.message}"


class FaqImportError(ValueError):
    """The file was not imported; `problems` names every bad cell. Its text is for the person who wrote the file."""

    def __init__(self, problems: list[RowProblem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"- {problem}" for problem in problems)
        super().__init__(f"FAQを取り込めませんでした({len(problems)}件の誤り)。1件も登録していません。\n{lines}")


def parse_row(number: int, cells: Cells) -> tuple[FaqEntry | None, list[RowProblem]]:
    """One row as an entry, or the list of everything wrong with it."""
    problems: list[RowProblem] = []
    values: dict[str, Any] = {}
    for name, raw in cells.items():
        if name not in COLUMNS:
            known = "、".join(COLUMNS.values())
            problems.append(RowProblem(number, str(name), f"知らない項目です。使える項目は {known} です。"))
            continue
        if _is_blank(raw) and name not in REQUIRED:
            continue
        try:
            values[name] = _value(name, raw)
        except (ValueError, TypeError, AttributeError):
            problems.append(_problem(number, name, raw))
    for name in REQUIRED:
        if name not in cells:
            problems.append(RowProblem(number, COLUMNS[name], f"記入がありません。{_ADVICE[name]}"))
    named = {problem.column for problem in problems}
    probe = {name: value for name, value in values.items() if COLUMNS[name] not in named}
    try:
        entry = FaqEntry.model_validate(probe)
    except ValidationError as error:
        for detail in error.errors():
            name = str(detail["loc"][0]) if detail["loc"] else "valid_until"
            problem = _problem(number, name, cells.get(name))
            if detail["type"] != "missing" and problem not in problems:
                problems.append(problem)
        return None, problems
    return (None, problems) if problems else (entry, [])


def flat_cells(entry: FaqEntry) -> dict[str, str]:
    """The entry as one text a column; several lines in a cell for lists."""
    return {
        "id": entry.id,
        "category": entry.category,
        "title": entry.title,
        "questions": "\n".join(entry.questions),
        "spoken": entry.spoken,
        "long": entry.long,
        "vocabulary": "\n".join(f"{term.surface}={term.reading}" for term in entry.vocabulary),
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else "",
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else "",
        "audience": next(name for name, value in _AUDIENCES.items() if value is entry.audience),
        "escalate": "はい" if entry.escalate else "いいえ",
        "enabled": "はい" if entry.enabled else "いいえ",
        "mode": next(name for name, value in _MODES.items() if value is entry.mode),
        "negatives": "\n".join(entry.negatives),
        "answer_at": "" if entry.answer_at is None else repr(entry.answer_at),
        "version": str(entry.version),
    }


def _problem(number: int, name: str, raw: object) -> RowProblem:
    shown = "" if _is_blank(raw) else str(raw).replace("\n", " ")
    shown = shown if len(shown) <= 40 else shown[:40] + "…"
    said = f"「{shown}」は使えません。" if shown else "記入がありません。"
    return RowProblem(number, COLUMNS.get(name, name), said + _ADVICE.get(name, ""))


def _is_blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _value(name: str, raw: Any) -> Any:
    match name:
        case "questions" | "negatives":
            return tuple(str(item) for item in raw) if isinstance(raw, list | tuple) else _lines(str(raw or ""))
        case "vocabulary":
            return raw if isinstance(raw, list | tuple) else tuple(_term(line) for line in _lines(str(raw)))
        case "valid_from" | "valid_until":
            return _date(raw)
        case "audience":
            return _AUDIENCES[str(raw).strip().lower()] if str(raw).strip().lower() in _AUDIENCES else _refuse()
        case "escalate" | "enabled":
            return _truth(raw)
        case "mode":
            return _MODES[str(raw).strip().lower()] if str(raw).strip().lower() in _MODES else _refuse()
        case "answer_at":
            return float(unicodedata.normalize("NFKC", str(raw).strip()))
        case "version":
            return int(str(raw).strip())
        case _:
            return "" if raw is None else str(raw)


def _refuse() -> Any:
    raise ValueError


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in re.split(r"[\n\r|]+", text) if line.strip())


def _term(line: str) -> dict[str, str]:
    surface, sign, reading = line.replace("＝", "=").partition("=")
    if not sign:
        raise ValueError(line)
    return {"surface": surface, "reading": reading}


def _date(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    match = _DATE.fullmatch(str(raw).strip())
    if match is None:
        raise ValueError(raw)
    return date(int(match[1]), int(match[2]), int(match[3]))


def _truth(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(raw)
