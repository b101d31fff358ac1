"""The ear of one call on the virtual clock: how loud the sound is says who speaks, and the words come by appointment.

The gate, the endpointer, the overlap judge and the buffer are the real ones. Voice activity is read from the level of
the made sound; the recogniser gives agreed answers after an agreed time; the aizuchi classifier holds one opinion.
"""

from __future__ import annotations

import asyncio
import gc
import math
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.virtual_time import run_virtually
from voice.audio.pcm import FRAME_SAMPLES, RATE_HZ, Samples
from voice.ear import Ear, EarParts, EarSettings
from voice.ear_events import (
    AizuchiPassed,
    BargeIn,
    EarEvent,
    GuessWithdrawn,
    NoWords,
    PartialHeard,
    SpeechStarted,
    UtteranceHeard,
    WordsGuessed,
)
from voice.hearing import Hearing, HearingSettings
from voice.pool import PoolOverloadedError, Priority
from voice.recognition.desk import PendingTranscript
from voice.recognition.recognizer import RecognitionOptions, Transcript
from voice.turn.endpointing import Endpointer
from voice.turn.expectation import Expectation
from voice.turn.heard_text import HeardTextReader
from voice.turn.overlap import OverlapJudge
from voice.turn.smart_turn import TurnEndSound
from voice.vad import WINDOW_SAMPLES, GateSettings, SpeechGate, VadFrame

T = TypeVar("T")
GATE = GateSettings(onset=0.5, offset=0.35, min_speech_ms=64.0, pause_ms=160.0)
COMPLETE = "料金プランを変更したいです。"
BLOCK_MS = 20
READER = HeardTextReader()
VAD_BLUR_MS = 64


def silence(length_ms: float) -> Samples:
    """Digital silence at 16 kHz."""
    return np.zeros(int(length_ms * RATE_HZ / 1000), dtype=np.float32)


def speech(length_ms: float) -> Samples:
    return (np.random.default_rng(7).standard_normal(int(length_ms * RATE_HZ / 1000)) * 0.1).astype(np.float32)


class LevelActivity:
    """A window is speech when it is loud."""

    def __init__(self) -> None:
        self._left = np.zeros(0, dtype=np.float32)
        self._judged = 0

    def push(self, samples: Samples) -> list[VadFrame]:
        heard = np.concatenate([self._left, samples])
        frames = []
        while len(heard) >= WINDOW_SAMPLES:
            loud = np.abs(heard[:WINDOW_SAMPLES]).mean() > 0.02
            frames.append(VadFrame(self._judged, 0.95 if loud else 0.02))
            heard = heard[WINDOW_SAMPLES:]
            self._judged += WINDOW_SAMPLES
        self._left = heard
        return frames


@dataclass
class VirtualDesk:
    """Each recognition takes `takes_s` of virtual time; `asked` keeps how urgent each was."""

    recognizer: AgreedRecognizer
    takes_s: float = 0.3
    overloaded: bool = False
    asked: list[Priority] = field(default_factory=list)
    raised: list[Priority] = field(default_factory=list)

    def submit(
        self, samples: Samples, options: RecognitionOptions, priority: Priority, deadline_s: float | None = None
    ) -> PendingTranscript:
        self.asked.append(priority)
        if self.overloaded:
            raise PoolOverloadedError("full")

        async def recognise() -> Transcript:
            async with asyncio.timeout(deadline_s):
                await asyncio.sleep(self.takes_s)
            return self.recognizer.transcribe(samples, options)

        return PendingTranscript(asyncio.ensure_future(recognise()), self.raised.append)


class PromptPool:
    """Does what it is asked at once."""

    async def run(self, work: Callable[[], T], priority: Priority, deadline_s: float | None = None) -> T:
        await asyncio.sleep(0.03)
        return work()


@dataclass
class AgreedRecognizer:
    """Gives `words` for any sound; an exception among them is raised. `heard_ms` keeps how much sound it was given."""

    words: str | Exception = COMPLETE
    rejected: str | None = None
    confidence: float = 0.9
    heard_ms: list[float] = field(default_factory=list)
    beams: list[int] = field(default_factory=list)
    name: str = "agreed"

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        self.heard_ms.append(len(samples) * 1000 / RATE_HZ)
        self.beams.append(options.beam_size)
        if isinstance(self.words, Exception):
            raise self.words
        text = "" if self.rejected else self.words
        length_ms, raw = self.heard_ms[-1], self.words
        return Transcript(text, self.confidence, 0.01, length_ms, 300.0, rejected=self.rejected, raw_text=raw)


@dataclass(frozen=True)
class AgreedTurnEnd:
    finished: float = 0.99

    def read(self, samples: Samples) -> TurnEndSound:
        return TurnEndSound(self.finished, math.log(self.finished / (1 - self.finished)), np.zeros(0, dtype=np.float32))


@dataclass(frozen=True)
class Opinion:
    aizuchi: float
    checkpoints_ms: tuple[int, ...] = (200, 240, 280, 400, 600)

    def probability(self, samples: Samples, checkpoint_ms: int) -> float:
        return self.aizuchi

    def threshold(self, checkpoint_ms: int) -> float:
        return 0.1


class Room:
    """An ear, the events it gave, and a caller who speaks into it in real (virtual) time."""

    def __init__(
        self,
        recognizer: AgreedRecognizer | None = None,
        takes_s: float = 0.3,
        finished: float = 0.99,
        aizuchi: float = 0.95,
        hearing: HearingSettings = HearingSettings(),
        ear_settings: EarSettings = EarSettings(),
        on_event: Callable[[EarEvent], None] | None = None,
    ) -> None:
        self.recognizer = recognizer or AgreedRecognizer()
        self.desk = VirtualDesk(self.recognizer, takes_s)
        self.events: list[EarEvent] = []
        self._on_event = on_event
        parts = EarParts(
            activity=LevelActivity(),
            gate=SpeechGate(GATE),
            hearing=Hearing(self.desk, PromptPool(), AgreedTurnEnd(finished), settings=hearing),
            endpointer=Endpointer(),
            judge=lambda: OverlapJudge(Opinion(aizuchi)),
            reader=READER,
        )
        self.ear = Ear(parts, self._take, ear_settings)

    def _take(self, event: EarEvent) -> None:
        self.events.append(event)
        if self._on_event is not None:
            self._on_event(event)

    async def hear(self, *parts: Samples) -> None:
        sound = np.concatenate(parts)
        for begin in range(0, len(sound), FRAME_SAMPLES):
            self.ear.feed(sound[begin : begin + FRAME_SAMPLES])
            await asyncio.sleep(BLOCK_MS / 1000)

    def of(self, kind: type[T]) -> list[T]:
        return [event for event in self.events if isinstance(event, kind)]

    def kinds(self) -> list[str]:
        """What happened, without the guesses on the way."""
        guesses = (WordsGuessed, GuessWithdrawn)
        return [type(event).__name__ for event in self.events if not isinstance(event, guesses)]


def in_room(make: Callable[[], Room], *parts: Samples) -> Room:
    """Make a room on a virtual loop, let the caller say `parts`, close the ear."""

    async def scenario() -> Room:
        room = make()
        await room.hear(*parts)
        await room.ear.close()
        return room

    return run_virtually(scenario())


def virtually(scenario: Callable[[], Coroutine[Any, Any, Room]]) -> Room:
    return run_virtually(scenario())


def test_what_is_said_becomes_one_utterance_at_its_place_in_the_call() -> None:
    room = in_room(Room, silence(500), speech(500), silence(2_000))
    (heard,) = room.of(UtteranceHeard)
    assert room.kinds() == ["SpeechStarted", "UtteranceHeard"]
    assert heard.text == COMPLETE
    assert heard.started_ms == pytest.approx(500, abs=VAD_BLUR_MS)
    assert heard.speech_end_ms == pytest.approx(1_000, abs=VAD_BLUR_MS)
    assert heard.speech_end_ms < heard.decided_ms <= heard.ready_ms


def test_partials_come_while_the_caller_speaks() -> None:
    room = in_room(Room, silence(500), speech(3_000), silence(2_000))
    partials = room.of(PartialHeard)
    assert len(partials) >= 2
    assert all(500 < partial.at_ms < 3_500 + VAD_BLUR_MS for partial in partials)
    assert room.kinds()[-1] == "UtteranceHeard"


def test_a_partial_that_cannot_be_recognised_does_not_matter() -> None:
    async def scenario() -> Room:
        room = Room()
        room.desk.overloaded = True
        await room.hear(silence(300), speech(1_500))
        room.desk.overloaded = False
        await room.hear(silence(2_000))
        await room.ear.close()
        return room

    assert virtually(scenario).kinds() == ["SpeechStarted", "UtteranceHeard"]


def test_the_words_guessed_at_the_pause_are_kept_when_the_caller_has_finished() -> None:
    room = in_room(lambda: Room(takes_s=0.1), silence(300), speech(700), silence(2_000))
    (heard,) = room.of(UtteranceHeard)
    assert heard.speculative
    assert room.desk.asked.count(Priority.SPECULATIVE) == 1
    assert heard.decided_ms - heard.speech_end_ms <= 320 + VAD_BLUR_MS


def test_the_words_guessed_at_a_pause_are_thrown_away_when_the_caller_goes_on() -> None:
    room = in_room(Room, silence(300), speech(600), silence(260), speech(600), silence(2_000))
    (heard,) = room.of(UtteranceHeard)
    assert room.desk.asked.count(Priority.SPECULATIVE) == 2
    assert heard.transcript.audio_ms >= 600 + 260 + 600
    assert heard.speech_end_ms == pytest.approx(1_760, abs=VAD_BLUR_MS)


def test_a_recognition_that_is_waited_for_becomes_a_final() -> None:
    room = in_room(lambda: Room(takes_s=1.2), silence(300), speech(700), silence(3_000))
    assert room.desk.raised == [Priority.FINAL]


def test_the_mind_gets_what_was_meant_and_the_record_what_was_said() -> None:
    said = "えーと、三日、じゃなくて四日です。"
    room = in_room(lambda: Room(AgreedRecognizer(said)), silence(300), speech(900), silence(3_000))
    (heard,) = room.of(UtteranceHeard)
    assert heard.text == "4日です。"
    assert heard.transcript.text == said
    assert heard.reading is not None
    assert heard.reading.fillers == ("えーと",)


def test_the_words_of_a_pause_are_told_before_the_turn_is_over() -> None:
    room = in_room(lambda: Room(takes_s=0.1), silence(300), speech(700), silence(2_000))
    (guess,) = room.of(WordsGuessed)
    (heard,) = room.of(UtteranceHeard)
    assert (guess.text, guess.transcript) == (heard.text, heard.transcript)
    assert guess.at_ms <= heard.decided_ms


def test_a_guess_is_withdrawn_when_the_caller_goes_on() -> None:
    room = in_room(
        lambda: Room(AgreedRecognizer("料金プランを"), 0.1),
        silence(300),
        speech(600),
        silence(400),
        speech(600),
        silence(3_000),
    )
    told = [event for event in room.events if isinstance(event, WordsGuessed | GuessWithdrawn | UtteranceHeard)]
    assert [type(event) for event in told] == [WordsGuessed, GuessWithdrawn, WordsGuessed, UtteranceHeard]


def test_nothing_is_guessed_of_sound_without_words() -> None:
    room = in_room(lambda: Room(AgreedRecognizer(rejected="no_speech")), silence(300), speech(700), silence(2_000))
    assert room.of(WordsGuessed) == []


def test_a_turn_that_is_surely_over_is_not_waited_for_as_long_as_one_that_may_go_on() -> None:
    def waited(words: str, finished: float) -> float:
        room = in_room(
            lambda: Room(AgreedRecognizer(words), 0.1, finished),
            silence(300),
            speech(900),
            silence(3_000),
        )
        (heard,) = room.of(UtteranceHeard)
        return heard.decided_ms - heard.speech_end_ms

    assert waited(COMPLETE, 0.99) + 300 < waited("料金プランを", 0.3)


@settings(max_examples=40, deadline=None)
@given(
    words=st.sampled_from([COMPLETE, "はい", "料金プランを", "090の", "えーと、料金が", "それで", "あの"]),
    finished=st.floats(0.0, 1.0),
    expectation=st.sampled_from(Expectation),
    takes_s=st.floats(0.0, 1.2),
    length_ms=st.integers(200, 1_500),
)
def test_every_turn_ends_by_the_deadline(
    words: str, finished: float, expectation: Expectation, takes_s: float, length_ms: int
) -> None:
    async def scenario() -> Room:
        room = Room(AgreedRecognizer(words), takes_s, finished)
        room.ear.expect(expectation)
        await room.hear(silence(300), speech(length_ms), silence(2_500 + 200))
        await room.ear.close()
        return room

    room = virtually(scenario)
    assert room.kinds()[-1] in {"UtteranceHeard", "NoWords"}
    for heard in room.of(UtteranceHeard):
        assert heard.decided_ms - heard.speech_end_ms <= 2_500 + VAD_BLUR_MS


def test_a_caller_who_never_pauses_is_answered_after_the_longest_utterance() -> None:
    room = in_room(
        lambda: Room(ear_settings=EarSettings(longest_ms=3_000)), silence(300), speech(6_000), silence(1_000)
    )
    heard = room.of(UtteranceHeard)[0]
    assert heard.speech_end_ms - heard.started_ms == pytest.approx(3_000, abs=500)


def test_speech_of_less_than_120_ms_is_noise() -> None:
    room = in_room(Room, silence(320), speech(90), silence(1_000))
    assert [event.reason for event in room.of(NoWords)] == ["noise"]
    assert room.desk.asked == []


def test_an_utterance_of_fillers_alone_holds_no_words() -> None:
    room = in_room(lambda: Room(AgreedRecognizer("えーと")), silence(300), speech(600), silence(3_000))
    assert [(event.reason, event.raw_text) for event in room.of(NoWords)] == [("filler", "えーと")]
    assert not room.of(UtteranceHeard)


def test_fillers_are_taken_out_for_the_mind_and_kept_in_the_transcript() -> None:
    said = "えーと、料金プランを変更したいです。"
    room = in_room(lambda: Room(AgreedRecognizer(said)), silence(300), speech(900), silence(3_000))
    (heard,) = room.of(UtteranceHeard)
    assert (heard.text, heard.transcript.text) == (COMPLETE, said)


def test_what_a_guard_has_rejected_is_not_words_and_says_why() -> None:
    recognizer = AgreedRecognizer("ご視聴ありがとうございました", rejected="known_invention")
    room = in_room(lambda: Room(recognizer), silence(300), speech(700), silence(3_000))
    (nothing,) = room.of(NoWords)
    assert (nothing.reason, nothing.raw_text) == ("known_invention", "ご視聴ありがとうございました")


def test_a_failing_recogniser_costs_one_utterance_and_the_next_is_heard() -> None:
    async def scenario() -> Room:
        room = Room(AgreedRecognizer(RuntimeError("broken")))
        await room.hear(silence(300), speech(600), silence(2_500))
        room.recognizer.words = COMPLETE
        await room.hear(speech(600), silence(2_500))
        await room.ear.close()
        return room

    room = virtually(scenario)
    assert [event.reason for event in room.of(NoWords)] == ["failed"]
    assert room.kinds()[-1] == "UtteranceHeard"


def test_a_recogniser_that_fails_in_mid_speech_takes_nothing_with_it() -> None:
    failures: list[dict[str, Any]] = []

    async def scenario() -> Room:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: failures.append(context))
        room = Room(AgreedRecognizer(RuntimeError("broken")))
        await room.hear(silence(300), speech(2_400))
        room.recognizer.words = COMPLETE
        await room.hear(silence(2_500))
        await room.ear.close()
        gc.collect()
        return room

    assert virtually(scenario).kinds()[-1] == "UtteranceHeard"
    assert failures == []


def test_a_second_hearing_is_of_the_same_sound_with_a_wide_beam() -> None:
    async def scenario() -> Room:
        room = Room()
        await room.hear(silence(300), speech(600), silence(2_500))
        room.recognizer.words = "解約したいです。"
        again = await room.ear.hear_again(room.of(UtteranceHeard)[0])
        assert again is not None
        assert again.text == "解約したいです。"
        await room.ear.close()
        return room

    room = virtually(scenario)
    assert room.recognizer.heard_ms[-1] == room.of(UtteranceHeard)[0].transcript.audio_ms
    assert room.recognizer.beams == [1, 5]


@pytest.mark.parametrize(("takes_s", "words"), [(5.0, COMPLETE), (0.1, RuntimeError("broken"))])
def test_a_second_hearing_that_is_late_or_fails_is_done_without(takes_s: float, words: str | Exception) -> None:
    async def scenario() -> Room:
        room = Room()
        await room.hear(silence(300), speech(600), silence(2_500))
        room.desk.takes_s, room.recognizer.words = takes_s, words
        assert await room.ear.hear_again(room.of(UtteranceHeard)[0]) is None
        await room.ear.close()
        return room

    virtually(scenario)


def test_words_that_come_too_late_are_given_up_and_the_next_utterance_is_heard() -> None:
    async def scenario() -> Room:
        room = Room(takes_s=5.0, hearing=HearingSettings(deadline_s=0.5))
        await room.hear(silence(300), speech(600), silence(2_500))
        room.desk.takes_s = 0.3
        await room.hear(speech(600), silence(2_500))
        await room.ear.close()
        return room

    room = virtually(scenario)
    assert [event.reason for event in room.of(NoWords)] == ["late"]
    assert room.kinds()[-1] == "UtteranceHeard"


def test_an_aizuchi_over_the_agent_passes_and_is_no_utterance() -> None:
    async def scenario() -> Room:
        room = Room(AgreedRecognizer("はい、はい"), aizuchi=0.95)
        room.ear.judge_overlap(True)
        await room.hear(silence(500), speech(300), silence(2_500))
        await room.ear.close()
        return room

    room = virtually(scenario)
    assert room.kinds() == ["SpeechStarted", "AizuchiPassed"]
    assert room.of(SpeechStarted)[0].over_agent
    assert room.of(AizuchiPassed)[0].verdict == "aizuchi"


def test_a_short_contradiction_that_sounds_like_an_aizuchi_is_caught_by_its_words() -> None:
    async def scenario() -> Room:
        room = Room(AgreedRecognizer("違います"), aizuchi=0.95)
        room.ear.judge_overlap(True)
        await room.hear(silence(500), speech(300), silence(2_500))
        await room.ear.close()
        return room

    room = virtually(scenario)
    assert room.kinds() == ["SpeechStarted", "AizuchiPassed", "BargeIn", "UtteranceHeard"]
    assert room.of(UtteranceHeard)[0].text == "違います"


def test_an_aizuchi_that_is_misheard_without_confidence_stays_one() -> None:
    async def scenario() -> Room:
        room = Room(AgreedRecognizer("どうか", confidence=0.4), aizuchi=0.95)
        room.ear.judge_overlap(True)
        await room.hear(silence(500), speech(300), silence(2_500))
        await room.ear.close()
        return room

    assert virtually(scenario).kinds() == ["SpeechStarted", "AizuchiPassed"]


def test_after_an_aizuchi_the_ear_is_free_for_the_next_words() -> None:
    async def scenario() -> Room:
        room = Room(AgreedRecognizer("はい"), aizuchi=0.95)
        room.ear.judge_overlap(True)
        await room.hear(silence(500), speech(300), silence(1_000))
        room.recognizer.words = COMPLETE
        room.ear.judge_overlap(False)
        await room.hear(speech(600), silence(2_500))
        await room.ear.close()
        return room

    assert virtually(scenario).kinds() == ["SpeechStarted", "AizuchiPassed", "SpeechStarted", "UtteranceHeard"]


def test_an_interruption_is_told_within_300_ms_and_then_heard_as_an_utterance() -> None:
    async def scenario() -> Room:
        room = Room(aizuchi=0.01)
        room.ear.judge_overlap(True)
        await room.hear(silence(500), speech(700))
        room.ear.judge_overlap(False)
        await room.hear(speech(400), silence(2_500))
        await room.ear.close()
        return room

    room = virtually(scenario)
    (barge_in,) = room.of(BargeIn)
    (heard,) = room.of(UtteranceHeard)
    assert [kind for kind in room.kinds() if kind != "PartialHeard"] == ["SpeechStarted", "BargeIn", "UtteranceHeard"]
    assert barge_in.decided_ms - barge_in.onset_ms <= 300
    assert heard.started_ms == pytest.approx(500, abs=VAD_BLUR_MS)
    assert heard.transcript.audio_ms >= 1_100


def test_when_the_agent_stops_in_mid_judgement_the_speech_is_an_ordinary_utterance() -> None:
    async def scenario() -> Room:
        room = Room(aizuchi=0.95)
        room.ear.judge_overlap(True)
        await room.hear(silence(500), speech(300))
        room.ear.judge_overlap(False)
        await room.hear(speech(300), silence(2_500))
        await room.ear.close()
        return room

    assert virtually(scenario).kinds() == ["SpeechStarted", "UtteranceHeard"]


def test_when_the_agent_stops_just_after_the_word_it_is_still_an_utterance() -> None:
    async def scenario() -> Room:
        room = Room(AgreedRecognizer("はい"), aizuchi=0.95)
        room.ear.expect(Expectation.YES_NO)
        room.ear.judge_overlap(True)
        await room.hear(silence(500), speech(300), silence(180))
        room.ear.judge_overlap(False)
        await room.hear(silence(2_500))
        await room.ear.close()
        return room

    kinds = [kind for kind in virtually(scenario).kinds() if kind != "PartialHeard"]
    assert kinds == ["SpeechStarted", "UtteranceHeard"]


@settings(max_examples=40, deadline=None)
@given(until_ms=st.integers(0, 3_500), over_agent=st.booleans())
def test_a_closed_ear_leaves_no_task_and_says_nothing_more(until_ms: int, over_agent: bool) -> None:
    async def scenario() -> tuple[int, int, int, set[asyncio.Task[Any]]]:
        room = Room(aizuchi=0.01)
        room.ear.judge_overlap(over_agent)
        sound = np.concatenate([silence(300), speech(1_500), silence(260), speech(700), silence(1_000)])
        await room.hear(sound[: until_ms * RATE_HZ // 1000 + 1])
        await room.ear.close()
        before = len(room.events)
        await room.hear(speech(1_000), silence(3_000))
        return before, len(room.events), room.ear.hears_speech, asyncio.all_tasks() - {asyncio.current_task()}

    before, after, hears, left = run_virtually(scenario())
    assert before == after
    assert not hears
    assert not left
