"""The store: what is fetched, what is believed, and what is said when something is wrong."""

import fcntl
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from tests.voice.models.model_places import CONFIG, WEIGHTS, CountingSource, lay, manifest_of, tiny
from voice.models.errors import (
    DamagedModelError,
    DiskSpaceError,
    MissingModelError,
    NoSourceError,
    PullRunningError,
    UnknownModelError,
)
from voice.models.shelf import FileState
from voice.models.source import FolderSource
from voice.models.store import ModelStore, SourceKind, build_sources, default_cache_dir


def store(cache: Path, *sources: object) -> ModelStore:
    return ModelStore(cache, sources, manifest_of(tiny()))  # type: ignore[arg-type]


def test_a_pulled_model_is_found_where_the_layout_says(tmp_path: Path) -> None:
    here = store(tmp_path / "cache", FolderSource(lay(tmp_path / "usb")))
    here.pull(["tiny"])
    assert here.locate("tiny") == tmp_path / "cache/models/tiny"
    assert (here.locate("tiny") / "weights.bin").read_bytes() == WEIGHTS


def test_pulling_without_names_fetches_the_required_models(tmp_path: Path) -> None:
    here = store(tmp_path, CountingSource())
    here.pull()
    assert here.locate_file("tiny").name == "weights.bin"


def test_a_second_pull_asks_no_source(tmp_path: Path) -> None:
    source = CountingSource()
    here = store(tmp_path, source)
    here.pull()
    here.pull()
    assert source.asked == ["weights.bin", "config.json"]


def test_files_laid_by_hand_are_verified_and_not_fetched(tmp_path: Path) -> None:
    source = CountingSource()
    lay(tmp_path / "models")
    store(tmp_path, source).pull()
    assert source.asked == []


def test_an_interrupted_pull_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        store(tmp_path, CountingSource(die_at="config.json")).pull()
    second = CountingSource()
    store(tmp_path, second).pull()
    assert second.asked == ["config.json"]


def test_an_interrupted_file_never_stands_under_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        store(tmp_path, CountingSource(die_at="weights.bin")).pull()
    assert not (tmp_path / "models/tiny/weights.bin").exists()
    assert (tmp_path / "models/tiny/weights.bin.part").exists()


def test_a_part_that_was_left_whole_is_taken_without_asking(tmp_path: Path) -> None:
    lay(tmp_path / "models")
    whole = tmp_path / "models/tiny/weights.bin"
    whole.rename(whole.with_name("weights.bin.part"))
    source = CountingSource()
    store(tmp_path, source).pull()
    assert source.asked == []
    assert whole.read_bytes() == WEIGHTS


def test_a_missing_file_names_the_command_that_mends_it(tmp_path: Path) -> None:
    with pytest.raises(MissingModelError, match=r"`uketsuke models pull tiny` を実行してください"):
        store(tmp_path).locate("tiny")


def test_a_truncated_file_is_damaged(tmp_path: Path) -> None:
    lay(tmp_path / "models", weights=WEIGHTS[:-1])
    with pytest.raises(DamagedModelError, match=r"大きさが 10,239 バイト.*`uketsuke models pull tiny`"):
        store(tmp_path).locate("tiny")


def test_one_flipped_byte_is_damage(tmp_path: Path) -> None:
    lay(tmp_path / "models", weights=b"\xff" + WEIGHTS[1:])
    with pytest.raises(DamagedModelError, match="SHA-256"):
        store(tmp_path).locate("tiny")


def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    lay(tmp_path / "models", weights=b"\xff" + WEIGHTS[1:])
    source = CountingSource()
    here = store(tmp_path, source)
    here.pull()
    assert source.asked == ["weights.bin"]
    assert here.locate_file("tiny").read_bytes() == WEIGHTS


def test_a_file_that_changes_after_verification_is_hashed_again(tmp_path: Path) -> None:
    here = store(tmp_path, CountingSource())
    here.pull()
    weights = here.locate_file("tiny")
    weights.write_bytes(b"\xff" + WEIGHTS[1:])
    os.utime(weights, ns=(1, 1))
    with pytest.raises(DamagedModelError):
        here.locate("tiny")


def test_a_stamped_file_is_believed_by_its_size_and_time(tmp_path: Path) -> None:
    here = store(tmp_path, CountingSource())
    here.pull()
    weights = here.locate_file("tiny")
    times = weights.stat()
    weights.write_bytes(b"\xff" + WEIGHTS[1:])
    os.utime(weights, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert here.locate("tiny").is_dir()
    assert [line.state for line in here.verify(["tiny"])] == [FileState.DAMAGED]


def test_a_source_with_wrong_bytes_is_passed_over(tmp_path: Path) -> None:
    bad = FolderSource(lay(tmp_path / "bad", weights=b"\xff" + WEIGHTS[1:]))
    good = CountingSource()
    here = store(tmp_path / "cache", bad, good)
    here.pull()
    assert good.asked == ["weights.bin"]
    assert here.locate_file("tiny").read_bytes() == WEIGHTS


def test_an_unreachable_source_is_asked_once_a_pull(tmp_path: Path) -> None:
    closed, open_ = CountingSource(unreachable=True), CountingSource()
    store(tmp_path, closed, open_).pull()
    assert closed.asked == ["weights.bin"]
    assert open_.asked == ["weights.bin", "config.json"]


def test_when_no_source_gives_a_file_each_reason_is_told(tmp_path: Path) -> None:
    sources = (FolderSource(tmp_path / "nowhere"), CountingSource(unreachable=True))
    with pytest.raises(NoSourceError, match=r"nowhere がありません.*つながりません.*UKETSUKE_MODELS_FROM"):
        store(tmp_path, *sources).pull()


def test_sources_are_released_when_a_model_is_whole(tmp_path: Path) -> None:
    source = CountingSource()
    store(tmp_path, source).pull()
    assert source.released == ["tiny"]


def test_two_processes_do_not_pull_at_the_same_time(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with (tmp_path / "models/.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(PullRunningError, match="別のプロセス"):
            store(tmp_path, CountingSource()).pull()
    store(tmp_path, CountingSource()).pull()


def test_a_full_disk_is_told_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(100, 99, 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    source = CountingSource()
    with pytest.raises(DiskSpaceError, match="空き容量が足りません"):
        store(tmp_path, source).pull()
    assert source.asked == []


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="使える名前: tiny"):
        store(tmp_path).pull(["whisper-huge"])


def test_the_list_tells_the_state_and_the_remedy(tmp_path: Path) -> None:
    [line] = store(tmp_path).list()
    assert line.state is FileState.MISSING
    assert line.remedy == "`uketsuke models pull tiny` を実行してください。"


def test_the_stamp_does_not_outlive_a_new_sum_in_the_manifest(tmp_path: Path) -> None:
    store(tmp_path, CountingSource()).pull()
    changed = tiny().model_copy(
        update={"files": (tiny().files[0].model_copy(update={"sha256": "0" * 64}), tiny().files[1])}
    )
    with pytest.raises(DamagedModelError):
        ModelStore(tmp_path, (), manifest_of(changed)).locate("tiny")


def test_the_cache_folder_can_be_set_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETSUKE_CACHE", str(tmp_path))
    assert default_cache_dir() == tmp_path


def test_the_order_of_sources_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UKETSUKE_MODELS_FROM", str(tmp_path / "usb"))
    order = (SourceKind.WHEEL, SourceKind.HUB, SourceKind.FOLDER)
    labels = [source.label for source in build_sources(tmp_path, order)]
    assert labels == ["パッケージ索引", "モデルハブ", "手元のフォルダ"]


def test_without_a_folder_no_folder_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UKETSUKE_MODELS_FROM", raising=False)
    assert [source.label for source in build_sources(tmp_path)] == ["モデルハブ", "パッケージ索引"]


def test_the_config_file_is_fetched_like_the_weights(tmp_path: Path) -> None:
    here = store(tmp_path, CountingSource())
    here.pull()
    assert (here.locate("tiny") / "config.json").read_bytes() == CONFIG
