from __future__ import annotations

import pytest

from dialogue.company import Company
from dialogue.escalation.files import load_rules
from dialogue.faq.entry import AnswerMode
from dialogue.faq.files import read_entries
from dialogue.kana import Reader
from dialogue.retrieval.e5 import E5Embedder
from dialogue.scenarios.world import CompanyMinds
from samples import sample_dir
from tests.embedding import kept_embedder


@pytest.fixture(scope="session")
def embedder() -> E5Embedder:
    return kept_embedder()


@pytest.fixture(scope="session")
def minds(company: Company, embedder: E5Embedder) -> CompanyMinds:
    rules = load_rules(sample_dir() / "rules.yaml")
    return CompanyMinds(company, read_entries(sample_dir() / "faq.yaml"), embedder, Reader(), rules)


@pytest.fixture(scope="session")
def writing_minds(company: Company, embedder: E5Embedder) -> CompanyMinds:
    """Minds whose every answer a model may write, if its text passes the check."""
    entries = read_entries(sample_dir() / "faq.yaml")
    composed = [entry.model_copy(update={"mode": AnswerMode.COMPOSED}) for entry in entries]
    rules = load_rules(sample_dir() / "rules.yaml")
    return CompanyMinds(company, composed, embedder, Reader(), rules, free_wording=True)
