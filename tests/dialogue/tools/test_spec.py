from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from dialogue.tools.spec import ToolBox, ToolError, load_tools
from tests.dialogue.tools.conftest import a_tool


def test_a_tool_is_offered_only_at_the_matters_on_its_list() -> None:
    box = ToolBox(tools=(a_tool(),))
    assert box.offered_at(("bill-high",)) is not None
    assert box.offered_at(("plan-change",)) is None


def test_a_tool_that_is_switched_off_is_not_offered() -> None:
    box = ToolBox(tools=(a_tool(enabled=False),))
    assert box.offered_at(("bill-high",)) is None and box.get("book_callback") is None


def test_a_tool_that_writes_must_read_back_every_argument() -> None:
    with pytest.raises(ValidationError, match="すべての引数"):
        a_tool(read_back="{phone}に、お電話を差し上げます。")


def test_words_that_name_no_argument_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"\{color\}"):
        a_tool(done="{color}で承りました。")


def test_a_tool_without_a_matter_is_refused() -> None:
    with pytest.raises(ValidationError):
        a_tool(entries=[])


def test_a_file_with_a_mistake_says_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "tools.yaml"
    file.write_text("tools: [{name: x, url: nowhere}]", encoding="utf-8")
    with pytest.raises(ToolError, match=r"tools\.0\.url"):
        load_tools(file)


def test_a_company_without_the_file_has_no_tools(tmp_path: Path) -> None:
    assert load_tools(tmp_path / "tools.yaml").tools == ()
