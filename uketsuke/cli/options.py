"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="設定ファイル（省略すると、ここにある uketsuke.toml）。")
]
JsonOption = Annotated[Path | None, typer.Option("--json", help="結果を JSON としてこのファイルにも書きます。")]
