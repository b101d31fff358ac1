from __future__ import annotations

import pytest

from dialogue.company import Company
from dialogue.escalation.files import load_rules
from dialogue.faq.files import read_entries
from dialogue.kana import Reader
from dialogue.retrieval.e5 import E5Embedder
from dialogue.scenarios.world import CompanyMinds
from samples import sample_dir
from voice.models.store import default_cache_dir


@pytest.fixture(scope="session")
def minds(company: Company) -> CompanyMinds:
    embedder = E5Embedder(cache_dir=default_cache_dir() / "embeddings")
    rules = load_rules(sample_dir() / "rules.yaml")
    return CompanyMinds(company, read_entries(sample_dir() / "faq.yaml"), embedder, Reader(), rules)
