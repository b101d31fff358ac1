"""The key that a running service leaves in its data folder for tools of the same machine and account."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LOCAL_KEY: Final = "local.key"


def local_key(folder: Path) -> str:
    """The key of the service whose records lie in `folder`; empty when there is none that we may read."""
    try:
        return (folder / LOCAL_KEY).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def key_headers(key: str) -> dict[str, str]:
    """What a request carries to show the key; nothing without one."""
    return {"authorization": f"Bearer {key}"} if key else {}
