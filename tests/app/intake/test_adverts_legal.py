"""Legal warning signs: each rule has words that show it and look-alikes it must let pass."""

from pathlib import Path

import pytest

from app.intake.adverts import legal, legal_signs, read_advert, rules
from app.shared.strict_yaml import DataFileError

SHOWS = [
    ("deposit", "入职需交押金300元"),
    ("deposit", "保证金1000"),
    ("deposit", "谨防骗子，入职押金300元"),
    ("deposit", "工资要押你们一个礼拜"),
    ("deposit", "压15天工资"),
    ("deposit", "得有亲戚签字作保"),
    ("clothing_fee", "工装费150元"),
    ("clothing_fee", "服装自费"),
    ("medical_fee", "体检费自理"),
    ("medical_fee", "体检费60元自己出"),
    ("agency_fee", "中介费200"),
    ("agency_fee", "报名费50元"),
    ("medical_fee", "去县医院查一下，80元自己掏"),
    ("agency_fee", "进厂后给我500介绍费"),
    ("agency_fee", "车钱先转给带队的"),
    ("agency_fee", "办成了给我表示一下"),
    ("keeps_identity_papers", "身份证先搁我们办公室"),
    ("keeps_identity_papers", "身份证统一保管"),
    ("keeps_identity_papers", "入职押身份证"),
    ("training_deduction", "培训费从工资扣"),
    ("training_deduction", "提前离职扣500元违约金"),
    ("unpaid_leaving", "自离不发工资"),
    ("unpaid_leaving", "做不满7天没有工资"),
    ("unpaid_leaving", "干不满一个月不结工资"),
    ("unpaid_first_days", "前三天试工不算工资"),
    ("unpaid_first_days", "试工期无工资"),
    ("insurance_waived", "自愿放弃社保"),
    ("insurance_waived", "不交社保，补贴200"),
    ("sex_limit", "限男性"),
    ("sex_limit", "只招女工"),
    ("sex_limit", "女性优先"),
    ("sex_limit", "招男工20名"),
    ("sex_limit", "男18-45岁"),
    ("sex_limit", "性别：女"),
    ("sex_limit", "要求女，20-35"),
    ("sex_limit", "招聘女服务员"),
    ("sex_limit", "已婚已育优先"),
    ("region_limit", "不招河南人"),
    ("region_limit", "东北人勿扰"),
    ("region_limit", "仅限本地户口"),
    ("ethnic_limit", "少数民族勿扰"),
    ("hepatitis_limit", "乙肝勿扰"),
    ("disability_limit", "四肢健全"),
    ("under_sixteen", "15岁以上可做"),
    ("sex_limit", "女的还差8个，男的满了"),
    ("sex_limit", "女❌"),
    ("ethnic_limit", "彝维藏回都不行"),
    ("ethnic_limit", "🚫少数民族"),
    ("loan", "培训贷分期付款"),
    ("loan", "不贷款的不能上岗"),
    ("minor_night", "17岁的学生工，两班倒"),
    ("wages_held_back", "押一个月工资"),
    ("wages_held_back", "年底结清"),
    ("implied_overtime", "月加班80小时左右"),
    ("age_line", "18-45岁"),
    ("age_line", "年龄18到50"),
    ("age_line", "55岁以下"),
    ("over_age_work", "65岁以下均可"),
    ("over_age_work", "退休人员可"),
]
LOOK_ALIKES = [
    "不收押金",
    "🚫押金 🚫体检费",
    "押金❌ 中介费❌",
    "中介费：无",
    "No押金",
    "介绍一个朋友来，厂里给你500元介绍费",
    "老员工可得推荐费300元",
    "熟悉股权质押业务",
    "熟悉投标保证金账务",
    "外面租房押一付一",
    "持压力容器操作证",
    "服装费用会计",
    "不存在押一个月工资",
    "扣身份证，我们厂不搞那一套",
    "女职工禁止从事井下作业，限男性",
    "月加班不超过36小时",
    "加班10小时",
    "无任何费用，不交押金",
    "免费提供工装",
    "入职体检，体检费厂里报销",
    "免费体检",
    "厂家直招，无中介费",
    "非中介，不收任何费用",
    "带身份证复印件",
    "带身份证原件面试",
    "免费培训，不收培训费",
    "自离照发工资",
    "试岗3天，试岗期间有工资",
    "试用期一个月，工资照发",
    "缴纳五险一金",
    "交社保",
    "男女不限",
    "女职工有产假",
    "男女宿舍分开",
    "夫妻均可",
    "不限地区",
    "民族不限",
    "欢迎少数民族兄弟，少数民族优先",
    "体检不查乙肝",
    "残疾人优先",
    "带15岁孩子",
    "照顾10岁宝宝",
    "不压工资",
    "年龄不限",
    "工作8小时",
    "工资6500-7500",
    "持健康证",
    "保安证优先",
    "扣除社保个人部分",
    "工资有保证",
    "离职提前30天",
    "男生宿舍8人间",
    "公司提供免费的培训费用",
]


@pytest.mark.parametrize(("code", "text"), SHOWS)
def test_a_sign_is_found_at_its_words(code: str, text: str) -> None:
    found = {sign.rule.code: sign for sign in legal_signs(f"招普工5名，{text}")}

    assert code in found
    assert found[code].words in text or found[code].words in f"招普工5名，{text}"


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_a_look_alike_is_let_pass(text: str) -> None:
    assert [sign.rule.code for sign in legal_signs(text)] == []


def test_every_rule_of_words_is_tried() -> None:
    assert {code for code, _ in SHOWS} == {rule.code for rule in rules().values() if rule.words}


def codes(text: str) -> set[str]:
    [draft] = read_advert(text)
    return {sign.rule.code for sign in draft.warnings}


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("招普工5名，26元/时，每周66小时", True),
        ("招普工5名，26元/时，每周48小时", False),
        ("招普工5名，5000元/月，12小时两班倒", True),
        ("招普工5名，5000元/月，8小时双休", False),
        ("招普工5名，底薪2490，综合工资6000-7000元/月", True),
        ("招普工5名，底薪2490，综合工资3300-3500元/月", False),
    ],
)
def test_overtime_that_hours_or_pay_imply_is_flagged(text: str, flagged: bool) -> None:
    assert ("implied_overtime" in codes(text)) == flagged


def test_a_bounty_needs_amount_payer_and_condition() -> None:
    assert "bounty_without_terms" in codes("招普工5名，24元/时，返费3000")
    assert "bounty_without_terms" not in codes("招普工5名，24元/时，返费3000元，满60天由公司随工资发放")


def test_an_agency_without_a_user_unit_is_blocked() -> None:
    [hidden] = read_advert("苏州捷聘人力资源有限公司招普工50名，24元/时")
    [named] = read_advert("苏州捷聘人力资源有限公司代招\n公司：常熟领航汽配有限公司\n招普工50名，24元/时")

    assert "hidden_dispatch" in {sign.rule.code for sign in hidden.warnings}
    assert hidden.blocked
    assert "hidden_dispatch" not in {sign.rule.code for sign in named.warnings}


def test_rules_speak_both_languages_and_name_their_clause() -> None:
    for rule in rules().values():
        assert rule.clause
        assert rule.text("zh_Hans") != rule.text("en")
        assert rule.mend("zh_Hans") != rule.mend("en")


@pytest.mark.parametrize(
    "broken",
    [
        "- {code: a, effect: forbid, clause: c, zh: z, en: e, mend_zh: m, mend_en: n}",
        "- {code: a, effect: block, clause: c, zh: z, en: e, mend_zh: m, mend_en: n, colour: red}",
        "- {code: a, effect: block, zh: z, en: e, mend_zh: m, mend_en: n}",
    ],
)
def test_a_broken_rule_stops_the_start(broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "legal_signs.yaml"
    path.write_text(broken, encoding="utf-8")
    monkeypatch.setattr(legal, "SIGNS_FILE", path)
    rules.cache_clear()
    try:
        with pytest.raises(DataFileError):
            rules()
    finally:
        rules.cache_clear()
