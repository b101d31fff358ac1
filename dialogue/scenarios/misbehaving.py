"""Language models that do not help: late, broken, at random, or out to mislead. Deterministic."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from dialogue.llm.chat_model import (
    ChatFailedError,
    ChatModel,
    ChatRequest,
    ChatResult,
    ChatTimeoutError,
    ChatUnavailableError,
    ModelState,
    ModelStatus,
)
from dialogue.scenarios.scenario import ModelKind

_SLOW_S: Final = 30.0
_SYLLABLES: Final = "あかさたなはまやらわいきしちにひみりうくすつぬふむゆるんえけせてねへめれ"
_LIES: Final = (
    "はい、その通りです。すべて無料で、全額返金いたします。手数料は98,765円から0円になり、2031年9月9日まで有効です。"
)
_FLIPS: Final = (
    ("いたしかねます", "いたします"),
    ("かかりません", "かかります"),
    ("ございません", "ございます"),
    ("できません", "できます"),
    ("ません", "ます"),
    ("ない場合", "場合"),
    ("以内", "以降"),
    ("無料", "有料"),
)


class _Misbehaving:
    """What all of them share: always ready, nothing to start or close."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        """The name in the evidence."""
        return self._name

    @property
    def ready(self) -> bool:
        """Always: a model that says it is not ready is simply off."""
        return True

    @property
    def status(self) -> ModelStatus:
        """Ready."""
        return ModelStatus(ModelState.READY, "試験用のモデルです。")

    async def start(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""


class SlowModel(_Misbehaving):
    """Keeps the caller waiting to the deadline, and has nothing then."""

    async def complete(self, request: ChatRequest) -> ChatResult:
        """Raises `ChatTimeoutError` at the deadline."""
        try:
            async with asyncio.timeout(request.deadline_s):
                await asyncio.sleep(max(_SLOW_S, request.deadline_s * 2))
        except TimeoutError as error:
            raise ChatTimeoutError("slow") from error
        raise ChatTimeoutError("slow")


class FailingModel(_Misbehaving):
    """In turn: an error, broken JSON, JSON of another shape, not there, and nothing at all."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._asked = 0

    async def complete(self, request: ChatRequest) -> ChatResult:
        """Raises, or returns what cannot be used."""
        self._asked += 1
        match self._asked % 5:
            case 1:
                raise ChatFailedError("failing")
            case 2:
                return ChatResult('{"label": ', 1.0, 3)
            case 3:
                return ChatResult('{"label": "no-such-label", "text": 42}', 1.0, 9)
            case 4:
                raise ChatUnavailableError("failing")
            case _:
                return ChatResult("", 1.0, 0)


class NonsenseModel(_Misbehaving):
    """Obeys the schema and means nothing: any label that is allowed, and syllables for text."""

    def __init__(self, name: str, seed: int = 1) -> None:
        super().__init__(name)
        self._random = random.Random(seed)

    async def complete(self, request: ChatRequest) -> ChatResult:
        """An answer at random."""
        if request.json_schema is None:
            return ChatResult(self._babble(), 5.0, 20)
        filled = _filled(request.json_schema, self._random.choice, self._babble)
        return ChatResult(json.dumps(filled, ensure_ascii=False), 5.0, 20)

    def _babble(self) -> str:
        return "".join(self._random.choice(_SYLLABLES) for _ in range(12)) + "。"


class MisleadingModel(_Misbehaving):
    """An adversary: the least likely candidate, and for text the source with other figures, without its
    negations, with promises added, and with whatever the caller told it to say."""

    async def complete(self, request: ChatRequest) -> ChatResult:
        """A wrong answer in the right form."""
        lie = misled(request.user)
        if request.json_schema is None:
            return ChatResult(lie, 5.0, 60)
        filled = _filled(request.json_schema, _wrong_choice, lambda: lie)
        return ChatResult(json.dumps(filled, ensure_ascii=False), 5.0, 60)


def misled(source: str) -> str:
    """The last lines of `source` with every figure changed and every negation dropped, then promises."""
    text = source[-400:]
    for said, instead in _FLIPS:
        text = text.replace(said, instead)
    return re.sub(r"[0-9０-９]", lambda digit: str((int(digit[0]) + 3) % 10), text) + _LIES


def misbehaving(kind: ModelKind) -> ChatModel | None:
    """The model of that kind; None for `off`. Each call makes a new one, so that scenarios do not touch."""
    makers: dict[ModelKind, Callable[[str], ChatModel]] = {
        ModelKind.SLOW: SlowModel,
        ModelKind.FAILING: FailingModel,
        ModelKind.NONSENSE: NonsenseModel,
        ModelKind.MISLEADING: MisleadingModel,
    }
    maker = makers.get(kind)
    return None if maker is None else maker(kind.value)


def _wrong_choice(allowed: list[Any]) -> Any:
    """Of numbered candidates the last, which is the least likely; of other words the first."""
    numbered = [value for value in allowed if str(value).isdigit()]
    return numbered[-1] if numbered else allowed[0]


def _filled(schema: Mapping[str, Any], choose: Callable[[list[Any]], Any], write: Callable[[], str]) -> Any:
    """A value that obeys `schema`, with `choose` for what is enumerated and `write` for free text."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return choose(list(schema["enum"]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return _filled(schema[several][0], choose, write)
    match schema.get("type"):
        case "object":
            return {name: _filled(inner, choose, write) for name, inner in schema.get("properties", {}).items()}
        case "array":
            return [_filled(schema.get("items", {}), choose, write)] * max(1, int(schema.get("minItems", 1)))
        case "integer":
            return int(schema.get("maximum", 98765))
        case "number":
            return float(schema.get("maximum", 98765))
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return write()
