from __future__ import annotations

import pytest

from dialogue.faq.entry import FaqBook
from dialogue.faq.files import read_entries
from dialogue.grounding.check import GroundingChecker
from dialogue.kana import Reader
from samples import sample_dir


@pytest.fixture(scope="session")
def checker() -> GroundingChecker:
    return GroundingChecker(Reader())


@pytest.fixture(scope="session")
def whole_book() -> FaqBook:
    return FaqBook(version=1, entries=read_entries(sample_dir() / "faq.yaml"))
