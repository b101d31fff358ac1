"""The service's side: hands recordings to the child process, one at a time, each with a deadline."""

from __future__ import annotations

import asyncio
import contextlib
import json
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from voice.speakers.environment import SpeakersError, worker_command

_LINE_LIMIT: Final = 16 << 20


@dataclass(frozen=True)
class AnalystOptions:
    """`load_s`: how long the child may take to get ready; `job_s`: how long one recording may take; `waiting`: how
    many recordings may wait for their turn."""

    load_s: float = 180.0
    job_s: float = 1_800.0
    waiting: int = 32


class SpeakerAnalyst:
    """Looks at recordings after their calls. One child at a time; it is started for a recording and ended with it,
    so that no memory is held between calls."""

    def __init__(self, command: Sequence[str], options: AnalystOptions = AnalystOptions()) -> None:
        self._command = tuple(command)
        self._options = options
        self._turn = asyncio.Lock()
        self._waiting = 0

    @classmethod
    def of(cls, cache: Path, checkpoint: Path, options: AnalystOptions = AnalystOptions()) -> SpeakerAnalyst:
        """With the environment in `cache`; raises `SpeakersError` when it has not been made."""
        return cls(worker_command(cache, checkpoint), options)

    async def analyse(self, recording: Path) -> dict[str, Any]:
        """The report on a recording, as `SpeakerReport.to_dict` gives it. Cancelling ends the child.

        Raises `SpeakersError` with a Japanese sentence when it cannot be had.
        """
        (report,) = await self.analyse_all([recording])
        return report

    async def analyse_all(self, recordings: Sequence[Path]) -> list[dict[str, Any]]:
        """The reports on several recordings, from one child; raises as `analyse`, at the first that fails."""
        if self._waiting >= self._options.waiting:
            raise SpeakersError("話者の分析が混み合っています。しばらくしてからもう一度実行してください。")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._run(recordings)
        finally:
            self._waiting -= 1

    async def _run(self, recordings: Sequence[Path]) -> list[dict[str, Any]]:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_LINE_LIMIT
            )
        except OSError as error:
            raise SpeakersError(
                f"話者の分析を始められません（{error.strerror}）。`make speakers` を実行してください。"
            ) from error
        try:
            await self._message(process, self._options.load_s)
            return [await self._ask(process, number, path) for number, path in enumerate(recordings)]
        finally:
            await _end(process)

    async def _ask(self, process: Process, number: int, recording: Path) -> dict[str, Any]:
        assert process.stdin is not None
        request = {"id": number, "recording": str(recording)}
        with contextlib.suppress(OSError):  # its end shows in the answer
            process.stdin.write(json.dumps(request, ensure_ascii=False).encode() + b"\n")
            await process.stdin.drain()
        answer = await self._message(process, self._options.job_s)
        if answer.get("id") != number or "report" not in answer:
            raise SpeakersError(str(answer.get("error", "話者の分析に失敗しました。")))
        report: dict[str, Any] = answer["report"]
        return report

    async def _message(self, process: Process, within_s: float) -> dict[str, Any]:
        assert process.stdout is not None
        try:
            async with asyncio.timeout(within_s):
                line = await process.stdout.readline()
            message = json.loads(line) if line else None
        except TimeoutError as error:
            raise SpeakersError("話者の分析が時間内に終わりませんでした。") from error
        except ValueError as error:
            raise SpeakersError("話者の分析から読めない応答がありました。") from error
        if not isinstance(message, dict):
            raise SpeakersError(
                "話者の分析のプロセスが途中で終わりました。`make speakers` で環境を作り直してください。"
            )
        return message


async def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
