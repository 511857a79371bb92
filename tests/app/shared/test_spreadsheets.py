"""Sheets going out say who took them, and hold no text that a spreadsheet program would run."""

import ast
import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.shared.i18n import use_locale
from app.shared.spreadsheets import Mark, Sheet, csv_of, neutral, workbook_of

APP = Path(__file__).parents[3] / "app"
MARK = Mark("程经办", "枞阳县人社局", datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
RISKY = ["=1+1", "+86 1", "-2+3", "@SUM(A1)", "\tx", "\rx", "＝1"]


@pytest.mark.parametrize("text", RISKY)
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert neutral(text) == "'" + text
    rows = list(csv.reader(io.StringIO(csv_of(MARK, Sheet("x", [text], [[text, 5]])).decode("utf-8-sig"))))
    assert rows[1][0] == "'" + text
    assert rows[2] == ["'" + text, "5"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook_of(MARK, Sheet("x", [text], [[text]], title=text))))
    cells = [cell for row in book.get_sheet_by_index(0).to_python() for cell in row][1:]
    assert all(str(cell).startswith("'") for cell in cells)


def test_every_sheet_names_viewer_office_and_time() -> None:
    with use_locale("zh_Hans"):
        content = workbook_of(MARK, Sheet("a", ["x"]), Sheet("b", ["x"]))
        line = MARK.line()
    assert all(word in line for word in ("程经办", "枞阳县人社局", "2026-11-21 10:00", "遮盖"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert [book.get_sheet_by_name(name).to_python()[0][0] for name in ("a", "b")] == [line, line]


def test_the_reason_for_clear_stands_in_the_sheet() -> None:
    with use_locale("en"):
        line = Mark("a", "b", MARK.at, "for the province").line()
    assert "in clear, because: for the province" in line


def test_files_leave_through_one_door() -> None:
    """Whoever makes a sheet or an attachment elsewhere would leave out the watermark."""
    allowed = {"app/shared/spreadsheets.py"}
    found = []
    for path in APP.rglob("*.py"):
        name = path.relative_to(APP.parent).as_posix()
        if name in allowed or name.startswith("app/demo/"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            made = isinstance(node, ast.Import) and any(one.name == "xlsxwriter" for one in node.names)
            sent = isinstance(node, ast.Constant) and str(node.value).startswith(("attachment;", "content-disposition"))
            if made or sent or (isinstance(node, ast.Attribute) and ast.unparse(node) == "csv.writer"):
                found.append(f"{name}:{node.lineno}")
    assert found == []
