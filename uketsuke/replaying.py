"""One stored decision made again: by the FAQ and the rules of that time, on the words and the state of that time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.manager import Decision
from dialogue.replay import ReplayError, premises_of
from records.store import Records
from uketsuke.company_files import rule_book
from uketsuke.minds import Minds, Published


def premises_are_kept(evidence: Mapping[str, Any]) -> bool:
    """Whether the evidence is of a decision that was made from a turn: the opening and what a tool brought are not."""
    return bool((evidence.get("replay") or {}).get("turn"))


async def decide_again(evidence: Mapping[str, Any], minds: Minds, records: Records) -> Decision:
    """The decision that these premises lead to. Raises `ReplayError` when a version of that time is not there."""
    premises = premises_of(evidence)
    documents = await minds.documents_at(evidence.get("versions") or {}, records)
    published = replace(await _published(evidence, records), documents=documents)
    await minds.take(published, documents.company.local(premises.moment).date())
    return await minds.again(premises).decide(premises.turn)


async def _published(evidence: Mapping[str, Any], records: Records) -> Published:
    faq_version, rules_version = int(evidence.get("faq_version") or 0), int(evidence.get("rules_version") or 0)
    faq = await records.faq.get(faq_version)
    if faq is None:
        raise ReplayError(f"FAQの第 {faq_version} 版が記録にないため、判断をやり直せません。")
    rules = await records.rules.get(rules_version) if rules_version else None
    if rules is None and rules_version:
        raise ReplayError(f"引き継ぎのルールの第 {rules_version} 版が記録にないため、判断をやり直せません。")
    entries = tuple(FaqEntry.model_validate(content) for content in faq.content)
    return Published(
        FaqBook(version=faq_version, entries=entries), rule_book(rules_version, rules.content if rules else [])
    )
