"""Looks at this machine: what a call needs, what is there, and what to do about the rest."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from dialogue.llm.engine import EngineState, engine_state
from uketsuke.places import model_store, places_of
from uketsuke.settings import Settings

ROOM_FOR_A_DAY_BYTES: Final = 2 * 1024**3
"""A busy day of stereo recordings at 8 kHz is some 1.9 MB a minute; below this the disk is called tight."""


class Health(StrEnum):
    """How a finding bears on taking calls."""

    GOOD = "good"
    OPTIONAL = "optional"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `remedy` is a Japanese sentence that says what to do."""

    subject: str
    health: Health
    detail: str
    remedy: str | None = None


def examine(settings: Settings) -> list[Finding]:
    """Everything, in the order in which it matters."""
    return [
        *_machine(),
        *_models(settings),
        *_recognition(settings),
        *_language_model(settings),
        *_company(settings),
        *_server(settings),
    ]


def _machine() -> Iterator[Finding]:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield Finding(
        "Python",
        Health.GOOD if fits else Health.BAD,
        version,
        None if fits else "Python 3.11〜3.13 で `make setup` をやり直してください。",
    )
    cores = os.cpu_count() or 1
    yield Finding(
        "CPU",
        Health.GOOD if cores >= 2 else Health.BAD,
        f"{cores} コア",
        None if cores >= 2 else "2コア以上のマシンでお使いください。",
    )


def _models(settings: Settings) -> Iterator[Finding]:
    for listing in model_store(settings).list():
        if listing.sound:
            yield Finding(f"モデル {listing.name}", Health.GOOD, listing.title)
        else:
            health = Health.BAD if listing.required else Health.OPTIONAL
            yield Finding(f"モデル {listing.name}", health, f"{listing.title}（{listing.purpose}）", listing.remedy)


def _recognition(settings: Settings) -> Iterator[Finding]:
    chosen = settings.recognition
    together = f"同時 {chosen.worker_count}（使えるコア {len(os.sched_getaffinity(0))}）"
    if chosen.engine == "openai":
        yield Finding("音声認識", Health.GOOD, f"{chosen.base_url} の {chosen.model}、{together}")
    else:
        yield Finding("音声認識", Health.GOOD, f"{chosen.model}（{chosen.device}、{chosen.compute_type}）、{together}")


def _language_model(settings: Settings) -> Iterator[Finding]:
    if settings.llm.kind != "embedded":
        detail = "使いません" if settings.llm.kind == "off" else f"{settings.llm.base_url} の {settings.llm.model}"
        yield Finding("言語モデル", Health.GOOD, detail)
        return
    state = engine_state(places_of(settings).cache)
    texts = {
        EngineState.INSTALLED: ("実行エンジンがあります", None),
        EngineState.BUILDING: ("実行エンジンを組み立てています", "終わるまでお待ちください。通話は始められます。"),
        EngineState.FAILED: ("実行エンジンの組み立てに失敗しました", "`make llm` を実行してください。"),
        EngineState.ABSENT: ("実行エンジンがまだありません", "`make llm` を実行してください。なくても通話はできます。"),
    }
    detail, remedy = texts[state]
    health = Health.GOOD if state is EngineState.INSTALLED else Health.OPTIONAL
    yield Finding("言語モデル", health, detail, remedy)


def _company(settings: Settings) -> Iterator[Finding]:
    folder = places_of(settings).company
    missing = [name for name in ("company.yaml", "faq.yaml") if not (folder / name).is_file()]
    if missing:
        yield Finding("会社の設定", Health.BAD, f"{folder} に {'、'.join(missing)} がありません", _COMPANY_REMEDY)
    else:
        yield Finding("会社の設定", Health.GOOD, str(folder))


def _server(settings: Settings) -> Iterator[Finding]:
    places = places_of(settings)
    nearest = _nearest(places.data)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        yield Finding("記録の置き場所", Health.BAD, f"{places.data} に書き込めません", _FOLDER_REMEDY)
    else:
        free = shutil.disk_usage(nearest).free
        enough = free >= ROOM_FOR_A_DAY_BYTES
        yield Finding(
            "記録の置き場所",
            Health.GOOD if enough else Health.BAD,
            f"{places.data}（空き {free / 1e9:.1f} GB）",
            None if enough else "ディスクの空きを増やしてください。録音は1分あたり約2MBです。",
        )
    address = (settings.server.host, settings.server.port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            yield Finding(
                "待ち受け",
                Health.OPTIONAL,
                f"{address[0]}:{address[1]} は使われています",
                "受付が動いていれば問題ありません。そうでなければ [server] port を変えてください。",
            )
        else:
            yield Finding("待ち受け", Health.GOOD, f"{address[0]}:{address[1]} が使えます")
    if not settings.twilio.auth_token:
        yield Finding(
            "Twilio",
            Health.OPTIONAL,
            "auth_token がないため、このマシンからの通話だけを受けます",
            "電話回線につなぐときは UKETSUKE_TWILIO__AUTH_TOKEN と [server] public_url を設定してください。",
        )


def _nearest(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())


_COMPANY_REMEDY: Final = "[company] folder に company.yaml と faq.yaml のあるフォルダを書いてください。"
_FOLDER_REMEDY: Final = "[records] folder に、書き込めるフォルダを書いてください。"
