"""One person's calls as a file to hand out: what was said, when, and the recordings, readable without this program."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from records.models import CallDetail, Speaker
from records.plain import plain, to_json

JAPAN: Final = ZoneInfo("Asia/Tokyo")
SPEAKERS: Final = {Speaker.CALLER: "お客様", Speaker.AGENT: "自動音声", Speaker.OPERATOR: "担当者"}


def bundle(details: Sequence[CallDetail], recordings: Mapping[str, Path | None], made_at: datetime) -> bytes:
    """A ZIP: a cover text, and for each call its conversation, its data and its recording. Blocking."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("はじめにお読みください.txt", _cover(details, made_at))
        for number, detail in enumerate(details, 1):
            folder = f"{number:03d}_{detail.row.started_at.astimezone(JAPAN):%Y%m%d-%H%M%S}"
            archive.writestr(f"{folder}/会話.txt", conversation(detail))
            archive.writestr(f"{folder}/記録.json", to_json(plain(_data(detail))))
            recording = recordings.get(detail.row.id)
            if recording is not None:
                archive.write(recording, f"{folder}/録音.wav", zipfile.ZIP_STORED)
    return packed.getvalue()


def conversation(detail: CallDetail) -> str:
    """What was said, a line a turn, as it was recorded."""
    began = detail.row.started_at.astimezone(JAPAN)
    lines = [f"通話日時: {began:%Y年%m月%d日 %H:%M:%S}", f"発信番号: {detail.row.caller_number or '非通知'}", ""]
    for turn in detail.turns:
        seconds = turn.started_ms // 1000
        said = turn.text if turn.speaker is Speaker.CALLER or turn.heard_text is None else turn.heard_text
        lines.append(f"[{seconds // 60}:{seconds % 60:02d}] {SPEAKERS[turn.speaker]}: {said}")
    return "\n".join(lines) + "\n"


def _cover(details: Sequence[CallDetail], made_at: datetime) -> str:
    return (
        f"作成日時: {made_at:%Y年%m月%d日 %H:%M}\n通話: {len(details)}件\n\n"
        "通話ごとのフォルダーに、会話（会話.txt）、記録のすべて（記録.json）、録音（録音.wav）が入っています。\n"
        "録音のうち、カード番号などの区間は無音になっています。\n"
    )


def _data(detail: CallDetail) -> dict[str, object]:
    return {
        "call": detail.row,
        "turns": detail.turns,
        "events": detail.events,
        "escalations": detail.escalations,
        "summary": detail.summary,
    }
