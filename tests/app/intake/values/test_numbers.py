"""Head counts, amounts, lengths, hours, telephones: a number only where one was written."""

from typing import Any

import pytest

from app.intake.values.amounts import parse_amount
from app.intake.values.durations import parse_hours_per_day, parse_hours_per_week, parse_months
from app.intake.values.headcounts import parse_headcount
from app.intake.values.issues import Parser
from app.intake.values.numerals import digits_for
from app.intake.values.phones import parse_phone


def answer(parse: Parser, cell: Any) -> tuple[Any, str | None]:
    value, issue = parse(cell)
    return value, issue.code if issue else None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("二〇二六年十二月", "2026年12月"),
        ("三千五", "3500"),
        ("一万二", "12000"),
        ("二十一", "21"),
        ("十", "10"),
        ("一千零五", "1005"),
        ("两百", "200"),
        ("3.5千", "3.5千"),
        ("一二三", "123"),
    ],
)
def test_chinese_numerals(text: str, wanted: str) -> None:
    assert digits_for(text) == wanted


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (10.0, 10, None),
        ("10", 10, None),
        ("10名", 10, None),
        ("招10人", 10, None),
        ("十名", 10, None),
        ("共二十人", 20, None),
        ("20-30人", 20, "headcount_range"),
        ("20人至30人", 20, "headcount_range"),
        ("约20人", 20, "headcount_about"),
        ("100余人", 100, "headcount_about"),
        ("50人以上", 50, "headcount_about"),
        ("男5女5", 10, "headcount_split_by_sex"),
        ("男工5人，女工3人", 8, "headcount_split_by_sex"),
        ("若干", None, "headcount_unknown"),
        ("若干名", None, "headcount_unknown"),
        ("不限", None, "headcount_unknown"),
        ("数名", None, "headcount_unknown"),
        ("十几人", None, "headcount_unknown"),
        ("大量", None, "headcount_unknown"),
        ("0", None, "headcount_zero"),
        (1.5, None, "headcount_unreadable"),
        ("5000", None, "headcount_large"),
        ("见附件", None, "headcount_unreadable"),
        ("无", None, "headcount_missing"),
        ("30-20", None, "headcount_unreadable"),
    ],
)
def test_head_counts(cell: Any, value: int | None, code: str | None) -> None:
    assert answer(parse_headcount, cell) == (value, code)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (3500.0, 3500, None),
        ("3500元/月", 3500, None),
        ("3,500", 3500, None),
        ("3.5千", 3500, None),
        ("5k", 5000, None),
        ("0.4万", 4000, None),
        ("三千五", 3500, None),
        ("月薪5000左右", 5000, None),
        ("税后5000元", 5000, None),
        ("4500元以上", 4500, None),
        ("4000-5000", 4000, "amount_low_end"),
        ("3-4千", 3000, "amount_low_end"),
        ("4.5-6K", 4500, "amount_low_end"),
        ("面议", None, None),
        ("不限", None, None),
        ("200/天", None, "amount_other_period"),
        ("20元/小时", None, "amount_other_period"),
        ("6万/年", None, "amount_other_period"),
        ("看情况", None, "amount_unreadable"),
        ("-5", None, "amount_unreadable"),
    ],
)
def test_amounts(cell: Any, value: int | None, code: str | None) -> None:
    assert answer(parse_amount, cell) == (value, code)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (8.0, 8, None),
        ("8个月", 8, None),
        ("2年4个月", 28, None),
        ("半年", 6, None),
        ("一年半", 18, None),
        ("全年", 12, None),
        ("90天", 3, None),
        ("3年以上", 36, "months_about"),
        ("3个月左右", 3, "months_about"),
        ("6-8个月", 6, "months_low_end"),
        ("1至2年", 12, "months_low_end"),
        ("长期", None, None),
        ("不限", None, None),
        ("2018年至今", None, "months_unreadable"),
        ("农闲时", None, "months_unreadable"),
        (-1.0, None, "months_unreadable"),
    ],
)
def test_lengths(cell: Any, value: int | None, code: str | None) -> None:
    assert answer(parse_months, cell) == (value, code)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("60", 60, None),
        ("5天8小时", 40, None),
        ("每天10小时，每周6天", 60, None),
        ("48小时/周", 48, None),
        ("≤60小时", 60, None),
        (8.0, None, "hours_per_day"),
        ("8小时", None, "hours_per_day"),
        ("200", None, "hours_unreadable"),
    ],
)
def test_hours_a_week(cell: Any, value: int | None, code: str | None) -> None:
    assert answer(parse_hours_per_week, cell) == (value, code)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("8", 8, None),
        ("12小时制", 12, None),
        ("8-10小时", 10, "hours_high_end"),
        ("7.5", 7.5, None),
        ("8:00-17:00", None, "hours_unreadable"),
        ("30", None, "hours_unreadable"),
    ],
)
def test_hours_a_day(cell: Any, value: float | None, code: str | None) -> None:
    assert answer(parse_hours_per_day, cell) == (value, code)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("13800138000", "13800138000", None),
        (13800138000.0, "13800138000", None),
        ("138 0013 8000", "13800138000", None),
        ("138-0013-8000", "13800138000", None),
        ("+8613800138000", "13800138000", None),
        ("１３８００１３８０００", "13800138000", None),
        ("0931-1234567", "0931-1234567", None),
        ("(0931)1234567", "0931-1234567", None),
        ("400-800-1234", "400-800-1234", None),
        ("13800138000/13900139000", "13800138000", "phone_several"),
        ("张经理13800138000", "13800138000", "phone_with_text"),
        ("1.38E+10", None, "phone_digits_lost"),
        ("138****8000", None, "phone_masked"),
        ("1380013800", None, "phone_length"),
        ("12345678901", None, "phone_no_such_range"),
        (9318765432.0, None, "phone_zero_lost"),
        ("1234567", None, "phone_area_missing"),
        ("12333", None, "phone_short_number"),
        ("没手机", None, "phone_other_characters"),
        ("无", None, None),
    ],
)
def test_telephones(cell: Any, value: str | None, code: str | None) -> None:
    assert answer(parse_phone, cell) == (value, code)
