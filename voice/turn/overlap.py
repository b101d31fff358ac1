"""What speech over the agent means: a listener's aizuchi, or somebody who wants the turn.

Sound is judged first, because the agent must fall silent within 300 ms: at each checkpoint of the classifier's cascade
speech that does not sound like an aizuchi is an interruption. What still sounds like one is given until it ends
(an aizuchi) or has gone on for too long (an interruption). Words, when they come, overrule the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from voice.audio.pcm import RATE_HZ, Samples
from voice.turn.aizuchi_model import LEAD_MS, AizuchiClassifier, find_onset
from voice.turn.aizuchi_words import WordsSay, judge_words


class Verdict(StrEnum):
    """What the overlap is. `NOISE` is too short for a word: a cough, a key, a door."""

    UNDECIDED = "undecided"
    AIZUCHI = "aizuchi"
    NOISE = "noise"
    INTERRUPTION = "interruption"


@dataclass(frozen=True)
class OverlapSettings:
    """Limits of the judgement.

    From a voice activity of `speech_threshold` on a frame is speech. Speech shorter than `noise_ms` is noise; it has
    ended after `end_silence_ms` without any; what goes on past `longest_aizuchi_ms` is an interruption, whatever it
    sounds like. At its end speech is an interruption if P(aizuchi) is below `end_probability`.

    Recognised words take the turn from a confidence of `word_confidence` on: an aizuchi that is misheard (そうか as
    どうか) mostly comes out below. What is known by its words for an aizuchi may take `longest_spoken_ms`.
    """

    speech_threshold: float = 0.5
    noise_ms: int = 120
    end_silence_ms: int = 200
    longest_aizuchi_ms: int = 1_100
    longest_spoken_ms: int = 2_000
    end_probability: float = 0.1
    word_confidence: float = 0.5


class OverlapJudge:
    """Judges one overlap. Its clock is the audio it is given; give it some 200 ms from before the speech too.

    The verdict stays once it is given, but words can still turn an aizuchi or noise into an interruption.
    """

    def __init__(self, classifier: AizuchiClassifier, settings: OverlapSettings = OverlapSettings()) -> None:
        self._classifier = classifier
        self._settings = settings
        self._blocks: list[Samples] = []
        self._heard = 0
        self._dropped = 0
        self._onset: int | None = None
        self._last_speech = 0
        self._speech = 0
        self._judged_ms = 0
        self._words = WordsSay.NOTHING
        self._verdict = Verdict.UNDECIDED

    @property
    def verdict(self) -> Verdict:
        """The verdict so far."""
        return self._verdict

    @property
    def onset_ms(self) -> float | None:
        """When speech began, since the first sample given; None before any speech."""
        return None if self._onset is None else _ms(self._dropped + self._onset)

    def push(self, samples: Samples, vad_probability: float) -> Verdict:
        """Take the next 16 kHz samples (usually 20 ms) with the probability that they are speech."""
        if self._verdict is not Verdict.UNDECIDED:
            return self._verdict
        self._blocks.append(samples)
        self._heard += len(samples)
        if vad_probability >= self._settings.speech_threshold:
            if self._onset is None:
                self._onset = find_onset(np.concatenate(self._blocks), self._heard)
                self._speech = self._heard - self._onset
            else:
                self._speech += len(samples)
            self._last_speech = self._heard
        if self._onset is None:
            self._forget_old()
        else:
            self._verdict = self._judge_sound(self._onset)
        return self._verdict

    def hear(self, text: str, is_final: bool, confidence: float = 1.0) -> Verdict:
        """Take a transcript of the overlap with its confidence; a partial one may be followed by others."""
        said = judge_words(text)
        if said is WordsSay.INTERRUPTION:
            if confidence >= self._settings.word_confidence:
                self._verdict = Verdict.INTERRUPTION
        elif said is WordsSay.AIZUCHI:
            self._words = said
            if is_final and self._verdict is not Verdict.INTERRUPTION:
                self._verdict = Verdict.AIZUCHI
        return self._verdict

    def _judge_sound(self, onset: int) -> Verdict:
        settings = self._settings
        silence_ms = _ms(self._heard - self._last_speech)
        if silence_ms >= settings.end_silence_ms:
            return self._at_the_end(onset)
        if silence_ms > 0:
            return Verdict.UNDECIDED
        heard_as_aizuchi = self._words is WordsSay.AIZUCHI
        longest_ms = settings.longest_spoken_ms if heard_as_aizuchi else settings.longest_aizuchi_ms
        if _ms(self._last_speech - onset) > longest_ms:
            return Verdict.INTERRUPTION
        if heard_as_aizuchi or _ms(self._speech) < settings.noise_ms:
            return Verdict.UNDECIDED
        reached = [t for t in self._classifier.checkpoints_ms if self._judged_ms < t <= _ms(self._heard - onset)]
        if not reached:
            return Verdict.UNDECIDED
        self._judged_ms = reached[-1]
        sounds = self._classifier.probability(self._since(onset), reached[-1])
        return Verdict.INTERRUPTION if sounds < self._classifier.threshold(reached[-1]) else Verdict.UNDECIDED

    def _at_the_end(self, onset: int) -> Verdict:
        if _ms(self._speech) < self._settings.noise_ms:
            return Verdict.NOISE
        if self._words is WordsSay.AIZUCHI:
            return Verdict.AIZUCHI
        reached = [t for t in self._classifier.checkpoints_ms if t <= _ms(self._heard - onset)]
        if not reached:
            return Verdict.AIZUCHI
        sounds = self._classifier.probability(self._since(onset), reached[-1])
        return Verdict.INTERRUPTION if sounds < self._settings.end_probability else Verdict.AIZUCHI

    def _since(self, onset: int) -> Samples:
        lead = LEAD_MS * RATE_HZ // 1000
        audio = np.concatenate(self._blocks)
        if onset >= lead:
            return audio[onset - lead :]
        return np.concatenate([np.zeros(lead - onset, dtype=np.float32), audio])

    def _forget_old(self) -> None:
        """Before speech half a second is enough to find the onset in."""
        surplus = self._heard - RATE_HZ // 2
        if surplus > RATE_HZ // 2:
            kept = np.concatenate(self._blocks)[surplus:]
            self._blocks, self._heard = [kept], len(kept)
            self._dropped += surplus


def _ms(samples: int) -> float:
    return samples * 1000 / RATE_HZ
