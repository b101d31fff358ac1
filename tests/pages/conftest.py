"""The whole house for the pages: the real agent in a process of its own, its people, a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bench.agent_process import AgentProcess, running_agent
from bench.callers import CallerVoice
from tests.dashboard.site import FLAGS, chromium
from tests.pages.house import House
from voice.models.store import default_cache_dir


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def agent(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AgentProcess]:
    """The real agent on real models, without a language model."""
    folder: Path = tmp_path_factory.mktemp("house")
    async with running_agent(folder, {"UKETSUKE_LLM__KIND": "off"}) as process:
        yield process


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, whose microphone is a steady tone."""
    async with async_playwright() as player:
        opened = await player.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(agent: AgentProcess, browser: Browser) -> AsyncIterator[House]:
    """The people who work here, each with an account of their own."""
    async with House.opened(agent, browser, CallerVoice("openjtalk", default_cache_dir())) as house:
        yield house
