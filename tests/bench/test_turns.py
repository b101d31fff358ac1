"""The plan of the turns bench and the report of turns that were heard."""

from pathlib import Path

import pytest

from bench.turn_hearing import HeardPause, HeardTurn
from bench.turn_play import Timing
from bench.turns import SAMPLE_CALLS, TurnsDataError, TurnsPlan, report_of, scripts_of_calls
from voice.turn.expectation import Expectation
from voice.turn.prosody import Prosody

HEADER = "split\tclip\tseconds\tspeaker\tgender\tsentence\n"


def a_set(folder: Path, *splits: str) -> Path:
    (folder / "clips").mkdir(parents=True)
    lines = [f"{split}\tclips/{n}.mp3\t1.0\ts\tf\tはい\n" for n, split in enumerate(splits)]
    (folder / "manifest.tsv").write_text(HEADER + "".join(lines), encoding="utf-8")
    for n in range(len(splits)):
        (folder / f"clips/{n}.mp3").touch()
    return folder


def a_turn(name: str, *pauses: HeardPause, number: bool = False, human: bool = True) -> HeardTurn:
    return HeardTurn(name, name, Expectation.FREE, human, number, pauses)


def a_pause(kind: str, length_ms: float | None, text: str) -> HeardPause:
    return HeardPause(kind, 30.0, length_ms, 1_500.0, 0.95, Prosody(), text, 200.0, 20.0)


def test_missing_recordings_are_told_in_japanese_with_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(TurnsDataError, match=r"音声データが見つかりません.*UKETSUKE_DATA"):
        TurnsPlan.default(tmp_path, tmp_path, tmp_path / "nothing")


def test_only_the_split_that_was_never_trained_on_is_measured(tmp_path: Path) -> None:
    folder = a_set(tmp_path / "set", "dev", "train", "dev")
    names = [r.path.name for r in TurnsPlan.default(tmp_path, tmp_path, folder).recordings]
    assert names == ["0.mp3", "2.mp3"]


def test_fewer_clips_are_spread_over_the_split(tmp_path: Path) -> None:
    folder = a_set(tmp_path / "set", *["dev"] * 10)
    names = [r.path.name for r in TurnsPlan.default(tmp_path, tmp_path, folder, clips=2).recordings]
    assert names == ["0.mp3", "5.mp3"]


def test_the_report_keeps_its_keys_and_tells_the_kinds_apart() -> None:
    turns = [
        a_turn("a", a_pause("hesitation", 500.0, "料金が"), a_pause("end", None, "料金が高いです")),
        a_turn("b", a_pause("joined", 900.0, "高いです"), a_pause("end", None, "高いです")),
        a_turn("n", a_pause("self_made", 900.0, "090の"), a_pause("end", None, "x"), number=True, human=False),
    ]
    report = report_of(turns, Timing(recognition_ms=200.0))
    wanted = {"eot_latency_ms_at_5pct", "false_cutoff_pct_at_300ms", "dictated_numbers_cut", "calibration_error"}
    assert wanted <= report.figures.keys()
    assert report.figures["dictated_numbers"] == 1
    assert report.figures["dictated_numbers_cut"] == 0
    assert report.figures["shipped_false_cutoff_pct"] == 0.0
    assert "1" in next(row for row in report.rows if row[0].startswith("言い切った"))[1]


def test_the_sample_callers_pauses_are_measured_too() -> None:
    texts = [script.text for script in scripts_of_calls(SAMPLE_CALLS)]
    assert any("[700]" in text for text in texts)


def test_a_number_that_a_sample_caller_dictates_is_marked(tmp_path: Path) -> None:
    script = (
        'id: a\ntitle: 番号\ntags: [x]\nfrom: "09012345678"\nsteps:\n'
        "  - {say: 'ゼロキューゼロの、[500]イチニーサンヨン', kind: answer}\n  - {say: はい, kind: answer}\n"
    )
    (tmp_path / "a.yaml").write_text(script, encoding="utf-8")
    assert [(s.text[:6], s.number) for s in scripts_of_calls(tmp_path)] == [("ゼロキューゼ", True)]
