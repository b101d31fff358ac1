from __future__ import annotations

from typing import Any

from dialogue.tools.spec import Tool


def a_tool(**changes: Any) -> Tool:
    return Tool.model_validate(
        {
            "name": "book_callback",
            "url": "http://127.0.0.1:9/book",
            "entries": ["bill-high"],
            "offer": "折り返しのお電話をご予約になれます。ご予約なさいますか。",
            "arguments": [
                {"name": "phone", "kind": "phone", "ask": "お電話番号をお願いいたします。"},
                {"name": "day", "kind": "date", "ask": "ご希望の日はいつでしょうか。"},
            ],
            "read_back": "{phone}に、{day}、お電話を差し上げます。",
            "done": "ご予約を承りました。受付番号は{result_number}でございます。",
            **changes,
        }
    )
