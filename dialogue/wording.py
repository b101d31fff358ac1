"""How the agent words what is no approved answer: the prompts as they stand now, some of them a supervisor's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from dialogue import phrases
from dialogue.company import Company
from dialogue.escalation.builtin import PersonWords
from dialogue.keigo import lint
from dialogue.privacy.refusal import REFUSALS
from dialogue.prompts import BY_NAME, LONGEST, PROMPTS, Prompt, PromptSpec
from dialogue.sentences import sentences_of

SLOT_NAMES: Final = {"title": "題名", "when_back": "次の受付"}
"""What people call the slots."""
_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_BRACES: Final = re.compile(r"[{}]")
_BAD: Final = re.compile(r"[\x00-\x1f\x7f]")


class WordingError(ValueError):
    """Some prompts cannot be said so. `problems` says in Japanese what is wrong with each, by its name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        titles = {spec.name.value: spec.title for spec in PROMPTS}
        super().__init__("\n".join(f"「{titles.get(name, name)}」：{told}" for name, told in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class LineWording:
    """What the line itself may have to say, whatever the mind does."""

    lead: str = phrases.LEAD
    filler: str = phrases.FILLER
    after_lead: str = phrases.AFTER_LEAD
    stumble: str = phrases.STUMBLE
    too_long: str = phrases.TOO_LONG
    worn_out: str = phrases.WORN_OUT

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of them, for a voice to prepare."""
        return self.lead, self.filler, self.after_lead, self.stumble, self.too_long, self.worn_out


@dataclass(frozen=True)
class Wording:
    """The words of every prompt. `own` are the reworded ones; all others have their default words."""

    own: Mapping[Prompt, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Wording:
        """Of a document: `{"prompts": {name: text}}`. Raises `WordingError` for what may not be said."""
        prompts = content.get("prompts", {})
        if not isinstance(prompts, Mapping) or content.keys() - {"prompts"}:
            raise WordingError({"prompts": "文の名前と文を並べてください"})
        problems: dict[str, str] = {}
        own: dict[Prompt, tuple[str, ...]] = {}
        for name, text in prompts.items():
            spec = BY_NAME.get(Prompt(name)) if name in BY_NAME else None
            if spec is None or not isinstance(text, str):
                problems[str(name)] = "知らない文の名前です。消してください"
            elif (problem := problem_of(spec, text)) is not None:
                problems[name] = problem
            elif text.strip() != spec.text:
                own[spec.name] = (text.strip(),) if spec.one else sentences_of(text)
        if problems:
            raise WordingError(problems)
        return cls(own)

    def of(self, prompt: Prompt) -> tuple[str, ...]:
        """The sentences of a prompt."""
        return self.own.get(prompt, BY_NAME[prompt].default)

    @property
    def reask(self) -> tuple[tuple[str, ...], ...]:
        """The re-ask ladder: another way, an example, the keypad. After it comes a person."""
        return self.of(Prompt.REASK_1), self.of(Prompt.REASK_2), self.of(Prompt.REASK_3)

    @property
    def no_input(self) -> tuple[tuple[str, ...], ...]:
        """The no-input ladder; after it the agent says goodbye."""
        return self.of(Prompt.NO_INPUT_1), self.of(Prompt.NO_INPUT_2)

    @property
    def follow_up(self) -> str:
        """The question whether there is more: one sentence."""
        return self.of(Prompt.FOLLOW_UP)[0]

    @property
    def person(self) -> PersonWords:
        """What rules say of a person who takes over, where they have no words of their own."""
        return PersonWords(self.of(Prompt.HAND_OVER), self.of(Prompt.HAND_OVER_CLOSED), self.of(Prompt.UNREACHABLE))

    @property
    def line(self) -> LineWording:
        """The line's own words."""
        names = (Prompt.LEAD, Prompt.FILLER, Prompt.AFTER_LEAD, Prompt.STUMBLE, Prompt.TOO_LONG, Prompt.WORN_OUT)
        return LineWording(*("".join(self.of(name)) for name in names))

    def opening(self, company: Company) -> tuple[str, ...]:
        """Greeting, that an AI answers, that the call is recorded and why, how to reach a person, the invitation."""
        return (
            *self.of(Prompt.OPENING_GREETING),
            *phrases.disclosures(company),
            *self.of(Prompt.OPENING_PERSON),
            *self.of(Prompt.OPENING_NOTICE),
            *self.of(Prompt.OPENING_INVITATION),
        )

    def hand_over(self, company: Company, moment: datetime) -> tuple[str, ...]:
        """A person takes the matter over: they call back, now or when they are next there."""
        if company.is_open(moment):
            return self.of(Prompt.HAND_OVER)
        if company.next_opening(moment) is None:
            return self.of(Prompt.HAND_OVER_SOME_DAY)
        back = phrases.when_back(company, moment)
        return tuple(line.replace("{when_back}", back) for line in self.of(Prompt.HAND_OVER_CLOSED))

    def confirm(self, title: str) -> tuple[str, ...]:
        """Ask whether this is the matter."""
        return _named(self.of(Prompt.CONFIRM), title)

    def confirm_also(self, title: str) -> tuple[str, ...]:
        """Ask whether the second of two requests is this."""
        return _named(self.of(Prompt.CONFIRM_ALSO), title)

    @property
    def fixed_sentences(self) -> tuple[str, ...]:
        """All sentences that depend on neither company, time nor matter, without duplicates, often said ones first."""
        said = [line for spec in PROMPTS for line in self.of(spec.name) if not _SLOT.search(line)]
        refusals = (sentence for text in REFUSALS for sentence in sentences_of(text))
        return tuple(dict.fromkeys((*said, *phrases.UNCHANGING, *refusals)))


def problem_of(spec: PromptSpec, text: str) -> str | None:
    """Why a prompt may not be worded so, in Japanese with what to write instead; None when it may."""
    text = text.strip()
    if not text:
        return None if spec.optional else "文を入力してください"
    if len(text) > LONGEST:
        return f"{len(text)}字あります。{LONGEST}字以内にしてください"
    if _BAD.search(text):
        return "改行などの制御文字が含まれています。取り除いてください"
    if spec.one and len(sentences_of(text)) > 1:
        return "一文で書いてください"
    unknown = [name for name in _SLOT.findall(text) if name not in spec.fills]
    if unknown or _BRACES.search(_SLOT.sub("", text)):
        known = "、".join(f"{{{SLOT_NAMES[name]}}}" for name in spec.fills)
        return f"使える差し込みは {known} だけです" if known else "波かっこ（{ }）は使えません"
    for name in spec.required:
        if f"{{{name}}}" not in text:
            return f"{{{SLOT_NAMES[name]}}} を入れてください。お伝えする時に、実際の内容に置き換わります"
    for word, why in spec.must:
        if word not in _halved(text):
            return f"{why}。「{word}」を入れてください"
    return None


def warnings_of(spec: PromptSpec, text: str) -> list[str]:
    """What a caller may find impolite, in Japanese. The text may be published all the same."""
    # What the program itself says there (0を押してください) is no news to anybody.
    usual = {finding.message_ja for finding in lint(spec.text)}
    found = [finding.message_ja for finding in lint(text) if finding.message_ja not in usual]
    if text.strip() and not spec.plain_end and not text.strip().endswith(("。", "？", "?")):
        found.append("文の終わりに「。」がありません。続けて読まれることがあります。")
    return found


def _halved(text: str) -> str:
    return text.translate({ord("０"): "0", ord("１"): "1"}).replace("ゼロ", "0")


def _named(lines: tuple[str, ...], title: str) -> tuple[str, ...]:
    return tuple(line.replace("{title}", title) for line in lines)
