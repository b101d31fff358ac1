"""Mistakes in a YAML file of this room, each as one Japanese sentence that says what to write."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


class ModelConfigError(ValueError):
    """`models.yaml` or `policy.yaml` cannot be used; the Japanese message says where and what to write."""


def read_config(file: Path, shape: type[M]) -> M:
    """Read a YAML file into `shape`. Raises `ModelConfigError` with a sentence for each mistake."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ModelConfigError(
            f"{file} を読めません（{error}）。場所と文字コード（UTF-8）をご確認ください。"
        ) from error
    except yaml.YAMLError as error:
        raise ModelConfigError(f"{file} がYAMLとして読めません（{error}）。字下げと記号をご確認ください。") from error
    try:
        return shape.model_validate({} if content is None else content)
    except ValidationError as error:
        raise ModelConfigError("\n".join(_sentence(file, shape, item) for item in error.errors())) from error


def _sentence(file: Path, shape: type[BaseModel], item: Mapping[str, Any]) -> str:
    path: Sequence[str | int] = item["loc"]
    place = f"{file} の {_place(path)}" if path else str(file)
    owner, description = _field(shape, path)
    if item["type"] == "value_error":
        return f"{place}: {item['ctx']['error']}"
    if item["type"] == "extra_forbidden":
        known = list(owner.model_fields) if owner is not None else []
        near = difflib.get_close_matches(str(path[-1]), known, n=1)
        hint = f"「{near[0]}」のことでしょうか。" if near else f"使えるのは {'、'.join(known)} です。"
        return f"{place} という項目はありません。{hint}"
    wanted = description or "正しい形の値"
    if item["type"] == "missing":
        return f"{place} がありません。{wanted}を書いてください。"
    return f"{place} の値 {item.get('input')!r} は使えません。{wanted}を書いてください。"


def _place(path: Sequence[str | int]) -> str:
    """`models[2].name`: list places are counted from 1, as people do."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _field(shape: type[BaseModel], path: Sequence[str | int]) -> tuple[type[BaseModel] | None, str]:
    """The model that holds the last key of `path`, and the nearest description on the way to it."""
    owner: type[BaseModel] | None = shape
    description = ""
    for number, part in enumerate(path):
        if owner is None or not isinstance(part, str):
            continue
        field = owner.model_fields.get(part)
        if field is None:
            continue
        description = field.description or description
        if number < len(path) - 1:
            owner = _model_in(field.annotation) or owner
    return owner, description


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _model_in(each)) is not None), None)
