"""How the service stands, in one strip."""

from __future__ import annotations

from dashboard.components.base import box, text
from dashboard.sources import ServiceStatus


class StatusStrip:
    """Shows a `ServiceStatus`; redrawn only when it differs from the one before."""

    def __init__(self, status: ServiceStatus) -> None:
        self._status = status
        self._root = box("status", "section", aria_label="サービスの状態")
        self._draw()

    def show(self, status: ServiceStatus) -> None:
        """Bring the strip up to date."""
        if status != self._status:
            self._status = status
            self._draw()

    def _draw(self) -> None:
        status = self._status
        self._root.clear()
        with self._root:
            with box("status-items"):
                _item("エージェント", "稼働中" if status.agent_ready else "準備中", _tone(status.agent_ready))
                _item("通話中", f"{status.active_calls} 件", "")
                _item("認識", status.recogniser, "")
                _item("音声", status.voice, "")
                _item("言語モデル", status.language_model, _model_tone(status.language_model))
                _item("モデルファイル", "確認済み" if status.models_ok else "不足があります", _tone(status.models_ok))
                _item("バージョン", status.version, "")
            for warning in status.warnings:
                text(warning, "warning", "p", role="alert")


def _item(name: str, value: str, tone: str) -> None:
    with box(f"status-item {tone}"):
        text(name, "status-name")
        with box("status-value"):
            if tone:
                box("lamp", "i")
            text(value)


def _tone(good: bool) -> str:
    return "good" if good else "waiting"


def _model_tone(words: str) -> str:
    if words.startswith("準備完了"):
        return "good"
    return "bad" if words.startswith("使えません") else "waiting"
