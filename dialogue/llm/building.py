"""What building from pinned sources takes: the lock's lines, an environment with the tools, commands with a log."""

from __future__ import annotations

import hashlib
import os
import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

BUILD_TOOLS: Final = ("scikit-build-core", "cmake", "ninja", "setuptools", "packaging", "pathspec")
LOCK_FILE: Final = Path(__file__).parents[2] / "requirements-llm.lock"


class EngineError(Exception):
    """The engine could not be built or installed; the Japanese message says where the log is."""


def read_lock(lock_file: Path) -> dict[str, str]:
    """Each pinned requirement with its hashes, by name. Raises `EngineError`."""
    try:
        lines = lock_file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise EngineError(f"{lock_file} を読めません。配布物の {lock_file.name} を戻してください。") from error
    blocks: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.lstrip().startswith("#") or not line.strip():
            continue
        if not line[0].isspace():
            name = line.split("==")[0].strip()
            blocks[name] = []
        blocks[name].append(line)
    return {name: "\n".join(block) for name, block in blocks.items()}


def subset(lock: dict[str, str], names: Sequence[str], path: Path) -> Path:
    """Write the lock's lines for `names` to `path`, for pip; gives `path`."""
    path.write_text("\n".join(lock[name] for name in names) + "\n", encoding="utf-8")
    return path


def tool_environment(folder: Path, lock: dict[str, str], log: Path) -> dict[str, str]:
    """Make a Python environment with the build tools in `folder`; gives the variables to run its programs with."""
    venv.create(folder / "env", with_pip=True, clear=True)
    binaries = folder / "env" / "bin"
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "PATH": f"{binaries}:{os.environ.get('PATH', '')}", "TMPDIR": str(folder / "tmp")}
    tools = subset(lock, BUILD_TOOLS, folder / "tools.txt")
    pip = (str(binaries / "python"), "-m", "pip", "install", "--no-deps", "--require-hashes", "-r", str(tools))
    run_logged(pip, log, env)
    return env


def run_logged(command: Sequence[str], log: Path, env: dict[str, str]) -> None:
    """Run a command with its output in `log`. Raises `EngineError`, naming the log, when it fails."""
    with log.open("ab") as file:
        file.write(f"$ {' '.join(command)}\n".encode())
        file.flush()
        ran = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=env, check=False
        )
    if ran.returncode != 0:
        raise EngineError(
            f"言語モデルの実行エンジンを用意できませんでした。記録 {log} の終わりをご覧になり、"
            "C++ コンパイラー（gcc, g++）とパッケージ索引への接続を確かめて、"
            "`make llm` をもう一度実行してください。"
        )


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
