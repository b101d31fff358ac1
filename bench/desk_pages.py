"""The open pages of `bench desk`: sockets like those of pages on other machines."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Protocol, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.desk_figures import Followed, Sighting

HERE_S: Final = 5.0
FLOOR_S: Final = 3.0
"""The pages' own periods: an operator's page says that it is there, and the floor asks for its figures."""
LONGEST_S: Final = 10.0


@dataclass(frozen=True)
class Account:
    """Somebody with a right to sign in."""

    login: str
    password: str


class Pages(Protocol):
    """Pages that are open. What they showed is known once they are closed."""

    async def __aenter__(self) -> Self:
        """Open them."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close them."""
        ...

    def sightings(self) -> list[Sighting]:
        """All that was shown."""
        ...

    def following(self) -> list[Followed]:
        """The calls whose words each page shows, and when."""
        ...

    def cpu_s(self) -> float:
        """Processor time they have used so far on this machine, as far as it is known; seconds."""
        ...


class Events:
    """One socket of the live door. What comes is kept with the time at which it came, and read later."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._url = f"ws{url.removeprefix('http')}/api/events"
        self._headers = headers
        self._came: list[tuple[float, str | bytes]] = []
        self._read: list[tuple[float, dict[str, Any]]] = []
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._socket = await connect(self._url, additional_headers=self._headers, max_size=None, open_timeout=LONGEST_S)
        self._task = asyncio.create_task(self._follow(self._socket))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()

    def events(self) -> list[tuple[float, dict[str, Any]]]:
        """Every event with the time at which it came, oldest first."""
        came, self._came = self._came, []
        self._read += [(at, event) for at, message in came for event in _events(json.loads(message))]
        return self._read

    def call_ids(self) -> dict[str, str]:
        """The carrier's id of every call by the agent's own."""
        return {
            event["call_id"]: str(event["data"].get("external_id"))
            for _, event in self.events()
            if event["kind"] == "started"
        }

    async def _follow(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for message in socket:
                self._came.append((time.monotonic(), message))


class SocketPages:
    """So many operators' windows, each as its page talks to the service.

    Each has the socket of live events and that of the desk, says every few seconds that it is there, and asks for the
    floor. Only the browser's own work is missing, which operators' machines do.
    """

    def __init__(self, url: str, account: Account, count: int) -> None:
        self._url = url
        self._account = account
        self._count = count
        self._events: list[Events] = []
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for _ in range(self._count):
            client = await self._stack.enter_async_context(signed_in(self._url, self._account))
            events = Events(self._url, cookie_of(client))
            self._events.append(await self._stack.enter_async_context(events))
            await self._stack.enter_async_context(at_desk(client))
            await self._stack.enter_async_context(_running(_ask_for_the_floor(client)))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def sightings(self) -> list[Sighting]:
        """All that came over the sockets."""
        found = []
        for page, events in enumerate(self._events):
            ids = events.call_ids()
            found += [
                Sighting(page, ids[event["call_id"]], at, event["kind"] == "heard", str(event["data"].get("text", "")))
                for at, event in events.events()
                if event["kind"] in ("heard", "partial") and event["call_id"] in ids
            ]
        return found

    def following(self) -> list[Followed]:
        """Every page is told of every call."""
        return [Followed(page, sid) for page, events in enumerate(self._events) for sid in events.call_ids().values()]

    def cpu_s(self) -> float:
        """Nothing that a page would cost: these are sockets of the bench itself."""
        return 0.0


@asynccontextmanager
async def signed_in(url: str, account: Account) -> AsyncIterator[httpx.AsyncClient]:
    """A client with that person's session."""
    async with httpx.AsyncClient(base_url=url, timeout=LONGEST_S) as client:
        answer = await client.post("/api/login", json={"login": account.login, "password": account.password})
        answer.raise_for_status()
        client.headers["x-csrf-token"] = answer.json()["csrf"]
        yield client


def cookie_of(client: httpx.AsyncClient) -> dict[str, str]:
    """What a page of that session sends along when it opens a socket."""
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)
    return {"cookie": cookies, "origin": str(client.base_url).rstrip("/")}


@asynccontextmanager
async def at_desk(client: httpx.AsyncClient) -> AsyncIterator[None]:
    """The desk's socket, whose page says that it is there."""
    url = f"ws{str(client.base_url).rstrip('/').removeprefix('http')}/api/desk/events?at_desk=true"
    async with (
        connect(url, additional_headers=cookie_of(client), max_size=None) as socket,
        _running(_say_here(socket)),
        _running(_drain(socket)),
    ):
        yield


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _say_here(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while True:
            await asyncio.sleep(HERE_S)
            await socket.send("here")


async def _drain(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async for _ in socket:
            pass


async def _ask_for_the_floor(client: httpx.AsyncClient) -> None:
    while True:
        with suppress(httpx.HTTPError):
            await client.get("/api/floor")
        await asyncio.sleep(FLOOR_S)


def _events(message: dict[str, Any]) -> list[dict[str, Any]]:
    if message.get("type") == "snapshot":
        # What was said before is no news of this moment; only which call is which.
        return [event for call in message["calls"] for event in call["events"] if event["kind"] == "started"]
    return list(message.get("events", ()))
