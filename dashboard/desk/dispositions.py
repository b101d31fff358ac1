"""How a call can have ended, in two levels: the company's own list, or a plain one where it has none."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class DispositionError(RuntimeError):
    """The list cannot be read; the message says what to write instead, in Japanese."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Detail(_Part):
    """The second level."""

    code: Code
    label: Label


class Disposition(_Part):
    """The first level with its details."""

    code: Code
    label: Label
    details: tuple[Detail, ...] = ()


class Dispositions(_Part):
    """All of them, in the order in which they are offered."""

    dispositions: tuple[Disposition, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _every_code_once(self) -> Dispositions:
        codes = [each.code for each in self.dispositions]
        if len(set(codes)) < len(codes):
            raise ValueError("code が重なっています")
        return self

    def knows(self, code: str, detail: str) -> bool:
        """Whether the two belong together; an empty detail belongs to every code."""
        return any(
            each.code == code and (not detail or any(part.code == detail for part in each.details))
            for each in self.dispositions
        )


PLAIN: Final = Dispositions(
    dispositions=(
        Disposition(code="question", label="お問い合わせ"),
        Disposition(code="procedure", label="お手続き"),
        Disposition(code="trouble", label="故障・不具合"),
        Disposition(code="complaint", label="ご意見・ご不満"),
        Disposition(code="other", label="その他"),
    )
)


def load_dispositions(file: Path) -> Dispositions:
    """The list in `file`, or the plain one where there is no such file. Raises `DispositionError`."""
    if not file.is_file():
        return PLAIN
    try:
        return Dispositions.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise DispositionError(
            f"{file} が読めません（{error}）。dispositions に、code・label・details を並べてください。"
        ) from error
