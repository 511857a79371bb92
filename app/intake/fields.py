"""The fields a sheet can hold: the two lists' own templates, and what else registers carry.

Keys are the vocabulary shared by reading, storing, templates and exports. How a header is recognised stands in
``data/header_words.yaml``; how a cell is read, in ``values``.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

SheetKind = Literal["demand", "supply"]
Keeping = Literal["kept", "known", "checked", "drop"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column a sheet may have.

    ``keeping``: *kept* is read and handed on; *known* is recognised so that nobody is asked, and left in the sheet;
    *checked* is looked at while the row is read and forgotten; *drop* is blanked before anything else sees it.
    ``many``: several columns may hold it, in the person's order. ``identity``: shown masked.
    """

    key: str
    zh: str
    en: str
    sheet: SheetKind | Literal["both"]
    reader: str = "text"
    required: bool = False
    keeping: Keeping = "kept"
    identity: bool = False
    many: bool = False

    def template_header(self, locale: str = "zh_Hans") -> str:
        """The header in Duijie's own template; ``*`` marks what a row cannot do without."""
        return (self.zh if locale.startswith("zh") else self.en) + ("*" if self.required else "")


def _demand(key: str, zh: str, en: str, reader: str = "text", **more: Any) -> Field:
    return Field(key, zh, en, "demand", reader, **more)


def _supply(key: str, zh: str, en: str, reader: str = "text", **more: Any) -> Field:
    return Field(key, zh, en, "supply", reader, **more)


DEMAND: Final = (
    _demand("county", "县(市区)", "County"),
    _demand("township", "乡镇", "Township", required=True),
    _demand("village", "行政村", "Village"),
    _demand("household_no", "户编号", "Household number", "number_text"),
    _demand("person_no", "人口编号", "Person number", "number_text"),
    _demand("head_name", "户主姓名", "Name of head", "name", identity=True),
    _demand("head_id_no", "户主证件号码", "Identity number of head", "id_no", identity=True),
    _demand("head_phone", "户联系电话", "Telephone of household", "phone", identity=True),
    _demand("relation", "与户主关系", "Relation to head", "relation"),
    _demand("name", "姓名", "Name", "name", required=True, identity=True),
    _demand("id_no", "身份证号", "Identity number", "id_no", required=True, identity=True),
    _demand("phone", "本人电话", "Own telephone", "phone", identity=True),
    _demand("sex", "性别", "Sex", "sex"),
    _demand("birth_date", "出生日期", "Date of birth", "birth_date"),
    _demand("education", "文化程度", "Schooling", "choice:education"),
    _demand("work_ability", "劳动能力", "Capacity for work", "choice:work_ability"),
    _demand("employment_status", "就业状况", "Employment status", "employment_status"),
    _demand("employer", "务工企业名称", "Employer now"),
    _demand("work_place", "务工所在地", "Place of work now", many=True),
    _demand("trade", "从事工种", "Trade now"),
    _demand("work_months", "务工时间(月)", "Months worked", "months"),
    _demand("monthly_wage", "月收入(元)", "Pay per month (yuan)", "amount"),
    _demand("channel", "就业渠道", "How the work was found", "choice:channel"),
    _demand("start", "开始日期", "Began on", "day"),
    _demand("end", "结束日期", "Ended on", "day"),
    _demand("skill", "技能工种", "Trade of skill", "skill", many=True),
    _demand("skill_months", "从事月数", "Months in the trade", "months"),
    _demand("skill_level", "技能等级", "Skill level", "skill_level"),
    _demand("certificate", "证书", "Certificate", many=True),
    _demand("certificate_expires", "证书有效期", "Certificate valid until", "day_ahead"),
    _demand("wish_work", "就业意愿", "Willingness to work", "willingness"),
    _demand("wish_place", "意向地点", "Places wished", "places", many=True),
    _demand("wish_trade", "意向工种", "Trades wished", "list", many=True),
    _demand("wish_wage", "到手工资不低于(元/月)", "Net pay at least (yuan a month)", "amount"),
    _demand("wish_hours", "每周工时上限", "Hours a week at most", "hours_week"),
    _demand("wish_lodging", "住宿要求", "Lodging asked for", "preference:lodging"),
    _demand("wish_shift", "班次要求", "Shift asked for", "preference:shift"),
    _demand("wish_meals", "餐食要求", "Meals asked for", "preference:meals"),
    _demand("wish_contract", "合同要求", "Contract asked for", "preference:contract_kind"),
    _demand("excluded_places", "不去的地方", "Places refused", "refused_places", many=True),
    _demand("excluded_trades", "不做的工种", "Trades refused", "list", many=True),
    _demand("excluded", "不接受的条件", "Conditions refused", "excluded"),
    _demand("available_from", "可出发日期", "Can leave from", "day"),
    _demand("wish_months", "打算干几个月", "Months wished", "months"),
    _demand("matters_most", "最看重(最多三项)", "What matters most (three at most)", "matters_most"),
    _demand("return_places", "愿意再去的地方", "Would go back to", "places", many=True),
    _demand("wish_training", "培训意愿", "Training wished for", "choices:training_wishes"),
    _demand("stated_on", "意愿陈述日期", "Stated on", "stated_on"),
    _demand("recorder", "意愿记录人", "Recorded by", "person_text"),
    _demand("collector", "采集人", "Collected by", "person_text"),
    _demand("collected_on", "登记日期", "Registered on", "stated_on"),
)

SUPPLY: Final = (
    _supply("v_company", "企业名称", "Employer", required=True),
    _supply("v_credit_code", "统一社会信用代码", "Credit code", "credit_code"),
    _supply("v_title", "岗位名称", "Title", required=True),
    _supply("v_headcount", "招聘人数", "Openings", "headcount", required=True),
    _supply("v_wage", "工资", "Pay", required=True),
    _supply("v_wage_unit", "薪资单位", "Unit of pay"),
    _supply("v_base_pay", "底薪(元/月)", "Base pay (yuan a month)", "amount"),
    _supply("v_pay_basis", "计薪方式", "Basis of pay", "choice:pay_basis"),
    _supply("v_pay_day", "发薪日", "Pay day"),
    _supply("v_hours_week", "每周工时", "Hours a week", "hours_week"),
    _supply("v_hours_day", "每天工时", "Hours a day", "hours_day"),
    _supply("v_rest", "休息", "Rest days", "choice:rest"),
    _supply("v_shift", "班次", "Shift", "choice:shift"),
    _supply("v_lodging", "住宿", "Lodging", "lodging"),
    _supply("v_lodging_cost", "住宿费(元/月)", "Cost of lodging (yuan a month)", "amount"),
    _supply("v_utilities_cost", "水电费(元/月)", "Cost of utilities (yuan a month)", "amount"),
    _supply("v_meals", "餐食", "Meals", "meals"),
    _supply("v_meal_cost", "餐费(元/月)", "Cost of meals (yuan a month)", "amount"),
    _supply("v_insurance", "社保", "Social insurance"),
    _supply("v_contract", "用工形式", "Kind of contract", "choice:contract_kind"),
    _supply("v_agency", "派遣/外包单位", "Dispatching or contracting firm"),
    _supply("v_place", "工作地点", "Place of work", required=True, many=True),
    _supply("v_address", "详细地址", "Address"),
    _supply("v_requirement", "任职要求", "Requirements", "labelled_text", many=True),
    _supply("v_certificate", "证书要求", "Certificate required"),
    _supply("v_traits", "工作环境", "Traits of the work", "choices:traits"),
    _supply("v_start", "到岗日期", "Begins on", "day"),
    _supply("v_end", "截止日期", "Closes on", "day"),
    _supply("v_months", "合同月数", "Months of contract", "months"),
    _supply("v_fees", "收费说明", "Fees"),
    _supply("v_bounty", "返费说明", "Bounty"),
    _supply("v_age", "年龄要求", "Age line"),
    _supply("v_contact", "联系人", "Contact", identity=True),
    _supply("v_phone", "联系电话", "Telephone", "phone", identity=True),
    _supply("v_description", "岗位描述", "Description", "labelled_text", many=True),
)

BOTH: Final = (Field("remark", "备注", "Remark", "both", many=True),)

# Recognised, so that nobody is asked about them.
OTHERS: Final = (
    Field("home_area", "所属区域", "Home area", "both"),
    Field("home_address", "家庭住址", "Home address", "demand", keeping="known", identity=True),
    Field("work_region_class", "就业地域", "Class of place of work", "demand", keeping="known"),
    Field("travel_subsidy", "交通补贴", "Travel subsidy", "demand", keeping="known"),
    Field("school_status", "在校生状况", "In school", "demand", keeping="checked"),
    Field("insurance_illness", "是否参加大病保险", "Serious illness insurance", "demand", keeping="checked"),
    Field("school_subsidy", "雨露计划补助", "Subsidy for vocational students", "demand", keeping="checked"),
    Field("disability_subsidy", "残疾人补贴", "Disability subsidy", "demand", keeping="checked"),
    Field("health", "健康状况", "Health", "demand", keeping="checked"),
    Field("nation", "民族", "Ethnicity", "both", keeping="drop"),
    Field("politics", "政治面貌", "Party membership", "both", keeping="drop"),
    Field("religion", "宗教信仰", "Religion", "both", keeping="drop"),
    Field("marital", "婚姻状况", "Marital state", "both", keeping="drop"),
    Field("disabled", "残疾类别", "Disability", "demand", keeping="drop"),
    Field("poverty_status", "脱贫状态", "Poverty status", "demand", keeping="drop"),
    Field("relocated", "易地扶贫搬迁", "Relocated household", "demand", keeping="drop"),
    Field("drop", "保险待遇", "Insurance and benefits", "both", keeping="drop"),
)


@lru_cache(maxsize=1)
def fields() -> dict[str, Field]:
    """All fields by key, in the order of the templates."""
    return {field.key: field for field in (*DEMAND, *SUPPLY, *BOTH, *OTHERS)}


def template(kind: SheetKind) -> tuple[Field, ...]:
    """The columns of Duijie's own template for one of the two lists."""
    return (*(DEMAND if kind == "demand" else SUPPLY), *BOTH)
