"""Takes one media socket that may come in: admits it, conducts its call, closes it."""

from __future__ import annotations

from typing import Final

import structlog
from fastapi import WebSocket

from telephony.admission import Admission
from telephony.protocols.line import LineProtocol
from telephony.services import CallServices
from telephony.session import MediaSession, NoStartError
from telephony.sockets import WebSocketLine

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "testclient"})
"""Clients of this machine itself."""
POLICY_VIOLATION: Final = 1008
TRY_AGAIN_LATER: Final = 1013

log = structlog.get_logger(__name__)


async def answer(websocket: WebSocket, protocol: LineProtocol, services: CallServices, admission: Admission) -> None:
    """Conduct the call on `websocket` to its end; turned away with 1013 when all lines are taken."""
    if admission.full:
        await websocket.close(TRY_AGAIN_LATER)
        return
    with admission:
        await websocket.accept()
        line = WebSocketLine(websocket)
        try:
            await MediaSession(line, protocol, services).run()
        except NoStartError as error:
            log.warning("no_start", line=protocol.name, error=str(error))
            await line.close(POLICY_VIOLATION)
        else:
            await line.close()
