"""The caller's tone, from the words alone: never from the voice, never of an operator (PRODUCT G3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from dialogue.escalation.harassment import HarassmentView, times_asked
from dialogue.normalize import normalize


class Tone(StrEnum):
    """How the caller sounds in words."""

    CALM = "calm"
    CONFUSED = "confused"
    IRRITATED = "irritated"
    ANGRY = "angry"


IN_JAPANESE: Final = {
    Tone.CALM: "落ち着いたご様子",
    Tone.CONFUSED: "お困りのご様子",
    Tone.IRRITATED: "ご不満のご様子",
    Tone.ANGRY: "お怒りのご様子",
}
_IRRITATED: Final = re.compile(
    r"さっきから|だから(?:、|さ|言|[一-鿿ァ-ヴ]{2,}(?:だ|し|な))|何(?:度|回)も|まだ(?:です|なん|直ら|つながら|来)|早くして|遅すぎ|もういい(?!です)|もう結構|そうじゃなく(?:て|、)|違うって"
    r"|ちゃんと|納得(?:が|でき)|困るん(?:だ|です)(?:けど|よ)|おかしい(?:です|よ|ん)|ひどい|何なん(?:です|だ|の)|イライラ|不親切|面倒くさ|がっかり|残念|また(?:です|かよ|止ま|切れ)"
)
_CONFUSED: Final = re.compile(
    r"(?:よく|全然|さっぱり|何が何だか)?(?:わから|分から|判ら)(?:な|ず|ん)|どういう(?:こと|意味)|意味が|難し(?:い|く)|どうしたら|どうすれば|困って|迷って|ややこし|混乱|ちんぷんかんぷん|自信がな|^え(?:っ)?(?:と)?[?]"
    r"|何を(?:すれば|したら)|どれを(?:選|押)"
)


def read_tone(turn: str, harassment: HarassmentView, earlier: Sequence[str] = ()) -> Tone:
    """The tone of `turn`; `earlier` turns show whether the caller has to repeat themself."""
    words = normalize(turn)
    if harassment.level >= 1:
        return Tone.ANGRY
    if _IRRITATED.search(words) or times_asked(turn, earlier) >= 3:
        return Tone.IRRITATED
    if _CONFUSED.search(words):
        return Tone.CONFUSED
    return Tone.CALM
