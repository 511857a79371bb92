"""Working days as the State Council sets them, and what is taken for them where it has not spoken yet."""

from datetime import date

from app.shared.working_days import after_working_days, is_working_day


def test_holidays_and_worked_weekends_count_as_announced() -> None:
    assert not is_working_day(date(2026, 10, 1))
    assert is_working_day(date(2026, 11, 27))
    assert not is_working_day(date(2026, 11, 28))


def test_the_first_day_is_not_counted() -> None:
    assert after_working_days(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert after_working_days(date(2026, 11, 27), 0) == date(2026, 11, 27)


def test_a_year_not_announced_goes_by_the_week() -> None:
    assert after_working_days(date(2090, 1, 6), 1) == date(2090, 1, 9)  # a Friday, the Monday after it
