"""A tool in a chat: offered, read back, confirmed, run against a real server, and its result told in the same reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from dashboard.chat_sessions import ChatSessions
from dialogue.faq.entry import Audience
from dialogue.tools.spec import Tool
from tests.dashboard.chat_scene import ChatClient, mind_with
from tests.dashboard.site import AnnouncedServer


class NoticeDesk:
    """The company's server: sends a notice, when it is let."""

    def __init__(self) -> None:
        self.sent = 0
        self.may_answer = asyncio.Event()
        self.asked = asyncio.Event()
        self.app = FastAPI()
        self.app.add_api_route("/notice", self.notice, methods=["POST"])

    async def notice(self) -> dict[str, str]:
        self.asked.set()
        await self.may_answer.wait()
        self.sent += 1
        return {"number": "A-7"}


@asynccontextmanager
async def served(desk: NoticeDesk) -> AsyncIterator[Tool]:
    server = AnnouncedServer(uvicorn.Config(desk.app, host="127.0.0.1", port=0, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20):
            await server.up.wait()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Tool(
            name="send_notice",
            url=f"http://127.0.0.1:{port}/notice",
            entries=("payment-date",),
            offer="引き落とし日のお知らせを、メッセージでお送りできます。お送りいたしましょうか。",
            read_back="引き落とし日のお知らせをお送りします。",
            done="お送りいたしました。受付番号は{result_number}でございます。",
        )
    finally:
        server.should_exit = True
        await serving


async def test_what_came_of_a_confirmed_tool_is_told_in_the_same_reply() -> None:
    desk = NoticeDesk()
    desk.may_answer.set()
    async with served(desk) as tool:
        client = ChatClient(lambda _: mind_with(tool))
        first = await client.say("引き落とし日はいつですか")
        read_back = await client.say("はい", session_id=first["session_id"])
        done = await client.say("はい", session_id=first["session_id"])
    assert tool.offer in first["reply"]["text"]
    assert "お知らせをお送りします" in read_back["reply"]["text"]
    assert "受付番号はA-7" in done["reply"]["text"]
    assert done["reply"]["after"] == "listen"
    assert desk.sent == 1


async def test_a_write_that_runs_is_not_broken_off_when_whoever_asked_goes_away() -> None:
    desk = NoticeDesk()
    async with served(desk) as tool:
        sessions = ChatSessions(lambda _: mind_with(tool))
        first = await sessions.say("引き落とし日はいつですか", Audience.CALLER, None)
        await sessions.say("はい", Audience.CALLER, first.session.id)
        asking = asyncio.create_task(sessions.say("はい", Audience.CALLER, first.session.id))
        async with asyncio.timeout(20):
            await desk.asked.wait()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            desk.may_answer.set()
            while first.session.busy:
                await asyncio.sleep(0.01)
    assert desk.sent == 1
