"""Files by their bytes: every kind is read, everything else is refused with what to do now, and nothing is harmed."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from app.intake.errors import FileRefused
from app.intake.messages import FILE_PROBLEMS
from app.intake.reading.files import read_file
from app.intake.reading.workbook import Limits, column_letter
from tests.app.intake import workbooks

ROWS: list[list[Any]] = [["姓名", "电话", "月收入"], ["李光明", "13900000000", 4200.0], ["王小梅", 13800138000.0, 3.5]]


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(FileRefused) as caught:
        read_file(data, limits)
    assert caught.value.code in FILE_PROBLEMS
    assert caught.value.as_dict()["mend"]
    return caught.value.code


@pytest.mark.parametrize("make", [workbooks.xlsx, workbooks.xls])
def test_workbooks_keep_the_type_of_each_cell(make: Callable[[list[list[Any]]], bytes]) -> None:
    workbook = read_file(make(ROWS))
    assert workbook.kind == make.__name__
    assert workbook.sheets[0].name == "名单"
    assert workbook.sheets[0].rows == ROWS


def test_open_documents_are_read() -> None:
    assert read_file(workbooks.ods([["姓名", "电话"], ["李光明", "1"]])).sheets[0].rows[1] == ["李光明", "1"]


def test_days_stay_days_and_blank_rows_keep_their_place() -> None:
    sheet = read_file(workbooks.xlsx([["", ""], ["", "姓名"], ["", date(2026, 3, 5)], ["", ""], ["", "王"]])).sheets[0]
    assert sheet.rows == [[""], ["姓名"], [date(2026, 3, 5)], [""], ["王"]]
    assert sheet.row_number(4) == 5
    assert sheet.column_letter(0) == "B"
    assert [column_letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_cells_cross_the_process_in_chunks_with_their_days() -> None:
    rows = [["登记日期", "备注"], *([date(2026, 1, 1 + i % 28), f"r{i}"] for i in range(9001))]
    read = read_file(workbooks.xlsx(rows)).sheets[0].rows
    assert read == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables_of_every_encoding(encoding: str, delimiter: str) -> None:
    workbook = read_file(workbooks.csv([["姓名", "电话"], ["李光明", "1"], ["鑫", "2"]], encoding, delimiter))
    assert workbook.sheets[0].rows == [["姓名", "电话"], ["李光明", "1"], ["鑫", "2"]]
    assert workbook.delimiter == delimiter


def test_mostly_ascii_gbk_is_not_taken_for_another_script() -> None:
    rows = [["name", "id", "备注"], *([f"person{i}", "420704199001011234", "x"] for i in range(50)), ["p", "1", "镇"]]
    workbook = read_file(workbooks.csv(rows, "gbk"))
    assert workbook.encoding == "gb18030"
    assert workbook.sheets[0].rows[-1] == ["p", "1", "镇"]


def test_big5_has_to_prove_itself() -> None:
    rows = [["姓名", "電話", "備註", "職位"], *(["陳大文", "0912", "無", "作業員"] for _ in range(30))]
    workbook = read_file(workbooks.csv(rows, "big5"))
    assert workbook.encoding == "big5hkscs"
    assert workbook.sheets[0].rows[0] == rows[0]


def test_one_broken_byte_does_not_turn_the_table_into_other_characters() -> None:
    data = workbooks.csv([["姓名", "乡镇"], *(["李光明", "乌兰镇"] for _ in range(40))])
    broken = data[:-3] + b"\xff" + data[-3:]
    assert read_file(broken).sheets[0].rows[1] == ["李光明", "乌兰镇"]


def test_the_encoding_a_person_chose_wins() -> None:
    assert read_file("姓名,电话\n王,1".encode("gbk"), encoding="gbk").sheets[0].rows[0] == ["姓名", "电话"]
    with pytest.raises(FileRefused):
        read_file(b"a,b", encoding="no-such-encoding")


def test_an_unclosed_quotation_mark_is_named() -> None:
    lines = ["姓名,备注", '李,"没有结束', *(f"王{i},x" for i in range(200))]
    assert refused("\n".join(lines).encode()) == "csv_broken"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\x00" * 50, "empty"),
        (b"%PDF-1.7 ...", "is_pdf"),
        (b"\x89PNG\r\n....", "is_picture"),
        (b"Rar!\x1a\x07", "is_archive"),
        (b"<html><body><table></table>", "is_web_page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "is_xml_2003"),
        (bytes(range(256)) * 40, "not_a_table"),
        (workbooks.archive({"word/document.xml": "x"}), "is_word"),
        (workbooks.archive({"a.txt": "x"}), "is_archive"),
        (workbooks.xlsx(ROWS)[:2000], "broken"),
        (workbooks.compound("EncryptedPackage", b"x"), "password"),
        (workbooks.compound("WordDocument", b"x"), "is_word"),
        (workbooks.compound("Workbook", b"nonsense" * 100), "broken"),
        (workbooks.ods([["a"]], encrypted=True), "password"),
        (workbooks.with_sheet_xml(workbooks.xlsx(ROWS), "<worksheet><sheetData><row"), "broken"),
        (workbooks.xlsx([[""]]), "empty"),
    ],
)
def test_what_is_no_readable_list_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_file_over_the_limit_is_not_opened() -> None:
    assert refused(workbooks.xlsx(ROWS), Limits(file_bytes=100)) == "too_large"


def test_too_many_cells_are_refused_before_they_fill_the_memory() -> None:
    assert refused(workbooks.xlsx(ROWS), Limits(cells=5)) == "too_many_cells"
    assert refused(workbooks.csv(ROWS), Limits(cells=5)) == "too_many_cells"


def test_a_stray_value_in_the_last_cell_of_the_sheet_harms_nothing() -> None:
    xml = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )
    assert refused(workbooks.with_sheet_xml(workbooks.xlsx(ROWS), xml)) == "needs_too_much_memory"


def test_a_bomb_of_shared_strings_is_not_unpacked() -> None:
    bomb = workbooks.archive({"xl/workbook.xml": "<workbook/>", "xl/sharedStrings.xml": "A" * 80_000_000})
    assert len(bomb) < 200_000
    started = time.monotonic()
    assert refused(bomb) == "bomb"
    assert time.monotonic() - started < 5


def test_an_archive_of_countless_members_is_not_unpacked() -> None:
    assert refused(workbooks.archive({f"xl/{i}": "" for i in range(300)}), Limits(archive_members=200)) == "bomb"


def test_a_bomb_that_lies_about_its_size_meets_the_limit_of_the_process() -> None:
    rows = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c><c r="ZZ{r}"><v>1</v></c></row>' for r in range(1, 40_000))
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    data = workbooks.with_sheet_xml(workbooks.xlsx(ROWS), xml)
    assert refused(data, Limits(memory_bytes=256 * 1024**2)) == "needs_too_much_memory"


def test_reading_that_never_ends_is_stopped() -> None:
    data = workbooks.xlsx([[f"x{i}" for i in range(60)] for _ in range(8000)])
    started = time.monotonic()
    assert refused(data, Limits(seconds=0)) == "takes_too_long"
    assert time.monotonic() - started < 10


def test_encrypted_members_are_named_as_password() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
    data = bytearray(out.getvalue())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(data)) == "password"
