"""Hand-over notes taken apart and covered; the company's dispositions; the hub."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.auth.permissions import Permission, Role
from dashboard.auth.principal import Principal
from dashboard.desk.dispositions import PLAIN, DispositionError, load_dispositions
from dashboard.desk.hub import CAPACITY, DeskHub, DeskMessage
from dashboard.desk.notes import NoteParts
from dashboard.transcript import LineMask
from tests.dashboard.desk_scene import NOTE, told


def test_a_note_is_taken_apart_by_its_headings() -> None:
    note = NoteParts.of(NOTE)
    assert (note.matter, note.reason, note.tone) == (
        "今月の請求が高い理由を知りたい",
        "お客様のご希望",
        "落ち着いている",
    )
    assert note.collected == {"お名前": "湊川 花子", "電話番号": "090-1234-5678"}
    assert note.next_step.startswith("ご用件を確かめ")


def test_what_was_asked_for_as_a_name_is_covered_wherever_it_stands() -> None:
    note = NoteParts.of(f"{NOTE}\n【これまで】お客様「湊川 花子です」")
    covered = note.covered(LineMask())
    assert covered.collected == {"お名前": "〈お名前〉", "電話番号": "〈電話番号〉"}
    assert "湊川" not in "".join(covered.parts.values())
    assert covered.matter == note.matter


def test_a_note_without_headings_is_shown_whole() -> None:
    assert NoteParts.of("［料金］折り返しのお約束").parts == {"申し送り": "折り返しのお約束"}
    assert NoteParts.of("").parts == {}


def test_keys_that_were_pressed_are_no_matter() -> None:
    assert NoteParts.of("【ご用件】*").matter == ""


@given(st.text(max_size=200))
def test_any_note_can_be_read(text: str) -> None:
    note = NoteParts.of(text)
    assert all(isinstance(value, str) for value in (note.matter, note.reason, note.tone, *note.collected.values()))


def test_the_samples_dispositions_can_be_read_and_know_their_details() -> None:
    sample = load_dispositions(Path("samples/minato/dispositions.yaml"))
    assert sample.knows("billing", "amount") and sample.knows("billing", "")
    assert not sample.knows("billing", "works") and not sample.knows("nothing", "")


def test_a_company_without_a_list_has_a_plain_one(tmp_path: Path) -> None:
    assert load_dispositions(tmp_path / "dispositions.yaml") is PLAIN


@pytest.mark.parametrize(
    "text", ["dispositions: []", "{", "dispositions: [{code: a, label: あ}, {code: a, label: い}]"]
)
def test_a_broken_list_is_refused_with_what_to_write(tmp_path: Path, text: str) -> None:
    file = tmp_path / "dispositions.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DispositionError, match="code・label・details"):
        load_dispositions(file)


async def test_a_message_reaches_only_those_it_is_for_and_a_slow_desk_loses_the_oldest() -> None:
    hub = DeskHub()
    boss, one = Principal.person("b", "上田", Role.SUPERVISOR), Principal.person("u1", "佐々木", Role.OPERATOR)
    async with hub.subscribe(boss) as bosses, hub.subscribe(one) as mine:
        hub.publish(DeskMessage("alarm", permission=Permission.FLOOR_SUPERVISE))
        hub.publish(DeskMessage("pop", user_id="u1"))
        assert [message.kind for message in told(bosses)] == ["alarm"]
        assert [message.kind for message in told(mine)] == ["pop"]
        for number in range(CAPACITY + 3):
            hub.publish(DeskMessage("queue", {"number": number}))
        assert mine.get_nowait().data == {"number": 3}
    hub.publish(DeskMessage("queue"))
