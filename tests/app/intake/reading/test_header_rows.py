"""The header is found under titles and merged rows; examples, numbering and instructions are no data."""

from datetime import date
from typing import Any

from app.intake.reading.header_rows import HeaderBlock, find_header
from app.intake.reading.mapping import HeaderName
from app.intake.reading.workbook import Sheet
from tests.app.intake.workbooks import id_number

PERSON = ["李光明", id_number(1), "13900000000", "普工"]
HEADER = ["姓名", "身份证号", "联系电话", "意向工种"]


def found(rows: list[list[Any]], merged: list[tuple[int, int, int, int]] | None = None) -> HeaderBlock:
    block = find_header(Sheet("名单", rows, merged=merged or []))
    assert block is not None
    return block


def test_plain_header_on_the_first_row() -> None:
    block = found([HEADER, PERSON])
    assert (block.first, block.last, block.data_start) == (0, 0, 1)


def test_title_unit_and_date_above_the_header() -> None:
    rows = [
        ["某县2026年就业需求清单", "", "", ""],
        ["填报单位：某镇", "", "填报时间：2026年3月5日", ""],
        ["", "", "", ""],
        HEADER,
        PERSON,
    ]
    assert (found(rows).first, found(rows).data_start) == (3, 4)


def test_numbering_example_and_instruction_rows_are_passed_over() -> None:
    rows = [
        HEADER,
        ["1", "2", "3", "4"],
        ["必填", "必填，18位", "选填", "下拉选择"],
        ["示例", "620421199001020011", "", ""],
        PERSON,
    ]
    block = found(rows)
    assert block.data_start == 4
    assert [reason for _, reason in block.skipped] == ["numbering", "instruction", "example"]


def test_a_sample_person_is_an_example_unless_the_number_is_real() -> None:
    assert found([HEADER, ["张三", "110101199003071234", "13800000000", "焊工"], PERSON]).data_start == 2
    assert found([HEADER, ["张三", id_number(3), "13800000000", "焊工"], PERSON]).data_start == 1


def test_places_whose_names_begin_like_an_example_are_data() -> None:
    rows = [["县", "乡镇", "姓名", "身份证号"], ["如东县", "例市镇", "王小", id_number(3)]]
    assert found(rows).data_start == 1


def test_two_row_header_with_merged_heads() -> None:
    rows = [
        ["登记表", "", "", "", "", ""],
        ["基本信息", "", "务工信息", "", "就业意愿", "备注"],
        ["姓名", "身份证号", "地点", "月收入（元）", "意向地点", ""],
        ["李光明", id_number(1), "苏州", 5000.0, "省外", ""],
    ]
    groups = ["基本信息", "基本信息", "务工信息", "务工信息", "就业意愿"]
    texts = ["姓名", "身份证号", "地点", "月收入（元）", "意向地点"]
    names = (*(HeaderName(text, group) for text, group in zip(texts, groups, strict=True)), HeaderName("备注"))
    merged = [(0, 0, 0, 5), (1, 0, 1, 1), (1, 2, 1, 3), (1, 5, 2, 5)]
    assert found(rows, merged).names == names
    assert found(rows, merged).data_start == 3
    assert found(rows).names == names  # a text table keeps no merged ranges


def test_a_header_that_mentions_filling_in_is_no_instruction() -> None:
    assert found([["姓名（必填）", "身份证号（必填）", "电话"], ["王小", id_number(3), "1"]]).first == 0


def test_no_header_no_guess() -> None:
    assert find_header(Sheet("x", [["a", "b"], ["c", "d"]])) is None
    assert find_header(Sheet("x", [PERSON, PERSON])) is None
    assert find_header(Sheet("x", [])) is None


def test_a_row_of_days_is_data() -> None:
    assert found([["姓名", "登记日期"], ["王小", date(2026, 3, 5)]]).data_start == 1


def test_a_person_may_choose_the_row() -> None:
    block = find_header(Sheet("x", [["名字儿", "去哪"], ["李光明", "苏州"]]), at=0)
    assert block is not None
    assert block.names == (HeaderName("名字儿"), HeaderName("去哪"))
