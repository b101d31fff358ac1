"""The conditions, actions and stages of escalation rules as people read and build them, in Japanese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from dialogue.escalation.tone import IN_JAPANESE as TONES
from dialogue.escalation.topics import IN_JAPANESE as TOPICS

LEVELS: Final = (("1", "強い言葉"), ("2", "暴言"), ("3", "脅し"))


@dataclass(frozen=True)
class FieldSpec:
    """One value of a condition. `type`: count, number, percent, words, choices, level, rule, entries, categories."""

    name: str
    title: str
    type: str
    default: Any
    least: float = 1
    most: float = 1000
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class ConditionSpec:
    """A condition: its name in the list, and its sentence with `{field}` for the values."""

    kind: str
    title: str
    text: str
    fields: tuple[FieldSpec, ...] = ()


def _count(title: str, default: int, name: str = "at_least", least: int = 1, most: int = 1000) -> FieldSpec:
    return FieldSpec(name, title, "count", default, least, most)


CONDITIONS: Final = (
    ConditionSpec("asks_for_person", "担当者をご希望", "お客様が担当者をご希望"),
    ConditionSpec(
        "words",
        "特定の言葉",
        "「{words}」のいずれかをお客様が話した",
        (FieldSpec("words", "言葉", "words", [], hint="1行に1つずつ。読みの似た聞き違いも見つけます"),),
    ),
    ConditionSpec(
        "failed_turns", "続けて伝わらない", "ご用件が{at_least}回続けて伝わらない", (_count("続けて（回）", 2),)
    ),
    ConditionSpec(
        "low_confidence",
        "聞き取りが不確か",
        "聞き取りの確かさが{turns}回続けて{below}未満",
        (FieldSpec("below", "確かさがこれ未満", "percent", 0.4, 0, 1), _count("続けて（回）", 2, "turns")),
    ),
    ConditionSpec(
        "weak_match",
        "FAQとの一致が弱い",
        "FAQとの一致の度合いが{below}未満",
        (FieldSpec("below", "一致がこれ未満", "percent", 0.2, 0, 1),),
    ),
    ConditionSpec(
        "entry_in",
        "特定のFAQ",
        "FAQ「{ids}」のいずれかに当てはまる",
        (FieldSpec("ids", "FAQ", "entries", []),),
    ),
    ConditionSpec(
        "category_in",
        "FAQの分類",
        "FAQの分類「{categories}」のいずれかに当てはまる",
        (FieldSpec("categories", "分類", "categories", []),),
    ),
    ConditionSpec(
        "entry_flag",
        "FAQの指定",
        "「{flag}」の指定のあるFAQに当てはまる",
        (FieldSpec("flag", "指定", "choice", "escalate", choices=(("escalate", "担当者への引き継ぎ"),)),),
    ),
    ConditionSpec(
        "topic",
        "専門の相談",
        "{topics}",
        (FieldSpec("topics", "相談", "choices", [], choices=tuple((k.value, v) for k, v in TOPICS.items())),),
    ),
    ConditionSpec(
        "harassment",
        "迷惑行為",
        "迷惑行為が「{at_least}」以上",
        (FieldSpec("at_least", "程度", "level", 2, 1, 3, LEVELS),),
    ),
    ConditionSpec(
        "tone",
        "お客様のご様子",
        "お客様が{tones}",
        (FieldSpec("tones", "ご様子", "choices", [], choices=tuple((k.value, v) for k, v in TONES.items())),),
    ),
    ConditionSpec(
        "amount", "金額", "{at_least}円以上の金額をお客様が話した", (_count("金額（円）", 100_000, most=1_000_000_000),)
    ),
    ConditionSpec("asked_same", "同じご要求", "同じご要求が{at_least}回", (_count("回数", 3, least=2, most=100),)),
    ConditionSpec("silence_count", "無言", "無言が{at_least}回", (_count("回数", 2),)),
    ConditionSpec(
        "call_minutes",
        "通話の長さ",
        "通話が{at_least}分以上",
        (FieldSpec("at_least", "長さ（分）", "number", 10, 1, 600),),
    ),
    ConditionSpec(
        "repeat_caller",
        "再度のお電話",
        "{within_hours}時間以内に、前に{at_least}回以上お電話があった",
        (FieldSpec("within_hours", "さかのぼる時間", "number", 24, 1, 744), _count("前のお電話（回）", 1)),
    ),
    ConditionSpec("caller_vip", "重要なお客様", "重要なお客様の番号から"),
    ConditionSpec("caller_blocked", "お取り次ぎしない番号", "お取り次ぎしない番号から"),
    ConditionSpec("number_withheld", "番号非通知", "電話番号が非通知"),
    ConditionSpec("out_of_hours", "担当者の受付時間外", "担当者の受付時間外"),
    ConditionSpec("model_down", "言語モデルが使えない", "言語モデルが使えない"),
    ConditionSpec("not_japanese", "日本語以外", "お客様が日本語以外でお話しになった"),
    ConditionSpec("are_you_human", "人かどうかのお尋ね", "お客様が人かどうかをお尋ね"),
    ConditionSpec("emergency", "緊急の言葉", "緊急を示す言葉をお客様が話した"),
    ConditionSpec(
        "fired",
        "前に使ったルール",
        "この通話で、ルール「{rule}」をすでに使った",
        (FieldSpec("rule", "ルール", "rule", ""),),
    ),
)
_BY_KIND: Final = {spec.kind: spec for spec in CONDITIONS}
GROUPS: Final = (
    ("all", "すべて当てはまる"),
    ("any", "どれか当てはまる"),
    ("not", "当てはまらない"),
    ("score", "点数の合計"),
)
ACTIONS: Final = (
    ("transfer", "担当者に引き継ぐ"),
    ("callback", "折り返しにする"),
    ("message", "ひとことお伝えして続ける"),
    ("end", "お電話を終える"),
    ("record", "記録だけする"),
)
STAGES: Final = (
    ("before_answer", "ご用件をFAQで探す前"),
    ("after_matter", "ご用件をFAQで探したあと"),
    ("on_silence", "お声がないとき"),
    ("any", "いつでも"),
)


def specs() -> list[dict[str, Any]]:
    """The conditions for a page that builds them."""
    return [asdict(spec) for spec in CONDITIONS]


class RuleWriter:
    """Says rules in Japanese; ids of rules and entries by their titles."""

    def __init__(self, rules: Mapping[str, str], entries: Mapping[str, str]) -> None:
        self._titles = {"rule": rules, "entries": entries}

    def condition(self, condition: Mapping[str, Any], depth: int = 0) -> str:
        """A condition as one phrase."""
        kind, parts = condition.get("kind"), condition.get("of") or ()
        if kind in ("all", "any") and not isinstance(parts, Mapping):
            said = [self.condition(part, depth + 1) for part in parts]
            if len(said) < 2:
                return "".join(said)
            joined = ("、かつ、" if kind == "all" else "、または、").join(said)
            return f"（{joined}）" if depth else joined
        if kind == "not" and isinstance(parts, Mapping):
            return f"「{self.condition(parts)}」ではない"
        if kind == "score":
            signs = "、".join(f"{self.condition(s.get('when') or {}, 1)}＝{s.get('weight', 0):g}点" for s in parts)
            return f"合計{condition.get('at_least', 0):g}点以上（{signs}）"
        spec = _BY_KIND.get(str(kind))
        if spec is None:
            return "（条件が選ばれていません）"
        values = {field.name: self._value(field, condition.get(field.name, field.default)) for field in spec.fields}
        return spec.text.format_map(values)

    def action(self, action: Mapping[str, Any]) -> str:
        """An action as one phrase."""
        kind = action.get("kind")
        if kind in ("transfer", "callback"):
            verb = "に引き継ぐ" if kind == "transfer" else "から折り返す"
            urgent = f"（優先度{action.get('priority', 3)}）"
            always = "。受付時間外でも引き継ぐ" if action.get("even_if_closed") else ""
            return f"窓口「{action.get('queue', '')}」{verb}{urgent}{always}"
        if kind == "message":
            return (
                "お伝えして、お答えを続ける" if action.get("then", "answer") == "answer" else "お伝えして、お話を待つ"
            )
        return dict(ACTIONS).get(str(kind), "（動作が選ばれていません）")

    def rule(self, rule: Mapping[str, Any]) -> str:
        """A rule as lines: when, what, and with which words."""
        lines = []
        if "when" in rule:
            lines.append(f"条件：{self.condition(rule['when'])}")
        if rule.get("then"):
            lines.append(f"動作：{self.action(rule['then'])}")
        for name, title in (("say", "お伝えする文"), ("say_closed", "受付時間外の文")):
            if rule.get(name):
                lines.append(f"{title}：{''.join(rule[name])}")
        if "order" in rule:
            lines.append(f"順番：{rule['order']}　重み：{rule.get('weight', 1):g}")
        if "stage" in rule:
            lines.append(f"見る時：{dict(STAGES).get(rule['stage'], '')}")
        if rule.get("once"):
            lines.append("一つの通話で一度だけ")
        if rule.get("enabled") is False:
            lines.append("休止中")
        return "\n".join(lines)

    def _value(self, field: FieldSpec, value: Any) -> str:
        if field.type == "percent":
            return f"{float(value or 0):.0%}"
        if field.type == "words":
            return "」「".join(map(str, value or ())) or "…"
        if field.type in ("choices", "level", "choice"):
            names = dict(field.choices)
            listed = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
            return "、".join(names.get(str(each), str(each)) for each in listed) or "…"
        if field.type in ("entries", "rule"):
            titles = self._titles[field.type]
            listed = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
            return "」「".join(titles.get(str(each), str(each)) for each in listed) or "…"
        if field.type == "categories":
            return "」「".join(map(str, value or ())) or "…"
        return f"{value:,}".removesuffix(".0") if isinstance(value, int | float) else str(value or "…")
