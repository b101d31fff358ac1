"""The composition root's second half: one application over the parts, served until told to stop."""

from __future__ import annotations

import asyncio
import gc
import importlib.metadata
import time
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from dashboard.access import AccessGuard
from dashboard.auth.gate import Gate, GateAt
from dashboard.chat import create_chat_routes
from dashboard.faq_search import FaqSearch, Search, search_over
from dashboard.mcp_door import McpDoor
from dashboard.mount import mount_dashboard
from dashboard.transcript import LineMask
from dashboard.vitals import Vitals
from telephony.call import FIXED_PHRASES
from telephony.server import LineAccess, create_line_app
from telephony.twilio_routes import TwilioAccess
from uketsuke.api import api_routers
from uketsuke.auth import open_doors
from uketsuke.errors import UserError
from uketsuke.parts import Parts, build_parts
from uketsuke.settings import Settings
from voice.models.errors import ModelError
from voice.pool import Priority

BROWSER_MEDIA: Final = "/browser/media"
LINE_RATES_HZ: Final = (8_000, 16_000)
WS_MAX_BYTES: Final = 256 * 1024
WS_PING_S: Final = 20.0
STOP_DEADLINE_S: Final = 10
log = structlog.get_logger(__name__)


def build_app(parts: Parts, tools: McpDoor) -> FastAPI:
    """The application over parts that live on the running loop. The pages come last: they take every other path."""
    settings = parts.settings
    access = LineAccess(
        TwilioAccess(settings.twilio.auth_token, settings.server.public_url), settings.dashboard.allow_remote
    )
    app = create_line_app(parts.services(), access, time.time)
    search = _search(parts)

    def gate(inner: ASGIApp) -> ASGIApp:
        return Gate(inner, parts.auth.identify)

    # The line knows nothing of accounts: that the browser's telephone is for signed-in people is said here.
    app.add_middleware(GateAt, path=BROWSER_MEDIA, gate=gate)
    chat = create_chat_routes(parts.new_chat, parts.minds.book, search, allow_remote=settings.dashboard.allow_remote)
    app.mount("/v1", gate(chat))
    app.mount("/mcp", AccessGuard(gate(tools.app()), settings.dashboard.allow_remote))
    mount_dashboard(
        app,
        routers=api_routers(parts),
        vitals=Vitals(parts.pool.gauge, parts.loop_watch.gauge, lambda: len(parts.live)),
        allow_remote=settings.dashboard.allow_remote,
        gate=gate,
    )
    return app


def _search(parts: Parts) -> Search:
    return search_over(parts.minds.searcher, lambda find: parts.pool.run(find, Priority.TURN))


def _tools(parts: Parts) -> McpDoor:
    faq = FaqSearch(_search(parts), parts.minds.book)
    version = importlib.metadata.version("uketsuke")
    return McpDoor(faq, parts.records.calls, LineMask(parts.finder), parts.auth.audit, version)


async def serve(settings: Settings) -> None:
    """Build, warm, take calls until told to stop, take down. Raises `UserError` for what a person can mend."""
    async with build_parts(settings) as parts:
        try:
            await asyncio.to_thread(parts.ears.warm_up)
        except ModelError as error:
            raise UserError(str(error)) from error
        await parts.mouth.warm(FIXED_PHRASES, speed=settings.voice.speed)
        tools = _tools(parts)
        server = uvicorn.Server(
            uvicorn.Config(
                build_app(parts, tools),
                host=settings.server.host,
                port=settings.server.port,
                ws_max_size=WS_MAX_BYTES,
                ws_ping_interval=WS_PING_S,
                ws_ping_timeout=WS_PING_S,
                ws_per_message_deflate=False,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=STOP_DEADLINE_S,
            )
        )
        url = f"http://{settings.server.host}:{settings.server.port}"
        await open_doors(parts.auth, parts.places.data, url)
        # What was built lives as long as the service: the collector need not look at it again, which takes 100 ms.
        gc.collect()
        gc.freeze()
        warming = asyncio.create_task(_warm_mouth(parts), name="warm-mouth")
        log.info("ready", url=url)
        try:
            async with tools.running():
                await server.serve()
        finally:
            warming.cancel()
            await asyncio.gather(warming, return_exceptions=True)


async def _warm_mouth(parts: Parts) -> None:
    """Make what is said often beforehand: the line's own phrases and the opening first, then every first sentence."""
    texts = [*FIXED_PHRASES, *await parts.minds.frequent_sentences()]
    for rate_hz in LINE_RATES_HZ:
        await parts.mouth.warm(texts, speed=parts.settings.voice.speed, rate_hz=rate_hz)
