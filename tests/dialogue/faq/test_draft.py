"""The FAQ with its unpublished changes."""

from dialogue.faq.draft import draft_of, entry_of, plain_entry
from dialogue.faq.entry import FaqEntry

WHOLE = {
    "category": "料金",
    "title": "引き落とし日",
    "questions": ["引き落としはいつですか"],
    "spoken": "毎月27日です。",
}


def published(entry_id: str, version: int = 3) -> dict[str, object]:
    return {**plain_entry(FaqEntry.model_validate({**WHOLE, "id": entry_id})), "version": version}


def test_a_change_takes_the_place_of_its_entry_and_a_new_one_comes_last() -> None:
    changes = {"new": WHOLE, "a": {**WHOLE, "spoken": "毎月26日です。"}}
    draft = draft_of([published("a"), published("b")], changes)
    assert [(each["id"], each["spoken"]) for each in draft.content] == [
        ("a", "毎月26日です。"),
        ("b", "毎月27日です。"),
        ("new", "毎月27日です。"),
    ]
    assert set(draft.changed) == {"a", "new"}
    assert all("version" not in each for each in draft.content)


def test_what_is_deleted_is_gone_and_what_is_changed_back_is_no_change() -> None:
    draft = draft_of([published("a"), published("b")], {"a": {"deleted": True}, "b": published("b")})
    assert [each["id"] for each in draft.content] == ["b"]
    assert draft.changed == ("a",)


def test_what_is_no_whole_entry_yet_is_left_out_and_said() -> None:
    draft = draft_of([published("a")], {"a": {**WHOLE, "spoken": ""}})
    assert draft.content[0]["spoken"] == "毎月27日です。"
    assert [(each.field, each.label) for each in draft.problems["a"]] == [("spoken", "音声回答")]


def test_every_field_that_is_wrong_is_named_with_what_to_write() -> None:
    entry, problems = entry_of("x", {**WHOLE, "questions": [], "answer_at": 2})
    assert entry is None
    assert {each.field for each in problems} == {"questions", "answer_at"}
    assert next(each.message for each in problems if each.field == "questions").startswith("記入がありません")
    assert "0以上1以下" in next(each.message for each in problems if each.field == "answer_at")
