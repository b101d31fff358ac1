import numpy as np
import pytest

from bench.ears import EarsDataError, EarsPlan, over_telephone, read_clip
from voice.audio.wav import write_wav

HEADER = "split\tclip\tseconds\tspeaker\tgender\tsentence\n"


def tone(hz, seconds=1.0):
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(int(16_000 * seconds)) / 16_000)).astype(np.float32)


def a_set(folder, *rows):
    (folder / "clips").mkdir(parents=True)
    lines = [f"{split}\tclips/{name}\t1.0\ts\tf\t{sentence}\n" for split, name, sentence in rows]
    (folder / "manifest.tsv").write_text(HEADER + "".join(lines), encoding="utf-8")
    for _, name, _ in rows:
        write_wav(folder / "clips" / name, tone(440, 0.1), 16_000)
    return folder


def test_missing_recordings_are_told_in_japanese_with_what_to_set(tmp_path):
    with pytest.raises(EarsDataError, match=r"音声データが見つかりません.*UKETSUKE_DATA"):
        EarsPlan.default(tmp_path, tmp_path / "nothing")


def test_a_recording_that_the_manifest_names_but_is_not_there_is_named(tmp_path):
    folder = a_set(tmp_path / "set", ("dev", "a.wav", "はい"))
    (folder / "clips" / "a.wav").unlink()
    with pytest.raises(EarsDataError, match=r"a\.wav がありません"):
        EarsPlan.default(tmp_path, folder)


def test_only_the_development_split_is_used_and_no_more_clips_than_asked(tmp_path):
    folder = a_set(tmp_path / "set", ("dev", "a.wav", "はい"), ("train", "b.wav", "いいえ"), ("dev", "c.wav", "うん"))
    assert [clip.sentence for clip in EarsPlan.default(tmp_path, folder).clips] == ["はい", "うん"]
    assert len(EarsPlan.default(tmp_path, folder, clips=1).clips) == 1


def test_the_data_folder_is_found_through_the_environment(tmp_path, monkeypatch):
    a_set(tmp_path / "speech_common_voice_ja", ("dev", "a.wav", "はい"))
    monkeypatch.setenv("UKETSUKE_DATA", str(tmp_path))
    assert len(EarsPlan.default(tmp_path).clips) == 1


def test_the_telephone_carries_the_voice_band_and_nothing_above_it():
    assert np.std(over_telephone(tone(1_000))) == pytest.approx(np.std(tone(1_000)), rel=0.02)
    assert np.std(over_telephone(tone(6_000))) < 0.005
    assert len(over_telephone(tone(1_000))) == 16_000


def test_a_recording_is_decoded_to_sixteen_kilohertz_mono(tmp_path):
    write_wav(tmp_path / "stereo.wav", np.stack([tone(440), tone(440)]), 48_000)
    assert len(read_clip(tmp_path / "stereo.wav")) == pytest.approx(16_000 / 3, abs=40)
