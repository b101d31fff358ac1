"""The pages' files: one document for every page's address, scripts and styles of our own, Vue from its wheel."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

STATIC_FOLDER: Final = Path(__file__).parent / "static"
INDEX: Final = STATIC_FOLDER / "app" / "index.html"
PAGE_PATHS: Final = (
    "/", "/login", "/setup", "/start", "/floor", "/desk", "/calls", "/calls/{id}", "/phone", "/faq", "/faq/{id}",
    "/publications", "/improve", "/trials", "/rules", "/wording", "/hours", "/words", "/figures", "/people", "/keys",
    "/audit", "/trust", "/subjects", "/hooks", "/account",
)  # fmt: skip
"""Where pages are; a test holds it equal to the navigation."""
REVALIDATE: Final = {"cache-control": "no-cache"}
"""Browsers ask whether a file is still the same: an update shows at once, an unchanged file costs no transfer."""


class VueMissingError(RuntimeError):
    """The wheel that carries Vue is not installed."""


def vue_file() -> Path:
    """Vue 3 as one module of the browser (MIT). It lies in nicegui's wheel as data; that package is never imported.

    Raises `VueMissingError`.
    """
    package = find_spec("nicegui")
    for folder in (package.submodule_search_locations or ()) if package is not None else ():
        file = Path(folder) / "static" / "vue.esm-browser.prod.js"
        if file.is_file():
            return file
    raise VueMissingError("画面の部品（Vue）が見つかりません。make setup をもう一度実行してください。")


class _Files(StaticFiles):
    def file_response(self, *args: object, **named: object) -> Response:
        response = super().file_response(*args, **named)  # type: ignore[arg-type]
        response.headers.update(REVALIDATE)
        return response


def site_routes() -> Sequence[BaseRoute]:
    """Routes of every page and file. What they show comes from `/api`, which asks who is there."""
    vue = vue_file()

    async def page(_request: Request) -> Response:
        return FileResponse(INDEX, media_type="text/html; charset=utf-8", headers=REVALIDATE)

    async def vue_module(_request: Request) -> Response:
        return FileResponse(vue, media_type="text/javascript; charset=utf-8", headers=REVALIDATE)

    return [
        Route("/assets/vue.js", vue_module),
        Mount("/static", _Files(directory=STATIC_FOLDER)),
        *(Route(path, page) for path in PAGE_PATHS),
    ]
