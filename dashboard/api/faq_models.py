"""What goes in and out of the FAQ's endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dashboard.faq_bench import BenchEntry, EntryState, Validity
from dashboard.faq_diff import fields_between
from dashboard.faq_review import Review
from dialogue.faq.draft import is_deleted
from dialogue.faq.entry import AnswerMode, Audience
from records.working import WorkingCopy

EntryId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64, description="FAQ項目ID")]
Note = Annotated[str, Field(max_length=500, description="覚え書き")]
Reason = Annotated[str, Field(max_length=500, description="理由")]
Keys = Annotated[list[str] | None, Field(max_length=5000, description="公開する項目のID（省略するとすべて）")]
MOST: Final = 2_147_483_647
Number = Annotated[int, Field(ge=0, le=MOST)]
"""A version's or a revision's number, as far as a database counts."""
Text = Annotated[str, Field(max_length=1000)]
SHOWN_CHARACTERS: Final = 120


class TermContent(BaseModel):
    """A word and its reading, perhaps unfinished."""

    model_config = ConfigDict(title="語彙")

    surface: Annotated[str, Field(max_length=200, description="表記")] = ""
    reading: Annotated[str, Field(max_length=200, description="読み（かな）")] = ""


class EntryContent(BaseModel):
    """An entry while it is written: anything may still be missing, or be too long to be published."""

    model_config = ConfigDict(title="FAQ項目の内容（書きかけ可）")

    category: Annotated[str, Field(max_length=1000, description="カテゴリ")] = ""
    title: Annotated[str, Field(max_length=1000, description="タイトル")] = ""
    questions: Annotated[list[Text], Field(max_length=500, description="質問の言い回し")] = []
    spoken: Annotated[str, Field(max_length=10_000, description="音声回答（電話で読み上げる文）")] = ""
    long: Annotated[str, Field(max_length=50_000, description="詳細回答（担当者が読む文）")] = ""
    vocabulary: Annotated[list[TermContent], Field(max_length=500, description="語彙と読み")] = []
    valid_from: Annotated[date | None, Field(description="開始日（この日から）")] = None
    valid_until: Annotated[date | None, Field(description="終了日（この日まで）")] = None
    audience: Annotated[Audience, Field(description="対象（caller＝お客様、operator＝担当者、both＝両方）")] = (
        Audience.BOTH
    )
    escalate: Annotated[bool, Field(description="答えたあと担当者へつなぐ")] = False
    enabled: Annotated[bool, Field(description="使う")] = True
    mode: Annotated[AnswerMode, Field(description="回答方法（verbatim＝そのまま、composed＝要約）")] = (
        AnswerMode.VERBATIM
    )
    negatives: Annotated[list[Text], Field(max_length=500, description="違う質問")] = []
    answer_at: Annotated[
        float | None, Field(allow_inf_nan=False, description="この確からしさから答える（空は会社の設定どおり）")
    ] = None

    @field_validator("valid_from", "valid_until", mode="before")
    @classmethod
    def _no_day_is_none(cls, value: object) -> object:
        return value or None

    def plain(self, key: str) -> dict[str, Any]:
        """As a working copy keeps it."""
        return {"id": key, **self.model_dump(mode="json")}


class EntryBody(BaseModel):
    """A change to an entry. Its content may be unfinished."""

    model_config = ConfigDict(extra="forbid", title="FAQ項目の変更")

    content: Annotated[EntryContent, Field(description="項目の内容（書きかけでもかまいません）")]
    revision: Annotated[Number, Field(description="元にした作業中の回数（まだなければ0）")] = 0
    base_version: Annotated[Number, Field(description="元にした公開中の項目の版（新しい項目は0）")] = 0


class NewEntryBody(BaseModel):
    """A new entry. Without an id it gets one."""

    model_config = ConfigDict(extra="forbid", title="新しいFAQ項目")

    id: Annotated[EntryId | None, Field(description="FAQ項目ID（省略すると自動）")] = None
    content: Annotated[EntryContent, Field(description="項目の内容（書きかけでもかまいません）")] = EntryContent()


class RevisionBody(BaseModel):
    """Which working copy is meant."""

    model_config = ConfigDict(extra="forbid", title="作業中の回数")

    revision: Annotated[Number, Field(description="元にした作業中の回数（まだなければ0）")] = 0


class ReviewBody(BaseModel):
    """An entry to look over without saving it."""

    model_config = ConfigDict(extra="forbid", title="確かめる項目")

    id: EntryId
    content: Annotated[EntryContent, Field(description="項目の内容")]


class PublishBody(BaseModel):
    """Which changes to publish."""

    model_config = ConfigDict(extra="forbid", title="公開")

    keys: Keys = None
    expected_version: Annotated[Number, Field(description="元にした公開中の版")]
    note: Note = ""
    reason: Reason = ""


class PlanBody(PublishBody):
    """Which changes to publish later."""

    model_config = ConfigDict(extra="forbid", title="公開の予約")

    at: Annotated[datetime, Field(description="公開する日時（時差つき。例 2026-04-01T09:00:00+09:00）")]


class EntryRow(BaseModel):
    """One line of the list."""

    model_config = ConfigDict(title="FAQ項目（一覧）")

    id: Annotated[str, Field(description="FAQ項目ID")]
    title: Annotated[str, Field(description="タイトル")]
    category: Annotated[str, Field(description="カテゴリ")]
    questions: Annotated[int, Field(description="質問の言い回しの数")]
    spoken: Annotated[str, Field(description="音声回答のはじめ")]
    audience: Annotated[str, Field(description="対象（caller、operator、both）")]
    escalate: Annotated[bool, Field(description="答えたあと担当者へつなぐか")]
    valid_from: Annotated[str | None, Field(description="開始日")]
    valid_until: Annotated[str | None, Field(description="終了日")]
    state: Annotated[EntryState, Field(description="公開中、変更中、新規、削除予定")]
    validity: Annotated[Validity, Field(description="使える時期か")]
    version: Annotated[int, Field(description="公開中の項目の版（0は未公開）")]
    changed_by: Annotated[str, Field(description="変更中の人")]
    changed_at: Annotated[datetime | None, Field(description="最後の変更")]


class CategoryCount(BaseModel):
    """One category."""

    model_config = ConfigDict(title="カテゴリ")

    name: Annotated[str, Field(description="カテゴリ名")]
    count: Annotated[int, Field(description="項目の数")]


class FaqList(BaseModel):
    """The list, and what it could be narrowed to."""

    model_config = ConfigDict(title="FAQの一覧")

    version: Annotated[int, Field(description="公開中の版")]
    total: Annotated[int, Field(description="絞り込む前の項目の数")]
    categories: Annotated[list[CategoryCount], Field(description="カテゴリと項目の数")]
    counts: Annotated[dict[str, int], Field(description="状態ごとの項目の数")]
    entries: Annotated[list[EntryRow], Field(description="項目")]


class Working(BaseModel):
    """A change that is not published."""

    model_config = ConfigDict(title="公開前の変更")

    revision: Annotated[int, Field(description="保存した回数")]
    base_version: Annotated[int, Field(description="元にした公開中の項目の版")]
    deleted: Annotated[bool, Field(description="削除の予定か")]
    content: Annotated[dict[str, Any], Field(description="内容")]
    changed_at: Annotated[datetime, Field(description="最後の変更")]
    changed_by: Annotated[str, Field(description="変更した人")]


class EntryTold(BaseModel):
    """One entry: as published, as it is being changed, and what differs."""

    model_config = ConfigDict(title="FAQ項目")

    id: Annotated[str, Field(description="FAQ項目ID")]
    state: Annotated[EntryState, Field(description="公開中、変更中、新規、削除予定")]
    validity: Annotated[Validity, Field(description="使える時期か")]
    stale: Annotated[bool, Field(description="変更を始めたあとに公開し直されたか")]
    faq_version: Annotated[int, Field(description="FAQ全体の公開中の版")]
    published: Annotated[dict[str, Any] | None, Field(description="公開中の内容（未公開ならnull）")]
    working: Annotated[Working | None, Field(description="公開前の変更（なければnull）")]
    changes: Annotated[list[dict[str, Any]], Field(description="項目ごとの違い")]
    review: Annotated[dict[str, Any], Field(description="直すところ、気をつけたいところ、読みと長さ")]


def row_of(entry: BenchEntry, today: date) -> EntryRow:
    """An entry as a line of the list."""
    shown, working = entry.shown, entry.working
    spoken = str(shown.get("spoken") or "")
    return EntryRow(
        id=entry.id,
        title=str(shown.get("title") or "（タイトル未記入）"),
        category=category_of(shown),
        questions=len(shown.get("questions") or ()),
        spoken=spoken if len(spoken) <= SHOWN_CHARACTERS else f"{spoken[:SHOWN_CHARACTERS]}…",
        audience=str(shown.get("audience") or "both"),
        escalate=bool(shown.get("escalate")),
        valid_from=shown.get("valid_from") or None,
        valid_until=shown.get("valid_until") or None,
        state=entry.state,
        validity=entry.validity(today),
        version=entry.version,
        changed_by=working.changed_by if working is not None else "",
        changed_at=working.changed_at if working is not None else None,
    )


def category_of(shown: Mapping[str, Any]) -> str:
    """An entry's category as it is listed."""
    return str(shown.get("category") or "（カテゴリなし）")


def working_of(copy: WorkingCopy) -> Working:
    """A working copy as it is told."""
    return Working(
        revision=copy.revision,
        base_version=copy.base_version,
        deleted=is_deleted(copy.content),
        content=copy.content,
        changed_at=copy.changed_at,
        changed_by=copy.changed_by,
    )


def entry_told(entry: BenchEntry, faq_version: int, review: Review, today: date) -> EntryTold:
    """An entry with its difference and its review."""
    working = entry.working
    after = {} if working is None or is_deleted(working.content) else working.content
    changes = fields_between(entry.published or {}, after) if working is not None else ()
    return EntryTold(
        id=entry.id,
        state=entry.state,
        validity=entry.validity(today),
        stale=entry.is_stale,
        faq_version=faq_version,
        published=dict(entry.published) if entry.published is not None else None,
        working=working_of(working) if working is not None else None,
        changes=[asdict(each) for each in changes],
        review=review_told(review),
    )


def review_told(review: Review) -> dict[str, Any]:
    """A review as plain data."""
    return {**asdict(review), "morae": review.morae, "seconds": review.seconds}
