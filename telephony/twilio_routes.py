"""Twilio's two doors: the voice webhook, which answers with TwiML, and the media socket that it leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, HTTPException, Request, Response, WebSocket
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Connect, VoiceResponse

from telephony.admission import Admission, Tickets
from telephony.answering import LOOPBACK, POLICY_VIOLATION, answer
from telephony.protocols.line import LineEvent, MediaStarted, Message, WireError
from telephony.protocols.twilio import TwilioProtocol
from telephony.services import CallServices

BUSY: Final = "ただいま電話が大変混み合っております。恐れ入りますが、しばらくたってからおかけ直しください。"
MAX_FORM_BYTES: Final = 64 * 1024

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TwilioAccess:
    """How Twilio proves itself. Without an `auth_token` only this machine may call (for trying out).

    `public_url` is what Twilio calls us by; it is what the signature was made over.
    """

    auth_token: str = ""
    public_url: str = ""


class TicketedTwilioProtocol(TwilioProtocol):
    """Twilio's protocol that lets a stream start only with a ticket of our webhook."""

    def __init__(self, tickets: Tickets) -> None:
        super().__init__()
        self._tickets = tickets

    def decode(self, message: Message) -> list[LineEvent]:
        """As `TwilioProtocol`; a start without a valid ticket is a `WireError`."""
        events = super().decode(message)
        for event in events:
            if isinstance(event, MediaStarted) and not self._tickets.redeem(event.parameters.get("ticket", "")):
                raise WireError("start without a valid ticket of our webhook")
        return events


def twilio_router(services: CallServices, access: TwilioAccess, admission: Admission, tickets: Tickets) -> APIRouter:
    """Routes `POST /twilio/voice` and WebSocket `/twilio/media`."""
    router = APIRouter()
    validator = RequestValidator(access.auth_token) if access.auth_token else None

    def is_allowed(client: str, url: str, parameters: dict[str, str], signature: str) -> bool:
        if validator is None:
            return client in LOOPBACK
        return bool(validator.validate(url, parameters, signature))

    @router.post("/twilio/voice", summary="Twilioの着信（TwiMLを返します）")
    async def voice(request: Request) -> Response:
        if int(request.headers.get("content-length") or 0) > MAX_FORM_BYTES:
            raise HTTPException(413, "リクエストが大きすぎます。")
        form = {key: str(value) for key, value in (await request.form()).items()}
        url = _public(access, str(request.url))
        client = request.client.host if request.client is not None else ""
        if not is_allowed(client, url, form, request.headers.get("x-twilio-signature", "")):
            log.warning("unsigned_webhook", client=client)
            raise HTTPException(
                403, "署名を確かめられませんでした。twilio.auth_token と server.public_url の設定をご確認ください。"
            )
        twiml = VoiceResponse()
        if admission.full:
            twiml.say(BUSY, language="ja-JP")
            twiml.hangup()
        else:
            connect = Connect()
            stream = connect.stream(url=_media_url(access, request))
            stream.parameter(name="ticket", value=tickets.issue())
            stream.parameter(name="from", value=form.get("From", ""))
            stream.parameter(name="to", value=form.get("To", ""))
            twiml.append(connect)
            twiml.hangup()
        return Response(str(twiml), media_type="application/xml")

    @router.websocket("/twilio/media")
    async def media(websocket: WebSocket) -> None:
        client = websocket.client.host if websocket.client is not None else ""
        signature = websocket.headers.get("x-twilio-signature", "")
        url = _public(access, str(websocket.url))
        if validator is not None and signature and not validator.validate(url, {}, signature):
            await websocket.close(POLICY_VIOLATION)
            return
        if validator is None and client not in LOOPBACK:
            await websocket.close(POLICY_VIOLATION)
            return
        protocol = TicketedTwilioProtocol(tickets) if validator is not None else TwilioProtocol()
        await answer(websocket, protocol, services, admission)

    return router


def _public(access: TwilioAccess, url: str) -> str:
    if not access.public_url:
        return url
    parts = urlsplit(url)
    base = access.public_url.rstrip("/")
    if parts.scheme in {"ws", "wss"}:
        base = "ws" + base.removeprefix("http")
    return base + parts.path + (f"?{parts.query}" if parts.query else "")


def _media_url(access: TwilioAccess, request: Request) -> str:
    base = access.public_url or str(request.base_url)
    return "ws" + base.rstrip("/").removeprefix("http") + "/twilio/media"
