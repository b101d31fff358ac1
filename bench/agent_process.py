"""The agent as a process of its own, as it runs in production: started, measured and stopped by a bench."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import httpx

from bench.local_key import local_key

START_DEADLINE_S: Final = 120.0
STOP_DEADLINE_S: Final = 20.0


class AgentDidNotStartError(RuntimeError):
    """The agent did not come up; the message holds the end of its log."""


@dataclass(frozen=True)
class AgentProcess:
    """A running agent. `start_s` is from the start of the process to the first healthy answer; `key` opens its API."""

    url: str
    pid: int
    start_s: float
    description: str
    key: str = field(default="", repr=False)

    @property
    def media_url(self) -> str:
        """Twilio's media socket."""
        return f"ws{self.url.removeprefix('http')}/twilio/media"

    def rss_mb(self) -> float:
        """Resident memory of the agent, without its language model's child process."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]
        return int(kilobytes) / 1024

    def cpu_s(self) -> float:
        """Processor time the agent has used so far, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def running_agent(folder: Path, environment: Mapping[str, str] | None = None) -> AsyncIterator[AgentProcess]:
    """Start `uketsuke serve` on a free port with its records in `folder`; stop it at the end."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "agent.log"
    env = {
        **os.environ,
        "UKETSUKE_SERVER__PORT": str(port),
        "UKETSUKE_RECORDS__FOLDER": str(folder),
        **(environment or {}),
    }
    command = (sys.executable, "-m", "uketsuke", "serve")
    async with running_process(command, env, port, log, f"uketsuke serve, {_describe(env)}") as agent:
        yield replace(agent, key=local_key(folder))


@asynccontextmanager
async def running_process(
    command: Sequence[str], environment: Mapping[str, str], port: int, log: Path, description: str
) -> AsyncIterator[AgentProcess]:
    """Run an agent of any kind that answers `/health` on `port`; its output goes to `log`.

    Raises `AgentDidNotStartError` when it does not become healthy in time.
    """
    began = time.monotonic()
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(*command, stdout=output, stderr=output, env=environment)
    url = f"http://127.0.0.1:{port}"
    try:
        await _wait_until_healthy(url, process, log)
        yield AgentProcess(url, process.pid, time.monotonic() - began, description)
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
            await asyncio.sleep(0.05)
    raise AgentDidNotStartError(log.read_text(encoding="utf-8", errors="replace")[-3000:])


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _describe(env: Mapping[str, str]) -> str:
    told = {key: value for key, value in env.items() if key.startswith("UKETSUKE_") and "TOKEN" not in key}
    named = {"UKETSUKE_VOICE__ENGINE", "UKETSUKE_LLM__KIND", "UKETSUKE_RECOGNITION__MODEL"}
    return ", ".join(f"{key}={told[key]}" for key in sorted(named & told.keys())) or "default settings"
