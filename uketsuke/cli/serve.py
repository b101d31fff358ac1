"""`uketsuke serve`: takes calls."""

from __future__ import annotations

import asyncio

import uvloop

from uketsuke.cli.options import ConfigOption
from uketsuke.logs import configure_logs
from uketsuke.service import serve as take_calls
from uketsuke.settings import load_settings


def serve(config: ConfigOption = None) -> None:
    """受付を起動します。止めるには Ctrl+C を押してください。"""
    settings = load_settings(config)
    configure_logs()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(take_calls(settings))
