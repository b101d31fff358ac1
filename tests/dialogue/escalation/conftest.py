from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogue.escalation.book import RuleBook
from dialogue.escalation.facts import FactReader
from dialogue.escalation.files import load_rules
from dialogue.kana import Reader
from samples import sample_dir

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="session")
def facts(reader: Reader) -> FactReader:
    return FactReader(reader)


@pytest.fixture(scope="session")
def sample_book(reader: Reader) -> RuleBook:
    return load_rules(sample_dir() / "rules.yaml", 7, reader)


@pytest.fixture(scope="session")
def labelled() -> Callable[[str], Any]:
    def load(name: str) -> Any:
        return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))

    return load
