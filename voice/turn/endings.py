"""What the last words of a caller's text say about the end of the turn. Text only, no sound.

The text may be a partial and may be misrecognised, so most rules look at the last few morphemes only.
Two opinions meet at 〜んですけど: as a finished polite request it ends a turn (料金が知りたいんですけど), as a
preamble it opens one (お聞きしたいんですけど …). What describes or asks is `SOFT`: waited for longer than
〜ください and shorter than 〜を.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from voice.turn.expectation import Expectation
from voice.turn.fillers import FillerFilter
from voice.turn.morphemes import Morpheme, Morphemes, shared_morphemes
from voice.turn.spoken_digits import DigitTail, digit_tail


class Ending(StrEnum):
    """What the last words say."""

    COMPLETE = "complete"
    SOFT = "soft"
    OPEN = "open"
    FILLER = "filler"
    DIGITS_OPEN = "digits_open"
    DIGITS_DONE = "digits_done"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class EndingView:
    """The ending and the name of the rule that saw it, for the evidence."""

    ending: Ending
    rule: str


_SHORT_ANSWERS: Final = re.compile(
    r"(はい)+|ええ+|うん(うん)?|いいえ|いえ(いえ)?|いや|そう|(もう)?(結構|大丈夫|オッケー|OK)|もしもし|"
    r"(は[いー]、?|あ+、?)?((よく)?わかりました|分かりました|わかった|なるほど|承知しました|了解です|そうですか|そうなんですね)|"
    r"(は[いー]、?)?(お願い|オペレーター|人|担当者?|係の人|なし|ない|同じ|両方|どちらも|どっちも|最初|前者|後者|わからない)"
)
_POLITE_END: Final = re.compile(
    r"(です|でした|ます|ました|ません|ませんでした|でしょう|ましょう|ください|下さい|くださいませ|願い|願えます|"
    r"ちょうだい|頂戴|(?<!だい)(?<!いっ)たい|ほしい|欲しい|だった|だろう|じゃん|ってば|すか|っす)(よ|ね|か|な|わ|さ|もの|もん|っけ|って|け)*"
    r"$"
)
_FINAL_PARTICLE: Final = re.compile(
    r"(かな|かしら|っけ|だよね?|だね|のかね?|んだ|のだ|んだよ|んだって|なの|のよ|よね|だろ)$"
)
_QUESTION_WORD: Final = re.compile(
    r"どう|なぜ|なん[でのか]|何|なに|いつ|どこ|いくら|誰|だれ|どれ|どっち|どちら|どの|どんな"
)
_POLITE_BUT: Final = re.compile(
    r"(です|でした|ます|ました|ません|ませんでした|だ|だった|たい|ない|ほしい|欲しい|た|る|う|い)"
    r"(けれども|けれど|けども|けど)(ね|も)?$|(です|でした|ます|ました|ません)が(ね)?$"
)
_POLITE_BECAUSE: Final = re.compile(r"(ます|です|ました|でした|ません|ございます|たい)(んで|ので|から)(ね)?$")
_PREAMBLE: Final = re.compile(
    r"(すみません|すいません|恐れ入ります|申し訳(ない|ありません|ございません)(ん|の)?(です)?|お忙しいところ|失礼します|もしもし)?、?"
    r"((ちょっと|少し|少々|一点|一つ|ひとつ|1つ|1点|また)、?)*"
    r"((ご?(質問|相談|確認|問い合わせ|お願い|連絡|報告)|お?(聞き|伺い|うかがい|尋ね|教えて|相談|話|問い合わせ|確認|願い))"
    r"(を|が|は|も)?(し|して|させて)?(いただき|頂き|もらい|ほしい|欲しい)?(たい)?(こと|もの|件|点)?(が|は|で)?(あり|ある|ござい)?(まし)?(て|ん|の)?"
    r"(な(ん|の))?)?"
    r"(です|ます|だ)?(けれども|けれど|けども|けど|が)?(ね)?$"
)
_BARE_APOLOGY: Final = re.compile(
    r"(お忙しいところ|度々|何度も)?(すみません|すいません|ごめんなさい|あのですね|恐れ入ります|お世話になっ(て|ており)ます)(が|けど|けども|ね)?$"
)
_CASUAL_REQUEST: Final = re.compile(
    r"(教えて|おしえて|待って|まって|代わって|かわって|替わって|つないで|繋いで|聞かせて|止めて|やめて|直して|見せて|切って|変えて|送って)"
    r"(ね|よ|もらえる|くれる|ほしいな)?$"
)
_CONJUNCTIONS: Final = frozenset(
    [
        "それで",
        "だから",
        "でも",
        "なので",
        "それから",
        "そして",
        "あと",
        "ただ",
        "しかし",
        "けど",
        "で",
        "じゃあ",
        "では",
        "それと",
        "だけど",
        "ですけど",
        "ところで",
        "または",
        "もしくは",
        "例えば",
        "たとえば",
        "つまり",
        "ちなみに",
        "そしたら",
        "ですので",
        "ですから",
        "というか",
        "っていうか",
        "なんで",
        "もし",
        "あとは",
        "それでですね",
        "そうすると",
    ]
)
_OPEN_ENDS: Final = (
    "助詞-格助詞",
    "助詞-係助詞",
    "助詞-副助詞",
    "助詞-準体助詞",
    "助詞-接続助詞",
    "連体詞",
    "接頭辞",
    "接続詞",
)
_PUNCTUATION: Final = "。．.、，,!?… 　"
_TURN_WORDS: Final = 40
"""Characters from the end that matter: the rules look at the last clause."""


class EndingReader:
    """Reads the ending of a text. Thread-safe."""

    def __init__(self, morphemes: Morphemes | None = None) -> None:
        self._morphemes = morphemes or shared_morphemes()
        self._fillers = FillerFilter(self._morphemes)

    def read(self, text: str, expectation: Expectation = Expectation.FREE) -> EndingView:
        """What the last words of `text` say at this place in the conversation."""
        normal = unicodedata.normalize("NFKC", text).strip()
        bare = normal.rstrip(_PUNCTUATION)
        if not bare:
            return EndingView(Ending.UNKNOWN, "no_words")
        spoken = self._fillers.separate(bare)
        if spoken.only_fillers:
            return EndingView(Ending.FILLER, "only_fillers")
        if spoken.fillers and bare.endswith(spoken.fillers[-1]) and not spoken.plain.endswith(spoken.fillers[-1]):
            return EndingView(Ending.FILLER, "ends_in_filler")
        plain = spoken.plain.rstrip(_PUNCTUATION)
        if _SHORT_ANSWERS.fullmatch(plain):
            return EndingView(Ending.COMPLETE, "short_answer")
        tail = digit_tail(plain)
        if tail is not None and (len(tail.digits) >= 3 or expectation is Expectation.DIGITS):
            return _of_digits(tail)
        return self._of_words(plain[-_TURN_WORDS:], plain, normal.endswith(("、", "…")), expectation)

    def _of_words(self, clause: str, whole: str, trails: bool, expectation: Expectation) -> EndingView:
        if _BARE_APOLOGY.fullmatch(whole) or (
            whole.endswith(("が", "けど", "ども", "て", "ね")) and _PREAMBLE.fullmatch(whole)
        ):
            return EndingView(Ending.OPEN, "preamble")
        if whole in _CONJUNCTIONS or re.search(r"[。、](" + "|".join(_CONJUNCTIONS) + ")$", whole):
            return EndingView(Ending.OPEN, "conjunction")
        if _POLITE_END.search(clause):
            return EndingView(Ending.COMPLETE, "polite_end")
        if _POLITE_BUT.search(clause):
            return EndingView(Ending.SOFT, "polite_but")
        if _POLITE_BECAUSE.search(clause):
            return EndingView(Ending.SOFT, "polite_because")
        if _CASUAL_REQUEST.search(clause):
            return EndingView(Ending.SOFT, "casual_request")
        words = self._morphemes.read(clause)
        return _of_morphemes(words, clause, trails, expectation)


def _of_digits(tail: DigitTail) -> EndingView:
    if tail.open_ended:
        return EndingView(Ending.DIGITS_OPEN, "digits_then_separator")
    if tail.missing == 0:
        return EndingView(Ending.DIGITS_DONE, f"digits_{len(tail.digits)}")
    return EndingView(Ending.DIGITS_OPEN, f"digits_{len(tail.digits)}")


def _of_morphemes(words: tuple[Morpheme, ...], clause: str, trails: bool, expectation: Expectation) -> EndingView:
    last = words[-1]
    if _asks(words, clause):
        return EndingView(Ending.COMPLETE, "question")
    if _FINAL_PARTICLE.search(clause):
        return EndingView(Ending.COMPLETE, "plain_end")
    if last.pos.startswith("助詞-終助詞") and len(words) > 1 and _is_predicate(words[-2]):
        return EndingView(Ending.COMPLETE, "final_particle")
    if last.pos.startswith(_OPEN_ENDS) or clause.endswith(
        ("ので", "んで", "たら", "なら", "ても", "たり", "とか", "って")
    ):
        return EndingView(Ending.OPEN, f"ends_in_{last.pos.split('-')[0]}")
    if trails:
        return EndingView(Ending.OPEN, "comma")
    if "連用形" in last.pos or "未然形" in last.pos or "仮定形" in last.pos:
        return EndingView(Ending.OPEN, "unfinished_verb")
    if _is_predicate(last):
        return EndingView(Ending.SOFT, "plain_predicate")
    if last.pos.startswith(("副詞",)):
        return EndingView(Ending.OPEN, "ends_in_adverb")
    if expectation is not Expectation.FREE and len(words) <= 4:
        return EndingView(Ending.COMPLETE, "noun_answer")
    return EndingView(Ending.UNKNOWN, "noun" if last.pos.startswith("名詞") else "no_rule")


def _asks(words: tuple[Morpheme, ...], clause: str) -> bool:
    """A plain question: どうすればいいの、いつ届くの、いくら。"""
    if _QUESTION_WORD.fullmatch(clause) or (
        len(words) <= 3 and clause.endswith(("いくら", "どこ", "いつ", "どれ", "なんで", "なぜ", "どうして"))
    ):
        return True
    return (
        clause.endswith(("の", "か"))
        and len(words) > 1
        and _is_predicate(words[-2])
        and (bool(_QUESTION_WORD.search(clause)) or words[-1].pos.startswith("助詞-終助詞"))
    )


def _is_predicate(word: Morpheme) -> bool:
    return word.pos.startswith(("動詞", "形容詞", "助動詞")) and ("終止形" in word.pos or "連体形" in word.pos)
