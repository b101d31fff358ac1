"""`uketsuke capacity`, and what a machine is taken to carry."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from uketsuke.api_figures import machine_of
from uketsuke.cli.app import app


def test_the_command_gives_the_lines_and_seats_of_the_papers() -> None:
    told = CliRunner().invoke(
        app, ["capacity", "--calls", "300000", "--aht", "180", "--days", "20", "--hours", "10", "--concurrent", "16"]
    )
    assert told.exit_code == 0
    for expected in ("15,000 件", "2,250 件", "131　繁忙日（1.5倍） 189", "93 席", "1か月 15,777 件", "12 台"):
        assert expected in told.output


def test_a_machine_without_a_measurement_is_taken_at_its_setting(tmp_path: Path) -> None:
    machine = machine_of(tmp_path / "load.json", 16)
    assert (machine.concurrent, machine.measured) == (16, False)
    (tmp_path / "load.json").write_text("{}")
    assert not machine_of(tmp_path / "load.json", 16).measured


def test_a_measured_machine_carries_what_it_answered_in_time_and_no_more_than_is_let_in(tmp_path: Path) -> None:
    figures = {
        "latency_p95_s_8": 1.05, "failed_calls_8": 0, "latency_p95_s_16": 1.2, "failed_calls_16": 0,
        "latency_p95_s_24": 1.9, "failed_calls_24": 0, "latency_p95_s_32": 1.0, "failed_calls_32": 3,
        "peer_latency_p95_s_64": 0.1,
    }  # fmt: skip
    (tmp_path / "load.json").write_text(json.dumps({"figures": figures}))
    assert machine_of(tmp_path / "load.json", 32).concurrent == 16
    limited = machine_of(tmp_path / "load.json", 8)
    assert (limited.concurrent, limited.measured) == (8, True)
    assert "16件" in limited.told
