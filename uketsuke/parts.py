"""The composition root's first half: builds every part from the settings, and takes it down again."""

from __future__ import annotations

import asyncio
import importlib.metadata
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from dashboard.auth.unmasking import Unmasking
from dashboard.desk.floor import DeskFloor
from dashboard.hooks.courier import Courier
from dashboard.sources import ServiceStatus
from dialogue.company import Company, CompanyError, load_company
from dialogue.faq.entry import Audience
from dialogue.kana import morae
from dialogue.llm.purpose import Purpose
from dialogue.llm.summary import draft_summary
from dialogue.manager import Conversation
from dialogue.privacy.finder import PersonalFinder
from records.database import RecordsError
from records.models import CallOpened
from records.store import Records
from telephony.call_types import CallRules
from telephony.desk import OperatorDesk
from telephony.desk_phrases import AI_OFF
from telephony.hold_music import hold_music
from telephony.live import LiveCalls
from telephony.muting import Muting, mute_left_over
from telephony.services import CallServices
from uketsuke.ai_switch import AiSwitch
from uketsuke.auth import Auth, build_auth
from uketsuke.call_models import ModelsByPolicy, without_models
from uketsuke.candidate_minds import CandidateMinds
from uketsuke.desk_floor import build_desk_floor
from uketsuke.ears import Ears
from uketsuke.errors import UserError
from uketsuke.figure_keeping import FigureKeeping
from uketsuke.language_model import Models
from uketsuke.minds import Minds
from uketsuke.mining import mine_published
from uketsuke.model_service import models_text, running_models
from uketsuke.model_sheets import purposes
from uketsuke.mouths import build_mouth
from uketsuke.nightly import NightlyWork
from uketsuke.opened_hosts import HostWatch
from uketsuke.places import Places, model_store, places_of
from uketsuke.planned import carrying_out_plans
from uketsuke.publishing import PublicationWatch
from uketsuke.retention_work import RetentionWork
from uketsuke.settings import Settings
from uketsuke.spare_time import SpareTime
from uketsuke.taking_up import Prepare, TakingUp
from voice.loop_watch import LoopLag, LoopWatch
from voice.models.errors import ModelError
from voice.models.store import ModelStore
from voice.pool import InferencePool, PoolGauge, Priority
from voice.speakers.child import SpeakerAnalyst
from voice.speakers.environment import SpeakersError
from voice.tts.dictionary import PronunciationDictionary
from voice.tts.mouth import Mouth

PROFILE_DEADLINE_S: Final = 0.3
PROFILE_HOURS: Final = 24 * 30
LINE_RATES_HZ: Final = (8_000, 16_000)
BUSY_BACKLOG_S: Final = 0.5
BUSY_LAG_MS: Final = 100.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parts:
    """Everything that was built, in use until the service stops."""

    settings: Settings
    places: Places
    pool: InferencePool
    loop_watch: LoopWatch
    ears: Ears
    mouth: Mouth
    minds: Minds
    records: Records
    live: LiveCalls
    models: Models | None
    finder: PersonalFinder
    muting: Muting
    analyst: SpeakerAnalyst | None
    taking_up: TakingUp
    switch: AiSwitch
    retention: RetentionWork
    courier: Courier
    spare: SpareTime
    candidates: CandidateMinds
    auth: Auth
    desk: OperatorDesk
    desk_floor: DeskFloor
    unmasking: Unmasking = field(default_factory=Unmasking)

    def services(self) -> CallServices:
        """What a call needs of it."""
        return CallServices(
            new_ear=self.ears.new_ear,
            new_conversation=self.new_conversation,
            mouth=self.mouth,
            records=self.records,
            live=self.live,
            recordings=self.places.recordings if self.settings.records.record_audio else None,
            voice_name=self.mouth.voice_name,
            recogniser_name=self.ears.recognizer.name,
            faq_version=lambda: self.minds.faq_version,
            rules_version=lambda: self.minds.rules_version,
            pace=self.settings.voice.speed,
            summarise=self.summarise if self.models is not None else None,
            analyse_speakers=self.analyst.analyse if self.analyst is not None else None,
            finder=self.finder,
            muting=self.muting,
            desk=self.desk,
            waiting_room=self.desk_floor.room,
            new_operator_ear=self.ears.new_operator_ear,
            ai_off=self.ai_off,
            keeps_words=lambda: self.retention.keeps_words,
            rules=CallRules(
                max_call_ms=self.settings.server.max_call_s * 1000,
                wait_limit_ms=self.settings.desk.wait_limit_s * 1000,
            ),
            max_calls=self.settings.server.max_calls,
        )

    async def new_conversation(self, opened: CallOpened) -> Conversation:
        """The mind of one call, which knows who calls. The records are not waited for longer than a greeting may be."""
        profile = self.minds.profile(opened.caller_number, ())
        try:
            async with asyncio.timeout(PROFILE_DEADLINE_S):
                since = opened.started_at - timedelta(hours=PROFILE_HOURS)
                earlier = await self.records.calls.earlier(opened.caller_number, since)
                hours = tuple((opened.started_at - at).total_seconds() / 3600 for at in earlier)
                profile = self.minds.profile(opened.caller_number, hours)
        except Exception as error:
            log.warning("caller_unknown", call_id=opened.id, error=type(error).__name__)
        return self.minds.new_conversation(profile, key=opened.id)

    def ai_off(self) -> str | None:
        """What callers are told while no AI answers; None while it does."""
        operation = self.switch.current
        return None if operation.ai else operation.message or AI_OFF

    def new_chat(self, audience: Audience) -> Conversation:
        """The mind of one text chat."""
        return self.minds.new_conversation(audience=audience)

    async def refresh(self) -> bool:
        """Take up what was published, in every part of the service."""
        changed = await self.taking_up.refresh()
        await self.retention.refresh()
        if changed:
            versions = {"faq": self.minds.faq_version, "rules": self.minds.rules_version}
            await self.courier.tell("knowledge.published", versions)
            log.info(
                "published", faq=self.minds.faq_version, rules=self.minds.rules_version, **dict(self.minds.versions)
            )
        return changed

    async def refresh_switch(self) -> bool:
        """Take up whether the AI may answer, and tell who wants to know."""
        changed = await self.switch.refresh()
        if changed:
            await self.courier.tell("ai.switched", {"ai": self.switch.current.ai})
        return changed

    async def summarise(self, call_id: str, lines: Sequence[str]) -> dict[str, Any] | None:
        """Draft a call's summary; None while no permitted language model is ready, or when it fails."""
        if self.models is None:
            return None
        chat = self.models.model(Purpose.SUMMARY, self.models.session(call_id))
        if not chat.ready:
            return None
        summary = await draft_summary(chat, lines)
        if summary is None:
            return None
        return {
            "用件": summary.request,
            "対応": summary.response,
            "結果": summary.result,
            "次のアクション": summary.next_action,
            "作成": f"{summary.model}（担当者の確認前）",
        }

    def status(self) -> ServiceStatus:
        """How the service stands, for the pages."""
        return ServiceStatus(
            company=self.minds.company.name,
            agent_ready=True,
            voice=self.mouth.voice_name,
            recogniser=self.ears.recognizer.name,
            language_model=models_text(self.models),
            models_ok=True,
            version=importlib.metadata.version("uketsuke"),
            active_calls=len(self.live),
            warnings=busy_warnings(self.pool.gauge(), self.loop_watch.gauge()),
        )


@asynccontextmanager
async def build_parts(settings: Settings) -> AsyncIterator[Parts]:
    """Build everything, and take it down again at the end. Raises `UserError` for what a person can mend."""
    places = places_of(settings)
    store = model_store(settings)
    async with AsyncExitStack() as stack:
        pool = InferencePool(workers=settings.recognition.worker_count)
        stack.callback(pool.close)
        loop_watch = LoopWatch(on_late=lambda lag_ms: log.warning("loop_late", lag_ms=round(lag_ms)))
        loop_watch.start()
        stack.push_async_callback(loop_watch.close)
        try:
            places.data.mkdir(parents=True, exist_ok=True)
            records = await Records.open(places.database_url)
            stack.push_async_callback(records.close)
            hosts = HostWatch(records.hosts, purposes(settings, places))
            hosts.start()
            stack.push_async_callback(hosts.close)
            await records.recover()
            ears = await asyncio.to_thread(Ears, settings.recognition, store, pool)
            stack.callback(ears.close)
            # What still recognises ends before its engine goes.
            stack.callback(pool.close)
            analyst = _speaker_analyst(settings, places, store)
        except (ModelError, RecordsError, SpeakersError) as error:
            raise UserError(str(error)) from error
        company = _company(places)
        finder = await asyncio.to_thread(PersonalFinder, [company.name, company.phone])
        models = await stack.enter_async_context(running_models(settings.llm, company, places, store, records, finder))
        call_models = ModelsByPolicy(models, finder, settings.llm) if models is not None else without_models
        dictionary = PronunciationDictionary()
        # Made once, off the loop: the first caller on hold must not hold up all the others.
        for rate_hz in LINE_RATES_HZ:
            await asyncio.to_thread(hold_music, rate_hz)
        mouth = build_mouth(settings.voice, places, pool, dictionary)
        minds = await Minds.open(
            places, records, lambda search: pool.run(search, Priority.TURN), call_models, settings.retrieval
        )
        taking_up = TakingUp(minds, ears.favour, dictionary, _prepare_on(mouth, settings.voice.speed))
        await taking_up.start()
        stack.push_async_callback(taking_up.close)
        switch = AiSwitch(records.documents)
        await switch.refresh()
        spare = SpareTime(pool)
        live = LiveCalls()
        retention = RetentionWork(records)
        await retention.refresh()
        courier = Courier(records.hooks, live, settings.hooks.allowed_hosts)
        named = [company.name, company.phone, *(term.surface for term in minds.terms)]
        known = await asyncio.to_thread(PersonalFinder, named)
        desk = OperatorDesk()
        parts = Parts(
            settings=settings,
            auth=build_auth(settings.auth, records),
            places=places,
            pool=pool,
            loop_watch=loop_watch,
            ears=ears,
            mouth=mouth,
            minds=minds,
            records=records,
            live=live,
            models=models,
            finder=known,
            desk=desk,
            desk_floor=build_desk_floor(settings.desk, desk, records, live, known, minds, pool),
            muting=Muting(settings.records.mute_personal, lambda text: morae(minds.reader.katakana(text))),
            analyst=analyst,
            taking_up=taking_up,
            switch=switch,
            retention=retention,
            courier=courier,
            spare=spare,
            candidates=CandidateMinds(minds, spare),
        )
        await _start_background(parts, stack)
        yield parts


async def _start_background(parts: Parts, stack: AsyncExitStack) -> None:
    """What runs beside the calls, and is ended by the stack."""
    records = parts.records
    records.own(mute_left_over(records, parts.muting), name="mute-left-over")
    parts.desk_floor.watch.start()
    stack.push_async_callback(parts.desk_floor.watch.close)
    parts.courier.start()
    stack.push_async_callback(parts.courier.close)
    parts.retention.start()
    stack.push_async_callback(parts.retention.close)
    keeping = FigureKeeping(parts.records.figures.keep_up)
    keeping.start()
    stack.push_async_callback(keeping.close)
    for refresh in (parts.refresh, parts.refresh_switch):
        watch = PublicationWatch(refresh)
        watch.start()
        stack.push_async_callback(watch.close)
    await stack.enter_async_context(carrying_out_plans(records))
    if parts.settings.mining.enabled:
        nightly = _nightly_mining(parts)
        nightly.start()
        stack.push_async_callback(nightly.close)


def _prepare_on(mouth: Mouth, speed: float) -> Prepare:
    async def prepare(sentences: Sequence[str]) -> None:
        for rate_hz in LINE_RATES_HZ:
            await mouth.warm(sentences, speed=speed, rate_hz=rate_hz)

    return prepare


def _speaker_analyst(settings: Settings, places: Places, store: ModelStore) -> SpeakerAnalyst | None:
    if not settings.records.analyse_speakers:
        return None
    return SpeakerAnalyst.of(places.cache, store.locate_file("pyannote-segmentation"))


def busy_warnings(pool: PoolGauge, lag: LoopLag) -> tuple[str, ...]:
    """What an operator should know when there is more work than the machine can do in time."""
    warnings = []
    if pool.backlog_s > BUSY_BACKLOG_S:
        warnings.append(
            f"ただいま音声処理が混み合っています（待ち 約{pool.backlog_s:.1f}秒）。"
            "お返事が遅れることがあります。続く場合は、同時通話数（max_calls）を減らすか、機械を増やしてください。"
        )
    if lag.p95_ms > BUSY_LAG_MS:
        warnings.append(
            f"処理の遅れが出ています（直近1分で {lag.p95_ms:.0f} ミリ秒）。音声が途切れることがあります。"
            "ほかの重い処理が動いていないかご確認ください。"
        )
    return tuple(warnings)


def _nightly_mining(parts: Parts) -> NightlyWork:
    """FAQ drafts are mined every night, in the pool's spare time where there is more than one worker."""
    mining, zone = parts.settings.mining, ZoneInfo(parts.minds.company.timezone)

    async def mine() -> object:
        return await mine_published(parts.places, parts.records, days=mining.days, run=parts.spare)

    return NightlyWork(mine, time_of_day.fromisoformat(mining.at), lambda: datetime.now(zone))


def _company(places: Places) -> Company:
    try:
        return load_company(places.company / "company.yaml")
    except CompanyError as error:
        raise UserError(str(error)) from error
