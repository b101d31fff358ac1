"""The embedded model: llama.cpp in a child process of low priority, watched and restarted.

A crash of the engine ends the child and not a call; `nice` leaves the cores to the calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.llm.chat_model import (
    ChatFailedError,
    ChatRequest,
    ChatResult,
    ChatTimeoutError,
    ChatUnavailableError,
    ModelState,
    ModelStatus,
)
from dialogue.llm.engine import EngineState, engine_state

MAX_LINE = 1 << 20


@dataclass(frozen=True)
class WorkerOptions:
    """How the child runs. `context` in tokens; `queue` requests may wait; times in seconds.

    One thread by default: llama.cpp's threads wait for each other by spinning, so that on cores shared with
    calls two of them are several times slower than one.

    `poll_s`: how often a missing engine or model is looked for. `grace_s`: how long the child may take to stop
    a cancelled request before it is killed. `load_s`: how long loading and warming may take.
    """

    threads: int = 1
    context: int = 4096
    nice: int = 10
    queue: int = 8
    poll_s: float = 5.0
    grace_s: float = 5.0
    load_s: float = 300.0
    first_backoff_s: float = 1.0
    last_backoff_s: float = 60.0


class EmbeddedChatModel:
    """Becomes ready by itself once the engine is installed and the model file is there.

    `find_model` returns the verified file, or None while it is missing (it may block: it runs on a thread).
    The prompts in `warm` are computed at start and stay warm. `log` receives the engine's own output.
    """

    def __init__(
        self,
        name: str,
        find_model: Callable[[], Path | None],
        cache_dir: Path,
        *,
        warm: Sequence[str] = (),
        options: WorkerOptions | None = None,
    ) -> None:
        self._name = name
        self._find_model = find_model
        self._cache_dir = cache_dir
        self._warm = tuple(warm)
        self._options = options or WorkerOptions()
        self._status = ModelStatus(ModelState.LOADING, "内蔵の言語モデルを準備しています。")
        self._changed = asyncio.Condition()
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0
        self._urgent = 0
        self._background_number: int | None = None
        self._numbers = itertools.count(1)
        self._pending: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._killers: dict[int, asyncio.TimerHandle] = {}
        self._process: Process | None = None
        self._supervisor: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The model's name in the manifest."""
        return self._name

    @property
    def ready(self) -> bool:
        """Loaded and warm."""
        return self._status.state is ModelState.READY

    @property
    def status(self) -> ModelStatus:
        """How it stands, with the child's memory once it runs."""
        return self._status

    @property
    def process_id(self) -> int | None:
        """The child's process id while there is one."""
        return self._process.pid if self._process is not None else None

    async def start(self) -> None:
        """Begin to look for engine and model, load, and keep the child alive."""
        if self._supervisor is None:
            self._supervisor = asyncio.create_task(self._supervise(), name="embedded-llm")

    async def wait_for(self, state: ModelState, timeout_s: float) -> None:
        """Wait until the status has that state; raises `TimeoutError`."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(lambda: self._status.state is state)

    async def close(self) -> None:
        """End the supervisor and the child. No process is left."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await supervisor

    async def complete(self, request: ChatRequest) -> ChatResult:
        """See `ChatModel.complete`. One request runs at a time; the deadline covers the waiting too."""
        if not self.ready:
            raise ChatUnavailableError(self._status.explanation)
        if self._waiting > self._options.queue:
            raise ChatUnavailableError("内蔵の言語モデルへの依頼が混み合っています。")
        began = time.perf_counter()
        self._waiting += 1
        self._urgent += not request.background
        try:
            async with asyncio.timeout(request.deadline_s):
                answer = await self._in_turn(request, began + request.deadline_s)
        except TimeoutError as error:
            raise ChatTimeoutError(f"内蔵の言語モデルが {request.deadline_s:g} 秒以内に答えませんでした。") from error
        finally:
            self._waiting -= 1
            self._urgent -= not request.background
        if answer.get("error") in ("late", "cancelled"):
            raise ChatTimeoutError(f"内蔵の言語モデルが {request.deadline_s:g} 秒以内に答えませんでした。")
        if "error" in answer:
            raise ChatFailedError(f"内蔵の言語モデルが答えられませんでした（{answer['why']}）。")
        return ChatResult(text=answer["text"], took_ms=(time.perf_counter() - began) * 1000, tokens=answer["tokens"])

    async def _in_turn(self, request: ChatRequest, until: float) -> dict[str, Any]:
        if self._background_number is not None and not request.background:
            self._abandon(self._background_number)
        while True:
            async with self._turn:
                if request.background and self._urgent:
                    continue
                answer = await self._ask(request, until - time.perf_counter())
            if not (request.background and answer.get("error") == "cancelled"):
                return answer

    async def _ask(self, request: ChatRequest, left_s: float) -> dict[str, Any]:
        if not self.ready:
            raise ChatUnavailableError(self._status.explanation)
        number = next(self._numbers)
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._pending[number] = future
        if request.background:
            self._background_number = number
        try:
            await self._send(
                {
                    "id": number,
                    "system": request.system,
                    "user": request.user,
                    "schema": request.json_schema,
                    "max_tokens": request.max_tokens,
                    "deadline_s": left_s,
                    "temperature": request.temperature,
                }
            )
            return await future
        except asyncio.CancelledError:
            if not future.done():
                self._abandon(number)
            raise
        finally:
            self._pending.pop(number, None)
            self._background_number = None

    def _abandon(self, number: int) -> None:
        """Tell the child to stop generating, and kill it if it does not."""
        process = self._process
        if number in self._killers or process is None or process.stdin is None or process.stdin.is_closing():
            return
        process.stdin.write(_line({"cancel": number}))
        self._killers[number] = asyncio.get_running_loop().call_later(self._options.grace_s, _kill, process)

    async def _send(self, message: dict[str, Any]) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise ChatUnavailableError(self._status.explanation)
        try:
            process.stdin.write(_line(message))
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChatFailedError("内蔵の言語モデルのプロセスが終わっていました。") from error

    async def _supervise(self) -> None:
        backoff = self._options.first_backoff_s
        while True:
            model = await self._wait_for_parts()
            came_up = await self._run_child(model)
            backoff = self._options.first_backoff_s if came_up else backoff
            await self._set(
                ModelState.FAILED,
                f"内蔵の言語モデルのプロセスが終わりました。{backoff:g} 秒後に起動し直します。記録: {self._log_path()}",
            )
            await asyncio.sleep(backoff)
            backoff = min(backoff * 2, self._options.last_backoff_s)

    async def _wait_for_parts(self) -> Path:
        while True:
            engine = await asyncio.to_thread(engine_state, self._cache_dir)
            if engine is EngineState.INSTALLED:
                model = await asyncio.to_thread(self._find_model)
                if model is not None:
                    return model
                await self._set(
                    ModelState.MISSING,
                    f"言語モデルのファイルがありません。`uketsuke models pull {self._name}` を実行してください。",
                )
            elif engine is EngineState.BUILDING:
                await self._set(
                    ModelState.BUILDING,
                    "言語モデルの実行エンジンを組み立て中です。応対は言語モデルなしで続けます。",
                )
            else:
                await self._set(
                    ModelState.MISSING,
                    "言語モデルの実行エンジンがありません。`make llm` を実行してください。",
                )
            await asyncio.sleep(self._options.poll_s)

    async def _run_child(self, model: Path) -> bool:
        """Run the child until it ends; whether it ever became ready."""
        await self._set(ModelState.LOADING, "内蔵の言語モデルを読み込んでいます。")
        process = await self._spawn(model)
        self._process = process
        came_up = False
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(_line({"warm": self._warm}))
            async with asyncio.timeout(self._options.load_s):
                line = await process.stdout.readline()
            if line:
                came_up = True
                await self._set(ModelState.READY, "内蔵の言語モデルを使えます。", json.loads(line)["memory_mb"])
            while line := await process.stdout.readline():
                self._take(json.loads(line))
        except (TimeoutError, ValueError, OSError):
            return came_up
        finally:
            self._process = None
            self._status = ModelStatus(ModelState.FAILED, "内蔵の言語モデルのプロセスが終わりました。")
            self._drop_pending()
            await _end(process)
        return came_up

    def _take(self, message: dict[str, Any]) -> None:
        killer = self._killers.pop(message["id"], None)
        if killer is not None:
            killer.cancel()
        self._status = ModelStatus(self._status.state, self._status.explanation, message["memory_mb"])
        future = self._pending.get(message["id"])
        if future is not None and not future.done():
            future.set_result(message)

    def _drop_pending(self) -> None:
        for killer in self._killers.values():
            killer.cancel()
        self._killers.clear()
        for future in self._pending.values():
            if not future.done():
                future.set_exception(ChatFailedError("内蔵の言語モデルのプロセスが途中で終わりました。"))

    async def _spawn(self, model: Path) -> Process:
        log_path = self._log_path()
        log_path.parent.mkdir(parents=True, exist_ok=True)
        options = self._options
        with log_path.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-X", "faulthandler", "-m", "dialogue.llm.worker", str(model)),
                *("--context", str(options.context), "--threads", str(options.threads)),
                *("--nice", str(options.nice)),
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                limit=MAX_LINE,
            )

    def _log_path(self) -> Path:
        return self._cache_dir / "logs" / "llm-worker.log"

    async def _set(self, state: ModelState, explanation: str, memory_mb: float | None = None) -> None:
        async with self._changed:
            self._status = ModelStatus(state, explanation, memory_mb)
            self._changed.notify_all()


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode() + b"\n"


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _end(process: Process) -> None:
    """Close its input (which ends it), and kill it if that does not."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(3):
            await process.wait()
    except TimeoutError:
        _kill(process)
        await process.wait()
