"""Builds and installs llama.cpp's Python engine once, from pinned sources, and says how far it has come.

There is no wheel of it on the index, so the first machine compiles one (some minutes) into
`<cache>/wheels/engine/<key>/`; fresh environments install it from there in seconds, without a network.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
import platform
import shutil
import sys
import sysconfig
from collections.abc import Callable
from enum import StrEnum
from importlib import metadata
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

ENGINE: Final = "llama-cpp-python"
INSTALLED: Final = (ENGINE, "diskcache")
"""What goes into the environment; the engine's other needs are in requirements.lock already."""


# Only the library is wanted. Its tools and server double the build; the UI and OpenSSL would be fetched or linked.
CMAKE_ARGS: Final = " ".join(
    f"-D{option}=OFF"
    for option in (
        "LLAMA_BUILD_UI",
        "LLAMA_USE_PREBUILT_UI",
        "LLAMA_BUILD_TOOLS",
        "LLAMA_BUILD_SERVER",
        "LLAMA_BUILD_TESTS",
        "LLAMA_BUILD_EXAMPLES",
        "LLAVA_BUILD",
        "MTMD_BUILD",
        "LLAMA_CURL",
        "LLAMA_OPENSSL",
    )
)

# llama.cpp's AMX kernels crash on some virtual machines that offer AMX (`ldtilecfg` faults with any prompt of
# two tokens or more). Its AVX-512 kernels serve a model of this size as well.
NO_AMX: Final = "-mno-amx-tile -mno-amx-int8 -mno-amx-bf16" if platform.machine() == "x86_64" else ""


class EngineState(StrEnum):
    """How far the engine has come in this environment."""

    ABSENT = "absent"
    BUILDING = "building"
    FAILED = "failed"
    INSTALLED = "installed"


def engine_state(cache_dir: Path) -> EngineState:
    """State of the engine; cheap enough to be asked every few seconds."""
    noted = _read_state(cache_dir)
    if noted.get("state") == EngineState.BUILDING and _alive(noted.get("pid")):
        return EngineState.BUILDING
    importlib.invalidate_caches()
    if importlib.util.find_spec("llama_cpp") is not None:
        return EngineState.INSTALLED
    return EngineState.FAILED if noted.get("state") else EngineState.ABSENT


def ensure_engine(cache_dir: Path, lock_file: Path = LOCK_FILE, say: Callable[[str], None] = lambda _: None) -> Path:
    """Install the engine into the running environment, building it first if no wheel is kept.

    `say` receives Japanese lines on how it goes. Returns the folder of the kept wheels. Raises `EngineError`.
    """
    if engine_state(cache_dir) is EngineState.BUILDING:
        raise EngineError("言語モデルの実行エンジンは、いま別のプロセスが組み立て中です。終わるまでお待ちください。")
    lock = read_lock(lock_file)
    kept = wheel_folder(cache_dir, lock_file)
    if wheels_are_sound(kept) and _is_installed(kept):
        say("言語モデルの実行エンジンは入っています。")
        return kept
    log = cache_dir / "logs" / "engine-build.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    _note_state(cache_dir, EngineState.BUILDING)
    try:
        if wheels_are_sound(kept):
            say("組み立て済みの実行エンジンを使います。")
        else:
            say(f"言語モデルの実行エンジンを組み立てます（数分かかります）。記録: {log}")
            _build(lock, kept, cache_dir / "engine", log)
        say("実行エンジンを環境に入れます。")
        _install(kept, log)
    except BaseException:
        _note_state(cache_dir, EngineState.FAILED)
        raise
    _note_state(cache_dir, EngineState.INSTALLED)
    say("言語モデルの実行エンジンの準備ができました。")
    return kept


def wheel_folder(cache_dir: Path, lock_file: Path = LOCK_FILE) -> Path:
    """Where the wheels for this version, Python and processor are kept."""
    version = read_lock(lock_file)[ENGINE].split("==")[1].split()[0]
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    machine = sysconfig.get_platform().replace("-", "_")
    return cache_dir / "wheels" / "engine" / f"{version}-{python}-{machine}-{_processor()}"


def wheels_are_sound(folder: Path) -> bool:
    """Whether the kept wheels are all there with the sums noted when they were made."""
    try:
        sums = json.loads((folder / "sums.json").read_bytes())
    except (OSError, ValueError):
        return False
    return bool(sums) and all(
        (folder / name).is_file() and sha256_of(folder / name) == digest for name, digest in sums.items()
    )


def _build(lock: dict[str, str], kept: Path, scratch: Path, log: Path) -> None:
    shutil.rmtree(scratch / "env", ignore_errors=True)
    shutil.rmtree(scratch / "out", ignore_errors=True)
    scratch.mkdir(parents=True, exist_ok=True)
    env = {
        **tool_environment(scratch, lock, log),
        "CMAKE_ARGS": CMAKE_ARGS,
        "CFLAGS": f"{os.environ.get('CFLAGS', '')} {NO_AMX}".strip(),
        "CXXFLAGS": f"{os.environ.get('CXXFLAGS', '')} {NO_AMX}".strip(),
    }
    python = str(scratch / "env" / "bin" / "python")
    wanted = subset(lock, INSTALLED, scratch / "wanted.txt")
    command = [
        *(python, "-m", "pip", "wheel", "--verbose", "--no-deps", "--no-build-isolation", "--no-cache-dir"),
        *("--require-hashes", "-r", str(wanted), "-w", str(scratch / "out")),
    ]
    nice = shutil.which("nice")
    run_logged([nice, "-n", "10", *command] if nice else command, log, env)
    built = sorted((scratch / "out").glob("*.whl"))
    (scratch / "out" / "sums.json").write_text(
        json.dumps({wheel.name: sha256_of(wheel) for wheel in built}, indent=1), encoding="utf-8"
    )
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(kept, ignore_errors=True)
    (scratch / "out").rename(kept)
    shutil.rmtree(scratch / "env", ignore_errors=True)
    shutil.rmtree(scratch / "tmp", ignore_errors=True)


def _install(kept: Path, log: Path) -> None:
    """Put the kept wheels in, over whatever engine of the same version is there (it may be another build)."""
    wheels = [str(wheel) for wheel in sorted(kept.glob("*.whl"))]
    run_logged(
        [
            *(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--no-warn-script-location"),
            *("--force-reinstall", *wheels),
        ],
        log,
        dict(os.environ),
    )
    run_logged([sys.executable, "-c", "import llama_cpp"], log, dict(os.environ))


def _is_installed(kept: Path) -> bool:
    """Whether this environment's engine came from these very wheels; pip notes a local wheel's sum."""
    try:
        noted = metadata.distribution(ENGINE).read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return False
    return noted is not None and any(sha256_of(wheel) in noted for wheel in kept.glob("llama_cpp_python-*.whl"))


def _processor() -> str:
    """A few letters for the processor's abilities and the build's options: the wheel is made for just these."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), platform.processor())
    return hashlib.sha256(f"{flags} {CMAKE_ARGS} {NO_AMX}".encode()).hexdigest()[:8]


def _state_path(cache_dir: Path) -> Path:
    return cache_dir / "engine" / "state.json"


def _note_state(cache_dir: Path, state: EngineState) -> None:
    path = _state_path(cache_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"state.{os.getpid()}.part")
    part.write_text(json.dumps({"state": state, "pid": os.getpid()}), encoding="utf-8")
    part.replace(path)


def _read_state(cache_dir: Path) -> dict[str, object]:
    try:
        state = json.loads(_state_path(cache_dir).read_bytes())
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _alive(pid: object) -> bool:
    if not isinstance(pid, int):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
