import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from dialogue.faq.entry import AnswerMode, Audience, FaqEntry
from dialogue.faq.files import format_entries, parse_entries, read_entries, write_entries
from dialogue.faq.rows import FaqImportError

HEADER = "ID,カテゴリ,タイトル,質問,音声回答,開始日,対象\n"
GOOD = "plan,料金,プラン変更,変えたい|変更,承ります。,2026/4/1,お客様\n"

_line = st.text("料金プaZ0 =+@-'\",;:#&*!%[]{}。？", min_size=1, max_size=12).map(str.strip).filter(bool)
_word = st.text("解約かな-Az", min_size=1, max_size=8).map(str.strip).filter(bool)
_prose = st.text("です。\n '=+-\"|,:#", min_size=1, max_size=40).map(str.strip).filter(bool)
_entries = st.lists(
    st.builds(
        FaqEntry,
        id=st.from_regex(r"[a-z0-9][a-z0-9_-]{0,12}", fullmatch=True),
        version=st.integers(1, 99),
        category=_line,
        title=_line,
        questions=st.lists(_line, min_size=1, max_size=4).map(tuple),
        spoken=_prose,
        long=_prose | st.just(""),
        vocabulary=st.lists(st.fixed_dictionaries({"surface": _word, "reading": _word}), max_size=3).map(tuple),
        valid_from=st.none() | st.dates(date(2020, 1, 1), date(2025, 1, 1)),
        valid_until=st.none() | st.dates(date(2025, 1, 2), date(2030, 1, 1)),
        audience=st.sampled_from(Audience),
        escalate=st.booleans(),
        enabled=st.booleans(),
        mode=st.sampled_from(AnswerMode),
        negatives=st.lists(_line, max_size=3).map(tuple),
        answer_at=st.none() | st.floats(0, 1),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda entry: entry.id,
).map(tuple)


@pytest.mark.parametrize("suffix", [".yaml", ".csv", ".xlsx"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=_entries)
def test_what_is_written_is_read_back_the_same(suffix: str, entries: tuple[FaqEntry, ...]) -> None:
    assert parse_entries(format_entries(entries, suffix), suffix) == entries


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([".yaml", ".csv", ".xlsx"]))
def test_any_bytes_give_entries_or_a_named_error(data: bytes, suffix: str) -> None:
    with pytest.raises(FaqImportError):
        parse_entries(data, suffix)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_csv_is_read_in_the_encodings_that_spreadsheets_write(encoding: str) -> None:
    (entry,) = parse_entries((HEADER + GOOD).encode(encoding), ".csv")
    assert (entry.title, entry.questions) == ("プラン変更", ("変えたい", "変更"))
    assert (entry.valid_from, entry.audience) == (date(2026, 4, 1), Audience.CALLER)


def test_every_bad_row_is_named_with_its_column_and_what_to_write() -> None:
    bad = "B 1,,名義,質問,答え,2026/13/1,みんな\n" + GOOD + GOOD
    with pytest.raises(FaqImportError) as error:
        parse_entries((HEADER + bad).encode(), ".csv")
    named = {(problem.row, problem.column) for problem in error.value.problems}
    assert named == {(2, "ID"), (2, "カテゴリ"), (2, "開始日"), (2, "対象"), (4, "ID")}
    assert "2行目「開始日」: 「2026/13/1」は使えません。日付を「2026-04-01」の形でご記入ください。" in str(error.value)
    assert "3行目にもあります" in str(error.value)


def test_a_row_is_counted_by_the_lines_of_the_file() -> None:
    spoken = 'plan,料金,題,"一つ\n二つ",答え,,\n'
    with pytest.raises(FaqImportError) as error:
        parse_entries((HEADER + spoken + "x y,料金,題,質問,答え,,\n").encode(), ".csv")
    assert [problem.row for problem in error.value.problems] == [4]


def test_an_unknown_column_is_named() -> None:
    with pytest.raises(FaqImportError, match="知らない項目"):
        parse_entries(b"ID,answer\nplan,x\n", ".csv")


def test_a_yaml_error_is_named_by_its_line() -> None:
    text = "entries:\n  - id: plan\n    category: 料金\n    title: 題\n    questions: []\n    spoken: 答え\n"
    with pytest.raises(FaqImportError) as error:
        parse_entries(text.encode(), ".yaml")
    assert [(problem.row, problem.column) for problem in error.value.problems] == [(2, "質問")]


def test_a_formula_in_an_exported_file_stays_text() -> None:
    entry = FaqEntry(id="x", category="=1+1", title="t", questions=("+cmd",), spoken="@sum")
    assert b",'=1+1," in format_entries([entry], ".csv")
    sheet = load_workbook(io.BytesIO(format_entries([entry], ".xlsx"))).worksheets[0]
    assert sheet["B2"].data_type == "s"


def test_dates_and_numbers_of_a_spreadsheet_are_taken_as_they_are() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "category", "title", "questions", "spoken", "valid_from", "version"])
    sheet.append([12, "料金", "題", "質問", "答え", date(2026, 4, 1), 3])
    out = io.BytesIO()
    book.save(out)
    (entry,) = parse_entries(out.getvalue(), ".xlsx")
    assert (entry.id, entry.valid_from, entry.version) == ("12", date(2026, 4, 1), 3)


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    entries = parse_entries((HEADER + GOOD).encode(), ".csv")
    file = tmp_path / "faq.xlsx"
    write_entries(entries, file)
    write_entries(entries, file)
    assert [path.name for path in tmp_path.iterdir()] == ["faq.xlsx"]
    assert read_entries(file) == entries


def test_an_unknown_kind_of_file_is_refused() -> None:
    with pytest.raises(FaqImportError, match=r"\.pdf"):
        parse_entries(b"", ".pdf")


def test_the_sample_company_can_be_carried_through_every_kind_of_file() -> None:
    entries = read_entries(Path(__file__).parents[3] / "samples" / "minato" / "faq.yaml")
    assert len(entries) >= 60
    assert all(parse_entries(format_entries(entries, suffix), suffix) == entries for suffix in (".csv", ".xlsx"))


def test_how_to_answer_is_written_in_japanese() -> None:
    head = "ID,カテゴリ,タイトル,質問,音声回答,回答方法,違う質問,しきい値\n"
    row = "plan,料金,プラン変更,変えたい,承ります。,要約,番号を変えたい|住所を変えたい,０．８\n"
    (entry,) = parse_entries((head + row).encode(), ".csv")
    assert (entry.mode, entry.answer_at) == (AnswerMode.COMPOSED, 0.8)
    assert entry.negatives == ("番号を変えたい", "住所を変えたい")


@pytest.mark.parametrize(
    ("column", "value"), [("回答方法", "適当"), ("しきい値", "高め"), ("しきい値", "1.5"), ("しきい値", "nan")]
)
def test_a_wrong_way_to_answer_is_named_with_what_to_write(column: str, value: str) -> None:
    text = f"ID,カテゴリ,タイトル,質問,音声回答,{column}\nplan,料金,変更,変えたい,承ります。,{value}\n"
    with pytest.raises(FaqImportError) as failed:
        parse_entries(text.encode(), ".csv")
    (problem,) = failed.value.problems
    assert (problem.row, problem.column) == (2, column)
    assert "ご記入ください" in problem.message
