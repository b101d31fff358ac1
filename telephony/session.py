"""One media socket from open to close: reads the wire, feeds the ear, keeps the recording, runs the call."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import structlog

from dialogue.privacy.redactor import Redactor
from records.call_log import CallLog
from records.models import CallClosed, CallOpened, CallWarning, EndedBy, KpiEvent
from records.recording import StereoRecorder
from records.recording_file import recording_path
from telephony.after_call import FinishedCall, after_call
from telephony.call import Call, People
from telephony.call_types import EndCall
from telephony.caller_sound import CallerSound, EchoedTrack
from telephony.clock import CallClock
from telephony.desk import OperatedCall
from telephony.events import EventKind
from telephony.journal import CallJournal
from telephony.live import LiveCall
from telephony.monitor import Monitor
from telephony.outcome import outcome_of
from telephony.playout import Playout
from telephony.protocols.line import (
    AudioArrived,
    LineEvent,
    LineProtocol,
    MediaStarted,
    MediaStopped,
    Message,
    WireError,
)
from telephony.services import CallServices
from telephony.track import RecordedTrack
from telephony.voices import LineVoice
from voice.echo import EchoGuard

START_DEADLINE_S: Final = 10.0
SILENT_LINE_S: Final = 30.0
"""A socket on which nothing at all arrives for so long is dead, even if it was never closed."""
TICK_S: Final = 0.1
TOO_MANY_WIRE_ERRORS: Final = 50
FINISH_DEADLINE_S: Final = 10.0

log = structlog.get_logger(__name__)


class Socket(Protocol):
    """The media socket, as far as a call needs it."""

    async def receive(self) -> Message | None:
        """The next message, or None once the far side has closed."""
        ...

    async def send(self, message: Message) -> None:
        """Send one message; silently nothing when the far side has closed."""
        ...


class NoStartError(Exception):
    """The far side never said which call this is."""


class MediaSession:
    """Runs one call on one socket. `run` returns when the call is over and everything of it is written."""

    def __init__(self, socket: Socket, protocol: LineProtocol, services: CallServices) -> None:
        self._socket = socket
        self._protocol = protocol
        self._services = services
        self._wire_errors = 0

    async def run(self) -> None:
        """Wait for the start, conduct the call, close what was opened. Raises `NoStartError` without a start."""
        try:
            async with asyncio.timeout(START_DEADLINE_S):
                started = await self._await_start()
        except TimeoutError as error:
            raise NoStartError("no start message within the deadline") from error
        await self._conduct(started)

    async def _await_start(self) -> MediaStarted:
        while True:
            message = await self._socket.receive()
            if message is None:
                raise NoStartError("closed before start")
            try:
                events = self._protocol.decode(message)
            except WireError as error:
                self._wire_errors += 1
                log.warning("wire_error", line=self._protocol.name, error=str(error))
                if self._wire_errors >= TOO_MANY_WIRE_ERRORS:
                    raise NoStartError("too many wire errors before start") from error
                continue
            for event in events:
                if isinstance(event, MediaStarted):
                    return event

    async def _conduct(self, started: MediaStarted) -> None:
        services = self._services
        clock = CallClock(time.monotonic)
        opened = self._opened(started)
        opened_at = opened.started_at
        keeps_words = services.keeps_words()
        opened, recorder = self._recorder(opened, clock) if keeps_words else (opened, None)
        call_log = CallLog(services.records, opened, wordless=not keeps_words)
        journal = CallJournal(opened.id, clock, services.live, call_log, Redactor(services.finder))
        services.live.open(
            LiveCall(opened.id, opened.line, opened.caller_number, opened.called_number, opened_at.isoformat())
        )
        journal.kpi(KpiEvent.OFFERED)
        journal.event(
            EventKind.STARTED,
            line=opened.line,
            from_number=opened.caller_number,
            to_number=opened.called_number,
            external_id=opened.external_id,
        )
        monitor = Monitor(self._protocol.rate_hz)
        track = RecordedTrack(recorder, services.voice_name, journal.redactor.text, monitor)
        echo = EchoGuard(self._protocol.rate_hz)
        playout = Playout(self._protocol, self._socket.send, clock, EchoedTrack(track, echo))
        conversation = await services.new_conversation(opened)
        voice = LineVoice(services.mouth, self._protocol.rate_hz, services.pace)
        people = self._people(opened.id)
        call = Call(conversation, voice, playout, journal, clock, services.rules, opened.caller_number, people)
        services.desk.open(OperatedCall(opened.id, call.attendance, monitor, call.post))
        ear = services.new_ear(call.post)
        call.listen_with(ear)
        sound = CallerSound(self._protocol.rate_hz, track, echo, ear.feed)
        ended_by = EndedBy.ERROR
        try:
            ended_by = await self._run_tasks(call, sound, clock, journal)
        except Exception as error:
            log.exception("call_failed", call_id=opened.id)
            journal.event(EventKind.WARNING, what="call_failed", detail=f"{type(error).__name__}: {error}")
        finally:
            services.desk.close(opened.id)
            await ear.close()
            end = self._protocol.encode_end()
            if end is not None:
                await self._socket.send(end)
            recording = await track.close(clock.now_ms())
            outcome = outcome_of(call.minutes.acts, ended_by, attended=call.attendance.attended)
            journal.event(EventKind.ENDED, ended_by=ended_by.value, outcome=outcome, duration_ms=int(clock.now_ms()))
            if recording is not None and recording.reason is not None:
                call_log.warning(CallWarning("recording", recording.reason))
            closed = CallClosed(ended_by=ended_by, outcome=outcome, recording=recording)
            await call_log.finish(closed, FINISH_DEADLINE_S)
            services.live.close(opened.id)
        if not keeps_words:
            # What the desk was told for the call goes with its end.
            services.records.own(services.records.retention.forget_words([opened.id]), name=f"forget-{opened.id}")
            return
        finished = FinishedCall(opened.id, tuple(call.minutes.lines), opened.recording_path, clock.now_ms())
        work = after_call(finished, services.records, services.summarise, services.analyse_speakers, services.muting)
        services.records.own(work, name=f"after-{opened.id}")

    def _opened(self, started: MediaStarted) -> CallOpened:
        services, opened_at = self._services, datetime.now(UTC)
        return CallOpened(
            line=self._protocol.name,
            caller_number=started.from_number,
            called_number=started.to_number,
            external_id=started.external_id,
            started_at=opened_at,
            answered_at=opened_at,
            faq_version=services.faq_version(),
            rules_version=services.rules_version(),
            voice=services.voice_name,
            recogniser=services.recogniser_name,
            recording_rate_hz=self._protocol.rate_hz,
        )

    def _recorder(self, opened: CallOpened, clock: CallClock) -> tuple[CallOpened, StereoRecorder | None]:
        """Where the call is recorded, and by what; where calls are not recorded, nothing."""
        if self._services.recordings is None:
            return opened, None
        path = recording_path(self._services.recordings, opened.id, opened.started_at)
        rate_hz = self._protocol.rate_hz
        recorder = StereoRecorder(path, opened.id, rate_hz=rate_hz, clock=clock.now_ms, started_at=opened.started_at)
        return replace(opened, recording_path=path), recorder

    def _people(self, call_id: str) -> People:
        services = self._services
        return People(
            call_id=call_id,
            rate_hz=self._protocol.rate_hz,
            room=services.waiting_room,
            new_ear=services.new_operator_ear or services.new_ear,
            ai_off=services.ai_off,
        )

    async def _run_tasks(self, call: Call, sound: CallerSound, clock: CallClock, journal: CallJournal) -> EndedBy:
        last_arrival = clock.now_ms()

        def hear(event: LineEvent) -> None:
            if isinstance(event, AudioArrived):
                sound.take(event, clock.now_ms())
            elif not isinstance(event, MediaStarted):
                call.post(event)

        async def read() -> None:
            nonlocal last_arrival
            while True:
                message = await self._socket.receive()
                if message is None:
                    call.post(MediaStopped())
                    return
                last_arrival = clock.now_ms()
                try:
                    events = self._protocol.decode(message)
                except WireError as error:
                    self._wire_errors += 1
                    journal.event(EventKind.WIRE_ERROR, error=str(error))
                    if self._wire_errors >= TOO_MANY_WIRE_ERRORS:
                        call.post(EndCall(EndedBy.ERROR, "too many wire errors"))
                        return
                    continue
                for event in events:
                    hear(event)

        async def tick() -> None:
            while True:
                await asyncio.sleep(TICK_S)
                sound.fill(clock.now_ms())
                if clock.now_ms() - last_arrival > SILENT_LINE_S * 1000:
                    call.post(EndCall(EndedBy.ERROR, "nothing arrives on the socket"))
                    return

        helpers = [asyncio.create_task(read()), asyncio.create_task(tick())]
        conductor = asyncio.create_task(call.run())
        try:
            watched: set[asyncio.Task[Any]] = {conductor, *helpers}
            while not conductor.done():
                done, watched = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            return conductor.result()
        finally:
            for task in (*helpers, conductor):
                task.cancel()
            await asyncio.gather(*helpers, conductor, return_exceptions=True)
