"""The seam to any language model: one question, one answer, within a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class ModelState(StrEnum):
    """Where a model stands on its way to being usable."""

    MISSING = "missing"
    BUILDING = "building"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class ModelStatus:
    """State for the pages and `doctor`: `explanation` is Japanese, `memory_mb` the engine's resident memory."""

    state: ModelState
    explanation: str
    memory_mb: float | None = None


@dataclass(frozen=True)
class ChatRequest:
    """One question. `deadline_s` counts from the moment `complete` is called and is never passed.

    With `json_schema` the answer is JSON that obeys it. Keep `system` byte-identical from call to call: engines
    reuse what they have computed for it. A `background` request gives way to the others: the embedded model
    breaks it off when a caller's turn comes, and begins it anew afterwards.
    """

    system: str
    user: str
    max_tokens: int
    deadline_s: float
    json_schema: Mapping[str, Any] | None = None
    temperature: float = 0.0
    background: bool = False


@dataclass(frozen=True)
class ChatResult:
    """The answer. `tokens` counts what was generated, `prompt_tokens` what was read, as far as the model tells.

    `model` is the name of the one that answered, where several may.
    """

    text: str
    took_ms: float
    tokens: int
    prompt_tokens: int = 0
    model: str = ""


class ChatError(Exception):
    """A model gave no answer; the call goes on without it."""


class ChatUnavailableError(ChatError):
    """The model cannot be asked now: not there, not ready, not reachable, or too many are waiting."""


class ChatRefusedError(ChatUnavailableError):
    """No model may be asked this: the policy permits none, or the words cannot be masked for one outside."""


class ChatTimeoutError(ChatError):
    """The deadline passed."""


class ChatFailedError(ChatError):
    """The model was asked and answered with an error or with something unusable."""


class ChatModel(Protocol):
    """A language model, embedded or served."""

    @property
    def name(self) -> str:
        """For the evidence: which model."""

    @property
    def ready(self) -> bool:
        """Whether asking is worth while now."""

    @property
    def status(self) -> ModelStatus:
        """For people: how it stands."""

    async def start(self) -> None:
        """Begin whatever runs in the background; returns at once."""

    async def complete(self, request: ChatRequest) -> ChatResult:
        """Answer within `request.deadline_s`, or raise one of the `ChatError` family."""

    async def close(self) -> None:
        """End everything that was begun."""
