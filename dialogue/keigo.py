"""A small keigo linter: wording that a Japanese contact centre would not speak. Rules after PRODUCT.md, section 3."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """How bad a finding is: an error is not spoken when a model wrote it, a warning is shown."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """The words found, their place in the text, why they are wrong, and what to say instead ("" where it depends)."""

    rule: str
    level: Level
    text: str
    start: int
    message_ja: str
    instead: str = ""


@dataclass(frozen=True)
class _Rule:
    name: str
    level: Level
    pattern: re.Pattern[str]
    instead: str
    why: str


def _rule(name: str, level: Level, pattern: str, instead: str, why: str) -> _Rule:
    return _Rule(name, level, re.compile(pattern), instead, why)


_DOUBLE: Final = "敬語が二重になっています。"
_PART_TIME: Final = "くだけた接客の言い回しです。"
_PLAIN: Final = "お客様には丁寧な言い方をします。"
_E, _W = Level.ERROR, Level.WARNING

RULES: Final = (
    _rule("understood", _E, "了解(?:し|いたし|です)", "承知いたしました", "「了解」はお客様には使いません。"),
    _rule("understood-naruhodo", _E, "なるほどですね", "さようでございますか", _PART_TIME),
    _rule("past-confirm", _E, "(?:よろし|宜し)かったでしょうか", "よろしいでしょうか", _PART_TIME),
    _rule("past-confirm-good", _E, "で大丈夫でしょうか", "でよろしいでしょうか", _PART_TIME),
    _rule(
        "direction",
        _E,
        "(?:お電話番号|お名前|ご住所|料金|お支払い|手数料|書類|プラン|こちら|内容)のほう[をがはでに]",
        "",
        _PART_TIME,
    ),
    _rule("direction-any", _W, "(?<=[一-鿿ァ-ー])の(?:方|ほう)(?:を|は|に|が|で|から)", "", "「のほう」は要りません。"),
    _rule(
        "becomes",
        _W,
        "(?:(?:円|こちら|画面|窓口|番号|プラン)(?:に|と)|(?:こちら|以上)[がはで][^。]{0,20}に)なります",
        "でございます",
        _PART_TIME,
    ),
    _rule("from-amount", _E, r"円からお預かり", "円お預かり", _PART_TIME),
    _rule("name-sama", _E, "お名前様", "お名前", _PART_TIME),
    _rule("number-sama", _E, "お電話番号様", "お電話番号", _PART_TIME),
    _rule("everyone-sama", _W, "各位[様殿]", "各位", _DOUBLE),
    _rule("shape", _W, "(?:という|といった)(?:形|かたち)(?:に|と|で)", "", _PART_TIME),
    _rule("cannot", _E, "(?:でき|出来)ません(?!でし)", "いたしかねます", "お断りは「いたしかねます」と申し上げます。"),
    _rule("do-not-know", _E, "わかりません|分かりません|知りません", "わかりかねます", _PLAIN),
    _rule("not-there", _E, "(?<=[がはもにてで])いません", "おりません", _PLAIN),
    _rule("sorry", _E, "すみません|すいません|ごめんなさい", "申し訳ございません", _PLAIN),
    _rule("sorry-arimasen", _W, "申し訳ありません", "申し訳ございません", _PLAIN),
    _rule("thanks-for-toil", _E, "[ご御]苦労(?:様|さま)", "お疲れ様でございます", "目上のかたには使いません。"),
    _rule("oran-honour", _E, "おられますか", "いらっしゃいますか", "「おる」はへりくだる言葉です。"),
    _rule(
        "humble-to-caller",
        _E,
        "(?:お客様|あなた様)が(?:申し|おっしゃられ|参り|伺い)",
        "",
        "お客様の動作に謙譲語を使っています。",
    ),
    _rule("you", _E, "あなた(?!様)", "お客様", _PLAIN),
    _rule("double-said", _E, "(?:おっしゃ|仰)られ", "おっしゃ", _DOUBLE),
    _rule("double-see", _E, "ご覧になられ", "ご覧にな", _DOUBLE),
    _rule("double-come", _E, "(?:お越し|おいで|お見え)になられ", "お越しにな", _DOUBLE),
    _rule("double-eat", _E, "召し上がられ|お召し上がりになられ", "召し上が", _DOUBLE),
    _rule("double-become", _E, "(?:お|ご)[一-鿿ぁ-ん]{1,5}になられ", "", _DOUBLE),
    _rule("double-humble", _E, "拝見(?:させて(?:いただ|頂)|いたし)", "拝見し", _DOUBLE),
    _rule("double-ask", _E, "お伺い(?:いたし|させて(?:いただ|頂))|伺わせて?(?:いたし|いただ|頂)", "伺い", _DOUBLE),
    _rule("double-receive", _E, "承らせていただ|頂戴させていただ", "承ります", _DOUBLE),
    _rule(
        "let-me",
        _W,
        "(?:ご案内|確認|説明|ご説明|ご連絡|対応)させていただ",
        "いたします",
        "「させていただく」を避けます。",
    ),
    _rule("do-let-me", _W, "(?:いた|致)させて(?:いただ|頂)", "いたします", _DOUBLE),
    _rule("be-let-me", _W, "ら[れせ]て(?:いただ|頂)いており", "ております", _DOUBLE),
    _rule("sa-insertion", _E, "(?:行か|読ま|書か|休ま|終わら|伺わ|送ら)さ[せさ]", "", "「さ」が余分です。"),
    _rule(
        "ra-dropping", _E, "(?:見|出|食べ|着|来|受け|決め|届け|変え)れ(?:ます|る|ません)", "", "「ら」が抜けています。"
    ),
    _rule("can-you-honour", _E, "ご[一-鿿]{2,4}できますか", "いただけますか", "「ご〜できる」はへりくだる形です。"),
    _rule("please-plain", _W, "(?:して|って|いて|んで)ください", "", "命令に聞こえます。「お〜ください」とします。"),
    _rule(
        "please-honour",
        _W,
        "[ごお][一-鿿ぁ-ん]{1,6}(?:し|され)てください",
        "",
        "「ご〜ください」「お〜ください」とします。",
    ),
    _rule("not-at-all", _W, "とんでもございません", "とんでもないことでございます", "「とんでもない」で一語です。"),
    _rule("is-it-so", _W, "そうなんですね", "さようでございますか", _PLAIN),
    _rule("this-way", _W, "[そこあ]っち", "", "「そちら」「こちら」「あちら」とします。"),
    _rule("little", _W, "ちょっと(?!お待ち|待って)", "少々", _PLAIN),
    _rule("for-now", _W, "とりあえず", "まずは", _PLAIN),
    _rule("as-thought", _W, "やっぱり?", "やはり", _PLAIN),
    _rule("wait-little", _E, "ちょっと(?:お待ち|待って)", "少々お待ち", _PLAIN),
    _rule("casual-yes", _E, "(?:^|[。、])(?:うん|ええと|オッケー|OK)[、。]", "はい", _PLAIN),
    _rule("casual-end", _E, "(?:だよ|だね|じゃん|っす|よね)[。!?]", "", _PLAIN),
    _rule("hurry-slang", _E, "マジ|やばい|ヤバい|めっちゃ|超お得", "", "俗な言い方です。"),
)


def lint(text: str) -> tuple[Finding, ...]:
    """What is wrong in `text`, in order of place; the places are those of its NFKC form."""
    normal = unicodedata.normalize("NFKC", text)
    found = [
        Finding(rule.name, rule.level, match.group(), match.start(), _message(match.group(), rule), rule.instead)
        for rule in RULES
        for match in rule.pattern.finditer(normal)
    ]
    return tuple(sorted(found, key=lambda finding: (finding.start, finding.rule)))


def _message(words: str, rule: _Rule) -> str:
    hint = f"「{rule.instead}」をお使いください。" if rule.instead else ""
    return f"「{words}」: {rule.why}{hint}"
