"""The company's files and published contents as the mind's books, with what is wrong told to whoever starts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from dialogue.escalation.book import RuleBook, RulesError
from dialogue.escalation.files import read_content
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.faq.files import read_entries
from dialogue.faq.rows import FaqImportError
from records.models import FaqVersion
from records.rules import RuleVersion
from uketsuke.errors import UserError
from voice.recognition.vocabulary import Term
from voice.word_documents import WordsError, terms_of


def book_of(published: FaqVersion | None) -> FaqBook:
    """The published entries; an empty book before the first."""
    if published is None:
        return FaqBook(version=0)
    entries = tuple(FaqEntry.model_validate(content) for content in published.content)
    return FaqBook(version=published.version, entries=entries)


def rules_of(published: RuleVersion | None) -> RuleBook:
    """The published rules; the built-in ones before the first. Raises `UserError`."""
    return RuleBook() if published is None else rule_book(published.version, published.content)


def rule_book(version: int, content: Any) -> RuleBook:
    """The rules of published content. Raises `UserError`."""
    try:
        return RuleBook.from_content(version, content)
    except RulesError as error:
        raise UserError(f"引き継ぎのルール（第 {version} 版）は使えません。\n{error}") from error


def read_rules(file: Path) -> list[dict[str, Any]]:
    """A file's rules to publish; none without one. Raises `UserError`."""
    if not file.is_file():
        return []
    try:
        return read_content(file)
    except RulesError as error:
        raise UserError(f"{file} は使えません。\n{error}") from error


def read_faq(file: Path) -> tuple[FaqEntry, ...]:
    """A file's entries. Raises `UserError`."""
    try:
        return read_entries(file)
    except FaqImportError as error:
        raise UserError(f"{file} は使えません。\n{error}") from error
    except OSError as error:
        raise UserError(f"{file} を開けません（{error.strerror}）。場所をご確認ください。") from error


def read_vocabulary(file: Path) -> tuple[Term, ...]:
    """A file's words; none without one. Raises `UserError`."""
    if not file.is_file():
        return ()
    try:
        return terms_of(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, WordsError) as error:
        raise UserError(f"{file} が読めません（{error}）。entries に surface と reading を並べてください。") from error
