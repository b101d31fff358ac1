"""Who works in the house, and who telephones it: helpers that read as what people do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page

from bench.agent_process import AgentProcess
from bench.callers import CallerVoice
from bench.listener import CallListener
from dashboard.auth.permissions import Role
from telephony.caller.carrier import CallTarget, CarrierSide
from tests.calls.office import LOGIN, office

PASSWORD = "窓ぎわの白い急須 42個"
SPOKEN = "ご住所の変更を承りました。"
"""What the browser's microphone hears."""


@dataclass(frozen=True)
class House:
    """The running agent with an account for each role, and its browser."""

    agent: AgentProcess
    browser: Browser
    voice: CallerVoice
    data: Path = Path()

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, agent: AgentProcess, browser: Browser, voice: CallerVoice, data: Path
    ) -> AsyncIterator[House]:
        """Set up, with the four people and a second operator."""
        async with office(agent) as client:
            for login, name, role in (
                ("suzuki", "鈴木 監督", Role.SUPERVISOR),
                ("sato", "佐藤 はるか", Role.OPERATOR),
                ("takahashi", "高橋 みのり", Role.OPERATOR),
                ("kansa", "監査 太一", Role.AUDITOR),
            ):
                body = {"login": login, "name": name, "role": role, "password": PASSWORD}
                answer = await client.post("/api/users", json=body)
                assert answer.status_code in (200, 201, 409), answer.text
        yield cls(agent, browser, voice, data)

    @asynccontextmanager
    async def office(self) -> AsyncIterator[httpx.AsyncClient]:
        """The administrator, over HTTP."""
        async with office(self.agent) as client:
            yield client

    async def ended(self, call_id: str) -> None:
        """Wait until the call is closed in the records."""
        async with self.office() as office, asyncio.timeout(20):
            while True:
                answer = await office.get(f"/api/calls/{call_id}")
                if answer.status_code == httpx.codes.OK and not answer.json()["call"]["live"]:
                    return
                await asyncio.sleep(0.1)

    async def takes_up_the_faq(self) -> None:
        """Wait until what was published is what calls are answered by."""
        async with self.office() as office, asyncio.timeout(20):
            while not (await office.get("/api/faq/live")).json()["up_to_date"]:
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def desk_of(self, login: str, *, dark: bool = False) -> AsyncIterator[Page]:
        """A browser window in which that person has signed in."""
        context = await self.browser.new_context(
            base_url=self.agent.url,
            viewport={"width": 1366, "height": 768},
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
            color_scheme="dark" if dark else "light",
            permissions=["microphone"],
        )
        password = LOGIN["password"] if login == LOGIN["login"] else PASSWORD
        answer = await context.request.post("/api/login", data={"login": login, "password": password})
        assert answer.ok, await answer.text()
        page = await context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        try:
            yield page
        finally:
            await context.close()
        assert wrong == []

    @asynccontextmanager
    async def telephone(self, number: str = "090-1111-2222") -> AsyncIterator[Telephone]:
        """Somebody calls from that number; the greeting has begun."""
        carrier = CarrierSide(CallTarget(self.agent.media_url, from_number=number))
        address = f"{self.agent.url.replace('http', 'ws')}/api/events"
        listener = CallListener(address, carrier.call_sid, key=self.agent.key)
        async with listener, carrier:
            phone = Telephone(carrier, listener, self.voice)
            await phone.until(lambda: carrier.agent_is_audible, 20)
            yield phone


@dataclass(frozen=True)
class Telephone:
    """A caller with the line in their hand."""

    carrier: CarrierSide
    listener: CallListener
    voice: CallerVoice

    @property
    def call_id(self) -> str:
        """The call's id in the house."""
        assert self.listener.call_id is not None
        return self.listener.call_id

    async def skip_greeting(self) -> None:
        """A key ends the greeting; the agent then asks for the matter."""
        await self.carrier.press("*")
        await self.decided(lambda data: data["act"] == "repeat")
        await self.until(lambda: not self.carrier.agent_is_audible, 20)

    async def ask(self, text: str, count: int = 1) -> dict[str, Any]:
        """Say it and wait for the decision that follows; gives what was decided."""
        before = len(self.listener.of_kind("decided"))
        self.carrier.say(self.voice.say(text))
        await self.until(lambda: len(self.listener.of_kind("decided")) >= before + count, 40)
        decided: dict[str, Any] = self.listener.of_kind("decided")[-1]["data"]
        return decided

    async def decided(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait for a decision of that kind."""

        def found() -> list[dict[str, Any]]:
            return [each["data"] for each in self.listener.of_kind("decided") if wanted(each["data"])]

        await self.until(lambda: bool(found()), 30)
        return found()[-1]

    async def hears_out(self) -> None:
        """Listen until the agent has finished."""
        await self.until(lambda: not self.carrier.agent_is_audible, 30)

    async def until(self, happens: Callable[[], bool], within_s: float) -> None:
        """Wait for it; fails with the last events."""
        try:
            async with asyncio.timeout(within_s):
                while not happens():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            last = [(each["at_ms"], each["kind"], str(each["data"])[:80]) for each in self.listener.events[-10:]]
            raise AssertionError(f"it did not happen within {within_s} s; last events: {last}") from None
