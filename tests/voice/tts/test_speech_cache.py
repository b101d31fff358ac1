"""Speech is kept within its bounds, survives restarts, and a bad file only costs time."""

from pathlib import Path

import numpy as np

from voice.audio.pcm import Samples
from voice.tts.cache import SpeechCache, SpeechKey


def key(text: str, voice: str = "openjtalk/mei", speed: float = 1.0, rate_hz: int = 8000) -> SpeechKey:
    return SpeechKey(text, voice, speed, rate_hz, "1")


def tone(samples: int = 1000) -> Samples:
    return (0.5 * np.sin(np.arange(samples) / 7)).astype(np.float32)


def files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def test_what_is_kept_is_recalled() -> None:
    cache = SpeechCache()
    cache.keep(key("はい"), tone())

    recalled = cache.recall(key("はい"))
    assert recalled is not None
    assert np.array_equal(recalled, tone())


def test_another_voice_speed_rate_or_recipe_is_another_sound() -> None:
    base = key("はい")
    others = [
        key("はい", voice="kokoro/jf_alpha"),
        key("はい", speed=0.8),
        key("はい", rate_hz=16000),
        SpeechKey("はい", "openjtalk/mei", 1.0, 8000, "2"),
    ]

    assert len({base.digest, *(other.digest for other in others)}) == 5


def test_kept_samples_cannot_be_changed_by_who_plays_them() -> None:
    cache = SpeechCache()
    cache.keep(key("はい"), tone())

    recalled = cache.recall(key("はい"))
    assert recalled is not None
    assert not recalled.flags.writeable


def test_memory_stays_within_its_bytes_and_forgets_the_least_recent() -> None:
    cache = SpeechCache(memory_bytes=3 * tone().nbytes)
    for text in ("一", "二", "三"):
        cache.keep(key(text), tone())
    cache.recall(key("一"))
    cache.keep(key("四"), tone())

    assert [cache.recall(key(text)) is not None for text in ("一", "二", "三", "四")] == [True, False, True, True]
    assert cache.memory_used <= 3 * tone().nbytes


def test_speech_larger_than_the_memory_is_not_held() -> None:
    cache = SpeechCache(memory_bytes=100)
    cache.keep(key("はい"), tone())

    assert cache.recall(key("はい")) is None
    assert cache.memory_used == 0


def test_speech_survives_a_restart_on_disk(tmp_path: Path) -> None:
    SpeechCache(tmp_path).keep(key("はい"), tone())

    found = SpeechCache(tmp_path).find(key("はい"))
    assert found is not None
    assert np.abs(found - tone()).max() < 1e-4
    assert [path.parent.name for path in files(tmp_path)] == ["openjtalk-mei"]


def test_a_damaged_file_is_dropped_and_speech_is_made_again(tmp_path: Path) -> None:
    SpeechCache(tmp_path).keep(key("はい"), tone())
    (path,) = files(tmp_path)
    content = bytearray(path.read_bytes())
    content[-5] ^= 0xFF
    path.write_bytes(content)

    assert SpeechCache(tmp_path).find(key("はい")) is None
    assert files(tmp_path) == []


def test_a_file_cut_short_or_empty_is_dropped(tmp_path: Path) -> None:
    for size in (0, 7, 100):
        SpeechCache(tmp_path).keep(key("はい"), tone())
        (path,) = files(tmp_path)
        path.write_bytes(path.read_bytes()[:size])

        assert SpeechCache(tmp_path).find(key("はい")) is None


def test_the_disk_stays_within_its_bytes_and_loses_the_oldest(tmp_path: Path) -> None:
    size = 2 * len(tone()) + 16
    cache = SpeechCache(tmp_path, disk_bytes=3 * size)
    for number, text in enumerate("一二三四五"):
        cache.keep(key(text), tone())
        for path in files(tmp_path):
            if path.name.startswith(key(text).digest):
                _age(path, number)

    assert sum(path.stat().st_size for path in files(tmp_path)) <= 3 * size
    fresh = SpeechCache(tmp_path)
    assert [fresh.find(key(text)) is not None for text in "一二三四五"] == [False, False, True, True, True]


def test_keeping_the_same_speech_again_takes_no_more_room(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path)
    for _ in range(3):
        cache.keep(key("はい"), tone())

    assert len(files(tmp_path)) == 1
    assert cache.memory_used == tone().nbytes


def test_a_directory_that_cannot_be_written_only_costs_the_disk(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    cache = SpeechCache(blocked)
    cache.keep(key("はい"), tone())

    assert cache.find(key("はい")) is not None
    assert SpeechCache(blocked).find(key("はい")) is None


def _age(path: Path, order: int) -> None:
    import os

    os.utime(path, (1_000_000 + order, 1_000_000 + order))
