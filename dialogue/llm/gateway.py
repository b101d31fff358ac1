"""The one way to a language model: by policy, in order, within one deadline, masked, counted and written down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from dialogue.llm.breaker import BreakerOptions, CircuitBreaker
from dialogue.llm.budget import Ledger
from dialogue.llm.catalogue import ModelCard
from dialogue.llm.chat_model import (
    ChatError,
    ChatFailedError,
    ChatModel,
    ChatRefusedError,
    ChatRequest,
    ChatResult,
    ChatTimeoutError,
    ChatUnavailableError,
    ModelStatus,
)
from dialogue.llm.masking import FindsPersonal, Masker, off_loop, restored
from dialogue.llm.policy import ModelPolicy
from dialogue.llm.purpose import Confidentiality, Place, Purpose
from dialogue.llm.request_log import ModelRequest, Outcome, RequestLog, prompt_sum
from dialogue.llm.schema_check import answers_schema
from dialogue.llm.slots import BusyError, Slots

FIRST_SHARE: Final = 0.6
"""Part of the time left that a model gets while another could be asked after it."""

REFUSED: Final = "この内容を尋ねてよい言語モデルがありません（policy.yaml と個人情報の扱いの設定です）。"

EMBEDDED_AT_ONCE: Final = 256

LEAST_S: Final = 0.05
"""With less time left than this, no further model is begun."""


@dataclass(frozen=True)
class GatewayResult:
    """The answer with its real values back in place. `tokens` were generated, `prompt_tokens` read."""

    text: str
    model: str
    place: Place
    took_ms: float
    tokens: int
    prompt_tokens: int
    outcome: Outcome


@dataclass(frozen=True)
class Named:
    """A card and what answers for it."""

    card: ModelCard
    model: ChatModel


@dataclass(frozen=True)
class GatewayRules:
    """What holds for every request. `finds` is asked once more about what is about to leave the premises.

    `now` is the wall clock, with its zone; deadlines run on the event loop's.
    """

    policy: ModelPolicy
    ledger: Ledger
    log: RequestLog
    finds: FindsPersonal
    breaker: BreakerOptions = field(default_factory=BreakerOptions)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(frozen=True)
class _Guarded:
    card: ModelCard
    model: ChatModel
    breaker: CircuitBreaker
    slots: Slots


@dataclass(frozen=True)
class _Asked:
    """One request on its way: what is asked, for whom, and until when on the loop's clock."""

    purpose: Purpose
    request: ChatRequest
    confidentiality: Confidentiality
    masker: Masker | None
    call_id: str | None
    until: float


class _NotSentError(Exception):
    """The attempt ended before anything was sent."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


class ModelGateway:
    """Asks the models that are switched on, as the policy permits. It owns them: `start` and `close` are theirs.

    What leaves the premises is masked first, and stays here when it cannot be; a secret stays in the process.
    """

    def __init__(self, models: Iterable[Named], rules: GatewayRules) -> None:
        self._rules = rules
        self._models: Mapping[str, _Guarded] = {
            each.card.name: _Guarded(
                each.card, each.model, CircuitBreaker(_loop_time, rules.breaker), Slots(_at_once(each.card))
            )
            for each in models
        }

    async def start(self) -> None:
        """Begin whatever the models run in the background."""
        for each in self._models.values():
            await each.model.start()

    async def close(self) -> None:
        """End all of it."""
        for each in self._models.values():
            await each.model.close()

    def permitted(self, purpose: Purpose, confidentiality: Confidentiality) -> tuple[ModelCard, ...]:
        """The cards that may be asked, in order, whether or not they are ready."""
        names = self._rules.policy.permitted(purpose, confidentiality)
        cards = [self._models[name].card for name in names if name in self._models]
        return tuple(card for card in cards if _may_hear(card, confidentiality))

    def is_ready(self, purpose: Purpose, confidentiality: Confidentiality) -> bool:
        """Whether asking is worth while now."""
        return any(
            (each := self._models[card.name]).model.ready and each.breaker.lets_in
            for card in self.permitted(purpose, confidentiality)
        )

    def statuses(self) -> dict[str, ModelStatus]:
        """How each model stands, by name."""
        return {name: each.model.status for name, each in self._models.items()}

    async def complete(
        self,
        purpose: Purpose,
        request: ChatRequest,
        confidentiality: Confidentiality,
        *,
        masker: Masker | None,
        call_id: str | None = None,
    ) -> GatewayResult:
        """Ask one permitted model after another until one answers usably, within `request.deadline_s` in all.

        `request.system` is the program's own text and goes out as it is; `request.user` is what gets masked.
        Raises `ChatTimeoutError` when a model was late, else `ChatFailedError` when one failed, else
        `ChatUnavailableError`; `ChatRefusedError` when none may be asked.
        """
        asked = _Asked(purpose, request, confidentiality, masker, call_id, _loop_time() + request.deadline_s)
        waiting = [self._models[card.name] for card in self.permitted(purpose, confidentiality)]
        if not waiting:
            self._note(asked, None, request, Outcome.REFUSED)
            raise ChatRefusedError(REFUSED)
        errors: list[ChatError] = []
        passed_over: set[Outcome] = set()
        while waiting:
            left_s = asked.until - _loop_time()
            if errors and left_s < LEAST_S:
                errors.append(ChatTimeoutError(f"言語モデルが {request.deadline_s:g} 秒以内に答えませんでした。"))
                break
            each = waiting.pop(0)
            share = FIRST_SHARE if any(_could_answer(other, asked) for other in waiting) else 1.0
            try:
                return await self._try(each, asked, min(left_s * share, each.card.timeout_s))
            except _NotSentError as error:
                passed_over.add(error.outcome)
            except ChatError as error:
                errors.append(error)
        if not errors and passed_over == {Outcome.REFUSED}:
            raise ChatRefusedError(REFUSED)
        raise _most_telling(errors)

    async def _try(self, each: _Guarded, asked: _Asked, slice_s: float) -> GatewayResult:
        """One model: `_NotSentError` or a `ChatError` when it gave nothing; either way it is written down."""
        began = _loop_time()
        sent = asked.request
        try:
            sent = await self._made_fit(each.card, asked)
            result = await self._ask(each, sent, began + slice_s)
        except _NotSentError as error:
            self._note(asked, each.card, sent, error.outcome)
            raise
        except (ChatError, asyncio.CancelledError) as error:
            self._note(asked, each.card, sent, _outcome_of(error), (_loop_time() - began) * 1000)
            raise
        took_ms = (_loop_time() - began) * 1000
        self._note(asked, each.card, sent, Outcome.USED, took_ms, result.tokens + result.prompt_tokens)
        text = result.text
        if asked.masker is not None and sent.user != asked.request.user:
            text = restored(asked.masker, text, is_json=sent.json_schema is not None)
        return GatewayResult(
            text, each.card.name, each.card.place, took_ms, result.tokens, result.prompt_tokens, Outcome.USED
        )

    async def _made_fit(self, card: ModelCard, asked: _Asked) -> ChatRequest:
        """What this model may be shown. Raises `_NotSentError` when the words cannot be made fit for it."""
        request = asked.request
        outside = card.place is Place.OUTSIDE
        if not outside and not (self._rules.policy.mask_on_premises and card.place is Place.ON_PREMISES):
            return request
        if asked.masker is None:
            raise _NotSentError(Outcome.REFUSED)
        try:
            masked = await off_loop(asked.masker.mask, request.user)
            leaks = bool(await off_loop(self._rules.finds, masked))
        except Exception as error:  # whatever goes wrong with masking, the words stay here
            raise _NotSentError(Outcome.REFUSED) from error
        if leaks:
            raise _NotSentError(Outcome.REFUSED)
        return replace(request, user=masked)

    async def _ask(self, each: _Guarded, sent: ChatRequest, until: float) -> ChatResult:
        """By `until` on the loop's clock, minding breaker, budget and slots."""
        ledger, name = self._rules.ledger, each.card.name
        if not each.model.ready:
            raise ChatUnavailableError(each.model.status.explanation)
        if not each.breaker.enter():
            raise _NotSentError(Outcome.OPEN_CIRCUIT)
        # A character is seldom more than one token: an upper bound, settled when the answer is there. A request
        # that failed or was late keeps its reservation: the server may have charged for it.
        reserved = len(sent.system) + len(sent.user) + sent.max_tokens
        if not ledger.reserve(name, reserved):
            each.breaker.left()
            raise _NotSentError(Outcome.OVER_BUDGET)
        try:
            async with asyncio.timeout_at(until), each.slots.one(sent.background):
                result = await each.model.complete(replace(sent, deadline_s=max(0.001, until - _loop_time())))
            if sent.json_schema is not None and not answers_schema(result.text, sent.json_schema):
                raise ChatFailedError(f"言語モデル {name} の返事が、求めた形になっていません。")
        except BusyError:
            ledger.give_back(name, reserved)
            each.breaker.left()
            raise
        except ChatUnavailableError:
            ledger.give_back(name, reserved)
            each.breaker.failed()
            raise
        except TimeoutError as error:
            each.breaker.failed()
            raise ChatTimeoutError(f"言語モデル {name} が時間内に答えませんでした。") from error
        except ChatError:
            each.breaker.failed()
            raise
        except BaseException:
            each.breaker.left()
            raise
        each.breaker.succeeded()
        ledger.settle(name, reserved, result.tokens + result.prompt_tokens)
        return result

    def _note(
        self,
        asked: _Asked,
        card: ModelCard | None,
        sent: ChatRequest,
        outcome: Outcome,
        took_ms: float = 0.0,
        tokens: int = 0,
    ) -> None:
        self._rules.log.note(
            ModelRequest(
                at=self._rules.now(),
                call_id=asked.call_id,
                model=card.name if card is not None else "",
                purpose=asked.purpose,
                confidentiality=asked.confidentiality,
                place=card.place if card is not None else Place.IN_PROCESS,
                prompt_sha256=prompt_sum(sent.system, sent.user),
                outcome=outcome,
                took_ms=took_ms,
                tokens=tokens,
            )
        )


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


def _at_once(card: ModelCard) -> int:
    """The embedded model has a queue of its own, in which turns overtake background work."""
    return EMBEDDED_AT_ONCE if card.place is Place.IN_PROCESS else card.concurrency


def _may_hear(card: ModelCard, confidentiality: Confidentiality) -> bool:
    return confidentiality is not Confidentiality.SECRET or card.place is Place.IN_PROCESS


def _could_answer(each: _Guarded, asked: _Asked) -> bool:
    if each.card.place is Place.OUTSIDE and asked.masker is None:
        return False
    return each.model.ready and each.breaker.lets_in


def _outcome_of(error: BaseException) -> Outcome:
    if isinstance(error, ChatTimeoutError):
        return Outcome.LATE
    if isinstance(error, ChatUnavailableError):
        return Outcome.UNAVAILABLE
    return Outcome.FAILED if isinstance(error, ChatError) else Outcome.CANCELLED


def _most_telling(errors: list[ChatError]) -> ChatError:
    for kind in (ChatTimeoutError, ChatFailedError, ChatError):
        found = next((error for error in errors if isinstance(error, kind)), None)
        if found is not None:
            return found
    return ChatUnavailableError("いま尋ねられる言語モデルがありません。")
