"""`uketsuke doctor`: what is missing on this machine, and how to mend it."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from uketsuke.checkup import Finding, Health, examine
from uketsuke.cli.options import ConfigOption
from uketsuke.settings import load_settings

MARKS = {Health.GOOD: "[green]良好[/green]", Health.OPTIONAL: "[yellow]任意[/yellow]", Health.BAD: "[red]要対応[/red]"}


def doctor(config: ConfigOption = None) -> None:
    """このマシンで足りないものと、その直し方をお知らせします。"""
    findings = examine(load_settings(config))
    table = Table(show_lines=False)
    for title in ("調べたこと", "状態", "内容"):
        table.add_column(title, overflow="fold")
    for finding in findings:
        table.add_row(finding.subject, MARKS[finding.health], _text(finding))
    Console().print(table)
    if any(finding.health is Health.BAD for finding in findings):
        raise typer.Exit(1)


def _text(finding: Finding) -> str:
    return escape(finding.detail if finding.remedy is None else f"{finding.detail}\n→ {finding.remedy}")
