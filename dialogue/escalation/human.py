"""「人ですか」: is the caller asking whether a human being speaks? It is always answered truthfully."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_ADDRESS: Final = "(?:あなた|あんた|おたく|そちら|そっち|君|きみ|お宅|貴方|お姉さん|お兄さん)(?:さん|様)?"
_SPEAKING: Final = (
    "(?:今|いま)?(?:お?話し?て(?:い)?る|(?:喋|しゃべ)って(?:い)?る"
    "|応対して(?:い)?る|電話に出て(?:い)?る)(?:の|方|人|声|相手)"
)
_LEAD: Final = (
    r"(?:あれ|ねえ|ねぇ|えっ?|あの|あ|で|ところで|もしかして|ひょっとして|まさか|失礼ですが|すみません(?:が)?|これ(?:って|は)?|それ(?:って)?|この(?:声|電話)(?:は|って)?"
    rf"|{_ADDRESS}(?:は|って|も)?|{_SPEAKING}(?:は|って)?|(?:今|いま)(?:の(?:声)?)?(?:は|って)?|(?:本当|ほんと)(?:う)?(?:は|に)|ただの|それとも|やっぱり|実は|正直|中身は|要するに|つまり|、)*"
)
_NATURE: Final = (
    "(?:本物の|生身の)?人間|ロボット|機械|録音|ai|人工知能|コンピューター?|自動(?:の)?(?:音声|応答)|生身|ボット"
    "|アンドロイド|合成音声"
)
_TAIL: Final = (
    "(?:の(?:方|人|声|音声)|さん|(?:された)?(?:声|音声))?(?:なん|な)?"
    "(?:です|でしょう?|だ|じゃな(?:い|く)|じゃありません|ではありません|でしょうか|の|ん|か|ね|よ)*(?:これ|今|、)*"
)
_IS_IT: Final = re.compile(rf"^{_LEAD}(?:{_NATURE}){_TAIL}[?。!]*$")
_A_PERSON: Final = re.compile(
    rf"^{_LEAD}(?:本物の|生きてる|本当の)?人(?:の方|の声)?(?:なん|な)?(?:です|でしょう?|じゃな|の|だ)[^、。]{{0,6}}[?。]*$"
)
_INSIDE: Final = re.compile(r"中(?:の|に)(?:人|人間)(?:が|は|って)?(?:い|おら|入って)")
_TALKING: Final = re.compile(
    r"(?:人(?:間)?|機械|ロボット|ai|コンピューター?)(?:の方|の人|さん)?(?:が|と|は)(?:今)?(?:お?話(?:しし?|せ)|喋|しゃべ(?:っ|れ)?|出|応対し|対応し|答え)(?:っ)?て(?:い)?(?:る|ます|ん)"
    r"(?!のを|アプリ|人|時|ところ)|(?:録音|テープ|合成音声|自動音声)を?流して(?:い)?(?:る|ます)だけ"
)
_WHO: Final = re.compile(
    rf"^(?:あの)?{_ADDRESS}(?:は|って|、)?(?:一体|いったい)?(?:誰|だれ|どなた|何者|どちら様)(?:です|な|か|よ|$)"
    rf"|^(?:あの|で|じゃあ?|ところで|、)*(?:{_ADDRESS}(?:の|は|って|、)?|担当の方の)(?:お)?名前(?:は|を|って|、)*"
    "(?:何|なん|どう|教え|聞かせ|聞いて|うかが|伺|言って|あるの|ありますか|$)"
    "|^(?:お名前|名前)(?:は|を|って|、)*(?:何(?:です|て|と|なの)|なんて(?:いう|言う)|聞(?:いて|かせて)|うかが|伺)"
    "(?:[^、。]{0,8}(?:か|の|ください|ね))?$"
)
# To be told to be one is to be asked: the answer is the same.
_SAY_SO: Final = re.compile(
    "(?:人間|生身|(?<![一-鿿々])人|(?:ai|機械|ロボット)(?:じゃ|では)(?:ない|ありません))(?:だよ?|です)?(?:と|って)"
    "(?:言って(?:み|ください|くれ|よ|ごらん|ほし|もら|$|[、。!])|言え|言いなさい|名乗(?:って(?:み|ください|くれ|よ|$)|れ|りなさい)"
    "|認め(?:て(?:ください|よ|$)|ろ|なさい)|約束して)"
    "|(?:人間|(?<![一-鿿々いるたのな])人)の(?:ふり|振り|フリ|まね|真似)を?し(?:て(?!い|き|た|電)|ろ|なさい)"
    "|人間(?:として|になりきって|らしく)(?:話し|答え|ふるま|振る舞)"
)
_NOT_THIS: Final = re.compile(r"録音(?:でき|は(?:でき|消|保存)|機能|の保存)|(?:友達|相手|母|父|主人|知らない人)")
_VOICE: Final = re.compile(rf"{_ADDRESS}|{_SPEAKING}|話し?(?:方|て|す)|喋|しゃべ|声|応対|返事|受け答え|答え方")
_SENTENCE_END: Final = re.compile("[。?!]+")
_CLAUSE_END: Final = re.compile("(?<=けど|から|ので|のに|すが|たが|すね|いね|だね|です|ます)、|(?<=けども)、")
_DOUBT: Final = re.compile(
    "^(?:、|でも)*(?:本当|ほんと|もしかして|ひょっとして|まさか|実は|やっぱり|正直)|人間|生身|本物"
)
_POINTS: Final = re.compile("^(?:これ|それ|この|その)")


def asks_if_human(words: str) -> str | None:
    """The rule by which `words` (normalised, without fillers) ask what it is that speaks; None when they do not.

    Asking for the voice's own name, and asking it to call itself human, count as such questions.
    """
    if _NOT_THIS.search(words):
        return None
    if _asks(words) or any(_asks(part) for part in _parts(words)):
        return "are_you_ai"
    if any(pattern.search(words) for pattern in (_INSIDE, _TALKING, _SAY_SO, _WHO)):
        return "are_you_human"
    return None


def _asks(part: str) -> bool:
    return bool(_IS_IT.match(part) or _A_PERSON.match(part))


def _parts(words: str) -> Iterator[str]:
    """The sentences and last clauses of a longer turn that may ask by themselves: where they are not of a thing."""
    about_voice = _VOICE.search(words) is not None
    for number, sentence in enumerate(part for part in _SENTENCE_END.split(words) if part):
        if number == 0 or about_voice or not _POINTS.match(sentence):
            yield sentence
        *before, last = _CLAUSE_END.split(sentence)
        if before and (about_voice or (_DOUBT.search(last) and not _POINTS.match(last))):
            yield last
    first, either, other = words.partition("、")
    if either and _asks(other):
        yield first
