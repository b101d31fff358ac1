"""Guards against what Whisper invents on silence, noise and music.

Each guard is a question about one decoded text and its evidence; the first that says yes names the reason for which
the text is thrown away. Whisper's own decoder calls it silence at a no-speech probability of 0.6 together with a mean
log probability below -1. Over a telephone whisper-base gives human sentences 0.00-0.50 and -0.9-0.0, single words
0.01-0.2 and -1.3-0.0, noise and music 0.3-0.9 and -3.4-0.3, which is where the two pairs below come from. Repetition
is judged by the decoder's compression ratio of 2.4.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from voice.tts.morae import estimated_morae

_MOST_MORAE_PER_S: Final = 14.0
"""Fast Japanese is 10 morae a second; kanji are counted as two morae each, which overestimates by a fifth."""

_DOUBTS: Final = ((0.6, -0.85), (0.4, -1.4))

_MORAE_FREE: Final = 6
"""So many morae fit whatever the clock says: the VAD trims short words."""

_INVENTIONS: Final = re.compile(
    r"ご(?:視聴|清聴|覧)(?:いただき|頂き|くださり)?(?:まして)?(?:本当に|誠に)?ありがとう"
    r"|チャンネル登録|高評価|グッドボタン|コメント欄|また次の動画|次の動画で|動画をご覧|最後までご視聴"
    r"|^(?:本日は|今日は)?おやすみなさい$|^(?:それでは|では)?また(?:次回|来週|明日)?(?:お会いしましょう|ね)?$"
    r"|^(?:ご)?字幕|字幕(?:作成|提供|視聴|by)|翻訳(?:作成|字幕|by)|提供は"
    r"|^(?:バイバイ|ばいばい|じゃあね|エンディング|終わり|完|はじめ|はじめに|拍手|笑い?|音楽|bgm|♪+)$"
    r"|作詞作曲|作詞作|作曲編曲|e\d+系電車"
    r"|^(?:thankyou|thanksforwatching)|^(?:bye|you)$",
    re.IGNORECASE,
)
"""What the model was taught by video subtitles to write where nobody speaks."""

_LOOP: Final = re.compile(r"(.{2,20}?)\1{3,}")
_STUTTER: Final = re.compile(r"(.)\1{7,}")


@dataclass(frozen=True)
class Heard:
    """One decoded text with its evidence.

    `mean_logprob` is that of a token, `audio_ms` the length of what was recognised, `speech_ms` how much of it the
    VAD took for voice (None: not known), `hotwords` the terms that stood in the prompt.
    """

    text: str
    no_speech_probability: float
    mean_logprob: float
    audio_ms: float
    speech_ms: float | None = None
    hotwords: tuple[str, ...] = ()


def bare(text: str) -> str:
    """The text without punctuation, symbols and spaces, in NFKC and lower case."""
    folded = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(char for char in folded if unicodedata.category(char)[0] in "LNM")
    return unicodedata.normalize("NFKC", kept).lower()


def has_no_words(heard: Heard) -> bool:
    """Nothing but punctuation."""
    return not bare(heard.text)


def is_no_speech(heard: Heard) -> bool:
    """The model itself doubts that anybody spoke, or the VAD heard less than 60 ms of voice."""
    doubted = any(heard.no_speech_probability > p and heard.mean_logprob < logprob for p, logprob in _DOUBTS)
    return doubted or (heard.speech_ms is not None and heard.speech_ms < 60)


def is_known_invention(heard: Heard) -> bool:
    """A phrase of video subtitles on weak evidence; said clearly, even おやすみなさい is taken at its word."""
    return bool(_INVENTIONS.search(bare(heard.text))) and is_weak(heard)


def is_prompt_echo(heard: Heard) -> bool:
    """Two or more hotwords in the order of the prompt and nothing else, on weak evidence."""
    rest, found = bare(heard.text), 0
    for word in map(bare, heard.hotwords):
        if word and rest.startswith(word):
            rest, found = rest[len(word) :], found + 1
    return found >= 2 and not rest and is_weak(heard)


def is_too_fast(heard: Heard) -> bool:
    """More morae than a mouth can make in the time (by the VAD's measure when it is known)."""
    spoken_ms = heard.audio_ms if heard.speech_ms is None else min(heard.audio_ms, heard.speech_ms + 300)
    return estimated_morae(bare(heard.text)) > _MORAE_FREE + _MOST_MORAE_PER_S * spoken_ms / 1000


def is_repetition(heard: Heard) -> bool:
    """The decoder ran in a circle: most of the text is one piece over and over."""
    text = bare(heard.text)
    looped = sum(len(m.group()) for m in _LOOP.finditer(text)) + sum(len(m.group()) for m in _STUTTER.finditer(text))
    return (len(text) >= 12 and looped * 2 > len(text)) or compression_ratio(text) > 2.4


def is_weak(heard: Heard) -> bool:
    """Whether the evidence for speech leaves room for doubt: enough to disbelieve what is improbable anyway."""
    needs_ms = estimated_morae(bare(heard.text)) / _MOST_MORAE_PER_S * 1000
    little_voice = heard.speech_ms is not None and heard.speech_ms < needs_ms
    return heard.no_speech_probability > 0.3 or heard.mean_logprob < -0.6 or little_voice


def compression_ratio(text: str) -> float:
    """Length over compressed length of the UTF-8 bytes; 0 for an empty text."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


GUARDS: Final[tuple[tuple[str, Callable[[Heard], bool]], ...]] = (
    ("no_words", has_no_words),
    ("no_speech", is_no_speech),
    ("known_invention", is_known_invention),
    ("prompt_echo", is_prompt_echo),
    ("repetition", is_repetition),
    ("too_fast", is_too_fast),
)


def reason_to_reject(heard: Heard) -> str | None:
    """The name of the first guard that distrusts the text, or None when it may pass."""
    return next((name for name, distrusts in GUARDS if distrusts(heard)), None)
