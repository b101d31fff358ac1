"""`uketsuke capacity`: lines and people for a number of calls, and what a machine carries."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from records.figures.capacity import Profile, calls_carried, capacity_of, seats_needed
from uketsuke.api_figures import LOAD_FILE, machine_of
from uketsuke.cli.options import ConfigOption
from uketsuke.places import places_of
from uketsuke.settings import load_settings


def capacity(
    calls: Annotated[int, typer.Option("--calls", min=0, help="1か月の通話数。")] = 300_000,
    aht: Annotated[float, typer.Option("--aht", min=1, max=7200, help="1通話の平均の長さ（秒）。")] = 180.0,
    days: Annotated[int, typer.Option("--days", min=1, max=31, help="1か月の営業日数。")] = 20,
    hours: Annotated[float, typer.Option("--hours", min=1, max=24, help="1日の受付時間。")] = 10.0,
    escalated: Annotated[float, typer.Option("--escalated", min=0, max=1, help="担当者に回る割合（0〜1）。")] = 0.2,
    handle: Annotated[float, typer.Option("--handle", min=1, help="担当者の平均処理時間（秒）。")] = 450.0,
    concurrent: Annotated[
        int | None, typer.Option("--concurrent", min=1, help="1台の同時通話数（書かなければ、測定値か設定の上限）。")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """必要な回線と担当者の席、この機械で1か月に受けられる通話数を計算します（アーランB・C）。"""
    profile = Profile(calls, aht, days, hours)
    needed = capacity_of(profile)
    settings = load_settings(config)
    machine = machine_of(places_of(settings).data / LOAD_FILE, settings.server.max_calls)
    lines = concurrent or machine.concurrent
    table = Table(show_header=False, box=None)
    for name, value in (
        ("1日の通話数", f"{needed.calls_a_day:,.0f} 件"),
        ("最も混む1時間", f"{needed.busy_hour_calls:,.0f} 件（1日の {needed.busy_share:.1%}）"),
        ("呼量（平均・最も混む1時間・繁忙日）",
         f"{needed.mean_load:.1f}・{needed.busy_load:.1f}・{needed.peak_load:.1f} アーラン"),
        ("必要な同時通話数（話中1%）", f"{needed.channels}　繁忙日（1.5倍） {needed.peak_channels}"),
        ("必要な担当者の席（繁忙日・80%を20秒以内）", f"{seats_needed(profile, escalated, handle)} 席"),
        ("1台の同時通話数", str(lines)),
        ("1台だけで受けられる数", f"1か月 {calls_carried(lines, aht, days, hours):,} 件"),
        ("必要な台数（回線をまとめて使う場合）", f"{-(-needed.peak_channels // lines)} 台"),
    ):  # fmt: skip
        table.add_row(name, value)
    console = Console(highlight=False)
    console.print(table)
    if concurrent is None:
        console.print(machine.told, soft_wrap=True)
