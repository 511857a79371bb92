"""Pay texts: the readings kept in tests/data/pay_texts.jsonl, and the shapes a general reader has to stand."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.intake.values.pay import pay_terms, read_pay, read_pay_lines

READINGS = Path(__file__).parents[2] / "data" / "pay_texts.jsonl"
BAR = 0.95
PAY_LETTERS = (
    "0123456789.,-~/+=()（）元块万千kKwW百月天时日年薪底综合提成每一二三五十两小试用期面议计件返以上左右人岁 、，。\n"
)


def readings() -> list[dict[str, Any]]:
    """The readings by hand and by rule, as kept."""
    return [json.loads(line) for line in READINGS.read_text(encoding="utf-8").splitlines()]


def test_kept_readings_are_read_exactly(figure: Callable[[str], None]) -> None:
    kept = readings()
    got = list(read_pay_lines(reading["text"] for reading in kept))
    keys = ("min", "max", "period")
    wrong = [
        (k["text"], [g[key] for key in keys])
        for k, g in zip(kept, got, strict=True)
        if any(k[key] != g[key] for key in keys)
    ]
    basis = [(k["basis"], g["basis"]) for k, g in zip(kept, got, strict=True) if "basis" in k]
    months = [(k["months"], g["months"]) for k, g in zip(kept, got, strict=True) if "months" in k]
    figure(
        f"pay texts: minimum, maximum and period exact in {len(kept) - len(wrong)} of {len(kept)}; "
        f"basis in {sum(a == b for a, b in basis)} of {len(basis)} that state one; "
        f"months in {sum(a == b for a, b in months)} of {len(months)}"
    )
    assert len(kept) == 120
    assert len(wrong) <= (1 - BAR) * len(kept), wrong
    assert all(a == b for a, b in months)


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "period"),
    [
        # scales, and scales lent from one end to the other
        ("5-8千/月", 5000, 8000, "month"),
        ("7k左右", 7000, 7000, "month"),
        ("1.2w", 12000, 12000, "month"),
        ("1w5", 15000, 15000, "month"),
        ("3千8到5千", 3800, 5000, "month"),
        ("8千到一万", 8000, 10000, "month"),
        ("8-1.2万", 8000, 12000, "month"),
        ("6-8000元", 6000, 8000, "month"),
        ("5、6千", 5000, 6000, "month"),
        ("17、18元/小时", 17, 18, "hour"),
        ("2200-2800-3500", 2200, 3500, "month"),
        ("4500/5500", 4500, 5500, "month"),
        ("5,000-8,000元", 5000, 8000, "month"),
        ("５０００－８０００元／月", 5000, 8000, "month"),
        ("薪酬范围：4000元/月至6000元/月", 4000, 6000, "month"),
        # Chinese numerals
        ("三千五到四千五", 3500, 4500, "month"),
        ("一万二", 12000, 12000, "month"),
        ("四五千", 4000, 5000, "month"),
        ("两百一天", 200, 200, "day"),
        ("一百五一天", 150, 150, "day"),
        ("三千块钱一个月", 3000, 3000, "month"),
        ("六万一年", 60000, 60000, "year"),
        ("五千多", 5000, None, "month"),
        ("壹万元", 10000, 10000, "month"),
        ("按斤算 一斤1块5", Decimal("1.5"), Decimal("1.5"), "piece"),
        ("八毛一斤", Decimal("0.8"), Decimal("0.8"), "piece"),
        # periods: written behind, before, in the label, by the cycle, or by a count
        ("18块一小时包两餐", 18, 18, "hour"),
        ("26元/时 66小时", 26, 26, "hour"),
        ("每小时20元起", 20, None, "hour"),
        ("日薪200-250", 200, 250, "day"),
        ("260/工", 260, 260, "day"),
        ("180元/人/天", 180, 180, "day"),
        ("200元/班", 200, 200, "day"),
        ("日结180", 180, 180, "day"),
        ("一天10小时200块", 200, 200, "day"),
        ("每天工作10小时，150元", 150, 150, "day"),
        ("5000元/26天", 5000, 5000, "month"),
        ("3500-4500 （元/月）", 3500, 4500, "month"),
        ("月保底4000，上不封顶", 4000, None, "month"),
        ("1500/周", 1500, 1500, "week"),
        ("工资一年6万", 60000, 60000, "year"),
        ("500元/平方", 500, 500, "piece"),
        ("80元/吨", 80, 80, "piece"),
        ("工价19.5+1", Decimal("19.5"), Decimal("20.5"), "hour"),
        ("5000 每天8小时", 5000, 5000, "month"),
        # bounds
        ("4500+", 4500, None, "month"),
        ("6千及以下/月", None, 6000, "month"),
        ("最高可达8000", None, 8000, "month"),
        ("最低3000最高8000", 3000, 8000, "month"),
        ("月入过万", 10000, None, "month"),
        ("0-1000元/月", None, 1000, "month"),
        # parts of pay
        ("4000-6000+提成", 4000, 6000, "month"),
        ("底薪2490+加班费，综合5500-7000", 5500, 7000, "month"),
        ("底薪3000+提成，最高可达8000", 3000, 8000, "month"),
        ("2490+加班费=5500-6500", 5500, 6500, "month"),
        ("底薪+提成 4000-6000", 4000, 6000, "month"),
        ("底薪4000+（绩效500-2000）+提成", 4000, None, "month"),
        ("4200-4800元/月（基本工资2280+岗位补贴500+加班）", 4200, 4800, "month"),
        ("时薪22，月入5500-6500", 5500, 6500, "month"),
        ("3000（试用期），4000（转正）", 4000, 4000, "month"),
        ("薪资4500—5500元/月（试用期4000元/月）", 4500, 5500, "month"),
        ("学徒期1500元/月，出师后3000-6000元/月", 3000, 6000, "month"),
        ("同工同酬 底薪2490，加班1.5倍22元，2倍29元", 2490, None, "month"),
        ("做满7天返费500 做满30天返费1500 时薪21", 21, 21, "hour"),
        ("押金200，工资5000", 5000, 5000, "month"),
        ("4000-5000元/月，全勤奖300，餐补15元/天", 4000, 5000, "month"),
        # numbers that are no pay
        ("招普工20名，年龄18-45岁，月薪5000-6500元，8小时双休", 5000, 6500, "month"),
        ("焊工5名-6000", 6000, 6000, "month"),
        ("叉车工7500-8500，叉车证", 7500, 8500, "month"),
        ("地址:幸福路100号 3楼 薪资6000", 6000, 6000, "month"),
        ("8:30-17:30 5500", 5500, 5500, "month"),
        ("六休一 两班倒 五险一金 5200", 5200, 5200, "month"),
        ("C1驾照 5500-6500", 5500, 6500, "month"),
        ("100-500人企业 5000-7000", 5000, 7000, "month"),
        ("身高160以上 工资5000", 5000, 5000, "month"),
        ("2018年成立，员工3000人，月薪4500-5500", 4500, 5500, "month"),
        # nothing to read
        ("面议", None, None, None),
        ("返费3000满90天", None, None, None),
        ("工资详谈 QQ123456789", None, None, None),
        ("联系电话13800000000", None, None, None),
        ("每月5号发薪", None, None, None),
        ("底薪+提成", None, None, None),
        ("按国家规定", None, None, None),
        ("计件", None, None, "piece"),
        ("12-15万", 120000, 150000, None),
        ("", None, None, None),
    ],
)
def test_bounds_and_period(text: str, minimum: Decimal | None, maximum: Decimal | None, period: str | None) -> None:
    reading = read_pay(text)

    assert (reading.minimum, reading.maximum, reading.period) == (minimum, maximum, period)


@pytest.mark.parametrize(
    ("text", "basis", "pay_basis"),
    [
        ("5500（综合）", "total", None),
        ("综合时薪26元", "total", "all_in_hourly"),
        ("小时工18元", None, "all_in_hourly"),
        ("底薪2490+加班费", "base", "base_plus_overtime"),
        ("5000元（不含加班费）", "base", "base_plus_overtime"),
        ("5000-6000元（含加班）", "total", None),
        ("月薪2500+提成", "base", "commission"),
        ("4000-5000+五险一金+双休", None, None),
        ("200元/天", None, "daily"),
        ("保底5000+计件", "base", "piece_guaranteed"),
        ("计件 保底不低于当地最低工资", None, "piece_guaranteed"),
        ("0.12元/个", None, "piece_open"),
        ("计件，月均3700-5600元", "total", "piece_open"),  # an average is no guarantee
        ("包月7000，管吃住", None, "flat_monthly"),
    ],
)
def test_basis(text: str, basis: str | None, pay_basis: str | None) -> None:
    reading = read_pay(text)

    assert (reading.basis, reading.pay_basis) == (basis, pay_basis)


def test_facts_beside_the_amount() -> None:
    reading = read_pay(
        "试用期3000元，转正底薪3500+提成，综合6000-9000左右，上不封顶，年底双薪，满勤奖200，返费1000满30天，可面议"
    )

    assert (reading.minimum, reading.maximum, reading.basis) == (6000, 9000, "total")
    assert (reading.base_min, reading.months) == (3500, 13)
    assert reading.open_up
    assert reading.approx
    assert reading.negotiable
    assert reading.trial is not None
    assert reading.trial.minimum == 3000
    assert [amount.minimum for amount in reading.of_role("extra")] == [200]
    assert [amount.minimum for amount in reading.of_role("bounty")] == [1000]


def test_a_period_taken_from_the_size_is_marked_as_such() -> None:
    assert read_pay("5000元/月").period_stated
    assert not read_pay("5000").period_stated


@pytest.mark.parametrize("text", [reading["text"] for reading in readings()])
def test_every_span_stands_in_the_text(text: str) -> None:
    reading = read_pay(text)
    spans = [*reading.spans, *(amount.span for amount in reading.others)]

    assert all(text[span.start : span.end] == span.words and span.words for span in spans)
    assert (reading.minimum is None and reading.maximum is None) or any(span.field == "amount" for span in spans)


@settings(max_examples=150)
@given(st.text(alphabet=PAY_LETTERS, max_size=40))
def test_any_text_is_read_without_failing_and_in_order(text: str) -> None:
    reading = read_pay(text)

    if reading.minimum is not None and reading.maximum is not None:
        assert reading.minimum <= reading.maximum
    assert reading.minimum is None or reading.minimum > 0


@given(
    low=st.integers(20, 90),
    wide=st.integers(1, 60),
    unit=st.sampled_from(["元/月", "/月", "元每月", "块一个月", "元（月）"]),
)
@settings(max_examples=60)
def test_a_written_range_comes_back_as_written(low: int, wide: int, unit: str) -> None:
    reading = read_pay(f"工资{low}00-{low + wide}00{unit}，包吃住，年龄18-45岁")

    assert (reading.minimum, reading.maximum, reading.period) == (low * 100, (low + wide) * 100, "month")


def test_lines_come_back_as_plain_values() -> None:
    lines = ["22.5元/小时\n", "\n", "4-9K·13薪"]
    first, empty, third = read_pay_lines(lines)

    assert json.loads(json.dumps(first)) == first
    assert (first["min"], first["period"], first["text"]) == (22.5, "hour", "22.5元/小时")
    assert (empty["min"], empty["period"]) == (None, None)
    assert (third["min"], third["max"], third["months"]) == (4000, 9000, 13)


class TestTermsOfAMonth:
    def test_an_hour_is_counted_by_stated_hours_or_by_174(self) -> None:
        usual = pay_terms(read_pay("22元/小时"))
        stated = pay_terms(read_pay("22元/小时"), hours_week=Decimal(60))

        assert (usual.gross_low.value, usual.gross_low.basis, usual.gross_low.formula) == (3828, "derived", "hour*174")
        assert (stated.gross_low.value, stated.gross_low.formula) == (5720, "hour*hours_week*52/12")
        assert (usual.amount, usual.amount_period, usual.kind) == (22, "hour", "fixed")

    def test_days_weeks_and_years(self) -> None:
        assert pay_terms(read_pay("200元/天")).gross_low.value == 4350
        assert pay_terms(read_pay("200元/天"), days_month=Decimal(28)).gross_low.value == 5600
        assert pay_terms(read_pay("1500/周")).gross_low.value == 6500
        assert pay_terms(read_pay("6-12万/年")).gross_high.value == 10000

    def test_a_stated_month_stays_stated(self) -> None:
        terms = pay_terms(read_pay("5000-6500元/月"))

        assert (terms.gross_low.value, terms.gross_low.basis, terms.gross_high.value) == (5000, "stated", 6500)
        assert terms.overtime_included is None
        assert terms.base_month.basis == "unknown"

    def test_a_base_with_overtime_on_top(self) -> None:
        terms = pay_terms(read_pay("底薪2490+加班费+餐补300"))

        assert (terms.base_month.value, terms.gross_low.value, terms.gross_high.value) == (2490, 2490, None)
        assert terms.overtime_included is False
        assert terms.allowance_month.value == 300

    def test_a_total_keeps_its_base_and_holds_its_allowances(self) -> None:
        terms = pay_terms(read_pay("底薪2490+加班费+餐补300，综合5500-7000"))

        assert (terms.base_month.value, terms.gross_low.value, terms.gross_high.value) == (2490, 5500, 7000)
        assert terms.overtime_included is True
        assert terms.allowance_month.basis == "unknown"

    def test_thirteenth_month_bounty_and_bonus_stay_apart(self) -> None:
        terms = pay_terms(read_pay("5000元/月·13薪，满勤奖300，返费2000满60天"))

        assert terms.gross_low.value == 5000
        assert terms.months == 13
        assert [amount.minimum for amount in terms.bounties] == [2000]
        assert [amount.minimum for amount in terms.bonuses] == [300]

    @pytest.mark.parametrize("text", ["面议", "计件", "加班20元/小时", "试用期3000元/月", "0.5元/件"])
    def test_unknown_stays_unknown(self, text: str) -> None:
        terms = pay_terms(read_pay(text))

        assert (terms.gross_low.basis, terms.gross_low.value, terms.kind) == ("unknown", None, "open")

    def test_piece_work_with_a_guarantee_has_the_guarantee_as_low_end(self) -> None:
        terms = pay_terms(read_pay("计件，保底4500元/月"))

        assert (terms.gross_low.value, terms.kind, terms.amount_period) == (4500, "guaranteed", "month")
        assert pay_terms(read_pay("计件"), base_pay=Decimal(3000)).gross_low.value == 3000
