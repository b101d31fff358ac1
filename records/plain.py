"""Makes any evidence safe to store: plain JSON that SQLite, PostgreSQL and a browser all accept."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any


def clean_text(text: str) -> str:
    """Text without what a database refuses: NUL (PostgreSQL) and lone surrogates (UTF-8)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def plain(value: Any) -> Any:
    """A copy of `value` as JSON types, so that later changes to the original do not reach the records.

    Tuples and sets become lists, dataclasses dicts, numpy numbers and arrays Python's own, NaN and infinities
    null (JSON has none), and whatever else its text.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {clean_text(str(key)): plain(item) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, Iterable) and not isinstance(value, bytes | bytearray | memoryview):
        return [plain(item) for item in value]
    return clean_text(str(value))


def to_json(value: Any) -> str:
    """JSON as it is stored: Japanese stays readable, and a search in the database finds it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def digest(value: Any) -> str:
    """SHA-256 of plain data, the same whatever the order of keys."""
    text = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
