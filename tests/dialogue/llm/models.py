"""Models that behave as they are told, on the loop's clock; small parts of a gateway around them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dialogue.llm.breaker import BreakerOptions
from dialogue.llm.budget import Ledger
from dialogue.llm.catalogue import ModelCard, ModelKind
from dialogue.llm.chat_model import ChatError, ChatModel, ChatRequest, ChatResult, ModelState, ModelStatus
from dialogue.llm.gateway import GatewayRules, ModelGateway, Named
from dialogue.llm.masking import Finding
from dialogue.llm.policy import ModelPolicy
from dialogue.llm.purpose import Confidentiality, Place, Purpose
from dialogue.llm.request_log import ModelRequest

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class Scripted:
    """Answers `text` after `takes_s`, or raises; takes as long as it likes, whatever the deadline."""

    def __init__(
        self, text: str = "はい", takes_s: float = 0.0, error: ChatError | None = None, tokens: int = 10
    ) -> None:
        self.text, self.takes_s, self.error, self.tokens = text, takes_s, error, tokens
        self.ready = True
        self.asked: list[ChatRequest] = []

    @property
    def name(self) -> str:
        return "scripted"

    @property
    def status(self) -> ModelStatus:
        return ModelStatus(ModelState.READY if self.ready else ModelState.MISSING, "準備中です。")

    async def start(self) -> None:
        """Nothing runs."""

    async def close(self) -> None:
        """Nothing runs."""

    async def complete(self, request: ChatRequest) -> ChatResult:
        self.asked.append(request)
        await asyncio.sleep(self.takes_s)
        if self.error is not None:
            raise self.error
        return ChatResult(self.text, self.takes_s * 1000, self.tokens)


@dataclass
class Notes:
    """A request log that keeps everything."""

    kept: list[ModelRequest] = field(default_factory=list)

    def note(self, request: ModelRequest) -> None:
        self.kept.append(request)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(each.model, each.outcome.value) for each in self.kept]


def card(name: str, place: Place = Place.ON_PREMISES, **more: object) -> ModelCard:
    embedded = place is Place.IN_PROCESS
    told: dict[str, object] = {
        "name": name,
        "kind": ModelKind.EMBEDDED if embedded else ModelKind.OPENAI,
        "model": name,
        "place": place,
        "base_url": "" if embedded else "http://10.0.0.5:8000/v1",
        "country": "日本",
        "licence": "MIT",
        "vendor": "みなと通信",
        **more,
    }
    return ModelCard.model_validate(told)


def policy(*names: str, level: Confidentiality = Confidentiality.PERSONAL, mask: bool = False) -> ModelPolicy:
    """`names` in order, for every purpose, up to `level`."""
    row = {each: names for each in Confidentiality if each.rank <= level.rank}
    return ModelPolicy(dict.fromkeys(Purpose, row), mask_on_premises=mask)


def nothing_personal(_text: str) -> Sequence[Finding]:
    return ()


def gateway(
    models: Mapping[str, tuple[ModelCard, ChatModel]],
    log: Notes,
    rules: ModelPolicy | None = None,
    finds: Callable[[str], Sequence[Finding]] = nothing_personal,
    breaker: BreakerOptions | None = None,
) -> ModelGateway:
    return ModelGateway(
        [Named(*each) for each in models.values()],
        GatewayRules(
            policy=rules or policy(*models),
            ledger=Ledger([each for each, _ in models.values()], NOON.date),
            log=log,
            finds=finds,
            breaker=breaker or BreakerOptions(),
            now=lambda: NOON,
        ),
    )
