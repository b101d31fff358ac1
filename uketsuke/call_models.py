"""What one conversation asks of language models: routing and wording, each by policy, with what it has heard so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dialogue.answering import Composes
from dialogue.grounding.check import GroundingChecker
from dialogue.grounding.compose import Composer
from dialogue.llm.chat_model import ChatModel
from dialogue.llm.purpose import Purpose
from dialogue.llm.router import TurnRouter
from dialogue.matter import Router
from dialogue.privacy.finder import PersonalFinder
from dialogue.privacy.kinds import SlotHint
from uketsuke.language_model import Models
from uketsuke.settings import LanguageModelSettings


@dataclass(frozen=True)
class CallModels:
    """One conversation's models. `hear` is told every turn of the caller, and what had been asked for.

    `ready`: false while a model that is wanted cannot be asked.
    """

    router: Router | None = None
    composer: Composes | None = None
    hear: Callable[[str, SlotHint | None], None] = lambda text, hint: None
    ready: Callable[[], bool] = lambda: True


class NewCallModels(Protocol):
    """Makes the models of one conversation; `key` names it for good."""

    def __call__(self, key: str | None, checker: GroundingChecker) -> CallModels:
        """The models; `checker` proves what they word."""
        ...


def without_models(key: str | None, checker: GroundingChecker) -> CallModels:
    """No language model at all."""
    return CallModels()


class OneModel:
    """One model asked directly: for the command line, where nobody's personal data is."""

    def __init__(self, chat: ChatModel, settings: LanguageModelSettings) -> None:
        self._chat = chat
        self._settings = settings

    def __call__(self, key: str | None, checker: GroundingChecker) -> CallModels:
        """See `NewCallModels`."""
        return CallModels(
            TurnRouter(self._chat, self._settings.route_deadline_s),
            Composer(self._chat, checker, self._settings.compose_deadline_s),
            ready=lambda: self._chat.ready,
        )


class ModelsByPolicy:
    """The gateway's models: what each may hear depends on how confidential the call has become."""

    def __init__(self, models: Models, finder: PersonalFinder, settings: LanguageModelSettings) -> None:
        self._models = models
        self._finder = finder
        self._settings = settings

    def __call__(self, key: str | None, checker: GroundingChecker) -> CallModels:
        """See `NewCallModels`."""
        session = self._models.session(key)

        def hear(text: str, hint: SlotHint | None) -> None:
            session.hear(text, self._finder.find(text, hint))

        return CallModels(
            TurnRouter(self._models.model(Purpose.ROUTE, session), self._settings.route_deadline_s),
            Composer(self._models.model(Purpose.COMPOSE, session), checker, self._settings.compose_deadline_s),
            hear,
            lambda: self._models.gateway.is_ready(Purpose.ROUTE, session.confidentiality),
        )
