"""Names of things in the records: UUID version 7, so that they sort by the time they were made."""

from __future__ import annotations

import secrets
import time
import uuid


def new_id(at_ms: int | None = None) -> str:
    """A new UUIDv7 (RFC 9562) as text; `at_ms` is milliseconds since 1970, now unless given."""
    stamp = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    value = (stamp & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
