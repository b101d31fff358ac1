"""Whether an answer is the JSON that was asked for: servers differ in how far they keep to a schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


def answers_schema(text: str, schema: Mapping[str, Any]) -> bool:
    """Whether `text` is JSON of this shape. Knows what our own schemas use: types, properties, items, enum, lengths."""
    try:
        return _fits(json.loads(text), schema)
    except (ValueError, RecursionError):
        return False


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    wanted = schema.get("type")
    if isinstance(wanted, str) and not _is(value, wanted):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, dict):
        return _object_fits(value, schema)
    if isinstance(value, list):
        items = schema.get("items", {})
        return len(value) <= schema.get("maxItems", len(value)) and all(_fits(each, items) for each in value)
    return not isinstance(value, str) or len(value) <= schema.get("maxLength", len(value))


def _object_fits(value: dict[str, Any], schema: Mapping[str, Any]) -> bool:
    properties: Mapping[str, Any] = schema.get("properties", {})
    if any(key not in value for key in schema.get("required", ())):
        return False
    if schema.get("additionalProperties") is False and any(key not in properties for key in value):
        return False
    return all(_fits(each, properties.get(key, {})) for key, each in value.items())


def _is(value: Any, wanted: str) -> bool:
    if isinstance(value, bool) and wanted != "boolean":
        return False
    return isinstance(value, _TYPES.get(wanted, (object,)))
