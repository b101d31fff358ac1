"""What a supervisor may word in their own way: every prompt by name, where it is said, and what must stay in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialogue import phrases
from dialogue.escalation.builtin import CLOSED, HAND_OVER, UNREACHABLE

LONGEST: Final = 200


class Prompt(StrEnum):
    """The prompts. The values are their names in a published document."""

    OPENING_GREETING = "opening_greeting"
    OPENING_PERSON = "opening_person"
    OPENING_NOTICE = "opening_notice"
    OPENING_INVITATION = "opening_invitation"
    FOLLOW_UP = "follow_up"
    SILENT_AFTER_ANSWER = "silent_after_answer"
    SECOND_UNKNOWN = "second_unknown"
    BACK_TO_YOUR_QUESTION = "back_to_your_question"
    CONFIRM = "confirm"
    CONFIRM_ALSO = "confirm_also"
    REASK_1 = "reask_1"
    REASK_2 = "reask_2"
    REASK_3 = "reask_3"
    UNHEARD = "unheard"
    ABOUT_WHAT = "about_what"
    WRONGLY_TAKEN = "wrongly_taken"
    NOT_KNOWN = "not_known"
    NOT_KNOWN_HERE = "not_known_here"
    NO_INPUT_1 = "no_input_1"
    NO_INPUT_2 = "no_input_2"
    NO_INPUT_END = "no_input_end"
    GO_AHEAD = "go_ahead"
    STILL_HERE = "still_here"
    WAIT = "wait"
    STILL_WAITING = "still_waiting"
    ONCE_MORE = "once_more"
    SLOWLY = "slowly"
    NOTHING_TO_REPEAT = "nothing_to_repeat"
    UNKNOWN_KEY = "unknown_key"
    HAND_OVER = "hand_over"
    HAND_OVER_CLOSED = "hand_over_closed"
    HAND_OVER_SOME_DAY = "hand_over_some_day"
    UNREACHABLE = "unreachable"
    GOODBYE = "goodbye"
    LEAD = "lead"
    FILLER = "filler"
    AFTER_LEAD = "after_lead"
    STUMBLE = "stumble"
    WORN_OUT = "worn_out"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class PromptSpec:
    """One prompt: its Japanese name, its situation (`group`), when it is said, and its words unless reworded.

    `must` are words that have to stay, each with the reason; `fills` the slots that may stand in it, `required` those
    of them that have to. `one`: it has to be a single sentence. `optional`: it may be left empty.
    """

    name: Prompt
    title: str
    group: str
    when: str
    default: tuple[str, ...]
    must: tuple[tuple[str, str], ...] = ()
    fills: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    one: bool = False
    optional: bool = False
    plain_end: bool = False

    @property
    def text(self) -> str:
        """The default words as one text."""
        return "".join(self.default)


_KEY_0: Final = ("0", "担当者につながる「0」のキーのご案内は、なくせません")
_PERSON: Final = ("担当", "担当者につながる方法のご案内は、なくせません")


def _spec(
    name: Prompt,
    title: str,
    group: str,
    when: str,
    default: tuple[str, ...] | str,
    *must: tuple[str, str],
    fills: tuple[str, ...] = (),
    required: tuple[str, ...] = (),
    one: bool = False,
    optional: bool = False,
    plain_end: bool = False,
) -> PromptSpec:
    words = (default,) if isinstance(default, str) else default
    return PromptSpec(name, title, group, when, words, must, (*fills, *required), required, one, optional, plain_end)


_OPENING: Final = "通話の始まり"
_ANSWER: Final = "ご案内のあと"
_AGAIN: Final = "聞き返し・確かめ"
_SILENCE: Final = "お声がないとき"
_ASKED: Final = "お客様からのお申し出"
_PEOPLE: Final = "担当者への引き継ぎ"
_END: Final = "通話の終わり"
_LINE: Final = "つなぎ・不調"

PROMPTS: Final = (
    _spec(
        Prompt.OPENING_GREETING, "最初のあいさつ", _OPENING, "お電話がつながって、最初にお伝えします", phrases.GREETING
    ),
    _spec(
        Prompt.OPENING_PERSON,
        "担当者へのつなぎ方",
        _OPENING,
        "AIと録音のご案内に続けてお伝えします",
        phrases.TO_A_PERSON,
        _KEY_0,
        _PERSON,
    ),
    _spec(
        Prompt.OPENING_NOTICE,
        "お知らせ（任意）",
        _OPENING,
        "ご用件を伺う前に添えます。混雑や休業のご案内などに",
        (),
        optional=True,
    ),
    _spec(
        Prompt.OPENING_INVITATION, "ご用件の伺い", _OPENING, "始まりのご案内の最後にお伝えします", phrases.INVITATION
    ),
    _spec(
        Prompt.FOLLOW_UP,
        "ほかのご用件の伺い",
        _ANSWER,
        "ご案内のあとに、ほかにないかを伺います",
        phrases.FOLLOW_UP,
        one=True,
    ),
    _spec(
        Prompt.SILENT_AFTER_ANSWER,
        "ご案内のあとの無言",
        _ANSWER,
        "ご案内のあと、お声がないときに",
        phrases.SILENT_AFTER_ANSWER,
    ),
    _spec(
        Prompt.SECOND_UNKNOWN,
        "二つ目がわからない",
        _ANSWER,
        "二つのご質問のうち、一つだけお答えできたときに",
        phrases.SECOND_UNKNOWN,
    ),
    _spec(
        Prompt.BACK_TO_YOUR_QUESTION,
        "元のご用件に戻る",
        _ANSWER,
        "途中のご質問にお答えして、元の話に戻るときに",
        phrases.BACK_TO_YOUR_QUESTION,
        plain_end=True,
    ),
    _spec(
        Prompt.CONFIRM,
        "ご用件の確かめ",
        _AGAIN,
        "FAQの題名を挙げて、合っているかを伺います",
        phrases.CONFIRM,
        required=("title",),
    ),
    _spec(
        Prompt.CONFIRM_ALSO,
        "二つ目のご用件の確かめ",
        _AGAIN,
        "一つ目のご案内のあとに、二つ目を伺います",
        phrases.CONFIRM_ALSO,
        required=("title",),
    ),
    _spec(Prompt.REASK_1, "聞き返し 1回目", _AGAIN, "お答えできる内容が見つからないときに", phrases.REASK[0]),
    _spec(Prompt.REASK_2, "聞き返し 2回目", _AGAIN, "続けて見つからないときに、話し方の例を挙げます", phrases.REASK[1]),
    _spec(
        Prompt.REASK_3,
        "聞き返し 3回目",
        _AGAIN,
        "キーでのお答えをお願いします。このあとは担当者に引き継ぎます",
        phrases.REASK[2],
        _KEY_0,
        ("1", "もう一度お話しになるための「1」のキーのご案内は、なくせません"),
    ),
    _spec(
        Prompt.UNHEARD, "お声が聞き取れない", _AGAIN, "雑音や小さなお声で、聞き取りが不確かなときに", phrases.UNHEARD
    ),
    _spec(
        Prompt.ABOUT_WHAT,
        "何についてか伺う",
        _AGAIN,
        "「それはいくらですか」のように、何のことかわからないときに",
        phrases.ABOUT_WHAT,
    ),
    _spec(
        Prompt.WRONGLY_TAKEN,
        "取り違えのお詫び",
        _AGAIN,
        "お客様が「違います」とおっしゃったときに",
        phrases.WRONGLY_TAKEN,
    ),
    _spec(
        Prompt.NOT_KNOWN,
        "わかりかねる（折り返しを伺う）",
        _AGAIN,
        "ご用件はわかるが、FAQに答えがない内容のときに",
        phrases.NOT_KNOWN,
        ("担当", "担当者からの折り返しを伺う文は、なくせません"),
    ),
    _spec(
        Prompt.NOT_KNOWN_HERE,
        "わかりかねる（非通知のお客様）",
        _AGAIN,
        "折り返しのできない、番号非通知のお客様に",
        phrases.NOT_KNOWN_HERE,
    ),
    _spec(Prompt.NO_INPUT_1, "無言 1回目", _SILENCE, "ご用件を伺ったあと、お声がないときに", phrases.NO_INPUT[0]),
    _spec(Prompt.NO_INPUT_2, "無言 2回目", _SILENCE, "続けてお声がないときに", phrases.NO_INPUT[1], _KEY_0, _PERSON),
    _spec(
        Prompt.NO_INPUT_END, "無言のまま終える", _SILENCE, "三度お声がなく、お電話を終えるときに", phrases.NO_INPUT_END
    ),
    _spec(Prompt.GO_AHEAD, "お話を促す", _ASKED, "「もしもし」「ちょっといいですか」などに", phrases.GO_AHEAD),
    _spec(
        Prompt.STILL_HERE,
        "つながっていることを伝える",
        _ASKED,
        "「もしもし」「聞こえますか」などに",
        phrases.STILL_HERE,
    ),
    _spec(Prompt.WAIT, "お待ちする", _ASKED, "「少し待ってください」に", phrases.WAIT),
    _spec(
        Prompt.STILL_WAITING, "お待ちしている間", _ASKED, "お待ちしている間、時間がたったときに", phrases.STILL_WAITING
    ),
    _spec(Prompt.ONCE_MORE, "もう一度お伝えする前", _ASKED, "「もう一度お願いします」に", phrases.ONCE_MORE),
    _spec(Prompt.SLOWLY, "ゆっくりお伝えする前", _ASKED, "「ゆっくり話してください」に", phrases.SLOWLY),
    _spec(
        Prompt.NOTHING_TO_REPEAT,
        "繰り返す内容がない",
        _ASKED,
        "まだ何もご案内していないときの「もう一度」に",
        phrases.NOTHING_TO_REPEAT,
    ),
    _spec(
        Prompt.UNKNOWN_KEY,
        "使っていないキー",
        _ASKED,
        "ご案内していないキーが押されたときに",
        phrases.UNKNOWN_KEY,
        _KEY_0,
    ),
    _spec(
        Prompt.HAND_OVER,
        "引き継ぎ（受付時間内）",
        _PEOPLE,
        "担当者をご希望のとき、ご用件が伝わらないときに",
        HAND_OVER,
        _PERSON,
    ),
    _spec(
        Prompt.HAND_OVER_CLOSED,
        "引き継ぎ（受付時間外）",
        _PEOPLE,
        "受付時間外に。次の受付の日時が入ります",
        CLOSED,
        _PERSON,
        required=("when_back",),
    ),
    _spec(
        Prompt.HAND_OVER_SOME_DAY,
        "引き継ぎ（次の受付が2週間より先）",
        _PEOPLE,
        "次の受付の日時をお伝えできないときに",
        phrases.SOME_DAY,
        _PERSON,
    ),
    _spec(
        Prompt.UNREACHABLE,
        "引き継ぎ（番号非通知）",
        _PEOPLE,
        "折り返しのできない、番号非通知のお客様に",
        UNREACHABLE,
        _PERSON,
    ),
    _spec(Prompt.GOODBYE, "終わりのあいさつ", _END, "ご用件が済んで、お電話を終えるときに", phrases.GOODBYE),
    _spec(Prompt.TOO_LONG, "通話時間の上限", _END, "通話時間の上限で、お電話を終えるときに", phrases.TOO_LONG),
    _spec(
        Prompt.LEAD,
        "すぐのお返事",
        _LINE,
        "聞き直している間に、すぐお返事します",
        phrases.LEAD,
        one=True,
        plain_end=True,
    ),
    _spec(
        Prompt.AFTER_LEAD,
        "すぐのお返事の続き",
        _LINE,
        "すぐのお返事のあと、もう少しかかるときに",
        phrases.AFTER_LEAD,
        one=True,
    ),
    _spec(Prompt.FILLER, "お調べしている間", _LINE, "お答えに少し時間がかかるときに", phrases.FILLER, one=True),
    _spec(Prompt.STUMBLE, "処理の失敗", _LINE, "お答えを作れなかったときに、もう一度伺います", phrases.STUMBLE),
    _spec(Prompt.WORN_OUT, "処理の失敗が続く", _LINE, "失敗が続いて、お電話を終えるときに", phrases.WORN_OUT, _PERSON),
)
BY_NAME: Final = {spec.name: spec for spec in PROMPTS}
