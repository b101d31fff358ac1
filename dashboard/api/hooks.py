"""Places outside that are told of events: kept by administrators, off until switched on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, field_validator

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.hooks.courier import NOT_ALLOWED, is_allowed
from dashboard.hooks.events import EVENT_NAMES
from dashboard.hooks.signing import new_secret
from records.hooks import Hook, HookRepository, HookStyle

Manager = Annotated[Principal, needs(Permission.HOOKS_MANAGE)]
NO_HOOK: Final = "この送り先は見つかりません。"


class HookBody(BaseModel):
    """One place."""

    name: str = Field(min_length=1, max_length=80, title="名前")
    url: str = Field(min_length=8, max_length=500, title="送り先", description="https:// で始まるURL")
    events: list[str] = Field(title="知らせること")

    @field_validator("events")
    @classmethod
    def _known(cls, events: list[str]) -> list[str]:
        if not set(events) <= set(EVENT_NAMES):
            raise ValueError("知らせることは、一覧からお選びください")
        return list(dict.fromkeys(events))


class NewHook(HookBody):
    """A place that is new."""

    style: HookStyle = Field(title="種類", description="webhook、slack、teams のいずれか")


class ChangedHook(HookBody):
    """A place as it is to be."""

    active: bool = Field(title="有効")
    new_secret: bool = Field(False, title="署名の鍵を作り直す")


class HooksApi:
    """Lists, makes, changes, removes and tries places."""

    def __init__(self, hooks: HookRepository, audit: Audit, allowed_hosts: Collection[str]) -> None:
        self._hooks = hooks
        self._audit = audit
        self._allowed = frozenset(allowed_hosts)

    def router(self) -> APIRouter:
        """The endpoints."""
        router = APIRouter(prefix="/hooks", tags=["外部連携"])
        router.add_api_route("", self._list, summary="送り先の一覧")
        router.add_api_route("", self._add, methods=["POST"], status_code=201, summary="送り先を加える")
        router.add_api_route("/{hook_id}", self._change, methods=["PUT"], summary="送り先を変える")
        router.add_api_route("/{hook_id}", self._remove, methods=["DELETE"], summary="送り先を削除する")
        router.add_api_route("/{hook_id}/test", self._test, methods=["POST"], summary="確認の通知を送る")
        router.add_api_route("/{hook_id}/deliveries", self._deliveries, summary="送った通知")
        return router

    async def _list(self, who: Manager) -> dict[str, Any]:
        return {
            "hooks": [_shown(hook) for hook in await self._hooks.list()],
            "events": [{"event": event, "name": name} for event, name in EVENT_NAMES.items()],
            "allowed_hosts": sorted(self._allowed),
        }

    async def _add(self, new: NewHook, who: Manager) -> dict[str, Any]:
        self._check(new.url)
        hook = await self._hooks.add(new.name, new.style, new.url, new_secret(), new.events, who.name)
        await self._audit.note(who, "hook.create", hook.name, detail={"id": hook.id, "events": new.events})
        # The only time that the secret is told.
        return {**_shown(hook), "secret": hook.secret}

    async def _change(self, hook_id: str, changed: ChangedHook, who: Manager) -> dict[str, Any]:
        self._check(changed.url)
        secret = new_secret() if changed.new_secret else None
        done = await self._hooks.change(
            hook_id, name=changed.name, url=changed.url, events=changed.events, active=changed.active, secret=secret
        )
        if not done:
            raise HTTPException(404, NO_HOOK)
        action = "hook.on" if changed.active else "hook.off"
        await self._audit.note(who, action, changed.name, detail={"id": hook_id, "events": changed.events})
        return {"id": hook_id, **({"secret": secret} if secret is not None else {})}

    async def _remove(self, hook_id: str, who: Manager) -> dict[str, str]:
        if not await self._hooks.remove(hook_id):
            raise HTTPException(404, NO_HOOK)
        await self._audit.note(who, "hook.delete", hook_id)
        return {"id": hook_id}

    async def _test(self, hook_id: str, who: Manager) -> dict[str, Any]:
        hook = next((each for each in await self._hooks.list() if each.id == hook_id), None)
        if hook is None:
            raise HTTPException(404, NO_HOOK)
        self._check(hook.url)
        await self._hooks.tell("test", {"by": who.name}, only=hook_id)
        await self._audit.note(who, "hook.test", hook.name, detail={"id": hook_id})
        return {"queued": True}

    async def _deliveries(self, hook_id: str, who: Manager) -> dict[str, Any]:
        told = await self._hooks.recent(hook_id)
        return {"deliveries": [{**asdict(each), "payload": None} for each in told]}

    def _check(self, url: str) -> None:
        if not is_allowed(url, self._allowed):
            raise HTTPException(422, f"{NOT_ALLOWED}設定ファイルに書き加えて再起動すると、ここで使えるようになります。")


def _shown(hook: Hook) -> dict[str, Any]:
    return {**asdict(hook), "secret": None}
