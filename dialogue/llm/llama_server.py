"""llama.cpp's own server, an OpenAI-compatible one: built once from the engine's sources over the engine's libraries.

Kept in `<cache>/engine/server/<key>/`. For machines that serve a GGUF file to others on the premises, and for the
tests. Only the server's own files are compiled (somewhat over a minute on two cores).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dialogue.llm.building import (
    LOCK_FILE,
    EngineError,
    read_lock,
    run_logged,
    sha256_of,
    subset,
    tool_environment,
)
from dialogue.llm.engine import ENGINE, ensure_engine, wheel_folder

BINARY: Final = "llama-server"
RECIPE: Final = Path(__file__).with_suffix(".cmake")
_SOURCES: Final = re.compile(
    r"[^/]+/vendor/llama\.cpp/(?:common|include|ggml/include|src|scripts|vendor|tools/(?:mtmd|server|ui))/.*"
)
_LIBRARY: Final = re.compile(r"lib/(lib(?:ggml|ggml-base|ggml-cpu|llama|llama-common)\.so\.\d+)")


def server_path(cache_dir: Path, lock_file: Path = LOCK_FILE) -> Path | None:
    """The built server for this version and processor; None while there is none, or it is not whole."""
    folder = _folder(cache_dir, lock_file)
    try:
        sums = json.loads((folder / "sums.json").read_bytes())
    except (OSError, ValueError):
        return None
    whole = BINARY in sums and all(
        (folder / name).is_file() and sha256_of(folder / name) == digest for name, digest in sums.items()
    )
    return folder / BINARY if whole else None


def ensure_server(cache_dir: Path, lock_file: Path = LOCK_FILE, say: Callable[[str], None] = lambda _: None) -> Path:
    """Build the server, and the engine before it, unless they are kept. `say` hears how it goes, in Japanese.

    Gives the program's path. Raises `EngineError`.
    """
    kept = server_path(cache_dir, lock_file)
    if kept is not None:
        say("言語モデルのサーバーは用意してあります。")
        return kept
    wheels = ensure_engine(cache_dir, lock_file, say)
    log = cache_dir / "logs" / "llama-server-build.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    (cache_dir / "engine").mkdir(parents=True, exist_ok=True)
    say(f"言語モデルのサーバーを組み立てます（数分かかります）。記録: {log}")
    with tempfile.TemporaryDirectory(dir=cache_dir / "engine", prefix="server-") as scratch:
        _build(Path(scratch), wheels, read_lock(lock_file), log)
        _keep(Path(scratch) / "out", _folder(cache_dir, lock_file))
    say("言語モデルのサーバーの準備ができました。")
    built = server_path(cache_dir, lock_file)
    assert built is not None
    return built


def _folder(cache_dir: Path, lock_file: Path) -> Path:
    recipe = sha256_of(RECIPE)[:8]
    return cache_dir / "engine" / "server" / f"{wheel_folder(cache_dir, lock_file).name}-{recipe}"


def _build(scratch: Path, wheels: Path, lock: dict[str, str], log: Path) -> None:
    env = tool_environment(scratch, lock, log)
    wanted = subset(lock, (ENGINE,), scratch / "wanted.txt")
    pip = (str(scratch / "env" / "bin" / "python"), "-m", "pip", "download", "--no-deps", "--no-build-isolation")
    run_logged(
        [*pip, "--no-binary", ENGINE, "--require-hashes", "-r", str(wanted), "-d", str(scratch / "sdist")], log, env
    )
    source = _unpack(scratch)
    out = scratch / "out"
    _take_libraries(wheels, out)
    recipe = scratch / "recipe"
    recipe.mkdir()
    shutil.copyfile(RECIPE, recipe / "CMakeLists.txt")
    build = scratch / "build"
    nice = shutil.which("nice")
    cmake = [nice, "-n", "10", "cmake"] if nice else ["cmake"]
    run_logged(
        [*cmake, "-S", str(recipe), "-B", str(build), "-G", "Ninja", f"-DLLAMA_CPP={source}", f"-DENGINE_LIB={out}"],
        log,
        env,
    )
    cores = str(len(os.sched_getaffinity(0)))
    run_logged([*cmake, "--build", str(build), "--target", BINARY, "--parallel", cores], log, env)
    shutil.copy2(build / "tools" / "server" / BINARY, out / BINARY)
    run_logged([str(out / BINARY), "--version"], log, env)
    sums = {path.name: sha256_of(path) for path in sorted(out.iterdir())}
    (out / "sums.json").write_text(json.dumps(sums, indent=1), encoding="utf-8")


def _unpack(scratch: Path) -> Path:
    """The part of the sources that the server needs; gives llama.cpp's folder."""
    (archive,) = (scratch / "sdist").glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        members = [member for member in tar if _SOURCES.fullmatch(member.name)]
        tar.extractall(scratch / "source", members, filter="data")
    return next((scratch / "source").glob("*/vendor/llama.cpp"))


def _take_libraries(wheels: Path, out: Path) -> None:
    """Copy the engine's libraries, under the names they are loaded by, from its wheel."""
    out.mkdir()
    for wheel in wheels.glob("llama_cpp_python-*.whl"):
        with zipfile.ZipFile(wheel) as opened:
            for name in opened.namelist():
                found = _LIBRARY.fullmatch(name)
                if found is not None:
                    (out / found[1]).write_bytes(opened.read(name))
    if not any(out.iterdir()):
        raise EngineError(
            "この機械の実行エンジンには、サーバーの土台になるライブラリがありません（Linux だけで使えます）。"
        )


def _keep(out: Path, folder: Path) -> None:
    """Put the finished folder in its place at once; another process may have been quicker."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    out.rename(folder)
