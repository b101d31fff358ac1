"""Call scripts: what a caller says and does in one call, and what the agent is expected to do.

A step does exactly one thing: `say`, `press`, `silence`, `noise` or `hang_up`. Without `during_agent` the caller waits
until the agent has finished; with it the step starts that many seconds after the agent's utterance began.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from dialogue.turns import Act
from samples.pauses import PauseMarkError, split_pauses

__all__ = ["CallScript", "Expectation", "NoiseSpan", "SayKind", "ScriptError", "Step", "load_script", "load_scripts"]


class ScriptError(ValueError):
    """A call script that cannot be played; the message names the file and the place."""


class SayKind(StrEnum):
    """What an utterance is for."""

    QUESTION = "question"
    ANSWER = "answer"
    AIZUCHI = "aizuchi"
    INTERRUPTION = "interruption"
    CHATTER = "chatter"
    REQUEST = "request"


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expectation(_Part):
    """What the agent should do next: one of `acts`; an answer should rest on one of `entries`."""

    acts: Annotated[tuple[Act, ...], BeforeValidator(_one_or_many)] = Field(alias="act", min_length=1)
    entries: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _entries_belong_to_answers(self) -> Self:
        if self.entries and Act.ANSWER not in self.acts:
            raise ValueError("entries は act に answer があるときだけ書けます")
        if Act.ANSWER in self.acts and not self.entries:
            raise ValueError("act が answer のときは entries に FAQ の id を書いてください")
        return self


class NoiseSpan(_Part):
    """Background noise alone, at `snr_db` below where the caller's speech would be."""

    seconds: float = Field(gt=0, le=120)
    snr_db: float = Field(ge=-10, le=60)


class Step(_Part):
    """One thing the caller does."""

    say: str | None = Field(default=None, min_length=1)
    kind: SayKind | None = None
    during_agent: float | None = Field(default=None, ge=0, le=60)
    noise_snr_db: float | None = Field(default=None, ge=-10, le=60)
    press: str | None = Field(default=None, pattern=r"^[0-9*#]+$")
    silence: float | None = Field(default=None, gt=0, le=300)
    noise: NoiseSpan | None = None
    hang_up: bool = False
    expect: Expectation | None = None

    @model_validator(mode="after")
    def _one_thing_at_a_time(self) -> Self:
        done = [self.say is not None, self.press is not None, self.silence is not None, self.noise is not None]
        if sum([*done, self.hang_up]) != 1:
            raise ValueError("say、press、silence、noise、hang_up のうち、どれか一つだけを書いてください")
        if self.say is None:
            if self.kind is not None or self.noise_snr_db is not None:
                raise ValueError("kind と noise_snr_db は say と一緒に書いてください")
            if self.hang_up and self.expect is not None:
                raise ValueError("hang_up のあとには expect を書けません")
        return self

    @model_validator(mode="after")
    def _speech_has_its_manners(self) -> Self:
        if self.say is None:
            return self
        if self.kind is None:
            raise ValueError("say には kind を書いてください")
        if self.kind is SayKind.AIZUCHI and self.expect is not None:
            raise ValueError("相づち(aizuchi)には expect を書けません。案内はそのまま続きます")
        if self.kind is SayKind.AIZUCHI and self.during_agent is None:
            raise ValueError("相づち(aizuchi)には during_agent を書いてください")
        if self.kind is SayKind.INTERRUPTION and (self.expect is None or self.during_agent is None):
            raise ValueError("割り込み(interruption)には during_agent と expect を書いてください")
        try:
            split_pauses(self.say)
        except PauseMarkError as error:
            raise ValueError(str(error)) from error
        return self


class CallScript(_Part):
    """One call from the caller's side. `caller` (`from` in the file) is the calling number."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: str = Field(min_length=1)
    tags: tuple[str, ...] = Field(min_length=1)
    caller: str = Field(alias="from", pattern=r"^\+?[0-9]{10,15}$")
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _hang_up_is_last(self) -> Self:
        if any(step.hang_up for step in self.steps[:-1]):
            raise ValueError("hang_up は最後の手順にだけ書けます")
        return self


def load_script(path: Path) -> CallScript:
    """Read one script; raises `ScriptError` that names the file and what to write."""
    try:
        script = CallScript.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path.name}: YAML として読めません: {error}") from error
    except ValidationError as error:
        raise ScriptError("\n".join(f"{path.name}: {line}" for line in _lines(error))) from error
    if script.id != path.stem:
        raise ScriptError(f"{path.name}: id「{script.id}」をファイル名「{path.stem}」に合わせてください")
    return script


def load_scripts(folder: Path) -> tuple[CallScript, ...]:
    """Read every script of a folder, sorted by id; raises `ScriptError` with the errors of all files."""
    scripts: list[CallScript] = []
    errors: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            scripts.append(load_script(path))
        except ScriptError as error:
            errors.append(str(error))
    if errors:
        raise ScriptError("\n".join(errors))
    if not scripts:
        raise ScriptError(f"{folder}: 通話の台本(*.yaml)がありません")
    return tuple(scripts)


def _lines(error: ValidationError) -> list[str]:
    lines = []
    for detail in error.errors():
        place = "".join(f"{part + 1}番目の手順 " if isinstance(part, int) else f"{part} " for part in detail["loc"])
        lines.append(f"{place.replace('steps ', '')}{detail['msg'].removeprefix('Value error, ')}")
    return lines
