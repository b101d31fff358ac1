"""Puts the pages and their API on the service's application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from dashboard.access import AccessGuard
from dashboard.api.app import create_api
from dashboard.site import site_routes
from dashboard.vitals import Vitals, metrics_app

API_PATH: Final = "/api"


def mount_dashboard(
    app: FastAPI,
    *,
    routers: Sequence[APIRouter],
    vitals: Vitals,
    allow_remote: bool,
    gate: Callable[[ASGIApp], ASGIApp],
) -> None:
    """Add `/api`, `/metrics`, the pages and their files to `app`; `gate` finds out who asks.

    To be called last: the pages take every path that is not taken yet.
    """

    def guarded(inner: ASGIApp) -> ASGIApp:
        return AccessGuard(inner, allow_remote)

    app.mount(API_PATH, guarded(gate(create_api(routers))))
    app.router.routes.append(Route("/metrics", guarded(gate(metrics_app(vitals)))))
    app.mount("", guarded(Router(routes=list(site_routes()))))
