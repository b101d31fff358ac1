"""API keys: shown once, kept as a sum, good for their scopes until they are over or revoked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from dashboard.auth.permissions import Permission
from dashboard.auth.sessions import token_sum
from records.api_keys import ApiKey, ApiKeyRepository

PREFIX: Final = "utk_"
LOCAL_FILE: Final = "local.key"
LOCAL_ID: Final = "local"
LOCAL_NAME: Final = "このコンピューターの道具"
LOCAL_SCOPES: Final = frozenset({Permission.LIVE_READ})
SCOPES: Final = tuple(each for each in Permission if each is not Permission.SIGNED_IN)
"""What a key can be allowed. One's own account is a person's."""
USED_EVERY: Final = timedelta(minutes=1)


class Keys:
    """Makes and finds them."""

    def __init__(self, kept: ApiKeyRepository, now: Callable[[], datetime]) -> None:
        self._kept = kept
        self._now = now

    async def make(
        self, name: str, scopes: Iterable[Permission], created_by: str, expires_at: datetime | None
    ) -> tuple[str, ApiKey]:
        """A new key and its secret, which nobody can be told again."""
        secret = PREFIX + secrets.token_urlsafe(32)
        values = [each.value for each in scopes if each in SCOPES]
        return secret, await self._kept.add(name, token_sum(secret), values, created_by, expires_at)

    async def find(self, secret: str) -> ApiKey | None:
        """The good key of that secret."""
        if not secret.startswith(PREFIX):
            return None
        key, now = await self._kept.find(token_sum(secret)), self._now()
        if key is None or not key.good(now):
            return None
        if key.last_used_at is None or now - key.last_used_at >= USED_EVERY:
            await self._kept.used(key.id, now)
        return key

    async def write_local(self, folder: Path) -> Path:
        """Leave a new key in `folder` for tools of the same machine and account; the one before is void."""
        secret = PREFIX + secrets.token_urlsafe(32)
        scopes = [each.value for each in LOCAL_SCOPES]
        await self._kept.add(LOCAL_NAME, token_sum(secret), scopes, LOCAL_NAME, key_id=LOCAL_ID)
        path = folder / LOCAL_FILE
        fresh = folder / f"{LOCAL_FILE}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secret)
        fresh.replace(path)
        return path
