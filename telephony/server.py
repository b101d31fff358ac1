"""The FastAPI application of the line: Twilio's doors, the browser's door, and a health check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from telephony.admission import Admission, Tickets
from telephony.browser_routes import browser_router
from telephony.services import CallServices
from telephony.twilio_routes import TwilioAccess, twilio_router


@dataclass(frozen=True)
class LineAccess:
    """Who may call: Twilio by its signature, browsers from this machine or from anywhere."""

    twilio: TwilioAccess = TwilioAccess()
    remote_browsers: bool = False


def create_line_app(
    services: CallServices,
    access: LineAccess,
    time: Callable[[], float],
) -> FastAPI:
    """Build the application. `time` is a wall clock in seconds, for the tickets' expiry."""
    app = FastAPI(title="受付 Uketsuke", docs_url=None, redoc_url=None, openapi_url=None)
    admission = Admission(services.max_calls)
    app.include_router(twilio_router(services, access.twilio, admission, Tickets(time)))
    app.include_router(browser_router(services, admission, access.remote_browsers))

    @app.get("/health", summary="生きているかどうか")
    async def health() -> dict[str, Any]:
        return {"status": "ok", "calls": len(services.live)}

    return app
