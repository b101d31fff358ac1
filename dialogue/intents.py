"""What a turn asks of the conversation itself, by rules over normalised words: a person, a repeat, a goodbye.

A phrase counts only if it is what the turn is about. For goodbyes, thanks, yes and no that means: nothing of weight is
left once such phrases, fillers and courtesies are taken out. 「ありがとうございます、あと解約なんですけど」 is a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialogue.escalation.emergency import is_emergency
from dialogue.escalation.harassment import read_harassment
from dialogue.escalation.human import asks_if_human
from dialogue.escalation.person import asks_for_person
from dialogue.normalize import normalize, strip_fillers


class Intent(StrEnum):
    """What the caller wants of the call."""

    EMERGENCY = "emergency"
    UPSET = "upset"
    WANTS_PERSON = "wants_person"
    ARE_YOU_HUMAN = "are_you_human"
    SLOWER = "slower"
    REPEAT = "repeat"
    WAIT = "wait"
    CLOSING = "closing"
    THANKS = "thanks"
    YES = "yes"
    NO = "no"
    UNCLEAR_YES_NO = "unclear_yes_no"
    GREETING = "greeting"
    ANNOUNCES = "announces"
    """There is something more to ask; what, comes next."""


@dataclass(frozen=True)
class IntentView:
    """The intent and the rule that found it."""

    intent: Intent
    rule: str


_RULES: Final[tuple[tuple[Intent, str, re.Pattern[str]], ...]] = tuple(
    (intent, rule, re.compile(pattern))
    for intent, rule, pattern in (
        (
            Intent.SLOWER,
            "slower",
            r"(?:もう(?:少し|ちょっと)|もっと)?(?:ゆっくり)(?:話|言|しゃべ|喋|お願い|め|と|もう|$)|早(?:くて|口|すぎ)|速(?:くて|すぎ)",
        ),
        (
            Intent.REPEAT,
            "once_more",
            r"もう(?:一度|1度|一回|1回|いちど|いっかい)(?:だけ)?(?:$|[、。]|お願|言|教|聞|き|話|説明|ゆっくり|、)|繰り返し(?:て|お願)|聞き(?:(?:取れ|とれ)(?:な|ませ|ず)|逃|そび)|聞こえな(?:い|か)"
            r"|聞こえませ|今(?:の|なんて|何て|何と|なんと)(?:言|お|$|もう)|(?:なんて|何て|なんと|何と)(?:言っ|言いま|おっしゃ)|^(?:え|えっ|は|はあ|あぁ|ん)[?]$",
        ),
        (
            Intent.WAIT,
            "wait",
            r"(?:待って|お待ち)(?:て)?(?:い)?(?:ください|くださ|もらえ|いただけ|くれ|ね|下さい)|^(?:ちょっと|少し|少々)?待って[。]?$|メモ(?:を)?(?:取|と)(?:る|り)(?:ので|ます|たい)",
        ),
    )
)
_CLOSING: Final = re.compile(
    r"(?:もう)?(?:大丈夫|結構|けっこう|いい)(?:です|でございます)?(?:よ|ね)?|以上(?:です|になります)|(?:特に)?(?:ない|無い)(?:です|ですね)?|(?:特に)?(?:あり|ござい)ません"
    r"|失礼(?:し|いたし|致し)ます|失礼します|さようなら|さよなら|(?:これ|それ)で(?:いい|大丈夫|終わり|全部)(?:です)?|終わりです|切ります(?:ね)?|解決(?:し)?ました"
)
# Without a thing that was mistaken: 「暗証番号を間違えました」 is a matter.
_WRONG_CALL: Final = re.compile(
    r"(?:(?:お)?電話を?|(?<![一-鿿])(?:電話)?番号を?|かけ先を?|かけ(?:るところを)?)間違え(?:ちゃい|てしまい)?(?:まし)?た"
    r"|(?:間違い|まちがい)電話(?:です|でした)?|間違(?:って|えて)(?:電話を?)?(?:かけ|し)(?:てしまい|ちゃい)?(?:まし)?た|かけ間違い(?:です|でした)?"
)
_MISTAKEN: Final = re.compile(r"間違え(?:ちゃい|てしまい)?(?:まし)?た")
_SORRY: Final = re.compile(
    r"(?:ごめん|ご免)(?:なさい|ください|ね)?|申し訳(?:ない|ありません|ございません)|失礼(?:し|いたし)ました"
)
_THANKS: Final = re.compile(
    r"(?:どうも)?(?:ありがとう|有難う|有り難う)(?:ござい(?:ます|ました))?(?:ね)?|どうも|助かり(?:ます|ました)|お世話(?:さま|様)でした|サンキュー"
)
_ACKNOWLEDGED: Final = re.compile(
    r"(?:よく)?(?:わか|分か|解)(?:り)?(?:ました|った|りました)|了解(?:です|しました)?|承知(?:しました|いたしました)?|なるほど|そう(?:です|なん)(?:か|ね|ですね|ですか)?"
    r"|そう(?:いうこと)?(?:です|なんです)か|そうなんですね|ああ、?そう(?:です|なんです)(?:か|ね)|へえ|ほう|(?:やって|試して|行って|見て)みます"
)
_PAST_THANKS: Final = re.compile(r"(?:ありがとう|有難う)(?:ございました|ね)?[、。!]?(?:失礼(?:し|いたし)ます)?[。!]?$")
_ASKS: Final = re.compile(
    r"たい|教え|おしえ|どう(?!も)|いくら|いつ|どこ|どれ|どの|何|なに|ください|下さい|です[か?]|ます[か?]|ません[か?]|ない[か?]|んですが|んですけど"
    r"|ですけど|ますけど|ほしい|欲しい|お願い|でき|あと|それと|それから|もう一"
)
_YES: Final = re.compile(
    r"はい|ええ|うん|はいはい|そう(?:です|だ)(?:ね|よ)?|お願い(?:します|いたします|致します)|その通り(?:です)?|合って(?:い)?ます|間違いな(?:い|いです)|オッケー|ok|よろしくお願いします|もちろん"
    r"|あります|まだあります|あるんです(?:けど|が)?"
)
_NO: Final = re.compile(
    r"いいえ|いえ(?:いえ)?|いや(?:いや)?|違い(?:ます|ました)|違う(?:んです)?|ちがい(?:ます)?|そうじゃな(?:い|く)(?:て)?(?:です)?|ノー|やめ(?:ます|ておきます)|要りません|いりません|必要ない(?:です)?"
)
_UNCLEAR: Final = re.compile(r"(?:もう)?(?:大丈夫|結構|けっこう|いい)(?:です)?(?:よ|ね)?")
_GREETING: Final = re.compile(
    r"もしもし|こんにちは|こんばんは|おはよう(?:ございます)?|お世話になり?ます|お世話になっております|すみません|すいません"
)
_ONE_MORE: Final = (
    "(?:(?:もう|あと|それと|まだ|(?:ほか|他)に(?:も)?|別に(?:も)?)、?(?:(?:ひとつ|一つ|1つ|一個|1個|一点|1点|一件|1件|いくつか|少し)(?:だけ|ほど)?)?"
    "|(?:ひとつ|一つ|1つ|一点|1点)(?:だけ|ほど)?|別の(?:こと|件|話)(?:で)?(?:も)?|ほかのこと(?:で)?も?|最後に(?:もう)?(?:ひとつ|一つ|1つ)(?:だけ)?)"
)
_TO_ASK: Final = "(?:質問|(?:お)?(?:聞き|伺い|うかがい|尋ね|訊き)(?:し)?たいこと|聞きたいの|用件|用事|相談|知りたいこと|(?:わから|分から)ないこと|確認したいこと)"
_ASKING: Final = "(?:(?:お)?(?:聞き|尋ね|伺い|うかがい)(?:し)?て|(?:聞い|伺っ|うかがっ|尋ね)て|質問して|(?:お)?(?:聞き|尋ね|伺い|うかがい|質問)(?:し)?)"
# Only that there is another question: its words follow when the caller has the turn.
_ANNOUNCES: Final = re.compile(
    "^(?:はい|ええ|うん|あ|あの|えっと|じゃあ?|では|それと|あと|そうだ|すみません|(?:わかり|分かり)ました|どうも|ありがとう(?:ございます)?|なるほど|そうですか|実は|ちょっと|で|、|。)*"
    f"(?:{_ONE_MORE}、?{_TO_ASK}?(?:が|も|は)?(?:ある|あります|ございます)(?:ん|の)?"
    f"|{_TO_ASK}(?:が|も)(?:(?:もう)?(?:ひとつ|一つ|1つ|いくつか)(?:だけ)?)?(?:ある|あります|ございます)(?:ん|の)?"
    f"|{_ONE_MORE}(?:を|、)?(?:{_ASKING}(?:も)?)?(?:いい|よろしい|構いません|かまいません|大丈夫)"
    f"|(?:ちょっと|少し)?{_ASKING}(?:も)?(?:いい|よろしい|構いません|大丈夫)"
    f"|{_ONE_MORE}、?(?:(?:お)?(?:聞き|伺い|うかがい|尋ね)(?:し)?|質問し|教えてほし|教えて(?:もらい|いただき))(?:たい|い)(?:ん|の|こと(?:が(?:ある|あります))?(?:ん|の)?)?"
    f"|{_ONE_MORE}(?<=つ|個|点|件|け|ど)(?:を)?(?:お願い(?:し(?:ます|たい(?:ん|の)?))?|教えてください)?)"
    "(?:です|でしょう)?(?:が|けど|けども|けれど|けれども|か|よ|ね|けどいい)*(?:ですか|でしょうか)?[、。?!]*$"
)
_GLUE: Final = re.compile(
    r"[、。・!?\s]|です(?:ね|よ)?|ます(?:ね)?|あの|えっと|えーと|えー|じゃあ?|では|それ(?:では|じゃ)?|もう|まあ|ああ|あ|ね|よ|と|で|が|けど|から|また|ほか(?:に)?(?:は)?|他に(?:は)?"
)


def read_intent(text: str, kana: str = "") -> IntentView | None:
    """The turn's intent, or None when it is a matter for the FAQ (or nothing that a rule knows).

    `kana`, the reading of the turn in katakana, also finds what was recognised in the wrong characters.
    """
    words = strip_fillers(text)
    raw = normalize(text)
    first = _first_of_all(words, kana)
    if first is not None:
        return first
    for intent, rule, pattern in _RULES:
        if pattern.search(words) or (intent is Intent.REPEAT and pattern.search(raw)):
            return IntentView(intent, rule)
    if _ANNOUNCES.search(raw):
        return IntentView(Intent.ANNOUNCES, "announces_more")
    return _small_talk(text)


def _first_of_all(words: str, kana: str) -> IntentView | None:
    """What goes before every other meaning of a turn: danger, what it is that speaks, harsh words, a person."""
    if is_emergency(words):
        return IntentView(Intent.EMERGENCY, "emergency_words")
    human = asks_if_human(words)
    if human is not None:
        return IntentView(Intent.ARE_YOU_HUMAN, human)
    if read_harassment(words).level >= 1:
        return IntentView(Intent.UPSET, "harsh_words")
    person = asks_for_person(words, kana)
    return None if person is None else IntentView(Intent.WANTS_PERSON, person)


def _small_talk(text: str) -> IntentView | None:
    """Yes, no, thanks, goodbye and greetings, when there is nothing else in the turn."""
    words = strip_fillers(text)
    found: set[Intent] = set()
    rest = words
    for intent, pattern in (
        (Intent.THANKS, _THANKS),
        (Intent.NO, _NO),
        (Intent.UNCLEAR_YES_NO, _UNCLEAR),
        (Intent.CLOSING, _CLOSING),
        (Intent.GREETING, _GREETING),
        (Intent.YES, _YES),
    ):
        rest, count = pattern.subn("", rest)
        if count:
            found.add(intent)
    for rule, pattern in (("wrong_call", _WRONG_CALL), ("mistaken", _MISTAKEN)):
        left, count = pattern.subn("", rest)
        if count and len(_GLUE.sub("", _SORRY.sub("", left))) <= 1:
            return IntentView(Intent.CLOSING, rule)
    rest, acknowledged = _ACKNOWLEDGED.subn("", rest)
    if Intent.THANKS in found and _PAST_THANKS.search(words) and not _ASKS.search(rest):
        return IntentView(Intent.THANKS, "thanks_and_asks_nothing")
    if len(_GLUE.sub("", rest)) > 1 or not (found or acknowledged):
        return None
    for intent in (Intent.CLOSING, Intent.THANKS, Intent.NO, Intent.UNCLEAR_YES_NO, Intent.YES, Intent.GREETING):
        if intent in found:
            return IntentView(intent, "nothing_else_said")
    return IntentView(Intent.YES, "acknowledged")
