import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.llm.schema_check import answers_schema

SCHEMA = {
    "type": "object",
    "properties": {
        "label": {"type": "string", "enum": ["1", "none"], "maxLength": 4},
        "ids": {"type": "array", "items": {"type": "integer"}, "maxItems": 2},
    },
    "required": ["label"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("text", ['{"label": "1"}', '{"ids": [1, 2], "label": "none"}'])
def test_json_of_the_shape_answers_it(text: str) -> None:
    assert answers_schema(text, SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "{",
        '{"label": "2"}',
        '{"label": 1}',
        "{}",
        '{"label": "1", "why": ""}',
        '{"label": "1", "ids": [true]}',
        '{"label": "1", "ids": [1, 2, 3]}',
        '[{"label": "1"}]',
        "[" * 100_000,
    ],
)
def test_anything_else_does_not(text: str) -> None:
    assert not answers_schema(text, SCHEMA)


@given(st.text())
def test_no_text_is_too_odd_to_be_judged(text: str) -> None:
    answers_schema(text, SCHEMA)
    assert answers_schema(json.dumps(text), {"type": "string"})
