"""What the operator reads before saying hello: who, what, what was said, why it comes. Made by rules, by no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Protocol

from dialogue.escalation import tone as tones
from dialogue.escalation.builtin import (
    ASKS_FOR_PERSON,
    EMERGENCY,
    FORBIDDEN_ADVICE,
    NOT_UNDERSTOOD,
    UPSET,
)
from dialogue.escalation.facts import CallerProfile
from dialogue.escalation.harassment import HarassmentView
from dialogue.escalation.judge import Firing
from dialogue.escalation.tone import Tone
from dialogue.intents import read_intent

LONGEST: Final = 600
_LAST_LINES: Final = 4
_NEXT: Final = {
    EMERGENCY: "すぐに折り返し、安全の確保と110番・119番へのご連絡を確かめてください。",
    ASKS_FOR_PERSON: "ご用件を確かめ、続きからご案内してください。同じことをもう一度お聞きしないようお願いします。",
    FORBIDDEN_ADVICE: "助言はお控えください。専門の窓口をご案内し、当社のご用件があれば承ってください。",
    UPSET: "まずお詫びとお気持ちの受けとめから始め、ご不満の内容を確かめてください。",
    NOT_UNDERSTOOD: "AIがご用件を理解できていません。最初からご用件を伺ってください。",
}
_NEXT_OTHERWISE: Final = "経緯を確かめ、ご用件を承ってください。"
_NEXT_HARASSED: Final = "迷惑行為がありました。お一人で対応せず、管理者に伝えてから、録音と経緯を確かめてください。"


class Line(Protocol):
    """One line of what was said."""

    @property
    def by_agent(self) -> bool:
        """Whether the agent said it."""
        ...

    @property
    def text(self) -> str:
        """The words."""
        ...


@dataclass(frozen=True)
class NoteMaterial:
    """What a note is made of. `answered` are titles of the entries that were spoken, `collected` values by name.

    Everything is told as it stands: mask what the operator must not see before.
    """

    history: Sequence[Line]
    firing: Firing | None = None
    caller_number: str = ""
    caller: CallerProfile = CallerProfile()
    collected: Mapping[str, str] = field(default_factory=dict)
    answered: Sequence[str] = ()
    tone: Tone = Tone.CALM
    harassment: HarassmentView = HarassmentView()
    reason: str = ""


@dataclass(frozen=True)
class HandOverNote:
    """The note: `evidence` says why, `rule` names the rule (empty when none), `said_so_far` are the last lines."""

    who: str
    what: str
    said_so_far: tuple[str, ...]
    collected: dict[str, str]
    evidence: tuple[str, ...]
    tone: str
    reason: str
    rule: str
    suggested_next: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the records and the pages."""
        return asdict(self)

    @property
    def text(self) -> str:
        """The note to read, at most 600 characters: what is longest is shortened, the next step never."""
        collected = "、".join(f"{name}: {value}" for name, value in self.collected.items())
        lines = [
            f"【お客様】{_clip(self.who, 50)}",
            f"【ご用件】{_clip(self.what, 100)}",
            f"【引き継ぎの理由】{_clip(self.reason, 50)}",
            f"【根拠】{_clip('、'.join(self.evidence), 80)}" if self.evidence else "",
            f"【ご様子】{self.tone}",
            f"【伺った内容】{_clip(collected, 80)}" if collected else "",
            f"【次の対応】{self.suggested_next}",
        ]
        text = "\n".join(line for line in lines if line)
        rest = LONGEST - len(text) - len("\n【これまで】")
        said = " ／ ".join(_clip(line, 50) for line in self.said_so_far)
        return f"{text}\n【これまで】{_clip(said, rest)}" if said and rest > 20 else text


def write_note(material: NoteMaterial) -> HandOverNote:
    """The note of a call, as far as it has come. The same material gives the same note."""
    firing = material.firing
    return HandOverNote(
        who=_who(material.caller_number, material.caller),
        what=_matter(material),
        said_so_far=tuple(
            f"{'AI' if line.by_agent else 'お客様'}「{line.text}」" for line in material.history[-_LAST_LINES:]
        ),
        collected=dict(material.collected),
        evidence=_evidence(material),
        tone=tones.IN_JAPANESE[material.tone],
        reason=firing.title if firing is not None else material.reason or "ご用件の引き継ぎ",
        rule=firing.rule_id if firing is not None else "",
        suggested_next=_next(material),
    )


def _who(number: str, caller: CallerProfile) -> str:
    marks = [
        "重要なお客様" if caller.vip else "",
        f"24時間以内に{caller.calls_within_24h}回のお電話" if caller.calls_within_24h else "",
    ]
    shown = number if number and caller.number_known else "番号非通知"
    extra = "、".join(mark for mark in marks if mark)
    return f"{shown}（{extra}）" if extra else shown


def _matter(material: NoteMaterial) -> str:
    """The caller's last words that are a matter, not talk about the call itself, nor pressed keys."""
    said = [line.text for line in material.history if not line.by_agent and any(map(str.isalpha, line.text))]
    matters = [text for text in said if read_intent(text) is None]
    if matters:
        return matters[-1]
    if material.answered:
        return f"{material.answered[-1]}について"
    return "ご用件をまだ伺えていません"


def _evidence(material: NoteMaterial) -> tuple[str, ...]:
    because = material.firing.because if material.firing is not None else ()
    answered = (f"ご案内済み: {'、'.join(dict.fromkeys(material.answered))}",) if material.answered else ()
    harassed = (f"迷惑行為の段階{material.harassment.worst}",) if material.harassment.worst >= 2 else ()
    return tuple(dict.fromkeys((*because, *answered, *harassed)))


def _next(material: NoteMaterial) -> str:
    rule_id = material.firing.rule_id if material.firing is not None else ""
    if material.harassment.worst >= 2 and rule_id != EMERGENCY:
        return _NEXT_HARASSED
    return _NEXT.get(rule_id, _NEXT_OTHERWISE)


def _clip(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"
