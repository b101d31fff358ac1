"""Why a reply was given: everything needed to explain, and to replay, one decision."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """One FAQ entry that was considered. Scores are in [0, 1]; `score` is the fused one."""

    entry_id: str
    version: int
    title: str
    score: float
    lexical: float
    semantic: float
    kana: float
    matched: str


@dataclass(frozen=True)
class ModelUse:
    """One question put to a language model. `outcome`: used, late, failed, refused, unavailable."""

    model: str
    purpose: str
    outcome: str
    label: str | None
    took_ms: float


@dataclass(frozen=True)
class Evidence:
    """What the decision rests on.

    `decision` is the name of the branch taken, `rule` the rule that fired (if one did), `entry_ids` the entries
    whose approved text is spoken, `faq_version`, `rules_version` and `versions` (of the other published documents, by
    kind) what was live. `query` is the turn as it was understood in its context; `composition` how an answer was
    worded and checked; `firing` which escalation rules matched; `replay` the turn and the state before it, from which
    the decision can be made again; `whispered_by` the person whose hint was followed.
    """

    decision: str
    heard: str = ""
    normalized: str = ""
    confidence: float | None = None
    rule: str | None = None
    entry_ids: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    thresholds: dict[str, float] = field(default_factory=dict)
    model_uses: tuple[ModelUse, ...] = ()
    faq_version: int = 0
    rules_version: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    query: str = ""
    composition: dict[str, Any] = field(default_factory=dict)
    firing: dict[str, Any] = field(default_factory=dict)
    replay: dict[str, Any] = field(default_factory=dict)
    whispered_by: str = ""
    took_ms: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the records and the pages."""
        return asdict(self)
