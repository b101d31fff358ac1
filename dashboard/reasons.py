"""Why an answer was given, in plain Japanese: the same words on the floor, in a call's story and in its export."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, Field

from dashboard import words
from dashboard.rule_words import rule_word

DECISIONS: Final = {**words.ACTS, "opening": "通話の開始", "failed": "判断できず", "line": "回線の都合"}
THRESHOLDS: Final = {"answer": "回答する", "clarify_margin": "次点との差", "unsure": "確認する", "clarify": "確認する"}
PURPOSES: Final = {
    "route": "ご用件の見分け",
    "rewrite": "お言葉の言い直し",
    "compose": "回答の言い回し",
    "summary": "要約",
    "mine": "FAQの下書き",
}

ENDINGS: Final = {
    "complete": "言い切り",
    "soft": "文の終わりらしい形",
    "open": "言いかけ",
    "filler": "つなぎ言葉",
    "digits_open": "番号の途中",
    "digits_done": "番号の終わり",
    "unknown": "見分けられず",
    "none": "まだなし",
}
_ENDPOINT: Final = re.compile(
    r"words=(?P<words>\w+)\S* sound=(?P<sound>none|[+-]?\d+(?:\.\d+)?)(?P<deadline>.*deadline)?"
)


class Considered(BaseModel):
    """候補になったFAQ。一致度は0から1。"""

    entry_id: str = Field(description="FAQのID")
    version: int = Field(description="その項目の版")
    title: str = Field(description="見出し")
    score: float | None = Field(description="総合の一致度")
    lexical: float | None = Field(description="語の一致")
    semantic: float | None = Field(description="意味の近さ")
    kana: float | None = Field(description="読みの一致")
    matched: str = Field(description="一致した言い回し")
    chosen: bool = Field(description="この項目でお答えしたか")


class Reason(BaseModel):
    """名前と内容の一組。"""

    name: str = Field(description="名前")
    value: str = Field(description="内容")


class Reasons(BaseModel):
    """なぜこう答えたか。"""

    headline: str = Field(description="ひとことで言うと")
    reasons: list[Reason] = Field(description="判断のよりどころ")
    considered: list[Considered] = Field(description="候補になったFAQ")
    faq_version: int = Field(description="FAQ全体の版")
    rules_version: int = Field(description="引き継ぎルール全体の版")
    entry_ids: list[str] = Field(description="お答えしたFAQのID")


def reasons_of(evidence: Mapping[str, Any]) -> Reasons | None:
    """The reasons that a stored evidence holds; None for none. Evidence of older calls has less."""
    if not evidence:
        return None
    spoken = [str(each) for each in evidence.get("entry_ids") or ()]
    candidates: Sequence[Mapping[str, Any]] = evidence.get("candidates") or ()
    return Reasons(
        headline=_headline(evidence, candidates, spoken),
        reasons=[Reason(name=name, value=value) for name, value in _facts(evidence)],
        considered=[_considered(each, spoken) for each in candidates],
        faq_version=int(evidence.get("faq_version") or 0),
        rules_version=int(evidence.get("rules_version") or 0),
        entry_ids=spoken,
    )


def _considered(candidate: Mapping[str, Any], spoken: Sequence[str]) -> Considered:
    scores = {name: candidate.get(name) for name in ("score", "lexical", "semantic", "kana")}
    return Considered(
        entry_id=str(candidate.get("entry_id", "")),
        version=int(candidate.get("version") or 0),
        title=str(candidate.get("title", "")),
        matched=str(candidate.get("matched", "")),
        chosen=str(candidate.get("entry_id")) in spoken,
        **{name: float(value) if isinstance(value, int | float) else None for name, value in scores.items()},
    )


def _headline(evidence: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]], spoken: Sequence[str]) -> str:
    chosen = [each for each in candidates if str(each.get("entry_id")) in spoken]
    parts = [
        f"FAQ「{c.get('title')}」（第{c.get('version')}版）と {words.percent(c.get('score'))} 一致" for c in chosen
    ]
    known = {str(each.get("entry_id")) for each in chosen}
    parts += [f"FAQ {each}" for each in spoken if each not in known]
    if evidence.get("rule"):
        parts.append(rule_word(evidence))
    return " ／ ".join(parts) or words.of(DECISIONS, evidence.get("decision", ""))


def _facts(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    heard, normalized, query = (str(evidence.get(name) or "") for name in ("heard", "normalized", "query"))
    facts: list[tuple[str, str]] = [("判断", words.of(DECISIONS, evidence.get("decision", "")))]
    if heard:
        facts.append(("聞き取り", f"{heard}（確からしさ {words.percent(evidence.get('confidence'))}）"))
    if normalized and normalized != heard:
        facts.append(("整えた文", normalized))
    if query and query not in (heard, normalized):
        facts.append(("お言葉の受け取り方", query))
    if evidence.get("rule"):
        facts.append(("決め手", rule_word(evidence)))
    if evidence.get("firing"):
        facts.append(("はたらいたルール", _firing(evidence["firing"])))
    if evidence.get("composition"):
        facts.append(("回答の言い回し", _composition(evidence["composition"])))
    thresholds: Mapping[str, Any] = evidence.get("thresholds") or {}
    if thresholds:
        said = "、".join(f"{words.of(THRESHOLDS, name)} {words.percent(value)}" for name, value in thresholds.items())
        facts.append(("しきい値", said))
    facts += [("言語モデル", _use(use)) for use in evidence.get("model_uses") or ()]
    if not evidence.get("model_uses"):
        facts.append(("言語モデル", "使っていません"))
    facts.append(("FAQ全体の版", f"第{evidence.get('faq_version', 0)}版"))
    if evidence.get("rules_version"):
        facts.append(("引き継ぎルールの版", f"第{evidence['rules_version']}版"))
    facts.append(("判断にかかった時間", words.milliseconds(evidence.get("took_ms"))))
    return facts


def _use(use: Mapping[str, Any]) -> str:
    purpose = words.of(PURPOSES, use.get("purpose", ""))
    label = f" → {use.get('label')}" if use.get("label") else ""
    outcome = words.of(words.MODEL_OUTCOMES, use.get("outcome", ""))
    return f"{use.get('model')}：{purpose}{label}（{outcome}、{words.milliseconds(use.get('took_ms'))}）"


def _firing(firing: Mapping[str, Any]) -> str:
    """The escalation rule that acted, and why it matched."""
    title = firing.get("title") or firing.get("rule_id", "")
    matched: Sequence[Mapping[str, Any]] = firing.get("matched") or ({},)
    because = "、".join(map(str, matched[0].get("because") or ()))
    return f"{title}（{because}）" if because else str(title)


def _composition(composition: Mapping[str, Any]) -> str:
    """Whether the answer was worded by a model, and if not, why."""
    if composition.get("accepted"):
        return "言語モデルがまとめ、承認された文と照合しました"
    reason = str(composition.get("reason") or "").removesuffix("。")
    return "承認された文のままお伝えしました" + (f"（{reason}）" if reason else "")


def departure_of(what: str, before: object, now: object) -> str:
    """In what a decision that was made again departs, in the words of the pages."""
    return f"{what}：{_plain(what, before)} → {_plain(what, now)}"


def _plain(what: str, value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or "なし"
    if value in (None, ""):
        return "なし"
    match what:
        case "動作":
            return words.of(DECISIONS, value)
        case "規則":
            return rule_word({"rule": value})
        case "FAQの版":
            return f"第{value}版"
        case _:
            return str(value)


def hearing_of(details: Mapping[str, Any]) -> list[Reason]:
    """How the caller's words were heard, from a transcript's facts; empty where nothing is known."""
    told: list[Reason] = []
    if isinstance(details.get("confidence"), int | float):
        told.append(Reason(name="聞き取りの確からしさ", value=words.percent(details["confidence"])))
    alternatives = [_alternative(each) for each in details.get("alternatives") or ()]
    if alternatives:
        told.append(Reason(name="ほかの聞こえ方", value="／".join(alternatives)))
    raw = details.get("raw_text")
    if raw and raw != details.get("text", raw):
        told.append(Reason(name="直す前の文", value=str(raw)))
    for each in details.get("corrections") or ():
        told.append(Reason(name="言葉の直し", value=_correction(each)))
    if details.get("endpoint"):
        told.append(Reason(name="話し終わりの見きわめ", value=_end_of_turn(str(details["endpoint"]))))
    if details.get("engine"):
        told.append(Reason(name="認識エンジン", value=str(details["engine"])))
    return told


def _end_of_turn(reason: str) -> str:
    """Why the turn was taken to be over, from `words=… sound=… place=…` (`voice.turn.endpointing`)."""
    if reason == "words over the agent":
        return "AIの音声にかさねたお話"
    found = _ENDPOINT.match(reason)
    if found is None:
        return reason
    words_said, sound = found["words"], found["sound"]
    told = [f"言葉は{words.of(ENDINGS, words_said)}"]
    if sound != "none":
        told.append(f"声の調子は{'終わり' if float(sound) > 0 else '続きそう'}")
    if found["deadline"]:
        told.append("沈黙の長さで区切り")
    return "、".join(told)


def _alternative(each: Any) -> str:
    return str(each.get("text", "")) if isinstance(each, Mapping) else str(each)


def _correction(each: Any) -> str:
    if not isinstance(each, Mapping):
        return str(each)
    values = [str(value) for value in each.values() if isinstance(value, str) and value]
    return " → ".join(values[:2])
