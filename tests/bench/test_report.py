import io
import json

import pytest
from rich.console import Console

from bench.report import MachineInfo, Report, joined


def test_the_json_file_holds_the_bench_the_machine_the_figures_and_the_notes(tmp_path):
    Report("ears", {"cer": 0.25}, notes=["短い窓"]).write_json(tmp_path / "new" / "ears.json")
    written = json.loads((tmp_path / "new" / "ears.json").read_text(encoding="utf-8"))
    assert set(written) == {"bench", "machine", "figures", "notes"}
    assert (written["bench"], written["figures"], written["notes"]) == ("ears", {"cer": 0.25}, ["短い窓"])
    assert set(written["machine"]) == {"cpu", "cores", "memory_gib", "python", "os", "load"}


def test_the_machine_is_the_one_it_runs_on():
    machine = MachineInfo.here()
    assert machine.cpu
    assert machine.cores >= 1
    assert machine.memory_gib > 0


def test_a_figure_that_is_no_number_is_refused_and_leaves_no_file(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        Report("ears", {"cer": float("nan")}).write_json(tmp_path / "ears.json")
    assert not (tmp_path / "ears.json").exists()


@pytest.mark.parametrize(
    ("report", "shown"),
    [
        (Report("ears", {"cer_full_window": 0.25}), "cer_full_window"),
        (Report("ears", {}, columns=("条件", "CER"), rows=[("短い窓", "25.0%")]), "短い窓"),
        (Report("ears", {}, notes=["[1/2] そのまま"]), "・[1/2] そのまま"),
    ],
)
def test_people_see_the_table_the_notes_and_the_machine(report, shown):
    console = Console(record=True, width=100, file=io.StringIO())
    report.print(console)
    text = console.export_text()
    assert shown in text
    assert "測定環境" in text


def test_two_reports_are_joined_into_one_set_of_figures() -> None:
    both = joined(Report("turns", {"a": 1.0}, ["x"]), Report("overlaps", {"b": 2.0}, ["y"]))
    assert (both.bench, both.figures, both.notes) == ("turns", {"a": 1.0, "b": 2.0}, ["x", "y"])
