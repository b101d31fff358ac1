"""What the overlaps bench makes of verdicts, and what it says without its recordings."""

from pathlib import Path

import pytest

from bench.overlap_material import Kind
from bench.overlaps import Judged, OverlapsDataError, OverlapsPlan, report_of


def test_shares_are_of_the_sounds_of_their_kind() -> None:
    figures = report_of(
        [
            Judged(Kind.AIZUCHI, "aizuchi", 500.0),
            Judged(Kind.AIZUCHI, "unheard"),
            Judged(Kind.AIZUCHI, "interruption", 260.0),
            Judged(Kind.AIZUCHI, "noise", 400.0),
            Judged(Kind.INTERRUPTION, "interruption", 240.0),
            Judged(Kind.INTERRUPTION, "interruption", 600.0),
        ]
    ).figures
    assert figures["aizuchi_passed"] == 0.75
    assert figures["interruptions_taken"] == 1.0
    assert figures["interruptions_taken_within_300ms"] == 0.5


def test_the_time_to_stop_counts_the_interruptions_that_were_taken() -> None:
    judged = [Judged(Kind.INTERRUPTION, "interruption", 200.0), Judged(Kind.INTERRUPTION, "aizuchi", 900.0)]
    assert report_of(judged).figures["barge_in_stop_p95_ms"] == 200.0


def test_every_interruption_by_an_echo_is_counted() -> None:
    judged = [Judged(Kind.ECHO, "interruption", barge_ins=2), Judged(Kind.ECHO, "unheard")]
    figures = report_of(judged).figures
    assert figures["echo_interruptions"] == 2
    assert figures["echo_calls_interrupted"] == 0.5


def test_nothing_judged_gives_figures_all_the_same() -> None:
    assert report_of([]).figures["barge_in_stop_p95_ms"] == 0.0


def test_missing_recordings_are_told_in_japanese_with_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(OverlapsDataError, match=r"音声データが見つかりません.*UKETSUKE_DATA"):
        OverlapsPlan.default(tmp_path, tmp_path)
