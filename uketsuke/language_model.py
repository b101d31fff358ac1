"""Chooses the language model that the settings name."""

from __future__ import annotations

from pathlib import Path

from dialogue.llm.chat_model import ChatModel
from dialogue.llm.embedded import EmbeddedChatModel
from dialogue.llm.openai_model import OpenAIChatModel
from dialogue.llm.router import ROUTER_PROMPT
from uketsuke.places import Places
from uketsuke.settings import Settings
from voice.models.errors import ModelError
from voice.models.store import ModelStore


def build_chat_model(settings: Settings, places: Places, store: ModelStore) -> ChatModel | None:
    """The model, not yet started; None when it is switched off."""
    wanted = settings.llm
    if wanted.kind == "off":
        return None
    if wanted.kind == "openai":
        return OpenAIChatModel(wanted.base_url, wanted.model, wanted.api_key_env)

    def find_model() -> Path | None:
        try:
            return store.locate_file(wanted.model)
        except ModelError:
            return None

    return EmbeddedChatModel(wanted.model, find_model, places.cache, warm=[ROUTER_PROMPT])
