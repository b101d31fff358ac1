from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bench.agent_process import AgentProcess, running_agent
from bench.callers import CallerVoice
from voice.models.store import default_cache_dir

NOBODY_LISTENS = "http://127.0.0.1:9/v1"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def agent(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AgentProcess]:
    """The real agent on real models, with a language model that cannot be reached: calls must go on without it."""
    folder: Path = tmp_path_factory.mktemp("agent")
    environment = {"UKETSUKE_LLM__KIND": "openai", "UKETSUKE_LLM__BASE_URL": NOBODY_LISTENS}
    async with running_agent(folder, environment) as process:
        yield process


@pytest.fixture(scope="session")
def caller() -> CallerVoice:
    return CallerVoice("openjtalk", default_cache_dir())
