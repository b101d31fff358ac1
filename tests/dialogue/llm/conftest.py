"""The real embedded model, started once: the small one, whose file `make test` pulls."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from dialogue.llm.chat_model import ModelState
from dialogue.llm.embedded import EmbeddedChatModel, WorkerOptions
from dialogue.llm.engine import EngineState, engine_state
from dialogue.llm.router import ROUTER_PROMPT
from tests.dialogue.llm.llm_servers import SMALL


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
