"""One call's way through the gateway: confidentiality so far, pseudonyms, and a `ChatModel` for each purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.llm.call_masker import CallMasker
from dialogue.llm.chat_model import ChatRequest, ChatResult, ModelState, ModelStatus
from dialogue.llm.confidentiality import ConfidentialityClassifier, highest
from dialogue.llm.gateway import ModelGateway
from dialogue.llm.masking import Masker, off_loop
from dialogue.llm.purpose import Confidentiality, Purpose
from dialogue.privacy.kinds import PersonalSpan


class ModelSession:
    """Keeps the highest confidentiality that a conversation has had. `hear` every turn before a model is asked.

    `masker` gives the call's pseudonyms; without one, no model outside is asked.
    """

    def __init__(
        self, classifier: ConfidentialityClassifier, masker: Masker | None = None, call_id: str | None = None
    ) -> None:
        self._classifier = classifier
        self._level = Confidentiality.PUBLIC
        self._masker = CallMasker(masker) if masker is not None else None
        self.call_id = call_id

    @property
    def masker(self) -> Masker | None:
        """What masks this call's words."""
        return self._masker

    @property
    def confidentiality(self) -> Confidentiality:
        """The highest so far."""
        return self._level

    def hear(self, text: str, spans: Sequence[PersonalSpan] = ()) -> Confidentiality:
        """Take in what was said; gives the confidentiality of this turn alone.

        `spans` are what was found in it by whoever knows the question it answers; their words stay masked.
        """
        level = highest(self._classifier.of_turn(text), self._classifier.of_kinds(span.kind for span in spans))
        self._level = highest(self._level, level)
        if self._masker is not None:
            for span in spans:
                self._masker.remember(span.kind, text[span.start : span.end])
        return level

    def confidentiality_of(self, prompt: str) -> Confidentiality:
        """Of a prompt in this conversation: what it holds itself counts even if nobody `hear`d it."""
        return highest(self._level, self._classifier.of_prompt(prompt))


@dataclass(frozen=True)
class GatewayChatModel:
    """The gateway as a `ChatModel`, for one purpose in one conversation. Start and close the gateway itself."""

    gateway: ModelGateway
    purpose: Purpose
    session: ModelSession

    @property
    def name(self) -> str:
        """The model that would be asked first; `ChatResult.model` names the one that answered."""
        cards = self.gateway.permitted(self.purpose, self.session.confidentiality)
        return cards[0].name if cards else "なし"

    @property
    def ready(self) -> bool:
        """Whether a permitted model can be asked now."""
        return self.gateway.is_ready(self.purpose, self.session.confidentiality)

    @property
    def status(self) -> ModelStatus:
        """That of the model that would be asked first."""
        missing = ModelStatus(ModelState.MISSING, "この内容を尋ねてよい言語モデルがありません。")
        return self.gateway.statuses().get(self.name, missing)

    async def start(self) -> None:
        """Nothing: the models are the gateway's."""

    async def close(self) -> None:
        """Nothing: the models are the gateway's."""

    async def complete(self, request: ChatRequest) -> ChatResult:
        """See `ModelGateway.complete`, with the conversation's confidentiality, or the prompt's if that is higher."""
        level = await off_loop(self.session.confidentiality_of, request.user)
        result = await self.gateway.complete(
            self.purpose, request, level, masker=self.session.masker, call_id=self.session.call_id
        )
        return ChatResult(result.text, result.took_ms, result.tokens, result.prompt_tokens, result.model)
