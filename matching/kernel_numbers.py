# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""What groups of posts alike in pay, hours, first cash or dates can gain labourers abreast, compiled. Lanes as in
``kernel_groups``."""

import numpy as np

from matching import kernel_index as record
from matching import kernel_parts as part
from matching.columns import Ints, Longs
from matching.compiled import compiled, inlined
from matching.index import Singles
from matching.index_groups import LARGEST_SMALL, Smalls
from matching.kernel_lanes import in_units
from matching.layout import PERSON, SETTING
from matching.params import ONE
from matching.scoring import DAYS_A_MONTH

FAR = 1e15

(
    NET_FLOOR, NET_SLOPE, HOUR_FLOOR, HOUR_SLOPE, HOUR_VAGUE, HOURS_LOW, HOURS_HIGH, CAN_FROM, CAN_UNTIL, LENGTH_FROM,
    LENGTH_WANTED, LENGTH_SHARE, HOURS_STEP, NET_YARDSTICK, NET_YARDSTICK_SLOPE, HOUR_YARDSTICK, HOUR_YARDSTICK_SLOPE,
    AIMS,
) = range(18)  # fmt: skip
"""Rows of the numbers labourers aim at: floors and slopes of pay in PAY_STEPs, value where no hours are known to get
one an hour from, range of hours a week, days between which one can start, day and days length is counted from and in,
loss per tenth of an hour, and yardsticks and slopes of pay as it stands (−1: the median; 0: pay counts nothing)."""


@compiled
def _fill_yardsticks(person: Ints, settings: Longs, lane: int, aim: Singles) -> None:
    """Write what pay is compared with, and what one yuan, or fen, above it is worth."""
    month, hour = part.month_yardstick(person, part.SILENT), part.hour_yardstick(person, part.SILENT)
    span = 1_000.0 * ONE / settings[SETTING.pay_span]
    aim[NET_YARDSTICK, lane], aim[NET_YARDSTICK_SLOPE, lane] = month, span / max(month, 1)
    aim[HOUR_YARDSTICK, lane], aim[HOUR_YARDSTICK_SLOPE, lane] = hour, span / max(hour, 1)


@compiled
def fill_aim(person: Ints, settings: Longs, lane: int, aim: Singles) -> None:
    """Write the numbers a labourer aims at."""
    floor, hour_floor = person[PERSON.net_floor], part.hour_yardstick(person, part.SILENT)
    low, high = person[PERSON.hours_min], person[PERSON.hours_max]
    can_from, can_until, today = person[PERSON.available_from], person[PERSON.available_until], settings[SETTING.as_of]
    span = 1_000.0 * ONE / settings[SETTING.pay_span] * record.PAY_STEP
    highest = LARGEST_SMALL * record.PAY_STEP * 1_000 // (1_000 + settings[SETTING.pay_span])
    floor, hour_floor = min(floor, highest), min(hour_floor, highest)
    silent, wanted = settings[SETTING.vacancy_silent], max(person[PERSON.months_wanted] * DAYS_A_MONTH, 1)
    aim[HOUR_VAGUE, lane] = silent if hour_floor == 0 else 0
    aim[NET_FLOOR, lane], aim[NET_SLOPE, lane] = floor / record.PAY_STEP, span / max(floor, 1)
    aim[HOUR_FLOOR, lane] = hour_floor / record.PAY_STEP
    aim[HOUR_SLOPE, lane] = span / hour_floor if hour_floor > 0 else 0.0
    aim[HOURS_LOW, lane], aim[HOURS_HIGH, lane] = low if low >= 0 else -FAR, high if high >= 0 else FAR
    aim[HOURS_STEP, lane] = settings[SETTING.hours_step] / 10.0
    aim[CAN_FROM, lane] = min(can_from - today, LARGEST_SMALL) if can_from >= 0 else -FAR
    aim[CAN_UNTIL, lane] = max(can_until - today, -LARGEST_SMALL) if can_until >= 0 else FAR
    aim[LENGTH_FROM, lane] = max(can_from - today, 0) if can_from >= 0 else FAR
    aim[LENGTH_WANTED, lane], aim[LENGTH_SHARE, lane] = wanted, ONE / wanted
    _fill_yardsticks(person, settings, lane, aim)


@inlined
def _pay_value(
    net: np.float32, over_median: np.float32, floor: np.float32, slope: np.float32, silent: np.float32
) -> np.float32:
    """Bound the value of pay against the own floor, or the median if there is none (−1)."""
    own = max(min((net - floor) * slope, np.float32(ONE)), silent)
    return over_median if floor < np.float32(0) else own


@compiled
def fill_pay(settings: Longs, aim: Singles, gain: Singles, pay: Smalls, into: Smalls) -> None:
    """Write what pay by month and by hour of each group of posts can gain, and whether pay may reach the floor."""
    single, step_up = np.float32, np.float32(record.VALUE_STEP)
    says_nothing = single(settings[SETTING.vacancy_silent])
    for row in range(len(pay)):
        net, hour, stated = single(pay[row, record.NET]), single(pay[row, record.HOUR]), pay[row, record.NO_NET] == 0
        net_over = single(pay[row, record.NET_OVER_MEDIAN] * step_up)
        hour_over = single(pay[row, record.HOUR_OVER_MEDIAN] * step_up)
        silent = single(says_nothing * pay[row, record.NO_NET])
        silent_hour = single(says_nothing * pay[row, record.NO_HOUR])
        for lane in range(into.shape[1]):
            floor, vague = aim[NET_FLOOR, lane], max(silent_hour, aim[HOUR_VAGUE, lane])
            value = _pay_value(net, net_over, floor, aim[NET_SLOPE, lane], silent)
            total = gain[part.NET_MONTH, lane] * value
            value = _pay_value(hour, hour_over, aim[HOUR_FLOOR, lane], aim[HOUR_SLOPE, lane], vague)
            total += gain[part.NET_HOUR, lane] * value
            into[row, lane] = np.int16(in_units(total, stated & (net < floor)))


@compiled
def fill_week(settings: Longs, aim: Singles, gain: Singles, week: Smalls, into: Smalls) -> None:
    """Write what the hours a week of each group of posts can gain."""
    single = np.float32
    zero, one, says_nothing = single(0), single(ONE), single(settings[SETTING.vacancy_silent])
    for row in range(len(week)):
        least, most = single(week[row, record.LEAST_HOURS]), single(week[row, record.MOST_HOURS])
        silent = single(says_nothing * week[row, record.NO_HOURS])
        for lane in range(into.shape[1]):
            outside = max(aim[HOURS_LOW, lane] - most, zero) + max(least - aim[HOURS_HIGH, lane], zero)
            total = gain[part.HOURS, lane] * max(one - outside * aim[HOURS_STEP, lane], silent)
            into[row, lane] = np.int16(in_units(total, False))


@compiled
def fill_cash(gain: Singles, cash: Smalls, into: Smalls) -> None:
    """Write what the first cash of each group of posts can gain."""
    step_up = np.float32(record.VALUE_STEP)
    for row in range(len(cash)):
        value = np.float32(cash[row, record.FIRST_CASH] * step_up)
        for lane in range(into.shape[1]):
            into[row, lane] = np.int16(in_units(gain[part.FIRST_CASH, lane] * value, False))


@compiled
def fill_dates(settings: Longs, aim: Singles, gain: Singles, dates: Smalls, into: Smalls) -> None:
    """Write what the length of each group of posts can gain, and whether the dates may suit."""
    single = np.float32
    zero, says_nothing = single(0), single(settings[SETTING.vacancy_silent])
    for row in range(len(dates)):
        days, silent = single(dates[row, record.DAYS]), single(says_nothing * dates[row, record.NO_DAYS])
        start, last = single(dates[row, record.FIRST_DAY]), single(dates[row, record.LAST_DAY])
        for lane in range(into.shape[1]):
            closed = (last < aim[CAN_FROM, lane]) | (start > aim[CAN_UNTIL, lane])
            covered = min(aim[LENGTH_WANTED, lane] - max(start - aim[LENGTH_FROM, lane], zero), days)
            total = gain[part.LENGTH, lane] * max(covered * aim[LENGTH_SHARE, lane], silent)
            into[row, lane] = np.int16(in_units(total, closed))
