"""A company whose people are there day and night: tests run at any hour."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from samples import sample_dir


def always_open(folder: Path) -> Path:
    """The sample company, copied to `folder`, open at every hour of every day."""
    shutil.copytree(sample_dir(), folder)
    file = folder / "company.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    content["opening_hours"] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00-24:00")
    content["holidays_closed"], content["closed_dates"] = False, []
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder
