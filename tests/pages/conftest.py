"""The whole house for the pages: the real agent in a process of its own, its people, a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bench.agent_process import AgentProcess, running_agent
from bench.callers import CallerVoice
from tests.calls.hours import always_open
from tests.dashboard.site import FLAGS, chromium
from tests.pages.house import SPOKEN, House
from voice.audio.resample import resample
from voice.audio.wav import write_wav
from voice.models.store import default_cache_dir

PAUSE_S = 3


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this house keeps its things."""
    return tmp_path_factory.mktemp("house")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def agent(folder: Path) -> AsyncIterator[AgentProcess]:
    """The real agent on real models, without a language model."""
    company = always_open(folder / "company")
    environment = {"UKETSUKE_LLM__KIND": "off", "UKETSUKE_COMPANY__FOLDER": str(company)}
    async with running_agent(folder / "data", environment) as process:
        yield process


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Chromium, into whose microphone somebody says `SPOKEN` again and again."""
    said = tmp_path_factory.mktemp("microphone") / "said.wav"
    words = CallerVoice("openjtalk", default_cache_dir()).say(SPOKEN)
    # The file begins anew at its end: a pause lets each time be an utterance of its own.
    with_pause = np.concatenate([words, np.zeros(PAUSE_S * 8_000, dtype=np.float32)]).astype(np.float32)
    write_wav(said, resample(with_pause, 8_000, 48_000), 48_000)
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={said}"]
    async with async_playwright() as player:
        opened = await player.chromium.launch(executable_path=chromium(), args=flags)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(agent: AgentProcess, browser: Browser, folder: Path) -> AsyncIterator[House]:
    """The people who work here, each with an account of their own."""
    voice = CallerVoice("openjtalk", default_cache_dir())
    async with House.opened(agent, browser, voice, folder / "data") as house:
        yield house
