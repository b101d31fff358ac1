"""The built server: where it is kept, and when it is believed."""

import json
from pathlib import Path

from dialogue.llm.llama_server import BINARY, server_path

SUM = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_server_that_was_not_built_has_no_path(tmp_path: Path) -> None:
    assert server_path(tmp_path) is None


def test_the_built_server_is_kept_with_the_engines_libraries(llama_server: Path) -> None:
    kept = {path.name for path in llama_server.parent.iterdir()}
    assert {BINARY, "libllama.so.0", "libllama-common.so.0", "libggml-cpu.so.0", "sums.json"} <= kept


def test_a_server_is_believed_by_its_sums(llama_server: Path, tmp_path: Path) -> None:
    folder = tmp_path / llama_server.parent.relative_to(llama_server.parents[3])
    folder.mkdir(parents=True)
    (folder / "sums.json").write_text(json.dumps({BINARY: SUM}))
    assert server_path(tmp_path) is None
    (folder / BINARY).write_bytes(b"abc")
    assert server_path(tmp_path) == folder / BINARY
    (folder / BINARY).write_bytes(b"abd")
    assert server_path(tmp_path) is None
