"""A call to hand out: one ZIP with the story as a page of its own, the same as data, and the recording."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from dashboard import words
from dashboard.peaks import Peaks
from dashboard.reasons import Reason, Reasons
from dashboard.story import CallStory, StoryLine
from dashboard.transcript import Who

NAMES: Final = {Who.CALLER: "お客様", Who.AGENT: "AI", Who.OPERATOR: "担当者", Who.NOTE: ""}
RECORDING: Final = "recording.wav"
STYLE: Final = """
@page { size: A4; margin: 16mm }
body { font: 14px/1.7 "Hiragino Sans", "Noto Sans JP", "Yu Gothic UI", Meiryo, sans-serif; color: #17212b;
  max-width: 900px; margin: 24px auto; padding: 0 16px }
h1 { font-size: 20px } h2 { font-size: 16px; border-bottom: 1px solid #d8dee5; margin-top: 24px }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0 }
dt { color: #55616d } dd { margin: 0 }
.line { display: grid; grid-template-columns: 48px 64px 1fr; gap: 8px; padding: 6px 0; break-inside: avoid }
.said { padding: 4px 10px; border-radius: 8px; background: #eef1f4 }
.line.agent > .said { background: #e3f1f7 } .line.operator > .said { background: #f3e9fa }
.line.note > .said { background: none } .line.note, .at, .who { color: #55616d; font-size: 13px }
.why { margin-top: 6px; font-size: 12px } .why p { margin: 0 0 4px; font-weight: 700 }
table { border-collapse: collapse; width: 100%; margin-top: 4px }
th, td { border: 1px solid #d8dee5; padding: 2px 6px; text-align: left }
svg { width: 100%; height: 90px } audio { width: 100% } .foot { color: #55616d; font-size: 12px; margin-top: 32px }
""".strip()


def story_archive(
    story: CallStory, recording: Path | None, peaks: Peaks | None, who: str, reason: str, at: datetime
) -> bytes:
    """The ZIP: story.html, call.json and, where there is one, recording.wav. Blocking: reads the recording."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("story.html", story_page(story, peaks, who, reason, at))
        archive.writestr("call.json", story.model_dump_json(indent=1))
        if recording is not None:
            archive.write(recording, RECORDING)
    return kept.getvalue()


def story_page(story: CallStory, peaks: Peaks | None, who: str, reason: str, at: datetime) -> str:
    """The story as one page that needs nothing else, to be read anywhere and to be printed."""
    call = story.call
    covered = "表示しています" if story.unmasked else "伏せてあります"
    head = [
        ("お客様", call.caller),
        ("開始", words.moment(call.started_at)),
        ("通話時間", words.duration(None if call.duration_s is None else call.duration_s * 1000)),
        ("結果", call.outcome_name),
        ("終わり方", call.ended_by_name),
        ("応答までの時間（中央値）", words.milliseconds(call.latency_p50_ms)),
        ("回答に使ったFAQの版", _numbers(story.faq_versions)),
        ("引き継ぎルールの版", _numbers(story.rules_versions)),
        ("言語モデル", "、".join(story.models) or "使っていません"),
        ("はたらいたルール", "、".join(story.rules) or "ありません"),
        ("音声認識", story.recogniser or "―"),
        ("声", story.voice or "―"),
        ("通話ID", call.id),
    ]
    parts = [
        f"<h1>{escape(call.caller)}　通話の記録</h1>",
        _facts(head),
        _section("要約", _reasons(story.summary) if story.summary else ""),
        _section("担当者への引き継ぎ", "".join(_escalations(story))),
        _section("担当者がしたこと", "".join(_handlings(story))),
        _section("録音", f"{_waveform(peaks)}<audio controls src='{RECORDING}'></audio>" if peaks else ""),
        _section("会話と、なぜこう答えたか", "".join(_line(line) for line in story.lines)),
        f'<p class="foot">{escape(words.moment(at))} {escape(who)} が書き出しました（理由：{escape(reason)}）。'
        f"個人情報は{covered}。</p>",
    ]
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        f"<title>通話の記録 {escape(call.id)}</title><style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _section(title: str, body: str) -> str:
    return f"<h2>{title}</h2>{body}" if body else ""


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts) + "</dl>"


def _reasons(reasons: Sequence[Reason]) -> str:
    return _facts((each.name, each.value) for each in reasons)


def _numbers(versions: Sequence[int]) -> str:
    return "、".join(f"第{version}版" for version in versions) or "―"


def _escalations(story: CallStory) -> Iterable[str]:
    for each in story.escalations:
        said = f"{words.moment(each.at)}　{each.reason}（{each.outcome}）"
        yield f"<p>{escape(said)}</p>" + (f"<p>{escape(each.note)}</p>" if each.note else "")


def _handlings(story: CallStory) -> Iterable[str]:
    for each in story.handlings:
        talk = "―" if each.talk_s is None else words.duration(each.talk_s * 1000)
        yield _facts(
            [
                ("担当者", each.who),
                ("お話の長さ", talk),
                ("処理結果", each.disposition or "―"),
                ("要約", each.summary or "―"),
                ("メモ", each.note or "―"),
            ]
        )


def _line(line: StoryLine) -> str:
    cut = f"<p>（お客様に届いたところまで：{escape(line.heard_text)}）</p>" if line.heard_text is not None else ""
    why = _why(line.reasons) if line.reasons is not None else ""
    hearing = f'<div class="why">{_reasons(line.hearing)}</div>' if line.hearing else ""
    return (
        f'<div class="line {line.who.value}"><span class="at">{words.clock(line.at_ms)}</span>'
        f'<span class="who">{NAMES[line.who]}</span>'
        f'<div class="said">{escape(line.text)}{cut}{hearing}{why}</div></div>'
    )


def _why(reasons: Reasons) -> str:
    rows = "".join(
        f"<tr><td>{'◎' if each.chosen else ''}</td>"
        f"<td>{escape(each.title)}（{escape(each.entry_id)} 第{each.version}版）</td>"
        f"<td>{words.percent(each.score)}</td><td>{escape(each.matched)}</td></tr>"
        for each in reasons.considered
    )
    table = f"<table><tr><th></th><th>候補のFAQ</th><th>一致度</th><th>一致した言い回し</th></tr>{rows}</table>"
    return f'<div class="why"><p>{escape(reasons.headline)}</p>{_reasons(reasons.reasons)}{table if rows else ""}</div>'


def _waveform(peaks: Peaks) -> str:
    width = len(peaks.caller)
    upper = " ".join(f"{x},{45 - y * 45 // 127}" for x, y in enumerate(peaks.caller))
    lower = " ".join(f"{x},{45 + y * 45 // 127}" for x, y in enumerate(peaks.agent))
    return (
        f'<svg viewBox="0 0 {width} 90" preserveAspectRatio="none" role="img" aria-label="録音の波形">'
        f'<polygon fill="#b06a00" points="0,45 {upper} {width},45"/>'
        f'<polygon fill="#0f6b8f" points="0,45 {lower} {width},45"/></svg>'
    )
