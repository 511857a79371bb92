"""Days in the wild are read; what could be two days is asked, what is none is named."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.intake.values.dates import EXCEL_1904, DateRules, day_parser, read_day

TODAY = date(2026, 11, 21)
READ = day_parser(TODAY, DateRules())


@pytest.mark.parametrize(
    "cell",
    [
        "2026.3.5",
        "2026-03-05",
        "2026/3/5",
        "2026年3月5日",
        "2026年3月5号",
        "26/3/5",
        "26.3.5",
        "20260305",
        20260305.0,
        46086.0,
        "46086",
        "二〇二六年三月五日",
        "2026-03-05 00:00:00",
        "2026/3/5 8:30",
        "２０２６．３．５",
        "'2026-3-5",
        date(2026, 3, 5),
        datetime(2026, 3, 5, 12, 0),  # noqa: DTZ001 - spreadsheets know no zones
        "今年3月5日",
        "2026、3、5",
    ],
)
def test_ways_to_write_one_day(cell: Any) -> None:
    assert READ(cell) == (date(2026, 3, 5), None)


@pytest.mark.parametrize(
    "cell",
    ["2026年3月", "2026.3", 2026.3, "2026-03", "202603", "今年3月", "二零二六年三月", "2026年3月底", "2026年3月份"],
)
def test_a_month_gives_its_first_day_and_says_so(cell: Any) -> None:
    day, issue = READ(cell)
    assert day == date(2026, 3, 1)
    assert issue is not None
    assert (issue.level, issue.code) == ("note", "date_month_only")


@pytest.mark.parametrize("cell", ["长期", "至今", "随时", "不限", "无", "/", "", "即日起", "招满即止"])
def test_words_for_open_are_no_day_and_no_problem(cell: str) -> None:
    assert READ(cell) == (None, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (2026.1, "date_month_lost"),
        ("2026年", "date_year_only"),
        ("3月5日", "date_without_year"),
        ("3.5", "date_without_year"),
        ("05/06/07", "date_order"),
        ("3/5/2026", "date_order"),
        ("3/5/26", "date_order"),
        ("2026.2.30", "date_impossible"),
        ("2026年13月", "date_impossible"),
        ("2026.3-2026.12", "date_range"),
        ("2026年3月至12月", "date_range"),
        ("春节后", "date_unreadable"),
        ("12", "date_unreadable"),
        (0.5, "date_unreadable"),
        ("2099-01-01", "date_out_of_range"),
        ("1899.1.1", "date_out_of_range"),
    ],
)
def test_what_is_no_day_is_asked(cell: Any, code: str) -> None:
    day, issue = READ(cell)
    assert day is None
    assert issue is not None
    assert (issue.level, issue.code) == ("ask", code)


def test_only_an_unmistakable_order_is_read() -> None:
    assert READ("13/5/2026")[0] == date(2026, 5, 13)
    assert READ("5/13/2026")[0] == date(2026, 5, 13)


def test_old_macs_count_from_1904() -> None:
    assert read_day(44624.0, TODAY, EXCEL_1904) == (date(2026, 3, 5), None)


def test_rules_of_a_field() -> None:
    stated = day_parser(TODAY, DateRules(whole_day=True, past_only=True))
    assert stated("2026年3月")[1] is not None
    assert stated("2026年3月")[0] is None
    assert stated("2026-11-22")[0] is None
    assert stated("2026-11-21") == (TODAY, None)
    birth = day_parser(TODAY, DateRules(earliest=date(1900, 1, 1), past_only=True))
    assert birth("85.3.5") == (date(1985, 3, 5), None)


@settings(max_examples=150, deadline=None)
@given(
    st.dates(date(1980, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["{y}-{m}-{d}", "{y}.{m}.{d}", "{y}年{m}月{d}日", "{y}/{m:02}/{d:02}"]),
)
def test_every_day_survives_its_ways_of_writing(day: date, shape: str) -> None:
    assert READ(shape.format(y=day.year, m=day.month, d=day.day)) == (day, None)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789年月日./- 今去明二〇十至~", max_size=14))
def test_any_text_is_answered(text: str) -> None:
    day, issue = READ(text)
    assert day is None or isinstance(day, date)
    assert day is not None or issue is None or issue.level == "ask"
