"""API keys: made, listed, revoked. The key itself is told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path

from dashboard.api.people_models import KeyTold, NewKeyBody, NewKeyTold
from dashboard.auth.audit import Audit
from dashboard.auth.keys import SCOPES, Keys
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from records.api_keys import ApiKeyRepository

Manager = Annotated[Principal, needs(Permission.KEYS_MANAGE)]
NO_KEY: Final = "このAPIキーは見つかりません。一覧を開き直してください。"
NOT_FOR_KEYS: Final = "「自分の設定」はAPIキーには許可できません。ほかの項目を選んでください。"
MORE_THAN_OWN: Final = "自分に許可されていないことを、APIキーに許可することはできません。"


class KeysApi:
    """The endpoints over the keys."""

    def __init__(self, kept: ApiKeyRepository, keys: Keys, audit: Audit, now: Callable[[], datetime]) -> None:
        self._kept = kept
        self._keys = keys
        self._audit = audit
        self._now = now

    def router(self) -> APIRouter:
        """For those who manage keys."""
        router = APIRouter(prefix="/keys", tags=["APIキー"])
        router.add_api_route("", self._list, summary="APIキーの一覧")
        router.add_api_route("", self._make, methods=["POST"], status_code=201, summary="APIキーを作る")
        router.add_api_route("/{key_id}", self._revoke, methods=["DELETE"], summary="APIキーを無効にする")
        return router

    async def _list(self, who: Manager) -> list[KeyTold]:
        return [KeyTold.of(key) for key in await self._kept.list()]

    async def _make(self, body: NewKeyBody, who: Manager) -> NewKeyTold:
        scopes = set(body.scopes)
        if not scopes <= set(SCOPES):
            raise HTTPException(422, NOT_FOR_KEYS)
        if not scopes <= who.permissions:
            raise HTTPException(403, MORE_THAN_OWN)
        until = self._now() + timedelta(days=body.days) if body.days is not None else None
        secret, key = await self._keys.make(body.name, scopes, who.name, until)
        await self._audit.note(who, "key.create", key.name, detail={"key_id": key.id, "scopes": key.scopes})
        return NewKeyTold(secret=secret, key=KeyTold.of(key))

    async def _revoke(self, key_id: Annotated[str, Path(max_length=64)], who: Manager) -> KeyTold:
        key = await self._kept.revoke(key_id)
        if key is None:
            raise HTTPException(404, NO_KEY)
        await self._audit.note(who, "key.revoke", key.name, detail={"key_id": key.id})
        return KeyTold.of(key)
