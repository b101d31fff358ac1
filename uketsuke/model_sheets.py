"""Every model of the running service as a sheet that a company can show: whose, where, what for, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.api.transparency import ModelSheet, Outlet
from dialogue.llm.purpose import Place
from uketsuke.errors import UserError
from uketsuke.model_settings import ModelSetup, read_model_setup
from uketsuke.places import Places
from uketsuke.settings import Settings
from voice.models.manifest import Manifest, load_manifest

HERE: Final = "このコンピューターの中"
PLACES: Final = {Place.IN_PROCESS: HERE, Place.ON_PREMISES: "社内のサーバー", Place.OUTSIDE: "社外のサーバー"}
LIMITS: Final[Mapping[str, tuple[str, str]]] = {
    "whisper-base": (
        "固有名詞や数字を聞き違えることがあります。聞いた内容は、必要なところで復唱して確かめます。",
        "電話音声（125発話）の文字誤り率 25.6〜26.4%",
    ),
    "smart-turn-v3": ("言いよどみを話の終わりと取り違えることがあります。ことばの形とあわせて判断します。", ""),
    "qwen2.5-coder-1.5b": (
        "自由に答えさせると誤りが多いため、候補の選択と要約の下書きだけに使います。回答は承認済みの文章です。",
        "自由回答20問のうち正しいもの4問、候補の選択は20問のうち17問",
    ),
}
"""What a model must not be trusted with, and what was measured of it (docs/ARCHITECTURE.md, README.md)."""


def model_sheets(settings: Settings, places: Places) -> list[ModelSheet]:
    """Speech and search models by the manifest, then the language models by name."""
    manifest = load_manifest()
    return [*_of_manifest(manifest, settings), *_of_setup(_setup(settings, places))]


def outlets(settings: Settings, places: Places) -> list[Outlet]:
    """What the settings name that connections may be opened to; empty by default."""
    found = []
    setup = _setup(settings, places)
    for card in setup.in_use if setup is not None else ():
        if card.base_url:
            found.append(Outlet(f"言語モデル（{card.name}）", card.base_url, card.place is not Place.OUTSIDE))
    if settings.recognition.engine == "openai" and settings.recognition.base_url:
        found.append(Outlet("音声認識", settings.recognition.base_url, True))
    if settings.retrieval.embedder == "openai" and settings.retrieval.base_url:
        found.append(Outlet("検索の埋め込み", settings.retrieval.base_url, True))
    return found


def purposes(settings: Settings, places: Places) -> dict[str, str]:
    """What each configured host is for, by its name."""
    return {host: outlet.purpose for outlet in outlets(settings, places) if (host := _host(outlet.address))}


def _host(address: str) -> str:
    return address.split("//", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]


def _setup(settings: Settings, places: Places) -> ModelSetup | None:
    try:
        return read_model_setup(settings.llm, places.company, settings.llm.outside_allowed)
    except UserError:
        return None


def _of_manifest(manifest: Manifest, settings: Settings) -> list[ModelSheet]:
    used = {settings.recognition.model, settings.llm.model, *manifest.required()}
    sheets = []
    for model in manifest.models:
        limits, measured = LIMITS.get(model.name, ("", ""))
        state = "使用中" if model.name in used else "未使用"
        sha256 = model.files[0].sha256
        sheets.append(
            ModelSheet(
                model.name,
                model.title,
                model.purpose,
                HERE,
                "―",
                model.maker,
                model.licence,
                state,
                limits,
                measured,
                sha256,
            )
        )
    for package in manifest.packages:
        sheets.append(
            ModelSheet(
                package.name, package.title, package.purpose, HERE, "―", package.maker, package.licence, "使用中"
            )
        )
    return sheets


def _of_setup(setup: ModelSetup | None) -> list[ModelSheet]:
    if setup is None:
        return []
    used = {card.name for card in setup.in_use}
    return [
        ModelSheet(
            card.name,
            card.model,
            "言語モデル",
            PLACES[card.place],
            card.country,
            card.vendor,
            card.licence,
            "使用中" if card.name in used else "切ってあります",
            card.note,
        )
        for card in setup.catalogue
    ]
