"""The summary that an operator begins with: the model's draft where there is one, or what is known without any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard.desk.notes import NoteParts
from dashboard.transcript import LineMask
from records.handlings import Handling
from records.models import CallDetail, Speaker
from telephony.operator_side import SCRIPT

FIELDS: Final = ("用件", "対応", "結果", "次のアクション")
LAST_SAID: Final = 2
LONGEST: Final = 200


@dataclass(frozen=True)
class SummaryDraft:
    """The four fields. `source`: person (written by somebody), ai, or call (gathered without a model)."""

    fields: dict[str, str]
    source: str


def summary_of(handling: Handling, detail: CallDetail, mask: LineMask) -> SummaryDraft:
    """What stands in the form: what was saved, else the model's draft, else what the call itself says."""
    if handling.summary is not None:
        return SummaryDraft({name: str(handling.summary.get(name, "")) for name in FIELDS}, "person")
    drafted = detail.summary or {}
    if any(drafted.get(name) for name in FIELDS):
        return SummaryDraft({name: mask.text(str(drafted.get(name) or "")) for name in FIELDS}, "ai")
    return SummaryDraft(_gathered(detail, mask), "call")


def _gathered(detail: CallDetail, mask: LineMask) -> dict[str, str]:
    note = NoteParts.of(detail.escalations[-1].note).covered(mask) if detail.escalations else NoteParts({})
    asked = next((turn.text for turn in detail.turns if turn.speaker is Speaker.CALLER and turn.text), "")
    own = (turn for turn in detail.turns if turn.speaker is Speaker.OPERATOR and turn.kind != SCRIPT)
    said = [turn.text for turn in own if turn.text][-LAST_SAID:]
    told = [
        str(candidate.get("title", ""))
        for turn in detail.turns
        for candidate in (turn.evidence or {}).get("candidates") or []
        if candidate.get("entry_id") in ((turn.evidence or {}).get("entry_ids") or [])
    ]
    guided = f"AIが「{'」「'.join(dict.fromkeys(told))}」をご案内。" if told else ""
    return {
        "用件": mask.text(note.matter or asked)[:LONGEST],
        "対応": (guided + mask.text("".join(said)))[:LONGEST],
        "結果": "",
        "次のアクション": "",
    }
