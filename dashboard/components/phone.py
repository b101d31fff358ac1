"""「電話してみる」: the panel that calls the agent from the browser. What it does stands in `static/phone.js`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nicegui import ui

from dashboard.components.base import STATIC_PATH, box, text

MARKUP = (Path(__file__).parent.parent / "static" / "phone.html").read_text(encoding="utf-8")


class PhonePanel:
    """The panel, closed at first, and the script behind it.

    `started` gets the number under which the browser's call appears among the running ones.
    """

    def __init__(self, media_path: str, version: str, started: Callable[[str], None]) -> None:
        ui.add_body_html(f'<script defer src="{STATIC_PATH}/phone.js?v={version}"></script>')
        self._root = box("card phone", "aside", aria_label="電話してみる", id="phone-panel")
        self._root.props["data-phone-panel"] = ""
        self._root.props["data-media"] = media_path
        self._root.props["data-worklet"] = f"{STATIC_PATH}/worklet.js?v={version}"
        with self._root:
            ui.html(MARKUP, sanitize=False)  # our own file, no word of anybody else in it
            self.close_button = text("閉じる", "plain phone-close", "button", type="button")
        self._root.set_visibility(False)
        ui.on("phone_started", lambda event: started(str(event.args.get("number", ""))[:64]))

    @property
    def is_open(self) -> bool:
        """Whether the panel is on the page."""
        return bool(self._root.visible)

    def set_open(self, opened: bool) -> None:
        """Show or hide the panel. Hiding it does not hang up."""
        self._root.set_visibility(opened)
