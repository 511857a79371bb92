"""Headers: real ones are understood, none is taken wrongly, and nobody else's data becomes the labourer's."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.intake.fields import fields
from app.intake.reading.header_text import remembered_key
from app.intake.reading.mapping import Column, HeaderName, SheetMapping, map_columns

KEPT = Path(__file__).parents[3] / "data" / "header_rows.json"
BAR = 0.90


class Judged(NamedTuple):
    """How the headers with a clear meaning came out."""

    right: int
    asked: list[str]
    wrong: list[str]

    @property
    def share(self) -> float:
        return self.right / (self.right + len(self.asked) + len(self.wrong))


def report(rows: Iterable[Mapping[str, Any]]) -> Judged:
    """Judge the mapping on header rows with meanings assigned by hand (the shape of header_rows.json)."""
    right, asked, wrong = 0, [], []
    for row in rows:
        for column in map_columns(header_names(row["columns"])).columns:
            wanted = row.get("meaning", {}).get(column.header.text)
            if wanted is None:
                continue
            if column.field == wanted:
                right += 1
            elif column.field is None:
                asked.append(f"{row['id']} {column.header.text} ({wanted})")
            else:
                wrong.append(f"{row['id']} {column.header.text}: {column.field} instead of {wanted}")
    return Judged(right, asked, wrong)


def header_names(columns: list[Any]) -> list[HeaderName]:
    if columns and isinstance(columns[0], list):
        *groups, last = columns
        return [
            HeaderName(text, "".join(dict.fromkeys(g[i] for g in groups if g[i] != text)))
            for i, text in enumerate(last)
        ]
    return [HeaderName(text) for text in columns]


def mapped(headers: str, **more: Any) -> SheetMapping:
    return map_columns([HeaderName(text) for text in headers.split()], **more)


def by_header(mapping: SheetMapping) -> dict[str, Column]:
    return {column.header.text: column for column in mapping.columns}


def decided(headers: str, **more: Any) -> list[str]:
    """Per column its field, or what is done instead."""
    return [c.field if c.action == "take" and c.field else c.action for c in mapped(headers, **more).columns]


def test_kept_header_rows_are_understood_and_none_wrongly(figure: Callable[[str], None]) -> None:
    judged = report(json.loads(KEPT.read_text(encoding="utf-8"))["headers"])
    asked, wrong = len(judged.asked), len(judged.wrong)
    figure(f"headers: {judged.right} right, {asked} asked, {wrong} wrong; {judged.share:.1%} right")
    assert not judged.wrong
    assert judged.share >= BAR, judged.asked


def test_every_field_of_the_templates_knows_its_own_header() -> None:
    for kind in ("demand", "supply"):
        own = [field for field in fields().values() if field.sheet in (kind, "both") and field.keeping == "kept"]
        mapping = map_columns([HeaderName(field.template_header()) for field in own], kind=kind)  # type: ignore[arg-type]
        assert [column.field for column in mapping.columns] == [field.key for field in own]


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        (
            "序号 企业名称 岗位名称 招聘人数 学历要求 年龄要求 薪资待遇 工作地点 联系人 联系电话",
            "ignore v_company v_title v_headcount v_requirement v_age v_wage v_place v_contact v_phone",
        ),
        (
            "用工单位 工种 用工人数 年龄 月工资 是否包吃住 联系人及电话",
            "v_company v_title v_headcount v_age v_wage v_lodging v_phone",
        ),
        (
            "乡镇 村 姓名 身份证号码 家庭住址 联系方式 学历 技能特长 意向就业地区 意向岗位 期望薪资（元/月）",
            "township village name id_no ignore phone education skill wish_place wish_trade wish_wage",
        ),
        (
            "1、姓名* 2、证件\n号码* 务工所在地(县) 务工时间（月） 月收入(元)",
            "name id_no work_place work_months monthly_wage",
        ),
        ("姓名（必填） 身份证号(18位) 联系电话（手机） 出生年月(格式:2026-01)", "name id_no phone birth_date"),
        ("縣 鄉鎮 姓名 身份證號 聯繫電話", "county township name id_no phone"),
    ],
)
def test_lists_as_offices_keep_them(headers: str, wanted: str) -> None:
    columns = map_columns([HeaderName(text) for text in headers.split(" ")]).columns
    assert [c.field if c.action == "take" else c.action for c in columns] == wanted.split()


def test_forbidden_columns_are_dropped_under_any_name() -> None:
    names = "民族 族别 政治面貌 是否党员 宗教信仰 是否信教 婚姻状况 婚否 健康状况 是否残疾人 是否享受低保"
    more = "配偶身份证号 是否脱贫户 本人民族成份"
    assert set(decided(f"姓名 身份证号 {names} {more}")[2:]) == {"drop"}


def test_a_remembered_meaning_never_opens_a_forbidden_column() -> None:
    said = {remembered_key(name): "remark" for name in ("民族", "宗教信仰", "婚姻状况", "政治面貌")}
    assert set(decided("姓名 身份证号 民族 宗教信仰 婚姻状况 政治面貌", remembered=said)[2:]) == {"drop"}


def test_the_helpers_number_is_never_the_labourers() -> None:
    assert decided("姓名 身份证号 联系电话 帮扶人 帮扶人电话") == ["name", "id_no", "phone", "ignore", "ignore"]
    assert decided("姓名 身份证号 联系电话 帮扶责任人 联系电话") == ["name", "id_no", "phone", "ignore", "ignore"]
    assert decided("姓名 身份证号 帮扶干部 联系电话") == ["name", "id_no", "ignore", "ask"]
    assert "phone" not in decided("姓名 身份证号 紧急联系人 紧急联系人电话")
    assert decided("姓名 身份证号 网格员 电话")[3] == "ask"
    assert decided("姓名 身份证号 就业单位 帮扶人 工作单位 电话") == [
        "name",
        "id_no",
        "employer",
        "ignore",
        "ignore",
        "ask",
    ]
    assert decided("姓名 身份证号 帮扶人 工作单位")[3] == "ask"
    assert decided("经纪人姓名 身份证号 学历 联系电话 村") == ["ignore", "ask", "education", "ask", "village"]
    assert decided("学生姓名 身份证号 乡镇 联系电话") == ["ask", "ask", "township", "ask"]
    assert decided("户主姓名 身份证号 乡镇 联系电话") == ["head_name", "ask", "township", "ask"]


def test_head_and_member_in_one_row() -> None:
    assert decided("户主姓名 身份证号 联系电话 务工人员姓名 身份证号 联系电话") == [
        "head_name", "head_id_no", "head_phone", "name", "id_no", "phone",
    ]  # fmt: skip
    assert decided("户主姓名* 户主证件号码* 姓名* 身份证号* 电话*") == [
        "head_name",
        "head_id_no",
        "name",
        "id_no",
        "phone",
    ]
    assert decided("户主姓名 身份证号 姓名") == ["head_name", "ask", "name"]


def test_two_columns_for_one_identity_field_are_both_asked_about() -> None:
    mapping = mapped("姓名 身份证号 姓名 身份证号 工种 务工地点")
    assert [c.reason for c in mapping.columns[:4]] == ["two_columns"] * 4
    assert mapping.columns[0].suggestions[0][0] == "name"


def test_merged_heads_say_whose_a_column_is() -> None:
    heads = "户主 户主 家庭成员 家庭成员 务工信息 帮扶责任人 帮扶责任人 配偶情况 带队人"
    texts = "姓名 身份证号 姓名 身份证号 地点 姓名 电话 姓名 电话"
    names = [HeaderName(text, head) for text, head in zip(texts.split(), heads.split(), strict=True)]
    columns = map_columns(names).columns
    assert [c.field if c.action == "take" else c.action for c in columns] == [
        "head_name", "head_id_no", "name", "id_no", "work_place", "ignore", "ignore", "drop", "ignore",
    ]  # fmt: skip


def test_wishes_are_not_facts_and_training_is_not_work() -> None:
    assert decided("姓名 身份证号 务工地点 意向务工地点 培训地址 培训工种 工种 意向工种 培训起始日期") == [
        "name", "id_no", "work_place", "wish_place", "ignore", "ignore", "trade", "wish_trade", "ignore",
    ]  # fmt: skip


def test_an_employers_address_is_not_the_home() -> None:
    columns = by_header(mapped("姓名 身份证号 家庭住址 就业单位地址 务工企业名称"))
    assert columns["家庭住址"].field == "home_address"
    assert columns["就业单位地址"].field == "work_place"


def test_units_decide_between_a_length_and_a_day() -> None:
    assert decided("姓名 身份证号 务工时间（月）")[2] == "work_months"
    assert decided("姓名 身份证号 务工时间")[2] == "ask"
    assert decided("姓名 身份证号 务工时间（天）")[2] == "ask"
    assert decided("姓名 身份证号 收入（万元/年）")[2] != "monthly_wage"


def test_bare_words_need_their_neighbours() -> None:
    assert decided("招聘会名称 举办地点 开始日期 参会人数 联系人 联系电话").count("take") == 0
    assert "start" not in decided("招聘会名称 举办地点 开始日期 参会人数")
    assert decided("姓名 身份证号 务工企业名称 开始日期 结束日期")[3:] == ["start", "end"]
    assert decided("联系人 职位描述 薪资")[0] == "ask"


def test_requirements_in_several_columns_are_one_field() -> None:
    mapping = mapped("企业名称 岗位名称 招聘人数 学历要求 专业要求 技能要求 薪资 工作地点")
    assert [c.header.text for c in mapping.taken()["v_requirement"]] == ["学历要求", "专业要求", "技能要求"]


def test_the_two_ends_of_a_range_are_one_field() -> None:
    mapping = mapped("企业名称 岗位名称 招聘人数 最低薪资 最高薪资 年龄下限 年龄上限 工作地点")
    assert [len(mapping.taken()[key]) for key in ("v_wage", "v_age")] == [2, 2]
    assert (
        "v_wage" not in mapped("企业名称 岗位名称 招聘人数 薪资待遇 月工资").taken()
        or decided("企业名称 岗位名称 招聘人数 薪资待遇 月工资").count("v_wage") == 1
    )


def test_sheets_about_something_else_take_nothing_bare() -> None:
    for headers in (
        "工厂名称 负责人 联系电话 厂址 成立日期 吸纳就业人数 吸纳脱贫劳动力人数",
        "基地名称 基地类型 基地地址 联系人 联系电话 带动就业人数",
        "招聘会名称 主办单位 举办地点 开始日期 参会企业数 提供岗位数 联系电话",
    ):
        assert decided(headers).count("ask") + decided(headers).count("ignore") == len(headers.split())


def test_what_the_office_said_before_wins() -> None:
    said = {
        remembered_key("去哪儿"): "wish_place",
        remembered_key("电话"): "ignore",
        remembered_key("怪列"): "no-such-field",
    }
    columns = by_header(mapped("姓名 身份证号 去哪儿 电话 怪列", remembered=said))
    assert (columns["去哪儿"].field, columns["去哪儿"].reason) == ("wish_place", "remembered")
    assert columns["电话"].action == "ignore"
    assert columns["怪列"].action == "ignore"


def test_the_kind_of_sheet_is_guessed_and_can_be_chosen() -> None:
    assert mapped("企业名称 岗位 招聘人数").kind == "supply"
    assert mapped("姓名 身份证号 务工企业名称").kind == "demand"
    assert mapped("备注 序号").kind == "unknown"
    assert Counter(decided("企业名称 工种 工资", kind="supply")) == Counter(["v_company", "v_title", "v_wage"])


def test_missing_required_columns_are_named() -> None:
    assert mapped("乡镇 姓名 工种 务工地点").missing == ("id_no",)
    assert mapped("企业名称 岗位名称 工资 工作地点").missing == ("v_headcount",)


STRANGERS = (
    "学校联系人电话 带队干部电话 经办人姓名 子女身份证号 法人身份证号 监护人联系电话 企业法人姓名 招聘会地点 "
    "去年月收入变化 培训机构电话 房东姓名 上级主管单位 村支书姓名 驾驶员姓名 介绍人电话"
)


@pytest.mark.parametrize("header", STRANGERS.split())
def test_strangers_are_never_taken(header: str) -> None:
    assert decided(f"姓名 身份证号 电话 {header}")[3] in ("ask", "ignore", "drop")
