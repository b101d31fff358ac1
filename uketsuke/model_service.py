"""The language models of the running service: built by the settings, started, counted, and taken down again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from dialogue.company import Company
from dialogue.llm.chat_model import ModelState
from dialogue.privacy.finder import PersonalFinder
from records.model_requests import ModelRequestLog
from records.store import Records
from uketsuke.language_model import Models, RecordedRequests, build_models, builder_of, ledger_of, restore_ledger
from uketsuke.model_settings import read_model_setup
from uketsuke.places import Places
from uketsuke.settings import LanguageModelSettings
from voice.models.store import ModelStore


@asynccontextmanager
async def running_models(
    settings: LanguageModelSettings,
    company: Company,
    places: Places,
    store: ModelStore,
    records: Records,
    finder: PersonalFinder,
) -> AsyncIterator[Models | None]:
    """The models in use, started; None when there are none. Raises `UserError` for what a person can mend."""
    setup = read_model_setup(settings, places.company, settings.outside_allowed)
    if setup is None:
        yield None
        return
    requests = ModelRequestLog(records.model_requests)
    requests.start()
    try:
        ledger = ledger_of(setup, lambda: company.local(datetime.now(UTC)).date())
        await restore_ledger(ledger, records.model_requests, datetime.now(UTC))
        models = build_models(setup, builder_of(places, store), finder, ledger, RecordedRequests(requests))
        await models.gateway.start()
        try:
            yield models
        finally:
            await models.gateway.close()
    finally:
        await requests.close()


def models_text(models: Models | None) -> str:
    """How the models stand, for the pages."""
    if models is None:
        return "使いません（設定で切ってあります）"
    told = []
    for name, status in models.gateway.statuses().items():
        ready = status.state is ModelState.READY
        told.append(f"準備完了（{name}）" if ready else f"{name}: {status.explanation}")
    return "、".join(told) or "使いません（許可されたモデルがありません）"
