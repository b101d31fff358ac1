"""The environment of its own in which the network runs: `<cache>/speakers-env`, made by `make speakers`.

pyannote.audio imports torchaudio, whose wheel is compiled against CUDA's libraries: beside the CPU build of torch
its extension cannot be loaded, and the import fails. Without the extension's files torchaudio runs in Python alone,
as its loader provides for, and PyanNet needs no more. So they are taken out of this one environment. It is one of
its own because torch and what pyannote.audio brings (1.6 GB) have no business beside live calls.

Run as `python -m voice.speakers.environment CACHE`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

LOCK_FILE: Final = Path(__file__).parents[2] / "requirements-speakers.lock"
NICE: Final = 15
_STAMP: Final = ".made-from"
_CHECK: Final = "import os; os.environ['PYANNOTE_METRICS_ENABLED'] = '0'; import pyannote.audio, omegaconf, soxr"


class SpeakersError(Exception):
    """Speakers cannot be looked at; `str()` is a Japanese sentence that says what to do."""


def environment_path(cache: Path) -> Path:
    """Where the environment lies."""
    return cache / "speakers-env"


def is_ready(cache: Path, lock_file: Path = LOCK_FILE) -> bool:
    """Whether it has been made from this very lock file."""
    try:
        return (environment_path(cache) / _STAMP).read_text() == _sum(lock_file)
    except OSError:
        return False


def worker_command(cache: Path, checkpoint: Path) -> tuple[str, ...]:
    """The command line of the child process; raises `SpeakersError` when there is no environment or no weights."""
    if not is_ready(cache):
        raise SpeakersError(
            "話者の分析に使う環境がありません。`make speakers` を実行してください（約 1.6 GB、数分かかります）。"
        )
    if not checkpoint.is_file():
        raise SpeakersError(
            f"話者の分析に使うモデル {checkpoint} がありません。"
            "`uketsuke models pull pyannote-segmentation` を実行してください。"
        )
    python = environment_path(cache) / "bin" / "python"
    # -P: the worker's folder, with its `types` and `spans`, is no place to look for packages.
    return str(python), "-P", str(Path(__file__).with_name("worker.py")), str(checkpoint), str(NICE)


def make_environment(cache: Path, lock_file: Path = LOCK_FILE) -> None:
    """Make it from the lock file, whole or not at all. Raises `SpeakersError`."""
    if is_ready(cache, lock_file):
        return
    folder = environment_path(cache)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        venv.create(folder, with_pip=True)
        python = str(folder / "bin" / "python")
        pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        _run((*pip, "--require-hashes", "-r", str(lock_file)))
        for extension in folder.glob("lib/python*/site-packages/torchaudio/lib/*.so"):
            extension.unlink()
        _run((python, "-W", "ignore", "-c", _CHECK))
        (folder / _STAMP).write_text(_sum(lock_file))
    except (OSError, subprocess.CalledProcessError) as error:
        raise SpeakersError(
            f"話者の分析に使う環境を作れませんでした（{error}）。上の表示をご覧ください。"
            "torch の CPU 版（Python 3.11、x86_64）が索引にないときは、その置き場所を"
            "環境変数 PIP_FIND_LINKS か PIP_EXTRA_INDEX_URL で指定して、`make speakers` をもう一度実行してください。"
        ) from error


def _run(command: tuple[str, ...]) -> None:
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONNOUSERSITE": "1"})


def _sum(lock_file: Path) -> str:
    return hashlib.sha256(lock_file.read_bytes()).hexdigest()


def main() -> None:
    """Make the environment in the cache folder named on the command line."""
    try:
        make_environment(Path(sys.argv[1]).expanduser().absolute())
    except SpeakersError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
