"""Carries what waits to the places that want it: signed, with a deadline, again after a failure, in order of time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import structlog

from dashboard.hooks.events import sentence_of, told_of
from dashboard.hooks.signing import DELIVERY_HEADER, HEADER, sign
from records.hooks import Delivery, Hook, HookRepository, HookStyle
from records.plain import to_json
from telephony.live import LiveCalls

POLL_S: Final = 1.0
SEND_DEADLINE_S: Final = 10.0
AT_ONCE: Final = 4
NOT_ALLOWED: Final = "設定ファイルの [hooks] allowed_hosts に、この送り先のホスト名がありません。"
NO_ANSWER: Final = "送り先につながりません。"
TOO_LATE: Final = "送り先が時間内に応答しませんでした。"
log = structlog.get_logger(__name__)


class Courier:
    """Two tasks from `start` to `close`: one puts events of running calls on their way, one delivers.

    Only hosts in `allowed_hosts` are ever connected to: what a browser can type is not enough to open a way out.
    """

    def __init__(
        self,
        hooks: HookRepository,
        live: LiveCalls,
        allowed_hosts: Collection[str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._hooks = hooks
        self._live = live
        self._allowed = frozenset(allowed_hosts)
        self._now = now
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, on the running loop; without an allowed host there is nothing to do and nothing is done."""
        if self._allowed:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(self._listen()), loop.create_task(self._deliver_often())]

    async def close(self) -> None:
        """End; what was not delivered stays in the records for the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def tell(self, event: str, payload: dict[str, Any]) -> None:
        """Something else than a call's event happened."""
        if self._allowed:
            await self._hooks.tell(event, payload, now=self._now())

    async def deliver(self) -> int:
        """Try everything that is due, a few at once; how many were tried."""
        places = {hook.id: hook for hook in await self._hooks.list()}
        due = await self._hooks.due(self._now())
        gate = asyncio.Semaphore(AT_ONCE)
        async with httpx.AsyncClient(timeout=SEND_DEADLINE_S, follow_redirects=False, trust_env=False) as client:

            async def one(delivery: Delivery) -> None:
                async with gate:
                    await self._try(client, delivery, places.get(delivery.hook_id))

            await asyncio.gather(*(one(delivery) for delivery in due))
        return len(due)

    async def _listen(self) -> None:
        async with self._live.subscribe() as queue:
            while True:
                event = await queue.get()
                told = told_of(event)
                if told is None:
                    continue
                try:
                    await self._hooks.tell(*told, now=self._now())
                except Exception as error:
                    log.warning("hook_not_queued", hook_event=told[0], error=type(error).__name__)

    async def _deliver_often(self) -> None:
        while True:
            try:
                await self.deliver()
            except Exception as error:
                log.warning("hooks_failed", error=type(error).__name__)
            await asyncio.sleep(POLL_S)

    async def _try(self, client: httpx.AsyncClient, delivery: Delivery, hook: Hook | None) -> None:
        if hook is None:
            await self._hooks.settle(delivery, self._now(), None, "送り先は削除されました。")
            return
        if not is_allowed(hook.url, self._allowed):
            await self._hooks.settle(delivery, self._now(), None, NOT_ALLOWED)
            return
        status, error = await self._send(client, delivery, hook)
        await self._hooks.settle(delivery, self._now(), status, error)

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery, hook: Hook) -> tuple[int | None, str]:
        body = to_json(_message(delivery, hook)).encode()
        headers = {"content-type": "application/json; charset=utf-8", DELIVERY_HEADER: delivery.id}
        if hook.style is HookStyle.WEBHOOK:
            headers[HEADER] = sign(body, hook.secret, int(self._now().timestamp()))
        try:
            async with (
                asyncio.timeout(SEND_DEADLINE_S),
                client.stream("POST", hook.url, content=body, headers=headers) as answer,
            ):
                status = answer.status_code
        except (TimeoutError, httpx.TimeoutException):
            return None, TOO_LATE
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            return None, NO_ANSWER
        return status, "" if 200 <= status < 300 else f"送り先が {status} を返しました。"


def is_allowed(url: str, hosts: Collection[str]) -> bool:
    """Whether the address is http or https to one of the hosts, without a name and password in it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and "@" not in parts.netloc and (parts.hostname or "") in hosts
    except ValueError:
        return False


def _message(delivery: Delivery, hook: Hook) -> dict[str, Any]:
    if hook.style is HookStyle.WEBHOOK:
        at = delivery.created_at.isoformat()
        return {"id": delivery.id, "event": delivery.event, "at": at, "data": delivery.payload}
    sentence = sentence_of(delivery.event, delivery.payload)
    if hook.style is HookStyle.SLACK:
        return {"text": sentence}
    block = {"type": "TextBlock", "text": sentence, "wrap": True}
    card = {"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4"}
    content = {**card, "body": [block]}
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": content}
    return {"type": "message", "attachments": [attachment]}
