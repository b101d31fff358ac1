"""What every page has: style, scripts, the head with the way back and the choice of colours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from dashboard.components.base import STATIC_PATH, box, text


@contextmanager
def frame(company: str, version: str) -> Iterator[ui.element]:
    """A page's outer form; what is built inside the context stands in its main part.

    Gives the place at the right of the head, for a page's own buttons. `version` keeps browsers from using
    the style and scripts of an older release.
    """
    ui.add_head_html(f'<link rel="stylesheet" href="{STATIC_PATH}/dashboard.css?v={version}">')
    ui.add_body_html(f'<script defer src="{STATIC_PATH}/page.js?v={version}"></script>')
    with box("page-head", "header"):
        with box("brand", "a", href="/"):
            text("受付", "brand-mark")
            text(company, "brand-company")
        actions = box("head-actions")
        with actions, box("plain", "button", type="button", data_colours="", title="画面の色を切り替えます"):
            text("画面の色：")
            text("自動", data_colours_name="")
    with box("page-main", "main"):
        yield actions
