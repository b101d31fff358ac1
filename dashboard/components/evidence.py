"""What an answer rests on, to unfold: entries with their versions and scores, rule, thresholds, models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dashboard import words
from dashboard.components.base import box, text
from dashboard.rule_words import rule_word

SCORES: Final = (("lexical", "語"), ("semantic", "意味"), ("kana", "読み"))
DECISIONS: Final = {**words.ACTS, "opening": "通話の開始", "failed": "判断できず", "line": "回線の都合"}
THRESHOLDS: Final = {"answer": "回答する", "clarify_margin": "次点との差", "unsure": "確認する"}
PURPOSES: Final = {
    "route": "ご用件の見分け",
    "rewrite": "お言葉の言い直し",
    "compose": "回答の言い回し",
    "summary": "要約",
    "mine": "FAQの下書き",
}


def evidence_box(evidence: Mapping[str, Any]) -> None:
    """Draw the evidence of one decision in the present container; nothing for none."""
    if not evidence:
        return
    spoken = set(evidence.get("entry_ids") or ())
    candidates: Sequence[Mapping[str, Any]] = evidence.get("candidates") or ()
    with box("evidence", "details"):
        with box("evidence-head", "summary"):
            text("根拠", "chip")
            text(_headline(evidence, candidates, spoken))
        if candidates:
            with box("candidates", "table"):
                with box("", "tr"):
                    for title in ("FAQ", "版", "一致度", "内訳", "一致した言い回し"):
                        text(title, tag="th", scope="col")
                for candidate in candidates:
                    _candidate(candidate, chosen=candidate.get("entry_id") in spoken)
        with box("facts", "dl"):
            for name, value in facts_of(evidence):
                text(name, tag="dt")
                text(value, tag="dd")


def _headline(evidence: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]], spoken: set[str]) -> str:
    chosen = [candidate for candidate in candidates if candidate.get("entry_id") in spoken]
    parts = [
        f"{c.get('entry_id')} 第{c.get('version')}版「{c.get('title')}」 {words.percent(c.get('score'))}"
        for c in chosen
    ]
    known = {str(candidate.get("entry_id")) for candidate in chosen}
    parts += sorted(spoken - known)
    if evidence.get("rule"):
        parts.append(f"規則：{rule_word(evidence)}")
    return " ／ ".join(parts) or words.of(DECISIONS, evidence.get("decision", ""))


def _candidate(candidate: Mapping[str, Any], chosen: bool) -> None:
    with box("chosen" if chosen else "", "tr"):
        with box("", "td"):
            text(str(candidate.get("entry_id", "")), "entry-id")
            text(str(candidate.get("title", "")), "entry-title")
        text(f"第{candidate.get('version', '')}版", tag="td")
        with box("", "td"):
            score_bar(candidate.get("score"), "一致度", "score")
        with box("", "td"), box("parts"):
            for key, name in SCORES:
                score_bar(candidate.get(key), name, "part")
        text(str(candidate.get("matched", "")), "matched", "td")


def score_bar(value: object, name: str, kind: str) -> None:
    """A share in [0, 1] as a bar with its number."""
    share = min(1.0, max(0.0, float(value))) if isinstance(value, int | float) else 0.0
    with box(f"bar {kind}", title=f"{name} {words.percent(value)}"):
        if kind == "part":
            text(name, "bar-name")
        with box("bar-track"):
            box("bar-fill").style(f"width:{share * 100:.0f}%")
        text(words.percent(value), "bar-value")


def facts_of(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is to be told of a decision, each with its name, in order. Evidence of older calls has less."""
    facts: list[tuple[str, str]] = [("判断", words.of(DECISIONS, evidence.get("decision", "")))]
    if evidence.get("heard"):
        facts.append(("聞き取り", f"{evidence['heard']}（確からしさ {words.percent(evidence.get('confidence'))}）"))
    if evidence.get("normalized") and evidence.get("normalized") != evidence.get("heard"):
        facts.append(("整えた文", str(evidence["normalized"])))
    if evidence.get("query") and evidence["query"] not in (evidence.get("heard"), evidence.get("normalized")):
        facts.append(("お客様の言葉の受け取り方", str(evidence["query"])))
    if evidence.get("rule"):
        facts.append(("規則", rule_word(evidence)))
    if evidence.get("firing"):
        facts.append(("はたらいたルール", _firing(evidence["firing"])))
    if evidence.get("composition"):
        facts.append(("回答の言い回し", _composition(evidence["composition"])))
    thresholds: Mapping[str, Any] = evidence.get("thresholds") or {}
    if thresholds:
        said = "、".join(f"{words.of(THRESHOLDS, name)} {value:g}" for name, value in thresholds.items())
        facts.append(("しきい値", said))
    for use in evidence.get("model_uses") or ():
        purpose = words.of(PURPOSES, use.get("purpose", ""))
        label = f" → {use.get('label')}" if use.get("label") else ""
        outcome = words.of(words.MODEL_OUTCOMES, use.get("outcome", ""))
        took = words.milliseconds(use.get("took_ms"))
        facts.append(("言語モデル", f"{use.get('model')}：{purpose}{label}（{outcome}、{took}）"))
    if not evidence.get("model_uses"):
        facts.append(("言語モデル", "使っていません"))
    facts.append(("FAQ全体の版", f"第{evidence.get('faq_version', 0)}版"))
    if evidence.get("rules_version"):
        facts.append(("ルール全体の版", f"第{evidence['rules_version']}版"))
    facts.append(("判断の時間", words.milliseconds(evidence.get("took_ms"))))
    return facts


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
