"""The real models, started once: the embedded one and llama.cpp's own server, both on the small weights."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from dialogue.llm.chat_model import ModelState
from dialogue.llm.embedded import EmbeddedChatModel, WorkerOptions
from dialogue.llm.engine import EngineState, engine_state
from dialogue.llm.llama_server import server_path
from dialogue.llm.router import ROUTER_PROMPT
from tests.dialogue.llm.llm_servers import SMALL, running_llama


@pytest.fixture(scope="session")
def cache() -> Path:
    told = os.environ.get("UKETSUKE_CACHE")
    return Path(told) if told else Path.home() / ".cache" / "uketsuke"


@pytest.fixture(scope="session")
def gguf(cache: Path) -> Path:
    """The small model's file; fails, and says what to run, when the engine or the file is missing."""
    if engine_state(cache) is not EngineState.INSTALLED:
        pytest.fail("言語モデルの実行エンジンがありません。`make llm` を実行してください。")
    path = cache / "models" / SMALL / f"{SMALL}-instruct-q4_k_m.gguf"
    if not path.is_file():
        pytest.fail(f"{path} がありません。`uketsuke models pull {SMALL}` を実行してください。")
    return path


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def embedded(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedChatModel]:
    model = EmbeddedChatModel(
        SMALL,
        lambda: gguf,
        tmp_path_factory.mktemp("cache"),
        warm=(ROUTER_PROMPT,),
        options=WorkerOptions(first_backoff_s=0.01, queue=2),
    )
    await model.start()
    await model.wait_for(ModelState.READY, 110)
    yield model
    await model.close()


@pytest.fixture(scope="session")
def llama_server(cache: Path) -> Path:
    """llama.cpp's own server; fails, and says what to run, when it was not built."""
    path = server_path(cache)
    if path is None:
        pytest.fail("言語モデルのサーバーがありません。`uketsuke models server` を実行してください。")
    return path


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def llama_url(llama_server: Path, gguf: Path) -> AsyncIterator[str]:
    async with running_llama(llama_server, gguf) as url:
        yield url
