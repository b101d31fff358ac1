"""What the line says to a caller about people: waiting for one, being on hold, given back, warned."""

from __future__ import annotations

from typing import Final

CONNECTING: Final = ("担当の者におつなぎいたします。", "このまま、しばらくお待ちください。")
WHILE_WAITING: Final = (
    "お待ちいただくあいだ、1を押すと自動音声でのご案内に戻ります。",
    "2を押すと、折り返しのお電話を承ります。",
)
WHILE_WAITING_UNREACHABLE: Final = ("お待ちいただくあいだ、1を押すと自動音声でのご案内に戻ります。",)
"""For a caller whose number is not known: nobody can call back."""
STILL_WAITING: Final = "お待たせしております。担当の者におつなぎするまで、このままお待ちください。"
HOLD: Final = "少々お待ちください。"
STILL_ON_HOLD: Final = "お待たせしております。恐れ入りますが、いましばらくお待ちください。"
NOBODY_FREE: Final = "大変お待たせして、申し訳ございません。ただいま、担当の者がみな、ほかのお電話に出ております。"
BACK_AT_WISH: Final = ("かしこまりました。", "自動音声でのご案内に戻ります。ご用件をお話しください。")
CALLBACK_AT_WISH: Final = "かしこまりました。"
HANDED_BACK: Final = "お電話を自動音声に戻します。"
HANDED_BACK_OPEN: Final = "引き続き、ご用件をお話しください。"
AI_OFF: Final = "ただいま、自動音声でのご案内を休止しております。"
"""Unless whoever switched it off has worded it."""
LOST: Final = "申し訳ございません。担当の者との接続が切れました。"
LOST_CONNECTING: Final = (LOST, "別の担当の者におつなぎいたしますので、このままお待ちください。")
LOST_BACK: Final = (LOST, "自動音声でのご案内に戻ります。ご用件をお話しください。")
WARNING: Final = (
    "恐れ入ります。このお電話は、録音させていただいております。",
    "ただいまのようなお言葉が続きますと、ご案内を続けることができません。",
    "その場合は、こちらからお電話を終わらせていただきます。ご理解くださいますよう、お願いいたします。",
)
"""The warning to a caller who harasses: calm, says that the call is recorded and may be ended."""
CLOSING: Final = (
    "先ほどもお願いいたしましたが、これ以上のご案内はいたしかねます。",
    "恐れ入りますが、お電話を終わらせていただきます。失礼いたします。",
)
"""The end of a call after a warning."""

DESK_PHRASES: Final = tuple(
    dict.fromkeys(
        (
            *CONNECTING, *WHILE_WAITING, STILL_WAITING, HOLD, STILL_ON_HOLD, NOBODY_FREE, *BACK_AT_WISH,
            HANDED_BACK, HANDED_BACK_OPEN, AI_OFF, *LOST_CONNECTING, *LOST_BACK, *WARNING, *CLOSING,
        )
    )
)  # fmt: skip
"""All of them, to be made beforehand."""
