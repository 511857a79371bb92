"""The columns of the sheets: header as written, and the field each holds.

``national`` is a county's working copy: the columns of the national monitoring export, with wish columns put behind.
``duijie`` is Duijie's own template, to which the county has added columns of its own. Fields that are not kept by
anybody carry the key ``drop_…``: the sheets hold values there so that a reader can be seen to leave them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    header: str
    field: str
    group: str
    width: float = 11


def _columns(group: str, *pairs: tuple[str, str]) -> tuple[Column, ...]:
    wide = {
        "id_no": 21,
        "head_id_no": 21,
        "work_place": 26,
        "employer": 22,
        "wish_place": 18,
        "v_company": 30,
        "v_wage": 30,
        "v_description": 44,
        "v_credit_code": 21,
        "v_requirement": 30,
        "phone": 13,
        "head_phone": 13,
    }
    return tuple(Column(header, field, group, wide.get(field, 11)) for header, field in pairs)


DEMAND_NATIONAL = (
    *_columns(
        "家庭成员基本信息（全国防返贫监测信息系统导出）",
        ("省", "province"),
        ("市", "city"),
        ("县", "county"),
        ("乡*", "township"),
        ("村", "village"),
        ("户编号", "household_no"),
        ("人口编号", "person_no"),
        ("姓名*", "name"),
        ("性别", "sex"),
        ("出生日期", "birth_date"),
        ("证件类型", "drop_id_kind"),
        ("证件号码*", "id_no"),
        ("民族", "drop_nation"),
        ("户联系电话", "head_phone"),
        ("成员联系电话", "phone"),
        ("年度", "drop_year"),
        ("与户主关系", "relation"),
        ("文化程度", "education"),
        ("在校生状况", "drop_student"),
        ("劳动技能", "work_ability"),
        ("务工时间\n（月）", "work_months"),
        ("健康状况", "drop_health"),
        ("政治面貌", "drop_politics"),
        ("务工企业名称", "employer"),
        ("是否享受低保", "drop_low_income"),
        ("是否参加城镇职工基本养老保险", "drop_pension_town"),
        ("是否参加大病保险", "drop_illness"),
        ("是否参加新型农村合作医疗\n（城乡居民基本医疗保险）", "drop_medical"),
        ("是否参加城乡居民基本养老保险", "drop_pension"),
        ("失学或辍学原因", "drop_school"),
        ("是否会讲普通话", "drop_speech"),
        ("是否参加商业补充医疗保险", "drop_extra"),
        ("是否国外务工", "drop_abroad"),
        ("产业分类", "drop_sector"),
        ("是否接受大病医疗救助", "drop_aid"),
        ("是否接受其他健康扶贫", "drop_aid_other"),
        ("公益性岗位类型", "drop_public_post"),
        ("公益性岗位\n(月数)", "drop_public_months"),
        ("就业渠道", "channel"),
        ("残疾类别", "drop_disabled"),
        ("务工所在地", "work_place"),
        ("户主姓名", "head_name"),
        ("户主证件号码", "head_id_no"),
        ("是否参加城镇职工基本医疗保险", "drop_medical_town"),
        ("是否特困供养人员", "drop_support"),
        ("残疾证办证年度", "drop_disabled_year"),
        ("识别标准", "drop_standard"),
    ),
    *_columns(
        "技能情况",
        ("从事工种", "trade"),
        ("务工月收入\n（元）", "monthly_wage"),
        ("技能工种", "skill"),
        ("从事月数", "skill_months"),
        ("技能等级", "skill_level"),
        ("证书", "certificate"),
        ("证书有效期", "certificate_expires"),
    ),
    *_columns(
        "就业意愿（本人陈述）",
        ("是否有就业意愿*", "wish_work"),
        ("意向就业地点", "wish_place"),
        ("意向工种", "wish_trade"),
        ("期望薪资\n（元/月）", "wish_wage"),
        ("每周工时上限\n（小时）", "wish_hours"),
        ("住宿要求", "wish_lodging"),
        ("班次要求", "wish_shift"),
        ("餐食要求", "wish_meals"),
        ("合同要求", "wish_contract"),
        ("不去的地方", "excluded_places"),
        ("不做的工种", "excluded_trades"),
        ("不接受的条件", "excluded"),
        ("可出发日期", "available_from"),
        ("打算干几个月", "wish_months"),
        ("最看重\n（最多三项）", "matters_most"),
        ("愿意再去的地方", "return_places"),
        ("培训意愿", "wish_training"),
    ),
    *_columns(
        "登记情况",
        ("采集人", "collector"),
        ("登记日期", "collected_on"),
        ("备注", "remark"),
    ),
)

DEMAND_DUIJIE = (
    *_columns(
        "户与本人",
        ("县(市区)", "county"),
        ("乡镇*", "township"),
        ("行政村", "village"),
        ("户编号", "household_no"),
        ("人口编号", "person_no"),
        ("户主姓名", "head_name"),
        ("户主证件号码", "head_id_no"),
        ("户联系电话", "head_phone"),
        ("与户主关系", "relation"),
        ("姓名*", "name"),
        ("身份证号*", "id_no"),
        ("本人电话", "phone"),
        ("性别", "sex"),
        ("出生日期", "birth_date"),
        ("文化程度", "education"),
        ("劳动能力", "work_ability"),
        ("就业状况", "employment_status"),
    ),
    *_columns(
        "务工与技能",
        ("务工企业名称", "employer"),
        ("务工所在地", "work_place"),
        ("从事工种", "trade"),
        ("务工时间(月)", "work_months"),
        ("月收入(元)", "monthly_wage"),
        ("就业渠道", "channel"),
        ("开始日期", "start"),
        ("结束日期", "end"),
        ("技能工种", "skill"),
        ("从事月数", "skill_months"),
        ("技能等级", "skill_level"),
        ("证书", "certificate"),
        ("证书有效期", "certificate_expires"),
    ),
    *_columns(
        "就业意愿",
        ("就业意愿", "wish_work"),
        ("意向地点", "wish_place"),
        ("意向工种", "wish_trade"),
        ("到手工资不低于(元/月)", "wish_wage"),
        ("每周工时上限", "wish_hours"),
        ("住宿要求", "wish_lodging"),
        ("班次要求", "wish_shift"),
        ("餐食要求", "wish_meals"),
        ("合同要求", "wish_contract"),
        ("不去的地方", "excluded_places"),
        ("不做的工种", "excluded_trades"),
        ("不接受的条件", "excluded"),
        ("可出发日期", "available_from"),
        ("打算干几个月", "wish_months"),
        ("最看重(最多三项)", "matters_most"),
        ("愿意再去的地方", "return_places"),
        ("培训意愿", "wish_training"),
        ("意愿陈述日期", "stated_on"),
        ("意愿记录人", "recorder"),
        ("采集人", "collector"),
        ("登记日期", "collected_on"),
        ("备注", "remark"),
    ),
    *_columns("县里自加栏", ("民族", "drop_nation"), ("政治面貌", "drop_politics")),
)

SUPPLY_NATIONAL = _columns(
    "岗位",
    ("序号", "drop_number"),
    ("企业名称*", "v_company"),
    ("统一社会信用代码", "v_credit_code"),
    ("工作岗位*", "v_title"),
    ("招聘人数*\n（人）", "v_headcount"),
    ("薪资待遇*", "v_wage"),
    ("底薪\n（元/月）", "v_base_pay"),
    ("发薪日", "v_pay_day"),
    ("每周工时\n（小时）", "v_hours_week"),
    ("休息", "v_rest"),
    ("班次", "v_shift"),
    ("食宿情况", "v_lodging"),
    ("社保", "v_insurance"),
    ("用工形式", "v_contract"),
    ("派遣/外包单位", "v_agency"),
    ("工作地点*", "v_place"),
    ("详细地址", "v_address"),
    ("任职要求", "v_requirement"),
    ("证书要求", "v_certificate"),
    ("工作环境", "v_traits"),
    ("年龄要求", "v_age"),
    ("收费说明", "v_fees"),
    ("返费说明", "v_bounty"),
    ("到岗日期", "v_start"),
    ("截止日期", "v_end"),
    ("联系人", "v_contact"),
    ("联系电话", "v_phone"),
    ("岗位描述", "v_description"),
    ("备注", "remark"),
)

SUPPLY_DUIJIE = _columns(
    "岗位",
    ("企业名称*", "v_company"),
    ("统一社会信用代码", "v_credit_code"),
    ("岗位名称*", "v_title"),
    ("招聘人数*", "v_headcount"),
    ("工资*", "v_wage"),
    ("薪资单位", "v_wage_unit"),
    ("底薪(元/月)", "v_base_pay"),
    ("计薪方式", "v_pay_basis"),
    ("发薪日", "v_pay_day"),
    ("每周工时", "v_hours_week"),
    ("每天工时", "v_hours_day"),
    ("休息", "v_rest"),
    ("班次", "v_shift"),
    ("住宿", "v_lodging"),
    ("住宿费(元/月)", "v_lodging_cost"),
    ("水电费(元/月)", "v_utilities_cost"),
    ("餐食", "v_meals"),
    ("餐费(元/月)", "v_meal_cost"),
    ("社保", "v_insurance"),
    ("用工形式", "v_contract"),
    ("派遣/外包单位", "v_agency"),
    ("工作地点*", "v_place"),
    ("详细地址", "v_address"),
    ("任职要求", "v_requirement"),
    ("证书要求", "v_certificate"),
    ("工作环境", "v_traits"),
    ("到岗日期", "v_start"),
    ("截止日期", "v_end"),
    ("合同月数", "v_months"),
    ("收费说明", "v_fees"),
    ("返费说明", "v_bounty"),
    ("年龄要求", "v_age"),
    ("联系人", "v_contact"),
    ("联系电话", "v_phone"),
    ("岗位描述", "v_description"),
    ("备注", "remark"),
)


@dataclass(frozen=True)
class Template:
    """One kind of sheet: its columns, and whether a row of merged group headings stands above them."""

    name: str
    columns: tuple[Column, ...]
    grouped: bool

    @property
    def header_row(self) -> int:
        """Row of the header, counted from 1: below title and note, and below the groups if there are any."""
        return 4 if self.grouped else 3

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(column.field for column in self.columns)


DEMAND = {"national": Template("national", DEMAND_NATIONAL, True), "duijie": Template("duijie", DEMAND_DUIJIE, False)}
SUPPLY = {"national": Template("national", SUPPLY_NATIONAL, False), "duijie": Template("duijie", SUPPLY_DUIJIE, False)}
