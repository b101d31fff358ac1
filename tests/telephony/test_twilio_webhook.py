from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from twilio.request_validator import RequestValidator

from telephony.admission import Admission, Tickets
from telephony.twilio_routes import TwilioAccess, twilio_router

TOKEN = "a-secret-that-only-twilio-knows"
FORM = {"CallSid": "CA1", "From": "+819012345678", "To": "+81312345678"}
URL = "https://voice.example.jp/twilio/voice"


@pytest.fixture
def admission() -> Admission:
    return Admission(1)


def client_of(access: TwilioAccess, admission: Admission, address: str = "127.0.0.1") -> httpx.AsyncClient:
    app = FastAPI()
    # The webhook itself needs no services: those are the media socket's.
    app.include_router(twilio_router(None, access, admission, Tickets(lambda: 1_000.0)))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app, client=(address, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080")


@pytest.fixture
async def signed(admission: Admission) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(TwilioAccess(TOKEN, "https://voice.example.jp"), admission) as client:
        yield client


def signature(url: str = URL, form: dict[str, str] = FORM, token: str = TOKEN) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}


async def test_a_signed_webhook_is_led_to_the_media_socket_with_a_ticket_and_the_numbers(
    signed: httpx.AsyncClient,
) -> None:
    answer = await signed.post("/twilio/voice", data=FORM, headers=signature())
    assert answer.status_code == 200 and "xml" in answer.headers["content-type"]
    stream = ET.fromstring(answer.text).find("./Connect/Stream")
    assert stream is not None and stream.get("url") == "wss://voice.example.jp/twilio/media"
    parameters = {p.get("name"): p.get("value") for p in stream.findall("Parameter")}
    assert parameters["from"] == FORM["From"] and parameters["to"] == FORM["To"] and parameters["ticket"]


async def test_an_unsigned_webhook_is_refused_with_a_sentence_that_says_what_to_check(
    signed: httpx.AsyncClient,
) -> None:
    answer = await signed.post("/twilio/voice", data=FORM)
    assert answer.status_code == 403 and "auth_token" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Twilio-Signature": "bm90IGEgc2lnbmF0dXJl"},
        signature(token="another-secret"),
        signature(url="https://elsewhere.example.jp/twilio/voice"),
        signature(form={**FORM, "From": "+810000000000"}),
    ],
)
async def test_a_signature_over_anything_else_is_refused(signed: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await signed.post("/twilio/voice", data=FORM, headers=headers)).status_code == 403


async def test_without_a_secret_only_this_machine_may_call(admission: Admission) -> None:
    async with client_of(TwilioAccess(), admission) as near:
        assert (await near.post("/twilio/voice", data=FORM)).status_code == 200
    async with client_of(TwilioAccess(), admission, "203.0.113.5") as far:
        assert (await far.post("/twilio/voice", data=FORM)).status_code == 403


async def test_when_all_lines_are_busy_the_caller_is_told_so_in_japanese(
    signed: httpx.AsyncClient, admission: Admission
) -> None:
    with admission:
        answer = await signed.post("/twilio/voice", data=FORM, headers=signature())
    root = ET.fromstring(answer.text)
    say = root.find("Say")
    assert say is not None and say.get("language") == "ja-JP" and "混み合って" in (say.text or "")
    assert root.find("Connect") is None and root.find("Hangup") is not None


async def test_an_oversized_form_is_refused(signed: httpx.AsyncClient) -> None:
    answer = await signed.post("/twilio/voice", data={"x": "a" * 70_000}, headers=signature())
    assert answer.status_code == 413
