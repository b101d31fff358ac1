"""The company's words are put right whatever the engine."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pytest

from voice.audio.level import speech_dbfs
from voice.audio.pcm import Samples
from voice.recognition.company import CompanyRecognizer
from voice.recognition.correction import TermCorrector
from voice.recognition.desk import Utterance
from voice.recognition.recognizer import Hypothesis, RecognitionOptions, Transcript
from voice.recognition.vocabulary import Term

TERMS = [Term("解約", "かいやく", 3.0), Term("みなと通信", "みなとつうしん", 3.0)]


class AgreedEngine:
    """Hears what was agreed; `levels` keeps how loud what it was given was."""

    name = "agreed"

    def __init__(self, text: str, *others: str) -> None:
        self._text = text
        self._others = others
        self.levels: list[float] = []

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        self.levels.append(speech_dbfs(samples))
        alternatives = tuple(Hypothesis(text, -0.5) for text in self._others)
        return Transcript(self._text, 0.9, 0.01, 1_000.0, 5.0, alternatives, raw_text=self._text)


class AgreedBatchEngine(AgreedEngine):
    most_together = 4

    def batch_key(self, samples: Samples, options: RecognitionOptions) -> Hashable:
        return len(samples)

    def transcribe_many(self, utterances: Sequence[Utterance]) -> list[Transcript]:
        return [self.transcribe(samples, options) for samples, options in utterances]


def voice(level: float) -> Samples:
    return (np.random.default_rng(3).standard_normal(16_000) * level).astype(np.float32)


def company(engine: AgreedEngine) -> CompanyRecognizer:
    corrector = TermCorrector(TERMS)
    return CompanyRecognizer(engine, lambda: corrector)


def test_a_misheard_term_is_put_right_and_what_was_written_is_kept() -> None:
    heard = company(AgreedEngine("開約したいんですけど")).transcribe(voice(0.1))
    assert (heard.text, heard.raw_text) == ("解約したいんですけど", "開約したいんですけど")
    assert [(each.source, each.written) for each in heard.corrections] == [("開約", "解約")]


def test_alternatives_are_put_right_too() -> None:
    heard = company(AgreedEngine("はい", "開約したいです")).transcribe(voice(0.1))
    assert [other.text for other in heard.alternatives] == ["解約したいです"]


def test_silence_stays_silence() -> None:
    assert company(AgreedEngine("")).transcribe(voice(0.1)).corrections == ()


@pytest.mark.parametrize("engine", [AgreedEngine("港通信ですか"), AgreedBatchEngine("港通信ですか")])
def test_together_is_as_one_by_one(engine: AgreedEngine) -> None:
    recognizer = company(engine)
    utterances = [(voice(0.1), RecognitionOptions()), (voice(0.2), RecognitionOptions())]
    assert recognizer.transcribe_many(utterances) == [recognizer.transcribe(*each) for each in utterances]


def test_a_faint_voice_is_brought_to_a_level_that_is_heard_well() -> None:
    engine = AgreedEngine("はい")
    company(engine).transcribe(voice(0.003))
    assert engine.levels[0] == pytest.approx(-20.0, abs=1.5)


def test_new_words_count_from_the_next_utterance_on() -> None:
    known = [TermCorrector([])]
    recognizer = CompanyRecognizer(AgreedEngine("開約したいです"), lambda: known[0])
    assert recognizer.transcribe(voice(0.1)).text == "開約したいです"
    known[0] = TermCorrector(TERMS)
    assert recognizer.transcribe(voice(0.1)).text == "解約したいです"
