"""Whether the AI answers at all: the switch that gives every call to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator

from dialogue.keigo import Level, lint


class OperationError(ValueError):
    """The document cannot be used; the message is in Japanese."""


class Operation(BaseModel):
    """`ai`: it answers; otherwise every call goes to people. `message` is what callers are told then, if anything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ai: bool = True
    message: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""

    @field_validator("message")
    @classmethod
    def _may_be_said(cls, value: str) -> str:
        slip = next((finding for finding in lint(value) if finding.level is Level.ERROR), None)
        if slip is not None:
            raise ValueError(slip.message_ja)
        if any(sign in value for sign in "{}\n\r\x00"):
            raise ValueError("改行と波かっこは使えません")
        return value


def operation_of(content: Mapping[str, Any]) -> Operation:
    """The operation of plain data. Raises `OperationError`."""
    try:
        return Operation.model_validate(content)
    except ValidationError as error:
        told = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise OperationError(f"AIの入り切りの設定が正しくありません（{told}）。") from error
