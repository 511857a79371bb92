"""Working days in China: holidays and worked weekends as the State Council set them for the years announced."""

from datetime import date, timedelta

import chinese_calendar


def is_working_day(day: date) -> bool:
    """Whether offices work; Monday to Friday where the calendar of a year is not yet published."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def after_working_days(day: date, count: int) -> date:
    """The day that many working days later; the day itself is not counted."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
