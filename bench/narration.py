"""Prints a call as it happens: what was heard, what was decided and why, what was said, and how long each step took."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape

from bench.listener import Event

ACTS = {
    "greet": "あいさつ",
    "answer": "回答",
    "clarify": "確認",
    "reask": "聞き返し",
    "repeat": "繰り返し",
    "acknowledge": "受け答え",
    "no_input": "無音への呼びかけ",
    "wait": "待機",
    "hand_over": "担当者へ",
    "close": "終話",
}


class Narration:
    """Takes a call's events in order and prints each in one or two Japanese lines."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, event: Event) -> None:
        """Print one event, if it is one that a person wants to see."""
        line = _line(event["kind"], event["data"])
        if line is not None:
            self._console.print(f"[dim]{event['at_ms'] / 1000:7.2f}秒[/dim] {line}")


def _line(kind: str, data: dict[str, Any]) -> str | None:
    match kind:
        case "partial":
            return f"[dim]聞き取り中 … {escape(data['text'])}[/dim]"
        case "heard":
            return (
                f"[cyan]聞き取り[/cyan] 「{escape(data['text'])}」"
                f"（確信度 {data['confidence']:.2f}、認識 {data['took_ms']:.0f} ms、終話 {data['endpoint']}）"
            )
        case "heard_again":
            return f"[cyan]聞き直し[/cyan] 「{escape(data['text'])}」（{data['took_ms']:.0f} ms）"
        case "not_words":
            return f"[dim]言葉なし（{data['reason']}）[/dim]"
        case "decided":
            return _decision(data)
        case "speaking":
            return f"[green]受付[/green] {escape(data['text'])}"
        case "latency":
            return (
                f"[magenta]時間[/magenta] 発話の終わりから: 終話判定 {data['end_of_turn']:.0f}、"
                f"認識 {data['text']:.0f}、判断 {data['decision']:.0f}、第一声 {data['first_audio']:.0f} ms"
            )
        case "aizuchi":
            return f"[dim]相づち（{data['verdict']}）[/dim]"
        case "barge_in":
            return f"[yellow]割り込み[/yellow] {data['decided_after_ms']:.0f} ms で判断して停止"
        case "keypad":
            return f"[cyan]キー[/cyan] {data['digits']}"
        case "escalated":
            return f"[yellow]引き継ぎ[/yellow] 理由 {data['reason']}"
        case "warning":
            return f"[red]注意[/red] {data['what']} {escape(str(data.get('detail', '')))}"
        case "ended":
            return f"通話終了（{data['ended_by']}、{data['duration_ms'] / 1000:.1f} 秒）"
    return None


def _decision(data: dict[str, Any]) -> str:
    evidence = data["evidence"]
    why = evidence["decision"] + (f"、規則 {evidence['rule']}" if evidence.get("rule") else "")
    lines = [f"[blue]判断[/blue] {ACTS.get(data['act'], data['act'])}（{why}、{evidence['took_ms']:.0f} ms）"]
    for candidate in evidence["candidates"][:3]:
        lines.append(
            f"         {candidate['entry_id']} v{candidate['version']} {candidate['score']:.2f}"
            f"（語 {candidate['lexical']:.2f}・意味 {candidate['semantic']:.2f}・音 {candidate['kana']:.2f}）"
            f" {escape(candidate['title'])}"
        )
    for use in evidence["model_uses"]:
        lines.append(
            f"         言語モデル {use['model']}: {use['outcome']} {use['label'] or ''} {use['took_ms']:.0f} ms"
        )
    return "\n".join(lines)
