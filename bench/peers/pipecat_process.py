"""Starts the Pipecat agent in its own environment, and makes a contender of it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal

import httpx

from bench.agent_process import AgentDidNotStartError, AgentProcess
from bench.load import Contender

Variant = Literal["plain", "tuned"]
ENVIRONMENT: Final = "peers-env"
START_DEADLINE_S: Final = 120.0
STOP_DEADLINE_S: Final = 10.0
SCRIPT: Final = Path(__file__).with_name("pipecat_agent.py")
REQUIREMENTS: Final = Path(__file__).with_name("requirements.txt")
NAMES: Final[dict[Variant, str]] = {"plain": "Pipecat（そのまま）", "tuned": "Pipecat（調整済み）"}
LABELS: Final[dict[Variant, str]] = {"plain": "Pipecat", "tuned": "調整済み"}
PREFIXES: Final[dict[Variant, str]] = {"plain": "peer_", "tuned": "peer_tuned_"}


class PeersMissingError(Exception):
    """The peers' environment or the weights are not there; the message says, in Japanese, what to run."""


def pipecat_agent(variant: Variant, cache: Path, model: Path, calls: tuple[int, ...]) -> Contender:
    """Pipecat as it comes (`plain`) or `tuned`, hearing with the weights in `model`.

    `cache` holds the environment. Raises `PeersMissingError` when it has not been made.
    """
    python = cache / ENVIRONMENT / "bin" / "python"
    if not python.is_file():
        raise PeersMissingError(
            f"比較相手の環境がありません。次の二つで作れます（約 1.2 GB）:\n"
            f"  python3.11 -m venv {cache / ENVIRONMENT}\n"
            f"  {python} -m pip install --require-hashes -r {REQUIREMENTS}"
        )
    return Contender(
        NAMES[variant],
        LABELS[variant],
        PREFIXES[variant],
        calls,
        lambda folder: _running(python, variant, model, folder),
    )


@asynccontextmanager
async def _running(python: Path, variant: Variant, model: Path, folder: Path) -> AsyncIterator[AgentProcess]:
    port = _free_port()
    log = folder / "agent.log"
    # Threads are chosen by its own settings, as ours are.
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    began = time.monotonic()
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            str(python), str(SCRIPT), "--port", str(port), "--model", str(model), "--variant", variant,
            stdout=output, stderr=output, env=environment,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        await _wait_until_healthy(url, process, log)
        yield AgentProcess(url, process.pid, time.monotonic() - began, f"pipecat-ai 1.14.0 {variant}, {model.name}")
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_DEADLINE_S)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _wait_until_healthy(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE_S
    async with httpx.AsyncClient(timeout=2.0) as client:
        while time.monotonic() < deadline and process.returncode is None:
            try:
                if (await client.get(f"{url}/health")).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    raise AgentDidNotStartError(log.read_text(encoding="utf-8", errors="replace")[-3000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
