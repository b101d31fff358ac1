"""`uketsuke bench ears`: how well, and how fast, human recordings are recognised over a telephone line.

Mozilla Common Voice sentences go through the live path (20 ms frames, 8 kHz, mu-law, back to 16 kHz) and are
recognised with the full window of 30 s and with the short one that calls use; once more without the telephone; over
bad lines; and with the help of a company's words. Character error rates are edits over reference characters, as a
share (0.25 is 25 %), after NFKC, lower case, and without punctuation and spaces; in kana both sides are read by the
same front end first, since the choice of kanji dominates. Words of the company are self-made sentences in synthetic
voices.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.callers import CallerVoice
from bench.ears_audio import Line, Noises, hold_music, lines, no_voice, over_telephone, read_clip, read_noises
from bench.ears_report import Findings, Recall, Score, report
from bench.ears_terms import Said, sample_terms, spoken_terms
from bench.report import Report
from uketsuke.ears import QUICK_GATE
from voice.audio.condition import condition
from voice.audio.pcm import Samples
from voice.models.store import default_cache_dir
from voice.recognition.correction import TermCorrector
from voice.recognition.recognizer import RecognitionOptions, Recognizer, Transcript
from voice.recognition.vocabulary import HotwordList
from voice.recognition.whisper import WhisperRecognizer
from voice.recognition.windows import LONGEST_S
from voice.vad import SileroModel, SpeechBegan, SpeechGate, SpeechPaused, VoiceActivity

__all__ = ["Clip", "EarsDataError", "EarsPlan", "over_telephone", "read_clip", "run_ears"]

_SET: Final = "speech_common_voice_ja"
_NOISES: Final = "noise_ir"
_VOICES: Final = 24
_TERM_VOICE: Final = "kokoro"
_WITHOUT_VOICE_S: Final = 60.0
_PRE_ROLL: Final = 5_120
_TAIL: Final = 2_560
"""What the ear takes of the time before and after speech, in samples."""


class EarsDataError(Exception):
    """The recordings are not there; the message says what to do, in Japanese."""


@dataclass(frozen=True)
class Clip:
    """One recording and what was read."""

    path: Path
    sentence: str


@dataclass(frozen=True)
class EarsPlan:
    """What to recognise, with which weights.

    `engines` are further recognisers, of which each hears the clean and the telephone recordings; `voices` are other
    people's recordings for babble, `noises` the folder of recorded noises (None: those lines are left out). Bad lines
    hear the first `bad_line_clips` recordings. `terms` is how many of the company's words are asked for.
    """

    model_dir: Path
    clips: tuple[Clip, ...]
    engines: tuple[Recognizer, ...] = ()
    voices: tuple[Path, ...] = ()
    noises: Path | None = None
    bad_line_clips: int = 60
    terms: int = 100

    @classmethod
    def default(
        cls, model_dir: Path, data: Path | None = None, clips: int = 125, engines: Iterable[Recognizer] = ()
    ) -> EarsPlan:
        """The first `clips` sentences of the development split.

        `data` is the folder of the set or the one above it; without it, `UKETSUKE_DATA` or `../shared/data`. Raises
        `EarsDataError` when the recordings are not there.
        """
        root = data or Path(os.environ.get("UKETSUKE_DATA", "../shared/data"))
        folder = root if (root / "manifest.tsv").is_file() else root / _SET
        noises = folder.parent / _NOISES
        rows = _manifest(folder)
        return cls(
            model_dir,
            tuple(_clips(folder, rows, "dev")[:clips]),
            tuple(engines),
            tuple(clip.path for clip in _clips(folder, rows, "train")[:_VOICES]),
            noises if noises.is_dir() else None,
            terms=min(100, clips),
        )


def run_ears(plan: EarsPlan) -> Report:
    """Hear every clip on every line, with a progress bar: one at a time where time is measured, else two."""
    full = WhisperRecognizer(plan.model_dir, windows_s=(LONGEST_S,))
    short = WhisperRecognizer(plan.model_dir)
    full.warm_up()
    short.warm_up()
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bar, transient=True) as progress:
        return _Bench(plan, full, short, progress).run()


class _Bench:
    """One run over one plan."""

    def __init__(self, plan: EarsPlan, full: Recognizer, short: WhisperRecognizer, progress: Progress) -> None:
        self._plan = plan
        self._full, self._short = full, short
        self._progress = progress
        self._sentences = [clip.sentence for clip in plan.clips]
        self._clean = [read_clip(clip.path) for clip in plan.clips]
        self._narrow = [over_telephone(samples) for samples in self._clean]
        terms = sample_terms()
        self._corrector = TermCorrector(terms)
        self._hotwords = HotwordList(terms).hotwords(short.tokens_of)

    def run(self) -> Report:
        heard = self._hear(self._short, self._narrow, "8 kHz、短い窓", workers=1)
        scores = {
            "full_window": self._score(self._hear(self._full, self._narrow, "8 kHz、30 秒窓", workers=1)),
            "short_context": self._score(heard),
            "clean_16k": self._score(self._hear(self._short, self._clean, "16 kHz、短い窓", workers=1)),
        }
        for name, audio in (("beam2", self._narrow), ("clean_16k_beam2", self._clean)):
            scores[name] = self._score(self._hear(self._short, audio, "ビーム幅 2", beam=2, workers=1))
        biased = self._hear(self._short, self._narrow, "語彙の後押し", self._hotwords)
        scores["bias"] = self._score(biased)
        scores["correction"] = self._score(heard, corrected=True)
        scores["bias_correction"] = self._score(biased, corrected=True)
        scores["good_line"] = self._score(heard[: self._plan.bad_line_clips])
        for name, line in self._lines().items():
            scores[name] = self._score(self._hear(self._short, self._arriving(line), name))
        return report(
            Findings(
                engine=self._short.name,
                scores=scores,
                engines={engine.name: self._both(engine) for engine in self._plan.engines},
                recall=self._recall(),
                overcorrected=self._changes(heard) / max(1, len(heard)),
                music_words=self._words_in(hold_music(_WITHOUT_VOICE_S), "保留音"),
                silence_words=self._words_in(no_voice(_WITHOUT_VOICE_S), "無音と雑音"),
                seconds_without_voice=_WITHOUT_VOICE_S,
            )
        )

    def _lines(self) -> dict[str, Line]:
        if self._plan.noises is None or not self._plan.voices:
            return {name: line for name, line in lines(_NO_NOISES).items() if not name.startswith(("noise", "babble"))}
        return lines(Noises(read_noises(self._plan.noises), tuple(read_clip(path) for path in self._plan.voices)))

    def _arriving(self, line: Line) -> list[Samples]:
        return [line(samples, seed) for seed, samples in enumerate(self._clean[: self._plan.bad_line_clips])]

    def _both(self, engine: Recognizer) -> tuple[Score, Score]:
        return (
            self._score(self._hear(engine, self._narrow, f"{engine.name}、8 kHz")),
            self._score(self._hear(engine, self._clean, f"{engine.name}、16 kHz")),
        )

    def _hear(
        self,
        recognizer: Recognizer,
        audio: Sequence[Samples],
        what: str,
        hotwords: tuple[str, ...] = (),
        *,
        beam: int = 1,
        workers: int = 2,
    ) -> list[Transcript]:
        options = RecognitionOptions(hotwords=hotwords, beam_size=beam)
        with ThreadPoolExecutor(workers) as pool:
            answers = pool.map(lambda samples: recognizer.transcribe(condition(samples), options), audio)
            return list(self._progress.track(answers, total=len(audio), description=what))

    def _score(self, heard: Sequence[Transcript], *, corrected: bool = False) -> Score:
        score = Score()
        for sentence, transcript in zip(self._sentences[: len(heard)], heard, strict=True):
            text = self._corrector.correct(transcript.text).text if corrected else transcript.text
            score.add(sentence, text, transcript)
        return score

    def _changes(self, heard: Sequence[Transcript]) -> int:
        return sum(bool(self._corrector.correct(transcript.text).corrections) for transcript in heard)

    def _recall(self) -> Recall:
        voice = CallerVoice(_TERM_VOICE, default_cache_dir())
        said = spoken_terms(sample_terms(), voice.say, self._plan.terms)
        audio = [one.samples for one in said]
        plain = [heard.text for heard in self._hear(self._short, audio, "会社の言葉")]
        biased = [heard.text for heard in self._hear(self._short, audio, "会社の言葉と後押し", self._hotwords)]
        return Recall(
            said=len(said),
            plain=_recalled(said, plain),
            bias=_recalled(said, biased),
            correction=_recalled(said, map(self._corrected, plain)),
            bias_correction=_recalled(said, map(self._corrected, biased)),
        )

    def _corrected(self, text: str) -> str:
        return self._corrector.correct(text).text

    def _words_in(self, sounds: dict[str, Samples], what: str) -> int:
        """How many texts the gate, the recogniser and its guards let through, over all the sounds."""
        silero = SileroModel()
        return sum(
            len(self._let_through(over_telephone(sound), silero))
            for sound in self._progress.track(list(sounds.values()), description=what)
        )

    def _let_through(self, samples: Samples, silero: SileroModel) -> list[str]:
        gate, begun, texts = SpeechGate(QUICK_GATE), 0, []
        for frame in VoiceActivity(silero).push(samples):
            match gate.push(frame):
                case SpeechBegan(at_sample=at):
                    begun = at
                case SpeechPaused(speech_end_sample=end):
                    speech = samples[max(0, begun - _PRE_ROLL) : end + _TAIL]
                    options = RecognitionOptions(self._hotwords, speech_ms=(end - begun) / 16)
                    texts.append(self._short.transcribe(condition(speech), options).text)
        return [text for text in texts if text]


_NO_NOISES: Final = Noises((), ())


def _recalled(said: Sequence[Said], texts: Iterable[str]) -> int:
    return sum(one.recalled_in(text) for one, text in zip(said, texts, strict=True))


def _manifest(folder: Path) -> list[dict[str, str]]:
    manifest = folder / "manifest.tsv"
    if not manifest.is_file():
        raise EarsDataError(
            f"音声データが見つかりません: {manifest} がありません。Common Voice 日本語の録音と manifest.tsv を置いた"
            "フォルダを --data か環境変数 UKETSUKE_DATA で指定してください。"
        )
    with manifest.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def _clips(folder: Path, rows: Sequence[dict[str, str]], split: str) -> list[Clip]:
    clips = [Clip(folder / row["clip"], row["sentence"]) for row in rows if row["split"] == split]
    missing = [clip.path.name for clip in clips if not clip.path.is_file()]
    if split == "dev" and (not clips or missing):
        raise EarsDataError(
            f"音声データが足りません: {folder} に {missing[0] if missing else 'dev の録音'} がありません。"
            "データを取り直してください。"
        )
    return [clip for clip in clips if clip.path.is_file()]
