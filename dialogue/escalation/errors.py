"""What is wrong with a rule, in Japanese, with what to write instead."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def explained(error: ValidationError) -> list[str]:
    """One sentence for every fault: where it is and what to write there."""
    return [f"{_place(fault['loc'])}: {_what(fault)}。" for fault in error.errors()]


def _place(location: tuple[int | str, ...]) -> str:
    # Between the name of a field and those within it pydantic puts the kind that was chosen: `when.all.of.0.words`.
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or "全体"


def _what(fault: ErrorDetails) -> str:
    context: dict[str, Any] = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return "この項目を書いてください"
        case "extra_forbidden":
            return "この名前の項目はありません。つづりをご確認ください"
        case "union_tag_not_found":
            return "kind を書いてください"
        case "union_tag_invalid":
            expected = str(context.get("expected_tags", "")).replace("'", "")
            return f"kind「{context.get('tag', '')}」はありません。次のどれかを書いてください: {expected}"
        case "greater_than_equal" | "greater_than":
            limit = context.get("ge", context.get("gt"))
            return f"{limit}{'以上' if 'ge' in context else 'より大きい数'}を書いてください"
        case "less_than_equal":
            return f"{context.get('le')}以下の数を書いてください"
        case "int_parsing" | "int_type" | "int_from_float":
            return "整数を書いてください"
        case "float_parsing" | "float_type":
            return "数を書いてください"
        case "bool_parsing" | "bool_type":
            return "true か false を書いてください"
        case "string_type":
            return '文字で書いてください（数字は「"」で囲んでください）'
        case "string_too_short" | "too_short":
            return "空にせず、1つ以上書いてください"
        case "string_too_long":
            return f"{context.get('max_length')}字以内で書いてください"
        case "too_long":
            return f"{context.get('max_length')}個以内で書いてください"
        case "string_pattern_mismatch":
            return "使えない文字があります（id は半角の英小文字、数字、ハイフン）"
        case "tuple_type" | "list_type":
            return "「- 」で始まる行を並べて書いてください"
        case "enum" | "literal_error":
            expected = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
            return f"次のどれかを書いてください: {expected}"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "「名前: 値」の形で書いてください"
        case "value_error":
            return str(context.get("error", fault["msg"]))
        case _:
            return f"書き方をご確認ください（{fault['type']}）"
