"""The two bricks of all components: a box and a piece of text, both as plain HTML elements."""

from __future__ import annotations

from typing import Final

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

STATIC_PATH: Final = "/dashboard/static"
"""Where the pages' own style and scripts are served."""


def box(classes: str, tag: str = "div", **attributes: str) -> ui.element:
    """An element that holds others; used as a context. Attributes are set as they are, `_` read as `-`."""
    element = ui.element(tag).classes(classes)
    _set(element, attributes)
    return element


def text(content: str, classes: str = "", tag: str = "span", **attributes: str) -> TextElement:
    """An element that holds text; the browser never reads the text as HTML."""
    element = TextElement(tag=tag, text=content)
    element.classes(classes)
    _set(element, attributes)
    return element


def _set(element: ui.element, attributes: dict[str, str]) -> None:
    for name, value in attributes.items():
        element.props[name.rstrip("_").replace("_", "-")] = value
