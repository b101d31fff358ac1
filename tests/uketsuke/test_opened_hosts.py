"""Every way out of the process is seen: the loop's connections and a thread's sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from records.database import sqlite_url
from records.store import Records
from uketsuke.opened_hosts import HostWatch

PURPOSES = {"127.0.0.1": "言語モデル"}


@asynccontextmanager
async def _watched(tmp_path: Path) -> AsyncIterator[tuple[Records, HostWatch, int]]:
    records = await Records.open(sqlite_url(tmp_path / "records.db"))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    watch = HostWatch(records.hosts, PURPOSES)
    watch.start()
    try:
        yield records, watch, server.sockets[0].getsockname()[1]
    finally:
        await watch.close()
        server.close()
        await records.close()


async def test_a_request_of_the_loop_is_kept_with_its_purpose(tmp_path: Path) -> None:
    async with _watched(tmp_path) as (records, watch, port):
        async with httpx.AsyncClient() as client:
            await client.get(f"http://127.0.0.1:{port}/")
        await watch.close()
        opened = await records.hosts.list()
    assert [(each.host, each.port, each.purpose) for each in opened] == [("127.0.0.1", port, "言語モデル")]


async def test_a_request_of_a_thread_is_kept_too(tmp_path: Path) -> None:
    async with _watched(tmp_path) as (records, watch, port):
        await asyncio.to_thread(httpx.get, f"http://127.0.0.1:{port}/")
        await watch.close()
        opened = await records.hosts.list()
    assert [(each.host, each.port) for each in opened] == [("127.0.0.1", port)]


async def test_openings_of_one_host_add_up_over_time(tmp_path: Path) -> None:
    async with _watched(tmp_path) as (records, watch, _):
        watch.note("10.0.0.5", 8000)
        await watch.close()
        watch.note("10.0.0.5", 8000)
        watch.note("10.0.0.5", 8000)
        await watch.close()
        opened = await records.hosts.list()
    assert [(each.host, each.purpose, each.times) for each in opened] == [("10.0.0.5", "その他", 3)]


async def test_a_process_that_opens_nothing_has_nothing_to_show(tmp_path: Path) -> None:
    async with _watched(tmp_path) as (records, watch, _):
        await watch.close()
        assert await records.hosts.list() == []


async def test_after_its_end_it_looks_the_other_way(tmp_path: Path) -> None:
    async with _watched(tmp_path) as (records, watch, port):
        await watch.close()
        await asyncio.to_thread(lambda: socket.create_connection(("127.0.0.1", port)).close())
        await watch.close()
        assert await records.hosts.list() == []
