"""「人ですか」: is the caller asking whether a human being speaks? It is always answered truthfully."""

from __future__ import annotations

import re
from typing import Final

_LEAD: Final = (
    r"(?:あれ|ねえ|ねぇ|えっ?|あの|あ|で|ところで|もしかして|ひょっとして|まさか|失礼ですが|すみません(?:が)?|これ(?:って|は)?|それ(?:って)?|この(?:声|電話)(?:は|って)?"
    r"|(?:あなた|あんた|おたく|そちら|君|お宅|貴方)(?:さん)?(?:は|って|も)?|今(?:話し?て(?:い)?る(?:の|方|人)?|の(?:声)?|喋ってるの)?(?:は|って)?|本当(?:は|に)|ただの|、)*"
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
    r"(?:人(?:間)?|機械|ロボット|ai|コンピューター?)(?:が|と|は)(?:今)?(?:話(?:し|せ)|喋|しゃべ(?:っ|れ)?|出|応対し|対応し|答え)(?:っ)?て(?:い)?(?:る|ます|ん)"
    r"(?!のを|アプリ|人|時|ところ)"
)
_WHO: Final = re.compile(
    r"^(?:あの)?(?:あなた|あんた|おたく|そちら)(?:は|って)?(?:誰|だれ|どなた|何者)(?:です|な|か|よ|$)"
)
_NOT_THIS: Final = re.compile(r"録音(?:でき|は(?:でき|消|保存)|機能|の保存)|(?:友達|相手|母|父|主人|知らない人)")


def asks_if_human(words: str) -> str | None:
    """The rule by which `words` (normalised, without fillers) ask what it is that speaks; None when they do not."""
    if _NOT_THIS.search(words):
        return None
    if _IS_IT.match(words) or _A_PERSON.match(words):
        return "are_you_ai"
    if _INSIDE.search(words) or _TALKING.search(words) or _WHO.match(words):
        return "are_you_human"
    return None
