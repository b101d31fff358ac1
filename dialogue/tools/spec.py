"""What tools there are, as data: typed arguments, the matters they may be offered at, and the words around them."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_SLOT: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
RESULT_PREFIX: Final = "result_"


class ToolError(ValueError):
    """`tools.yaml` cannot be used; the Japanese message says where and what to write."""


class ArgumentKind(StrEnum):
    """What an argument is, and so how it is asked for, heard and read back."""

    TEXT = "text"
    NAME = "name"
    PHONE = "phone"
    DATE = "date"
    TIME = "time"
    INTEGER = "integer"
    CHOICE = "choice"


class Argument(BaseModel):
    """One typed argument. `ask` is the question that the caller hears; `minimum` and `maximum` bound integers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    kind: ArgumentKind
    ask: Words
    choices: tuple[Words, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Argument:
        if (self.kind is ArgumentKind.CHOICE) != bool(self.choices):
            raise ValueError("kind: choice のときだけ、choices に選択肢を並べてください")
        return self


class Transport(StrEnum):
    """How a tool is reached."""

    HTTP = "http"
    MCP = "mcp"


class Tool(BaseModel):
    """One tool. It is offered only after an answer of one of `entries`: no words of a caller can reach another one.

    A tool that `writes` is run only after its values were read back (`read_back`) and the caller said はい.
    `done` may use the arguments and `result_…` fields of the answer: 「{result_number}番で承りました。」
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    enabled: bool = True
    transport: Transport = Transport.HTTP
    url: str = Field(pattern=r"^https?://\S+$")
    remote_name: str = ""
    secret_env: str = ""
    timeout_s: float = Field(default=5.0, gt=0, le=30)
    writes: bool = True
    entries: tuple[str, ...] = Field(min_length=1)
    offer: Words
    arguments: tuple[Argument, ...] = ()
    read_back: Words
    done: Words
    failed: Words = "申し訳ございません。ただいまお手続きが完了できませんでした。担当の者が承ります。"

    @model_validator(mode="after")
    def _words_name_arguments(self) -> Tool:
        names = [argument.name for argument in self.arguments]
        if len(set(names)) != len(names):
            raise ValueError("arguments に同じ名前が2つあります")
        for text in (self.read_back, self.done):
            for slot in _SLOT.findall(text):
                if slot not in names and not (text is self.done and slot.startswith(RESULT_PREFIX)):
                    raise ValueError(f"{{{slot}}} という引数はありません")
        if self.writes and set(_SLOT.findall(self.read_back)) != set(names):
            raise ValueError("書き込みをするツールの read_back には、すべての引数を入れてください")
        return self

    @property
    def host(self) -> str:
        """Where it is reached."""
        return urlsplit(self.url).netloc


class ToolBox(BaseModel):
    """All tools of a company. Names are unique."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tools: tuple[Tool, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> ToolBox:
        names = [tool.name for tool in self.tools]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"同じ名前のツール {name} が2つあります")
        return self

    def get(self, name: str) -> Tool | None:
        """The enabled tool of that name."""
        return next((tool for tool in self.tools if tool.name == name and tool.enabled), None)

    def offered_at(self, entry_ids: tuple[str, ...]) -> Tool | None:
        """The first enabled tool that may be offered after an answer of these entries."""
        return next((t for t in self.tools if t.enabled and set(t.entries) & set(entry_ids)), None)


def load_tools(file: Path) -> ToolBox:
    """Read `tools.yaml`; a missing file is a company without tools. Raises `ToolError`."""
    if not file.is_file():
        return ToolBox()
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        return ToolBox.model_validate(content or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ToolError(f"{file} を読めません（{error}）。YAMLの形と文字コード（UTF-8）をご確認ください。") from error
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise ToolError(f"{file} に誤りがあります。\n" + "\n".join(problems)) from error
