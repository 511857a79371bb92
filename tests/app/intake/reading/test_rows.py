"""Rows: every cell with its value or its problem, forbidden columns gone, nothing that is no data."""

from datetime import date
from typing import Any

import pytest

from app.intake.reading.opening import Choices, OpenedSheet, open_sheet
from app.intake.reading.readers import ReadingContext
from app.intake.reading.rows import ParsedRow, SkippedRows
from tests.app.intake.workbooks import csv, id_number, xlsx

TODAY = date(2026, 11, 21)
PLACES = {"苏州": "320500", "江苏省苏州市昆山市": "320583", "兰州": "620100"}
CONTEXT = ReadingContext(today=TODAY, resolve_place=PLACES.get, home_code="620421")
HEADER = ["乡镇", "姓名", "身份证号", "联系电话", "务工所在地", "月收入", "登记日期", "采集人"]


def person(serial: int = 1, **cells: Any) -> list[Any]:
    values = dict(zip(HEADER, ["乌兰镇", "王小梅", id_number(serial), "13800138000", "", "", "", ""], strict=True))
    return list({**values, **cells}.values())


def read(
    data: bytes, context: ReadingContext = CONTEXT, **more: Any
) -> tuple[list[ParsedRow], SkippedRows, OpenedSheet]:
    opened, skipped = open_sheet(data, **more), SkippedRows()
    return list(opened.rows(context, skipped)), skipped, opened


def codes(row: ParsedRow) -> list[tuple[str, str, str]]:
    return [(problem.level, problem.column, problem.code) for problem in row.problems]


def test_a_good_row_is_read_whole() -> None:
    rows, _, _ = read(
        xlsx(
            [
                ["名单"],
                HEADER,
                person(12, 务工所在地="江苏省苏州市昆山市", 月收入=4200.0, 登记日期=date(2026, 3, 5), 采集人="李干部"),
            ]
        )
    )
    assert len(rows) == 1
    row = rows[0]
    assert row.number == 3
    assert not row.is_bad
    assert row.values["id_no"] == id_number(12)
    assert row.values["sex"] == "female"
    assert row.values["birth_date"] == date(1990, 1, 2)
    assert row.values["monthly_wage"] == 4200
    assert row.values["statement"] == (date(2026, 3, 5), "李干部")
    assert row.cells["collected_on"] == "2026-03-05"


def test_a_bad_cell_names_its_column_and_the_good_rows_go_on() -> None:
    rows, _, _ = read(xlsx([HEADER, person(1, 身份证号=4.207041990010113e17), person(2), person(3, 姓名="")]))
    assert ("error", "C", "id_digits_lost") in codes(rows[0])
    assert not rows[1].is_bad
    assert ("error", "B", "required_missing") in codes(rows[2])
    assert [row.number for row in rows] == [2, 3, 4]


def test_forbidden_columns_are_nowhere_in_what_is_read() -> None:
    secrets = {
        "民族": "甲族",
        "政治面貌": "某党员",
        "宗教信仰": "某教",
        "婚姻状况": "未婚甲",
        "健康状况": "慢性病",
        "是否残疾人": "残疾甲",
    }
    rows, _, _ = read(
        xlsx(
            [
                [*HEADER, *secrets, "与户主关系"],
                [*person(1), *secrets.values(), "配偶"],
                [*person(2), *secrets.values(), "户主"],
            ]
        )
    )
    assert len(rows) == 2
    everything = repr(rows)
    assert not [word for word in (*secrets.values(), "配偶") if word in everything]
    assert rows[0].cells["relation"] == "家庭成员"
    assert [row.values["relation"] for row in rows] == ["member", "head"]


def test_two_persons_in_one_row_stay_apart() -> None:
    header = ["户主姓名*", "户主证件号码*", "姓名*", "身份证号*", "电话*"]
    rows, _, _ = read(
        xlsx(
            [
                header,
                ["李老大", id_number(1), "李小二", id_number(3), "13800138000"],
                ["李老大", "123", "李小三", id_number(5), ""],
            ]
        )
    )
    assert (rows[0].values["head_name"], rows[0].values["name"]) == ("李老大", "李小二")
    assert (rows[0].values["head_id_no"], rows[0].values["id_no"]) == (id_number(1), id_number(3))
    assert ("ask", "B", "id_length") in codes(rows[1])
    assert not rows[1].is_bad  # the head's particulars never hold up the labourer


def test_a_household_written_once_over_its_members_belongs_to_each() -> None:
    header = ["户编号", "户主姓名", "姓名", "身份证号"]
    rows = [
        header,
        ["H1", "李老大", "李小二", id_number(1)],
        ["", "", "李小三", id_number(3)],
        ["H2", "王大", "王小", id_number(5)],
    ]
    read_in, _, _ = read(xlsx(rows, merged=[(1, 0, 2, 0), (1, 1, 2, 1)]))
    assert [row.values["household_no"] for row in read_in] == ["H1", "H1", "H2"]
    assert [row.values["head_name"] for row in read_in] == ["李老大", "李老大", "王大"]


def test_totals_footers_blanks_and_repeated_headers_are_passed_over() -> None:
    footer = ["填表人：某某                审核：", *[""] * 7]
    rows, skipped, _ = read(xlsx([HEADER, person(1), [""] * 8, HEADER, person(3), ["合计", "2人", *[""] * 6], footer]))
    assert [row.number for row in rows] == [2, 5]
    assert skipped.rows == [(3, "blank"), (4, "repeated_header"), (6, "total"), (7, "footer")]


def test_the_same_number_twice_names_the_first_row() -> None:
    rows, _, _ = read(xlsx([HEADER, person(1), person(1, 姓名="王大梅")]))
    assert [(p.code, p.params) for p in rows[1].problems if p.level == "error"] == [("id_repeated", {"row": 2})]


def test_a_row_cut_in_two_by_its_delimiter_is_named() -> None:
    rows, _, _ = read(
        csv([["乡镇", "姓名", "身份证号"], ["乌兰镇", "王小", id_number(1)], ["乌兰镇", "王", "小", id_number(3)]])
    )
    assert ("error", "", "row_shifted") in codes(rows[1])
    assert not rows[0].is_bad


def test_short_rows_of_text_tables_are_filled_up() -> None:
    rows, _, _ = read(csv([["乡镇", "姓名", "身份证号", "备注"], ["乌兰镇", "王小", id_number(1)]]))
    assert not rows[0].is_bad


def test_the_scope_follows_from_own_words_only_and_needs_a_recorder() -> None:
    header = ["乡镇", "姓名", "身份证号", "就业意愿", "意向地点", "意愿陈述日期", "意愿记录人"]
    stated = ["2026-11-01", "李干部"]
    rows, _, _ = read(
        xlsx(
            [
                header,
                ["乌兰镇", "王一", id_number(1), "有意愿", "苏州", *stated],
                ["乌兰镇", "王二", id_number(3), "有意愿", "", *stated],
                ["乌兰镇", "王三", id_number(5), "有意愿", "苏州", "", ""],
                ["乌兰镇", "王四", id_number(7), "否", "", *stated],
                ["乌兰镇", "王五六", id_number(9), "省外", "", "2026年11月", "李干部"],
            ]
        )
    )
    assert [row.values["scope"] for row in rows] == [
        "leave_province",
        "not_stated",
        "not_stated",
        "not_now",
        "not_stated",
    ]
    assert ("ask", "D", "wish_scope_missing") in codes(rows[1])
    assert ("note", "F", "statement_without_recorder") in codes(rows[2])
    assert ("ask", "F", "date_needs_day") in codes(rows[4])


def test_vacancies_with_one_column_for_two_fields_and_requirements_in_three() -> None:
    header = [
        "企业名称",
        "岗位名称",
        "招聘人数",
        "学历要求",
        "技能要求",
        "薪资待遇",
        "食宿情况",
        "工作地点",
        "联系人及电话",
    ]
    rows, _, opened = read(
        xlsx(
            [header, ["某厂", "普工", "若干", "初中", "会电焊", "5-6千", "包三餐，4人间", "苏州", "张经理13800138000"]]
        )
    )
    values = rows[0].values
    assert opened.mapping.kind == "supply"
    assert values["v_requirement"] == "学历要求：初中\n技能要求：会电焊"
    assert (values["v_lodging"], values["v_meals"]) == ("room_2_4", "three")
    assert (values["v_contact"], values["v_phone"]) == ("张经理", "13800138000")
    assert "v_headcount" not in values
    assert codes(rows[0]) == [("ask", "C", "headcount_unknown")]


def test_pay_in_two_columns_is_one_range() -> None:
    header = ["企业名称", "岗位名称", "招聘人数", "最低薪资", "最高薪资", "工作地点"]
    rows, _, _ = read(
        xlsx([header, ["某厂", "普工", 3.0, 4500.0, 6000.0, "苏州"], ["某厂", "焊工", 3.0, 4500.0, "", "苏州"]])
    )
    assert [row.values["v_wage"] for row in rows] == ["4500-6000", "4500"]


def test_a_place_in_three_columns_is_one_place() -> None:
    header = ["姓名", "身份证号", "务工省", "务工市", "务工县"]
    rows, _, _ = read(xlsx([header, ["王小", id_number(1), "江苏省", "苏州市", "昆山市"]]))
    assert rows[0].values["work_place"] == "江苏省苏州市昆山市"


def test_wishes_in_numbered_columns_keep_their_order() -> None:
    header = ["姓名", "身份证号", "意向地点", "意向城市", "意向工种"]
    rows, _, _ = read(xlsx([header, ["王小", id_number(1), "苏州", "兰州", "焊工、电工"]]))
    assert [place.code for place in rows[0].values["wish_place"].wanted] == ["320500", "620100"]
    assert rows[0].values["wish_trade"] == ("焊工", "电工")


def test_the_national_register_keeps_the_capacity_for_work_under_skill() -> None:
    header = ["姓名", "身份证号", "劳动技能", "技能工种"]
    people = [["王小", id_number(s), "普通劳动力", "焊工"] for s in (1, 3, 5, 7)]
    rows, _, _ = read(xlsx([header, *people]))
    assert rows[0].values["work_ability"] == "ordinary"
    assert rows[0].values["skill"] == ("焊工",)
    alone, _, _ = read(xlsx([header[:3], ["王小", id_number(1), "技能劳动力"]]))
    assert alone[0].values["work_ability"] == "skilled"
    assert "skill" not in alone[0].values


def test_pay_in_tens_of_thousands_follows_its_header() -> None:
    rows, _, _ = read(
        xlsx([["姓名", "身份证号", "务工企业名称", "月收入(万元)"], ["王小", id_number(1), "某厂", 0.45]])
    )
    assert rows[0].values["monthly_wage"] == 4500


def test_serial_numbers_of_an_old_mac() -> None:
    header = ["姓名", "身份证号", "务工企业名称", "开始日期"]
    rows, _, _ = read(xlsx([header, ["王小", id_number(1), "某厂", 43000.0]], epoch_1904=True))
    assert rows[0].values["start"] == date(2021, 9, 23)


def test_other_features_may_bring_their_readers() -> None:
    context = ReadingContext(today=TODAY, parsers={"v_wage": lambda cell: (("read", cell), None)})
    header = ["企业名称", "岗位名称", "招聘人数", "薪资待遇", "工作地点"]
    rows, _, _ = read(xlsx([header, ["某厂", "普工", 3.0, "5-6千", "苏州"]]), context)
    assert rows[0].values["v_wage"] == ("read", "5-6千")


def test_values_that_deny_their_header_are_asked_about() -> None:
    shifted = [[str(13800138000 + i), "王小梅", "乌兰镇"] for i in range(6)]
    _, _, opened = read(xlsx([["姓名", "身份证号", "乡镇"], *shifted]))
    assert [(c.action, c.reason) for c in opened.mapping.columns[:2]] == [("ask", "values_differ")] * 2


def test_values_settle_a_header_without_unit() -> None:
    people = [["王小", id_number(s), float(s)] for s in (1, 3, 5, 7, 9)]
    _, _, opened = read(xlsx([["姓名", "身份证号", "务工时间"], *people]))
    assert opened.mapping.columns[2].field == "work_months"
    dated = [["王小", id_number(s), date(2026, 3, s)] for s in (1, 3, 5, 7, 9)]
    _, _, opened = read(xlsx([["姓名", "身份证号", "务工时间"], *dated]))
    assert opened.mapping.columns[2].action == "ask"


def test_the_sheet_that_looks_like_a_list_is_chosen() -> None:
    data = xlsx([["说明"], ["请填写"]], more={"字典": [["是"], ["否"]], "数据": [HEADER, person(1)]})
    assert read(data)[2].sheet.name == "数据"
    hidden = xlsx([HEADER, person(1)], more={"隐藏": [HEADER, person(1), person(3), person(5)]}, hidden=["隐藏"])
    assert read(hidden)[2].sheet.name == "名单"


def test_a_person_may_choose_sheet_header_and_kind() -> None:
    data = xlsx([HEADER, person(1)], more={"另一张": [["标题"], HEADER, person(3)]})
    rows, _, opened = read(data, choices=Choices(sheet="另一张", header_row=2, kind="demand"))
    assert opened.sheet.name == "另一张"
    assert rows[0].values["id_no"] == id_number(3)


@pytest.mark.parametrize("value", ["=1+1", "<script>", "'; drop table x;--"])
def test_hostile_text_is_text(value: str) -> None:
    rows, _, _ = read(csv([["乡镇", "姓名", "身份证号", "备注"], ["乌兰镇", "王小", id_number(1), value]]))
    assert rows[0].values["remark"] == value
