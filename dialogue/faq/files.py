"""FAQ files: YAML, CSV and XLSX in and out. A file is taken whole or not at all."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils.exceptions import InvalidFileException

from dialogue.faq.entry import FaqEntry
from dialogue.faq.rows import COLUMNS, FaqImportError, RowProblem, flat_cells, parse_row

_BY_HEADER = {header: name for name, header in COLUMNS.items()} | {name: name for name in COLUMNS}
# A cell that begins so would be run as a formula by a spreadsheet; a leading apostrophe keeps it text.
_FORMULA = re.compile(r"^'*[=+\-@\t]")
_MAX_BYTES = 20_000_000
Rows = Iterable[tuple[int, dict[str, Any]]]


def read_entries(path: Path) -> tuple[FaqEntry, ...]:
    """The entries of a `.yaml`, `.csv` (UTF-8 or CP932) or `.xlsx` file.

    Raises `FaqImportError` that names every bad row, and `OSError` when the file cannot be read.
    """
    data = path.read_bytes()
    if len(data) > _MAX_BYTES:
        raise _failure(f"ファイルが大きすぎます({len(data):,}バイト)。{_MAX_BYTES:,}バイト以内に分けてください。")
    return parse_entries(data, path.suffix)


def parse_entries(data: bytes, suffix: str) -> tuple[FaqEntry, ...]:
    """Like `read_entries`, from the file's bytes and its suffix (for uploads)."""
    readers: dict[str, Callable[[bytes], Rows]] = {
        ".yaml": _yaml_rows,
        ".yml": _yaml_rows,
        ".csv": _csv_rows,
        ".xlsx": _xlsx_rows,
    }
    reader = readers.get(suffix.lower())
    if reader is None:
        raise _failure(f"「{suffix}」は取り込めません。.yaml、.csv、.xlsx のいずれかでご用意ください。")
    return _collect(reader(data))


def write_entries(entries: Iterable[FaqEntry], path: Path) -> None:
    """Write the entries in the form that the path's suffix names, replacing the file in one step."""
    data = format_entries(entries, path.suffix)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(data)
    beside.replace(path)


def format_entries(entries: Iterable[FaqEntry], suffix: str) -> bytes:
    """The entries as a file's bytes. CSV is UTF-8 with a BOM, as spreadsheets expect. Raises `FaqImportError`."""
    writers = {".yaml": _to_yaml, ".yml": _to_yaml, ".csv": _to_csv, ".xlsx": _to_xlsx}
    writer = writers.get(suffix.lower())
    if writer is None:
        raise _failure(f"「{suffix}」では書き出せません。.yaml、.csv、.xlsx のいずれかをご指定ください。")
    return writer(entries)


def _collect(rows: Rows) -> tuple[FaqEntry, ...]:
    entries: list[FaqEntry] = []
    problems: list[RowProblem] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        entry, wrong = parse_row(number, cells)
        problems += wrong
        identity = str(cells.get("id") or "")
        if identity and identity in seen:
            said = f"「{identity}」は{seen[identity]}行目にもあります。別のIDをご記入ください。"
            problems.append(RowProblem(number, COLUMNS["id"], said))
        seen.setdefault(identity, number)
        if entry is not None:
            entries.append(entry)
    if problems:
        raise FaqImportError(problems)
    if not entries:
        raise _failure("FAQが1件もありません。1行に1件ずつご記入ください。")
    return tuple(entries)


def _failure(message: str, row: int = 0) -> FaqImportError:
    return FaqImportError([RowProblem(row, "", message)])


def _yaml_rows(data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        root = yaml.compose(_decode(data), Loader=yaml.SafeLoader)
        content = yaml.safe_load(_decode(data))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = mark.line + 1 if mark else 0
        raise _failure("YAMLとして読めません。字下げと記号をお確かめください。", place) from error
    listed = content.get("entries") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not isinstance(root, yaml.MappingNode):
        raise _failure("先頭に「entries:」を書き、その下に1件ずつ並べてください。")
    nodes = next(value for key, value in root.value if key.value == "entries")
    for node, item in zip(nodes.value, listed, strict=True):
        number = node.start_mark.line + 1
        if not isinstance(item, dict):
            raise _failure("「id:」などの項目を並べた形でご記入ください。", number)
        yield number, {str(name): value for name, value in item.items()}


def _csv_rows(data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.reader(io.StringIO(_decode(data), newline=""), strict=True)
    try:
        header = next(reader, None)
        names = _names(header or [])
        before = reader.line_num
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    raise _failure('見出しより多い項目があります。「,」を含む文は「"」で囲んでください。', before + 1)
                yield before + 1, dict(zip(names, map(_plain, cells), strict=False))
            before = reader.line_num
    except csv.Error as error:
        raise _failure('CSVとして読めません。「"」の閉じ忘れがないかお確かめください。', reader.line_num) from error


def _xlsx_rows(data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = list(sheet.iter_rows(values_only=True))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, OSError) as error:
        raise _failure("Excelのファイルとして読めません。.xlsx形式で保存し直してください。") from error
    names = _names([str(cell or "") for cell in rows[0]] if rows else [])
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell is not None and str(cell).strip() for cell in cells):
            yield number, dict(zip(names, cells, strict=False))


def _names(header: list[str]) -> list[str]:
    names = [_BY_HEADER.get(title.strip(), title.strip()) for title in header]
    while names and not names[-1]:
        names.pop()
    if not set(names) & set(COLUMNS):
        raise _failure(f"1行目に見出しがありません。{'、'.join(COLUMNS.values())} をご記入ください。", 1)
    return names


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _failure("文字コードがわかりません。UTF-8かShift_JISで保存し直してください。")


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _to_yaml(entries: Iterable[FaqEntry]) -> bytes:
    listed = [entry.model_dump(mode="json", exclude_defaults=True) for entry in entries]
    text = yaml.safe_dump({"entries": listed}, allow_unicode=True, sort_keys=False, width=1000)
    return text.encode()


def _to_csv(entries: Iterable[FaqEntry]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS.values())
    for entry in entries:
        cells = flat_cells(entry)
        writer.writerow("'" + cell if _FORMULA.match(cell) else cell for cell in (cells[name] for name in COLUMNS))
    return text.getvalue().encode("utf-8-sig")


def _to_xlsx(entries: Iterable[FaqEntry]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "FAQ"
    sheet.append(list(COLUMNS.values()))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, entry in enumerate(entries, start=2):
        for column, text in enumerate(flat_cells(entry).values(), start=1):
            cell = sheet.cell(row=number, column=column, value=text or None)
            if text:
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
