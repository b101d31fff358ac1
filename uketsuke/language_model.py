"""Builds the language models that the settings name, and the one way to them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from dialogue.llm.budget import Ledger, Spent
from dialogue.llm.catalogue import ModelCard, ModelKind
from dialogue.llm.chat_model import ChatModel
from dialogue.llm.confidentiality import ConfidentialityClassifier
from dialogue.llm.embedded import EmbeddedChatModel, WorkerOptions
from dialogue.llm.gateway import GatewayRules, ModelGateway, Named
from dialogue.llm.openai_model import OpenAIChatModel
from dialogue.llm.purpose import Place, Purpose
from dialogue.llm.request_log import ModelRequest, RequestLog
from dialogue.llm.router import ROUTER_PROMPT
from dialogue.llm.session import GatewayChatModel, ModelSession
from dialogue.privacy.finder import PersonalFinder
from dialogue.privacy.kinds import PersonalSpan
from dialogue.privacy.pseudonyms import Pseudonyms, between_tokens
from records.model_requests import JAPAN, ModelRequestLog, ModelRequestRecord, ModelRequestRepository
from uketsuke.model_settings import ModelSetup
from uketsuke.places import Places
from uketsuke.settings import Settings
from voice.models.errors import ModelError
from voice.models.store import ModelStore

SESSIONS_KEPT: Final = 2_048


class Models:
    """The gateway, and what a call needs to go through it. Start and close `gateway`."""

    def __init__(self, gateway: ModelGateway, classifier: ConfidentialityClassifier, finder: PersonalFinder) -> None:
        self.gateway = gateway
        self._classifier = classifier
        self._finder = finder
        self._sessions: OrderedDict[str, ModelSession] = OrderedDict()

    def session(self, call_id: str | None = None) -> ModelSession:
        """One conversation's: the same each time for a call that is among the latest (its summary comes later)."""
        known = self._sessions.get(call_id) if call_id is not None else None
        if known is not None:
            return known
        session = ModelSession(self._classifier, Pseudonyms(self._finder), call_id)
        if call_id is not None:
            self._sessions[call_id] = session
            if len(self._sessions) > SESSIONS_KEPT:
                self._sessions.popitem(last=False)
        return session

    def model(self, purpose: Purpose, session: ModelSession) -> GatewayChatModel:
        """A `ChatModel` for one purpose in one conversation."""
        return GatewayChatModel(self.gateway, purpose, session)


class RecordedRequests:
    """A `RequestLog` that writes to the records."""

    def __init__(self, log: ModelRequestLog) -> None:
        self._log = log

    def note(self, request: ModelRequest) -> None:
        """Hand it to the writer, which bounds what waits."""
        self._log.note(
            ModelRequestRecord(
                at=request.at,
                call_id=request.call_id,
                model=request.model,
                purpose=request.purpose.value,
                confidentiality=request.confidentiality.value,
                place=request.place.value,
                prompt_sha256=request.prompt_sha256,
                outcome=request.outcome.value,
                took_ms=request.took_ms,
                tokens=request.tokens,
            )
        )


def build_models(
    setup: ModelSetup, build: Callable[[ModelCard], ChatModel], finder: PersonalFinder, ledger: Ledger, log: RequestLog
) -> Models:
    """The models in use behind one gateway, none started. `build` makes each; see `builder_of`."""

    def left_over(text: str) -> Sequence[PersonalSpan]:
        """What is personal in a masked text: only what stands between its pseudonyms."""
        return [span for start, end in between_tokens(text) for span in finder.find(text[start:end])]

    gateway = ModelGateway(
        [Named(card, build(card)) for card in setup.in_use],
        GatewayRules(policy=setup.policy, ledger=ledger, log=log, finds=left_over),
    )
    return Models(gateway, ConfidentialityClassifier(finder.find, setup.policy.topics), finder)


def ledger_of(setup: ModelSetup, today: Callable[[], date] = date.today) -> Ledger:
    """What the models in use have spent: nothing yet, see `restore_ledger`. `today` is the company's date."""
    return Ledger(setup.in_use, today)


async def restore_ledger(
    ledger: Ledger, requests: ModelRequestRepository, now: datetime, offset: timedelta = JAPAN
) -> None:
    """Count what the records know of this month, so that a restart does not refill a budget. `now` has its zone."""
    month = (now.astimezone(UTC) + offset).replace(day=1, hour=0, minute=0, second=0, microsecond=0) - offset
    usage = await requests.usage(month, now, offset)
    ledger.restore(Spent(each.model, each.day, each.requests, each.tokens) for each in usage)


def builder_of(places: Places, store: ModelStore) -> Callable[[ModelCard], ChatModel]:
    """Makes the `ChatModel` of a card; nothing is started, no connection opened."""

    def build(card: ModelCard) -> ChatModel:
        if card.kind is ModelKind.OPENAI:
            outside = card.place is Place.OUTSIDE
            return OpenAIChatModel(card.base_url, card.model, card.api_key_env, proxies=outside)
        return _embedded(card.model, places, store, WorkerOptions(context=card.context))

    return build


def build_chat_model(settings: Settings, places: Places, store: ModelStore) -> ChatModel | None:
    """The settings' own model by itself, not yet started; None when it is switched off."""
    wanted = settings.llm
    if wanted.kind == "off":
        return None
    if wanted.kind == "openai":
        return OpenAIChatModel(wanted.base_url, wanted.model, wanted.api_key_env)
    return _embedded(wanted.model, places, store, WorkerOptions())


def _embedded(name: str, places: Places, store: ModelStore, options: WorkerOptions) -> EmbeddedChatModel:
    def find_model() -> Path | None:
        try:
            return store.locate_file(name)
        except ModelError:
            return None

    return EmbeddedChatModel(name, find_model, places.cache, warm=[ROUTER_PROMPT], options=options)
