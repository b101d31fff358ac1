"""The switch that gives every call to people, and back to the AI: it acts within two seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dialogue.operation import Operation, OperationError, operation_of
from records.documents import DocumentRepository, StaleVersionError

KIND: Final = "operation"


class SwitchBody(BaseModel):
    """What to switch to, and why."""

    model_config = ConfigDict(extra="forbid", title="AIの入り切り")

    ai: Annotated[bool, Field(description="AIが応対するか（falseなら、すべてのお電話を担当者に）")]
    reason: Annotated[str, Field(min_length=1, max_length=500, description="理由（監査ログに残ります）")]
    message: Annotated[
        str, Field(max_length=200, description="AIを止めている間、お客様に最初にお伝えする文（任意）")
    ] = ""
    expected_version: Annotated[int | None, Field(ge=0, description="いま見ている版（省略すると確かめません）")] = None


class OperationState(BaseModel):
    """How it stands."""

    model_config = ConfigDict(title="AIの状態")

    ai: Annotated[bool, Field(description="AIが応対する設定か")]
    message: Annotated[str, Field(description="お客様にお伝えする文")]
    version: Annotated[int, Field(description="設定の版")]
    changed_at: Annotated[datetime | None, Field(description="変えた日時")]
    changed_by: Annotated[str, Field(description="変えた人")]
    reason: Annotated[str, Field(description="理由")]
    acting: Annotated[bool, Field(description="動いている受付に反映されたか")]


class OperationApi:
    """Reading it is for everybody who has signed in; switching needs `ai.switch` and a reason."""

    def __init__(self, documents: DocumentRepository, acting: Callable[[], Operation], audit: Audit) -> None:
        """`acting` is what the running service goes by now."""
        self._documents = documents
        self._acting = acting
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["AIの入り切り"])
        router.add_api_route("/operation", self._get, summary="AIが応対しているか")
        router.add_api_route("/operation", self._put, methods=["PUT"], summary="AIを止める・再開する（2秒以内に反映）")
        return router

    async def _get(self, who: Annotated[Principal, needs(Permission.SIGNED_IN)]) -> OperationState:
        return await self._state()

    async def _put(self, who: Annotated[Principal, needs(Permission.AI_SWITCH)], body: SwitchBody) -> OperationState:
        content: dict[str, Any] = {"ai": body.ai, "message": body.message.strip()}
        try:
            operation_of(content)
            made = await self._documents.publish(KIND, content, who.name, body.reason, body.expected_version)
        except OperationError as error:
            raise HTTPException(422, str(error)) from error
        except StaleVersionError as error:
            raise HTTPException(409, str(error)) from error
        action = "ai.on" if body.ai else "ai.off"
        await self._audit.note(who, action, KIND, body.reason, {"version": made.version})
        return await self._state()

    async def _state(self) -> OperationState:
        found = await self._documents.current(KIND)
        wanted = operation_of(found.content) if found is not None else Operation()
        return OperationState(
            ai=wanted.ai,
            message=wanted.message,
            version=found.version if found is not None else 0,
            changed_at=found.info.published_at if found is not None else None,
            changed_by=found.info.author if found is not None else "",
            reason=found.info.note if found is not None else "",
            acting=self._acting() == wanted,
        )
