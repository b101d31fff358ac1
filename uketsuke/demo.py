"""`make run`: starts the service, places one sample call to it, and gets the language model ready in the background."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Final

from rich.console import Console

from dialogue.llm.engine import EngineState, engine_state
from uketsuke.places import Places, model_store, places_of
from uketsuke.settings import Settings, SettingsError, load_settings
from voice.models.errors import ModelError

START_DEADLINE_S: Final = 180.0
STOP_DEADLINE_S: Final = 15.0
COMMAND: Final = (sys.executable, "-m", "uketsuke")


def main() -> int:
    """Run until interrupted. Returns the process's exit code."""
    console = Console(highlight=False)
    try:
        settings = load_settings()
    except SettingsError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    url = f"http://{settings.server.host}:{settings.server.port}"
    if _answers(url):
        console.print(f"[red]{url} では、すでに受付が動いています。止めてから、もう一度お試しください。[/red]")
        return 1
    began = time.monotonic()
    service = subprocess.Popen([*COMMAND, "serve"], start_new_session=True)
    helpers: list[subprocess.Popen[bytes]] = []
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        if not _await(url, service):
            console.print("[red]受付を起動できませんでした。`uketsuke doctor` で原因をご確認ください。[/red]")
            return 1
        console.print(f"受付を起動しました（{time.monotonic() - began:.1f} 秒）。画面: {url}")
        if "--no-call" not in sys.argv[1:]:
            subprocess.run([*COMMAND, "call"], check=False)
        helpers = _prepare_language_model(settings, console)
        console.print(f"画面で通話を確かめ、「電話してみる」で話せます: {url}（止めるには Ctrl+C）")
        return service.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        for process in (*helpers, service):
            _stop(process)


def _prepare_language_model(settings: Settings, console: Console) -> list[subprocess.Popen[bytes]]:
    """Fetch and build what is missing, behind everything else; the running service picks it up by itself."""
    places = places_of(settings)
    if settings.llm.kind != "embedded" or _language_model_is_here(settings, places):
        return []
    log = places.cache / "logs" / "language-model.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    console.print(f"言語モデルを裏で用意しています（数分かかります）。通話はそのまま使えます。記録: {log}")
    command = f'"{sys.executable}" -m uketsuke models'
    steps = f"{command} engine && {command} pull {settings.llm.model}"
    with log.open("ab") as output:
        return [
            subprocess.Popen(
                ["nice", "-n", "19", "sh", "-c", steps],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        ]


def _language_model_is_here(settings: Settings, places: Places) -> bool:
    try:
        model_store(settings).locate(settings.llm.model)
    except ModelError:
        return False
    return engine_state(places.cache) is EngineState.INSTALLED


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _await(url: str, service: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline and service.poll() is None:
        if _answers(url):
            return True
        time.sleep(0.2)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it has started."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_DEADLINE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
