"""A company of a few entries, quick to index, for tests of what is asked of minds."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from dialogue.faq.entry import FaqEntry
from samples import sample_dir
from tests.embedding import kept_embedder
from uketsuke.finding import Finding
from uketsuke.minds import Minds
from uketsuke.places import Places
from voice.models.store import default_cache_dir


@dataclass(frozen=True)
class Entry:
    """What an entry of a test needs to say."""

    id: str
    title: str
    questions: Sequence[str]
    spoken: str
    category: str = "店舗"

    def content(self) -> dict[str, Any]:
        """As it is published."""
        entry = FaqEntry(
            id=self.id, category=self.category, title=self.title, questions=tuple(self.questions), spoken=self.spoken
        )
        return entry.model_dump(mode="json", exclude={"version"})


def small_company(folder: Path, entries: Sequence[Entry]) -> Places:
    """The sample company with these entries and without rules and tools."""
    company = folder / "company"
    company.mkdir()
    shutil.copy(sample_dir() / "company.yaml", company)
    for name, content in (("faq", [each.content() for each in entries]), ("vocabulary", [])):
        (company / f"{name}.yaml").write_text(yaml.safe_dump({"entries": content}, allow_unicode=True), "utf-8")
    return Places(cache=default_cache_dir(), data=folder, company=company)


@functools.cache
def _finding() -> Finding:
    return Finding(kept_embedder())


@contextmanager
def one_embedder() -> Iterator[None]:
    """All minds built meanwhile share one embedder: what one test has embedded costs the next nothing."""
    with patch.object(Finding, "of", return_value=_finding()):
        yield


async def minds_over(places: Places) -> Minds:
    """The mind over that company's files."""
    with one_embedder():
        return await Minds.from_files(places)
