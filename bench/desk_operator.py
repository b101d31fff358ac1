"""The operator of `bench desk`: takes a call over and types, while the caller's telephone tells when it is heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from bench.desk_figures import Typed
from bench.desk_pages import Events
from telephony.caller.carrier import CallTarget, CarrierSide

POLL_S: Final = 0.01
DEADLINE_S: Final = 20.0
HEARD_WITHIN_S: Final = 10.0
QUIET_MS: Final = 1_000.0
THINK_S: Final = 1.0

Keyboard = Callable[[str], Awaitable[float]]
"""Types the words and presses Enter; gives when that was, on the monotonic clock."""


class NotReachedError(RuntimeError):
    """The operator's own call did not come about; the message says where it stuck, in Japanese."""


def line_to_type(number: int) -> str:
    """What the operator types next: each time other words from the first on, which no cache of voices holds."""
    beginnings = (
        "{n}番でお待ちのお客様ですね。担当がお電話を代わりました。",
        "ご注文の{n}番につきまして、いまお調べしております。",
        "お預かりした番号は{n}番です。少々お待ちくださいませ。",
        "お支払いは{n}円でございます。お間違いはございませんか。",
        "お届けまで、あと{n}分ほどいただいております。",
    )
    return beginnings[number % len(beginnings)].format(n=1_137 + 211 * number)


@dataclass(frozen=True)
class OperatorsCall:
    """A call that an operator has taken over. `began_at` is where the caller's time begins on the monotonic clock."""

    call_id: str
    carrier: CarrierSide
    began_at: float

    @classmethod
    @asynccontextmanager
    async def taken_over(
        cls, media_url: str, client: httpx.AsyncClient, events: Events
    ) -> AsyncIterator[OperatorsCall]:
        """Call, and have the operator of `client` take it over; at the end the operator hangs up.

        Raises `NotReachedError`.
        """
        carrier = CarrierSide(CallTarget(media_url))
        async with carrier:
            began_at = time.monotonic() - carrier.now_ms / 1000
            await _until(lambda: carrier.agent_is_audible, "ごあいさつが聞こえません")
            await _until(lambda: carrier.call_sid in events.call_ids().values(), "通話が画面に現れません")
            call_id = next(own for own, external in events.call_ids().items() if external == carrier.call_sid)
            answer = await client.post(f"/api/desk/calls/{call_id}/take-over")
            if answer.is_error:
                raise NotReachedError(f"通話に入れません: {answer.text}")
            yield cls(call_id, carrier, began_at)
            await client.post(f"/api/desk/calls/{call_id}/end")

    async def type(self, words: str, keyboard: Keyboard) -> Typed:
        """Wait for silence on the line, think, type, and listen at the telephone."""
        await _until(self._silent, "受付が話し終わりません")
        await asyncio.sleep(THINK_S)
        entered = await keyboard(words)
        entered_ms = (entered - self.began_at) * 1000
        try:
            async with asyncio.timeout(HEARD_WITHIN_S):
                while (heard_ms := self.carrier.agent.first_sound_after(entered_ms)) is None:
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            return Typed(None)
        return Typed(round((heard_ms - entered_ms) / 1000, 3))

    def _silent(self) -> bool:
        since = max(0.0, self.carrier.now_ms - QUIET_MS)
        return not self.carrier.agent_is_audible and self.carrier.agent.first_sound_after(since) is None


def keyboard_of(client: httpx.AsyncClient, call_id: str) -> Keyboard:
    """Enter as the page's own script takes it: one request, sent at once."""

    async def enter(words: str) -> float:
        entered = time.monotonic()
        answer = await client.post(f"/api/desk/calls/{call_id}/say", json={"text": words})
        answer.raise_for_status()
        return entered

    return enter


async def _until(happens: Callable[[], bool], trouble: str) -> None:
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not happens():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise NotReachedError(f"{trouble}（{DEADLINE_S:.0f} 秒待ちました）。") from None
