"""Starts the Pipecat agent in its own environment, and makes a contender of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal

from bench.agent_process import AgentProcess, free_port, running_process
from bench.load import Contender

Variant = Literal["plain", "tuned"]
ENVIRONMENT: Final = "peers-env"
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
    port = free_port()
    log = folder / "agent.log"
    # Threads are chosen by its own settings, as ours are.
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    options = ("--port", str(port), "--model", str(model), "--variant", variant)
    description = f"pipecat-ai 1.14.0 {variant}, {model.name}"
    async with running_process((str(python), str(SCRIPT), *options), environment, port, log, description) as agent:
        yield agent
