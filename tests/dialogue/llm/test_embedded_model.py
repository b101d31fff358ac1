"""The embedded model's process: how it comes up, dies, comes back and goes."""

import asyncio
import dataclasses
import os
import signal
from pathlib import Path

import pytest

from dialogue.llm.chat_model import (
    ChatError,
    ChatFailedError,
    ChatRequest,
    ChatTimeoutError,
    ChatUnavailableError,
    ModelState,
)
from dialogue.llm.embedded import EmbeddedChatModel, WorkerOptions
from tests.dialogue.llm.llm_servers import SMALL

pytestmark = pytest.mark.asyncio(loop_scope="package")


def story(deadline_s: float = 60, max_tokens: int = 400) -> ChatRequest:
    return ChatRequest(
        system="長い話を書く人です。",
        user="むかしむかし、から始まる長い話を書いてください。",
        max_tokens=max_tokens,
        deadline_s=deadline_s,
    )


async def test_its_process_runs_below_the_calls(embedded: EmbeddedChatModel) -> None:
    assert embedded.process_id is not None
    assert os.getpriority(os.PRIO_PROCESS, embedded.process_id) == 10


async def test_its_status_tells_the_memory_it_takes(embedded: EmbeddedChatModel) -> None:
    assert embedded.status.memory_mb is not None
    assert embedded.status.memory_mb > 100


async def test_a_late_request_stops_generating(embedded: EmbeddedChatModel) -> None:
    with pytest.raises(ChatTimeoutError):
        await embedded.complete(story(deadline_s=0.3))
    process_id = embedded.process_id
    result = await embedded.complete(story(max_tokens=2))
    assert result.tokens <= 2
    assert embedded.process_id == process_id


async def test_a_cancelled_request_frees_the_model(embedded: EmbeddedChatModel) -> None:
    task = asyncio.create_task(embedded.complete(story()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await embedded.complete(story(max_tokens=1))).tokens <= 1


async def test_a_callers_turn_breaks_into_background_work_which_begins_anew(
    embedded: EmbeddedChatModel,
) -> None:
    order: list[str] = []

    async def ask(name: str, request: ChatRequest) -> None:
        await embedded.complete(request)
        order.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(ask("summary", dataclasses.replace(story(max_tokens=60), background=True)))
        await asyncio.sleep(0)
        group.create_task(ask("turn", story(max_tokens=1)))
    assert order == ["turn", "summary"]


async def test_too_many_waiting_requests_are_turned_away(embedded: EmbeddedChatModel) -> None:
    answers = await asyncio.gather(*(embedded.complete(story(max_tokens=1)) for _ in range(5)), return_exceptions=True)
    turned_away = [answer for answer in answers if isinstance(answer, ChatUnavailableError)]
    assert len(turned_away) == 2
    assert "混み合って" in str(turned_away[0])


async def test_a_prompt_longer_than_the_context_fails_and_harms_nothing(embedded: EmbeddedChatModel) -> None:
    long = ChatRequest(system="あ", user="長い話。" * 5000, max_tokens=10, deadline_s=60)
    with pytest.raises(ChatFailedError):
        await embedded.complete(long)
    assert (await embedded.complete(story(max_tokens=1))).tokens <= 1


async def test_a_killed_engine_fails_its_request_and_comes_back(embedded: EmbeddedChatModel) -> None:
    first = embedded.process_id
    assert first is not None
    task = asyncio.create_task(embedded.complete(story()))
    await asyncio.sleep(0)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(ChatError):
        await task
    await embedded.wait_for(ModelState.READY, 60)
    assert embedded.process_id != first
    assert (await embedded.complete(story(max_tokens=1))).tokens <= 1


async def test_a_missing_file_is_told_and_used_once_it_is_there(gguf: Path, tmp_path: Path) -> None:
    there = asyncio.Event()
    model = EmbeddedChatModel(
        SMALL, lambda: gguf if there.is_set() else None, tmp_path, options=WorkerOptions(poll_s=0.01)
    )
    await model.start()
    await model.wait_for(ModelState.MISSING, 30)
    assert f"`uketsuke models pull {SMALL}`" in model.status.explanation
    with pytest.raises(ChatUnavailableError):
        await model.complete(story())
    there.set()
    await model.wait_for(ModelState.READY, 60)
    await model.close()


async def test_closing_leaves_no_process(gguf: Path, tmp_path: Path) -> None:
    model = EmbeddedChatModel(SMALL, lambda: gguf, tmp_path)
    await model.start()
    await model.wait_for(ModelState.READY, 60)
    process_id = model.process_id
    assert process_id is not None
    await model.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


async def test_a_file_that_is_no_model_is_a_failure_and_not_a_crash(gguf: Path, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.gguf"
    rubbish.write_bytes(b"GGUF rubbish")
    model = EmbeddedChatModel(SMALL, lambda: rubbish, tmp_path)
    await model.start()
    await model.wait_for(ModelState.FAILED, 60)
    assert "起動し直します" in model.status.explanation
    await model.close()
