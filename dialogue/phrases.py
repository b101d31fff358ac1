"""Everything the agent says that is not an approved answer: in natural, polite Japanese, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from dialogue.company import Company
from dialogue.contrast import which
from dialogue.privacy.refusal import REFUSALS
from dialogue.sentences import sentences_of

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


def opening(company: Company) -> tuple[str, ...]:
    """Company, that an AI answers, that the call is recorded and why, how to reach a person, and the invitation."""
    return (
        "お電話ありがとうございます。",
        f"{company.agent_name}、AIが承ります。",
        f"{company.recording_purpose}、通話を録音しております。",
        "担当者をご希望の場合は、「オペレーター」とお話しいただくか、0を押してください。",
        "ご用件をどうぞ。",
    )


def hand_over(company: Company, moment: datetime) -> tuple[str, ...]:
    """A person takes the matter over: they call back, now or when they are next there."""
    if company.is_open(moment):
        return ("かしこまりました。", "担当の者に引き継ぎまして、折り返しお電話を差し上げます。")
    when = company.next_opening(moment)
    if when is None:
        return ("かしこまりました。", "ただいま受付時間外のため、担当の者より、後日折り返しお電話を差し上げます。")
    return (
        "かしこまりました。ただいま、担当の者の受付時間外でございます。",
        f"{when.month}月{when.day}日、{_hour(when)}以降に、担当の者より折り返しお電話を差し上げます。",
    )


def confirm(title: str) -> str:
    """Ask whether this is the matter."""
    return f"{title}についてのお問い合わせでしょうか。"


def confirm_also(title: str) -> str:
    """Ask whether the second of two requests is this."""
    return f"もう一つのご質問は、{title}についてでしょうか。"


def clarify(titles: Sequence[str]) -> tuple[str, ...]:
    """Ask which of two or three matters is meant, by the difference that matters."""
    return which(titles)


def _hour(moment: datetime) -> str:
    half = "午前" if moment.hour < 12 else "午後"
    minutes = f"{moment.minute}分" if moment.minute else ""
    return f"{half}{moment.hour if moment.hour <= 12 else moment.hour - 12}時{minutes}"
