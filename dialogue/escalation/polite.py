"""Whether a sentence may be said to a caller: polite, short, and without the slips that customers notice."""

from __future__ import annotations

import re
from typing import Final

from dialogue.sentences import sentences_of

LONGEST: Final = 200
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS: Final = frozenset({"company", "when_back"})
_SLIPS: Final = (
    (re.compile(r"了解(?:しました|です|いたしました)"), "「了解」ではなく「承知いたしました」"),
    (re.compile(r"よろしかったでしょうか"), "「よろしかったでしょうか」ではなく「よろしいでしょうか」"),
    (re.compile(r"(?<=[一-鿿ァ-ヺー])のほう(?:から|を|が|に|は|で)"), "「〜のほう」を付けない言い方"),
    (re.compile(r"できません(?!でした)"), "「できません」ではなく「いたしかねます」"),
    (re.compile(r"お名前様|お世話様|ご苦労"), "お客様に失礼のない言い方"),
    (re.compile(r"(?:させていただ.*){2}"), "「させていただく」を一度までにした言い方"),
)
_POLITE_END: Final = re.compile(
    r"(?:です|ます|ません|でした|ました|ございます|ください(?:ませ)?|くださいませ|でしょうか|ますか|ですか|ませんか|いたします|おります|願います|ませ)[。？!！?]?$"
)


def problem_of(text: str) -> str | None:
    """What is wrong with a line to be spoken, in Japanese with what to write instead; None when nothing is."""
    if not text.strip():
        return "空の文があります。お客様にお伝えする文を書いてください"
    if len(text) > LONGEST:
        return f"{len(text)}字あります。{LONGEST}字以内に分けて書いてください"
    for name in _PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            return f"「{{{name}}}」は使えません。使えるのは {{company}} と {{when_back}} です"
    for pattern, better in _SLIPS:
        found = pattern.search(text)
        if found:
            return f"「{found.group()}」があります。{better}にしてください"
    for sentence in sentences_of(text):
        # A line may end in the middle of a sentence that goes on in the next line.
        if not sentence.endswith("、") and not _POLITE_END.search(sentence):
            return f"「{sentence}」の終わりを、「です」「ます」の丁寧な形にしてください"
    return None
