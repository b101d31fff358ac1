"""Scenario files: YAML, one scenario a document (several in a file stand apart by `---`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from dialogue.scenarios.scenario import Scenario

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SAID: Final = {
    "missing": "この項目は必ず書いてください",
    "string_type": "文字で書いてください（数字や yes、no は引用符で囲みます）",
    "enum": "使えない値です。使える値: {expected}",
    "bool_type": "true か false を書いてください",
    "timezone_aware": "時差まで書いてください（例 2026-11-24T10:00+09:00）",
    "tuple_type": "並べて書いてください（例 [一つ目, 二つ目]）",
    "string_pattern_mismatch": "形が違います（{pattern}）",
    "too_short": "一つ以上書いてください",
    "string_too_short": "空にはできません",
}


class ScenarioError(ValueError):
    """A scenario that cannot be played; the message (Japanese) names the file, the line and the step."""


def load_scenarios(paths: Sequence[Path]) -> tuple[Scenario, ...]:
    """All scenarios of the files and folders (searched through for .yaml), in their order.

    Raises `ScenarioError` at the first file with a mistake, for an id used twice, and when there are none.
    """
    found: dict[str, Scenario] = {}
    for file in _files(paths):
        for scenario in parse_scenarios(_read(file), str(file)):
            if scenario.id in found:
                raise ScenarioError(
                    f"{scenario.source}: 「{scenario.id}」は {found[scenario.id].source} にもあります。"
                )
            found[scenario.id] = scenario
    if not found:
        raise ScenarioError(f"{'、'.join(map(str, paths))} に、シナリオがありません。")
    return tuple(found.values())


def parse_scenarios(text: str, name: str) -> tuple[Scenario, ...]:
    """The scenarios of one file's text; `name` stands for it in messages. Raises `ScenarioError`."""
    loader = _LOADER(text)
    scenarios: list[Scenario] = []
    try:
        while loader.check_node():
            node = loader.get_node()
            _refuse_twice(node, name)
            scenarios.append(_scenario(node, loader.construct_document(node), name))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}:{mark.line + 1}" if mark is not None else name
        raise ScenarioError(f"{place}: YAMLとして読めません。字下げと記号をお確かめください。") from error
    finally:
        loader.dispose()
    return tuple(scenarios)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.yaml"))
        else:
            yield path


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{file} の文字コードが違います。UTF-8で保存し直してください。") from error
    except OSError as error:
        raise ScenarioError(f"{file} が開けません（{error.strerror}）。場所をご確認ください。") from error


def _scenario(node: yaml.Node, content: Any, name: str) -> Scenario:
    source = f"{name}:{node.start_mark.line + 1}"
    if not isinstance(content, dict):
        raise ScenarioError(f"{source}: id、title、tags、steps を並べた形で書いてください。")
    if "source" in content:
        raise ScenarioError(f"{name}:{_line(node, ('source',))}: 「source」という項目はありません。")
    try:
        return Scenario.model_validate({**content, "source": source})
    except ValidationError as error:
        problems = [_problem(node, item, name) for item in error.errors()]
        raise ScenarioError("\n".join(problems)) from error


def _problem(node: yaml.Node, item: Any, name: str) -> str:
    """One mistake, as `file:line: steps の2番目 の says: …`."""
    loc, kind = item["loc"], item["type"]
    if kind == "extra_forbidden":
        said = f"「{loc[-1]}」という項目はありません"
    elif kind == "value_error":
        said = str(item["ctx"]["error"])
    else:
        said = _SAID.get(kind, "この値は使えません").format(**{"expected": "", "pattern": "", **item.get("ctx", {})})
    places = [f"{part + 1}番目" if isinstance(part, int) else str(part) for part in loc]
    where = "".join(f"{' の ' if place else ''}{part}" for place, part in enumerate(places))
    return f"{name}:{_line(node, loc)}: {where + ': ' if where else ''}{said}。"


def _line(node: yaml.Node, loc: Sequence[int | str]) -> int:
    """The line of the innermost part of `loc` that is written in the file."""
    line = node.start_mark.line + 1
    for part in loc:
        inner: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            inner, line = next(
                ((value, key.start_mark.line + 1) for key, value in node.value if key.value == part), (None, line)
            )
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            inner = node.value[part]
            line = inner.start_mark.line + 1
        if inner is None:
            break
        node = inner
    return line


def _refuse_twice(node: yaml.Node, name: str) -> None:
    """YAML would keep the last of two equal keys, and an expectation would be lost without a word."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise ScenarioError(f"{name}:{key.start_mark.line + 1}: 「{key.value}」が二度書かれています。")
            seen.add(key.value)
            _refuse_twice(value, name)
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            _refuse_twice(inner, name)
