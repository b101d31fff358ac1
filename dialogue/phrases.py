"""Everything the agent says that is not an approved answer, in polite Japanese, unless a supervisor rewords it.

Whoever speaks asks `dialogue.wording.Wording`; these are its defaults, and what nobody may reword.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogue.company import Company
from dialogue.privacy.refusal import REFUSALS
from dialogue.sentences import sentences_of

GREETING: Final = "お電話ありがとうございます。"
TO_A_PERSON: Final = "担当者をご希望の場合は、「オペレーター」とお話しいただくか、0を押してください。"
INVITATION: Final = "ご用件をどうぞ。"
FOLLOW_UP: Final = "ほかにご不明な点はございますか。"
GO_AHEAD: Final = "はい、どうぞお話しください。"
STILL_HERE: Final = "はい、お電話つながっております。ご用件をお話しください。"
GOODBYE: Final = ("お電話ありがとうございました。", "失礼いたします。")
WAIT: Final = "かしこまりました。ご準備ができましたら、お話しください。"
STILL_WAITING: Final = "お電話はつながっております。ご準備ができましたら、お話しください。"
NOTHING_TO_REPEAT: Final = "恐れ入ります。ご用件をお話しください。"
SLOWLY: Final = "かしこまりました。ゆっくりお話しいたします。"
ONCE_MORE: Final = "もう一度申し上げます。"
I_AM_AI: Final = (
    "わたくしは人ではなく、AIの自動音声でございます。",
    "担当の者をご希望の場合は、「オペレーター」とお話しください。",
)
REASK: Final = (
    (
        "申し訳ございません。お答えできる内容が見つかりませんでした。",
        "恐れ入りますが、別の言い方でお話しいただけますでしょうか。",
    ),
    (
        "恐れ入ります。たとえば、「料金プランを変えたい」「ネットがつながらない」のように、",
        "短い言葉でお話しいただけますでしょうか。",
    ),
    (
        "申し訳ございません。",
        "担当の者をご希望の場合は、電話機の0を、もう一度お話しになる場合は、1を押してください。",
    ),
)
"""The re-ask ladder: another way, an example, the keypad. After it comes a person."""
WRONGLY_TAKEN: Final = ("失礼いたしました。", "恐れ入りますが、もう一度、ご用件をお話しいただけますでしょうか。")
ABOUT_WHAT: Final = ("恐れ入ります。", "何についてのご質問か、お話しいただけますでしょうか。")
UNHEARD: Final = ("申し訳ございません。お声が聞き取れませんでした。", "もう一度お話しいただけますでしょうか。")
NO_INPUT: Final = (
    ("もしもし、お電話聞こえておりますでしょうか。", "ご用件をお話しください。"),
    ("お声が届いていないようです。", "担当の者をご希望の場合は、電話機の0を押してください。"),
)
"""The no-input ladder; after it the agent says goodbye."""
NO_INPUT_END: Final = (
    "お声が確認できませんでしたので、お電話を終わらせていただきます。",
    "恐れ入りますが、おかけ直しください。",
)
SILENT_AFTER_ANSWER: Final = "ほかにご用件がございましたら、お話しください。"
UNKNOWN_KEY: Final = "恐れ入ります。担当の者をご希望の場合は0を、もう一度お聞きになる場合は米印を押してください。"
EMERGENCY: Final = (
    "緊急の場合は、このお電話を切って、警察は110番、火事や救急は119番におかけください。",
    "担当の者にも、すぐに引き継ぎます。",
)
NOT_KNOWN: Final = (
    "申し訳ございません。その点は、こちらの自動音声ではわかりかねます。",
    "担当の者から、折り返しお電話を差し上げましょうか。",
)
NOT_KNOWN_HERE: Final = (
    NOT_KNOWN[0],
    "ほかのご質問がございましたら、お話しください。",
)
"""An honest abstention about a matter that is known but for this."""
SECOND_UNKNOWN: Final = "もう一つのご質問は、申し訳ございません、お答えできる内容が見つかりませんでした。"
BACK_TO_YOUR_QUESTION: Final = "先ほどのご用件ですが、"
UPSET: Final = "ご不快な思いをおかけし、申し訳ございません。"
CONFIRM: Final = "{title}についてのお問い合わせでしょうか。"
CONFIRM_ALSO: Final = "もう一つのご質問は、{title}についてでしょうか。"
SOME_DAY: Final = ("かしこまりました。", "ただいま受付時間外のため、担当の者より、後日折り返しお電話を差し上げます。")
LEAD: Final = "はい、"
"""Said at once when a turn has to be heard a second time: the caller knows that they were heard."""
FILLER: Final = "はい、確認いたします。"
AFTER_LEAD: Final = "確認いたします。"
STUMBLE: Final = (
    "申し訳ございません。うまく処理できませんでした。恐れ入りますが、もう一度お話しいただけますでしょうか。"
)
TOO_LONG: Final = "恐れ入りますが、通話時間の上限となりましたので、ここで失礼いたします。お電話ありがとうございました。"
WORN_OUT: Final = (
    "申し訳ございません。ただいま自動でのご案内ができない状態です。担当の者よりご連絡いたします。失礼いたします。"
)
UNCHANGING: Final = (*I_AM_AI, *EMERGENCY, UPSET)
"""Sentences of the rules that are always there."""


def every_fixed_sentence() -> tuple[str, ...]:
    """All sentences that do not depend on company or time, without duplicates."""
    said = (
        FOLLOW_UP, GO_AHEAD, STILL_HERE, *GOODBYE, WAIT, STILL_WAITING, NOTHING_TO_REPEAT, SLOWLY, ONCE_MORE,
        *I_AM_AI, *WRONGLY_TAKEN, *ABOUT_WHAT, *UNHEARD, *NO_INPUT_END, SILENT_AFTER_ANSWER, UNKNOWN_KEY, *EMERGENCY,
        UPSET, *NOT_KNOWN, *NOT_KNOWN_HERE, SECOND_UNKNOWN, BACK_TO_YOUR_QUESTION,
        *(sentence for text in REFUSALS for sentence in sentences_of(text)),
        *(sentence for rung in (*REASK, *NO_INPUT) for sentence in rung),
    )  # fmt: skip
    return tuple(dict.fromkeys(said))


def disclosures(company: Company) -> tuple[str, ...]:
    """What nobody may leave out at the beginning: that an AI answers, that the call is recorded, and why."""
    return f"{company.agent_name}、AIが承ります。", f"{company.recording_purpose}、通話を録音しております。"


def when_back(company: Company, moment: datetime) -> str:
    """When operators call back, as it is said: 「11月24日、午前9時以降に」, or 「後日」 beyond two weeks."""
    opening = company.next_opening(moment)
    if opening is None:
        return "後日"
    half, hour = ("午前", opening.hour) if opening.hour < 12 else ("午後", opening.hour - 12)
    minutes = f"{opening.minute}分" if opening.minute else ""
    return f"{opening.month}月{opening.day}日、{half}{hour}時{minutes}以降に"
