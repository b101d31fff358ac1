"""What `bench ears` found, counted, and its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyopenjtalk
from rapidfuzz.distance import Levenshtein

from bench.report import Report
from voice.recognition.guards import bare
from voice.recognition.recognizer import Transcript
from voice.recognition.windows import DEFAULT_WINDOWS_S

_NAMES: Final = {
    "full_window": "電話、30 秒窓",
    "short_context": "電話、短い窓",
    "clean_16k": "16 kHz のまま",
    "beam2": "電話、ビーム幅 2",
    "clean_16k_beam2": "16 kHz、ビーム幅 2",
    "bias": "語彙の後押し",
    "correction": "語彙の補正",
    "bias_correction": "後押しと補正",
    "good_line": "良い電話、同じ文",
    "noise_20db": "雑音 20 dB",
    "noise_10db": "雑音 10 dB",
    "noise_5db": "雑音 5 dB",
    "babble_10db": "6 人の声 10 dB",
    "loss_3pct_silence": "欠落 3 %、無音",
    "loss_3pct_concealed": "欠落 3 %、補間",
    "quiet_40dbfs": "小声 -40 dBFS",
    "clipped_12db": "音割れ +12 dB",
}
"""How each line is called in the table."""


@dataclass
class Score:
    """Errors of one way of hearing, added up clip by clip."""

    clips: int = 0
    edits: int = 0
    characters: int = 0
    right: int = 0
    kana_edits: int = 0
    kana: int = 0
    kana_right: int = 0
    rejected: int = 0
    seconds: list[float] = field(default_factory=list)

    def add(self, sentence: str, text: str, heard: Transcript) -> None:
        """Count one clip: `text` is what is judged, `heard` says how long it took and whether a guard emptied it."""
        said, written = bare(sentence), bare(text)
        edits = Levenshtein.distance(said, written)
        said_kana, written_kana = _kana(said), _kana(written)
        kana_edits = Levenshtein.distance(said_kana, written_kana)
        self.clips += 1
        self.edits += edits
        self.characters += len(said)
        self.right += edits == 0
        self.kana_edits += kana_edits
        self.kana += len(said_kana)
        self.kana_right += kana_edits == 0
        self.rejected += heard.rejected is not None
        self.seconds.append(heard.took_ms / 1000.0)

    @property
    def cer(self) -> float:
        """Character errors as a share of the reference's characters."""
        return self.edits / max(1, self.characters)

    @property
    def kana_cer(self) -> float:
        """The same by readings."""
        return self.kana_edits / max(1, self.kana)

    @property
    def sentences(self) -> float:
        """Share of sentences without an error."""
        return self.right / max(1, self.clips)

    @property
    def kana_sentences(self) -> float:
        """Share of sentences that sound right from end to end."""
        return self.kana_right / max(1, self.clips)

    @property
    def mean_seconds(self) -> float:
        """Recognition time of a clip."""
        return sum(self.seconds) / max(1, len(self.seconds))


@dataclass(frozen=True)
class Recall:
    """How many of the `said` words of the company came out rightly spelled, by what helped."""

    said: int
    plain: int
    bias: int
    correction: int
    bias_correction: int

    def share(self, count: int) -> float:
        """Of what was said."""
        return count / max(1, self.said)


@dataclass(frozen=True)
class Findings:
    """All that one run found. `scores` by line, `engines` by name: over the telephone and clean."""

    engine: str
    scores: dict[str, Score]
    engines: dict[str, tuple[Score, Score]]
    recall: Recall
    overcorrected: float
    music_words: int
    silence_words: int
    seconds_without_voice: float


def report(found: Findings) -> Report:
    """Figures, table and notes."""
    full, short = found.scores["full_window"], found.scores["short_context"]
    figures: dict[str, float] = {}
    for name, score in found.scores.items():
        figures |= _figures(name, score)
    for number, (narrow, clean) in enumerate(found.engines.values(), start=1):
        figures |= _figures(f"engine{number}_8k", narrow) | _figures(f"engine{number}_clean_16k", clean)
    figures |= {
        "seconds_per_clip_full": round(full.mean_seconds, 4),
        "seconds_per_clip_short": round(short.mean_seconds, 4),
        "seconds_per_clip_beam2": round(found.scores["beam2"].mean_seconds, 4),
        "seconds_per_clip_short_p95": round(float(np.percentile(short.seconds, 95)), 4),
        "rejected_short_context": short.rejected,
        "clips": short.clips,
        "recall_plain": round(found.recall.share(found.recall.plain), 4),
        "recall_bias": round(found.recall.share(found.recall.bias), 4),
        "recall_correction": round(found.recall.share(found.recall.correction), 4),
        "recall_bias_correction": round(found.recall.share(found.recall.bias_correction), 4),
        "recall_terms": found.recall.said,
        "overcorrected_share": round(found.overcorrected, 4),
        "music_words": found.music_words,
        "silence_words": found.silence_words,
    }
    rows = [_row(_NAMES[name], score) for name, score in found.scores.items()]
    for name, (narrow, clean) in found.engines.items():
        rows += [_row(f"{name}、電話", narrow), _row(f"{name}、16 kHz", clean)]
    columns = ("条件", "件", "CER", "かな CER", "文正解", "かな文正解", "秒/件", "棄却")
    return Report("ears", figures, notes=_notes(found), columns=columns, rows=rows)


def _figures(name: str, score: Score) -> dict[str, float]:
    return {
        f"cer_{name}": round(score.cer, 4),
        f"kana_cer_{name}": round(score.kana_cer, 4),
        f"clips_{name}": score.clips,
        f"sentence_accuracy_{name}": round(score.sentences, 4),
        f"kana_sentence_accuracy_{name}": round(score.kana_sentences, 4),
    }


def _row(name: str, score: Score) -> Sequence[str]:
    return (
        name,
        str(score.clips),
        f"{score.cer:.1%}",
        f"{score.kana_cer:.1%}",
        f"{score.sentences:.1%}",
        f"{score.kana_sentences:.1%}",
        f"{score.mean_seconds:.3f}",
        str(score.rejected),
    )


def _notes(found: Findings) -> list[str]:
    recall, windows = found.recall, "・".join(f"{w:g}" for w in DEFAULT_WINDOWS_S)
    extra = [f"engine{n} は {name}。" for n, name in enumerate(found.engines, start=1)]
    return [
        f"{found.engine}、ビーム幅 2 の行のほかは貪欲法。短い窓は発話が入る最小のもの（{windows} 秒）。"
        "秒/件は初めの 5 行では 1 件ずつ、ほかは 2 件同時に認識した時間。",
        "「良い電話、同じ文」は、悪い回線と同じ文だけの「電話、短い窓」。"
        "「16 kHz」の行のほかはすべて 8 kHz、mu-law の電話。雑音と声の dB は話し声との比（SNR）。",
        "CER は参照文字数に対する割合（0.25 = 25 %）。NFKC、小文字、句読点と空白を除く。かな CER は読みで比べる。",
        f"会社の言葉 {recall.said} 語（自作の文、合成音声、8 kHz）が正しい表記で出た割合: そのまま "
        f"{recall.share(recall.plain):.1%}、後押し {recall.share(recall.bias):.1%}、補正 "
        f"{recall.share(recall.correction):.1%}、両方 {recall.share(recall.bias_correction):.1%}。",
        f"会社の言葉のない文で補正が何かを変えた割合 {found.overcorrected:.1%}。",
        f"保留音 5 種、無音・雑音 3 種を各 {found.seconds_without_voice:g} 秒流して通った言葉: "
        f"{found.music_words} 件、{found.silence_words} 件。",
        *extra,
        "Mozilla Common Voice 日本語（CC0-1.0）dev。雑音は MIT の録音、話し声は同じ Common Voice の train。",
    ]


def _kana(text: str) -> str:
    return bare(str(pyopenjtalk.g2p(text, kana=True))) if text else ""
