# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""What pay, hours, days and length of posts can gain sixteen labourers, compiled. Lanes as in ``kernel_groups``."""

import numpy as np

from matching import kernel_index as record
from matching import kernel_parts as part
from matching.columns import Longs
from matching.compiled import compiled, inlined
from matching.index import LARGEST_SMALL, Singles, Smalls
from matching.kernel_groups import CLOSED
from matching.layout import PERSON, SETTING
from matching.params import ONE
from matching.scoring import DAYS_A_MONTH

FAR = 1e15

(
    SILENT, NET_FLOOR, NET_SLOPE, HOUR_FLOOR, HOUR_SLOPE, HOUR_VAGUE, HOURS_LOW, HOURS_HIGH, HOURS_STEP, CAN_FROM,
    CAN_UNTIL, LENGTH_FROM, LENGTH_WANTED, LENGTH_SHARE, NET_GAIN, HOUR_GAIN, HOURS_GAIN, CASH_GAIN, LENGTH_GAIN,
    FELLOW_GAIN, COMPANION_GAIN, AIMS,
) = range(22)  # fmt: skip
"""Rows of what labourers aim at: value where a vacancy is silent, floors and slopes of pay, range of hours a week and
loss per tenth of an hour, days between which one can start, day and days length is counted from and in, what each of
these numbers can gain, and what townsfolk and companions can."""

NET, HOUR, CASH = record.NET - record.GROUP_KINDS, record.HOUR - record.GROUP_KINDS, record.CASH - record.GROUP_KINDS
LEAST_HOURS, MOST_HOURS = record.LEAST_HOURS - record.GROUP_KINDS, record.MOST_HOURS - record.GROUP_KINDS
FIRST_DAY, LAST_DAY, DAYS = (at - record.GROUP_KINDS for at in (record.FIRST_DAY, record.LAST_DAY, record.DAYS))
NO_NET, NO_HOUR = record.NO_NET - record.GROUP_KINDS, record.NO_HOUR - record.GROUP_KINDS
NO_HOURS, NO_DAYS = record.NO_HOURS - record.GROUP_KINDS, record.NO_DAYS - record.GROUP_KINDS
"""Columns of ``VacancyIndex.numbers``; pay against the median comes after pay itself."""


@compiled
def fill_aim(person: Longs, settings: Longs, lane: int, aim: Singles) -> None:
    """Write the numbers a labourer aims at."""
    floor, hour_floor = person[PERSON.net_floor], part.hour_yardstick(person, part.SILENT)
    low, high = person[PERSON.hours_min], person[PERSON.hours_max]
    can_from, can_until, today = person[PERSON.available_from], person[PERSON.available_until], settings[SETTING.as_of]
    span = 1_000.0 * ONE / settings[SETTING.pay_span] * record.PAY_STEP
    highest = LARGEST_SMALL * record.PAY_STEP * 1_000 // (1_000 + settings[SETTING.pay_span])
    floor, hour_floor = min(floor, highest), min(hour_floor, highest)
    silent, wanted = settings[SETTING.vacancy_silent], max(person[PERSON.months_wanted] * DAYS_A_MONTH, 1)
    aim[SILENT, lane], aim[HOUR_VAGUE, lane] = silent, silent if hour_floor == 0 else 0
    aim[NET_FLOOR, lane], aim[NET_SLOPE, lane] = floor / record.PAY_STEP, span / max(floor, 1)
    aim[HOUR_FLOOR, lane] = hour_floor / record.PAY_STEP
    aim[HOUR_SLOPE, lane] = span / hour_floor if hour_floor > 0 else 0.0
    aim[HOURS_LOW, lane], aim[HOURS_HIGH, lane] = low if low >= 0 else -FAR, high if high >= 0 else FAR
    aim[HOURS_STEP, lane] = settings[SETTING.hours_step] / 10.0
    aim[CAN_FROM, lane] = min(can_from - today, LARGEST_SMALL) if can_from >= 0 else -FAR
    aim[CAN_UNTIL, lane] = max(can_until - today, -LARGEST_SMALL) if can_until >= 0 else FAR
    aim[LENGTH_FROM, lane] = max(can_from - today, 0) if can_from >= 0 else FAR
    aim[LENGTH_WANTED, lane], aim[LENGTH_SHARE, lane] = wanted, ONE / wanted


@inlined
def _pay_value(
    net: np.float32, over_median: np.float32, floor: np.float32, slope: np.float32, silent: np.float32
) -> np.float32:
    """Bound the value of pay against the own floor, or the median if there is none (−1)."""
    own = max(min((net - floor) * slope, np.float32(ONE)), silent)
    return over_median if floor < np.float32(0) else own


@inlined
def add_numbers(aim: Singles, numbers: Smalls, row: int, into: Singles) -> None:
    """Add what pay, hours, first cash, dates and length of the posts a row stands for can gain each lane."""
    single = np.float32
    zero, one, closed, step_up = single(0), single(ONE), single(CLOSED), single(record.VALUE_STEP)
    net, no_net = single(numbers[row, NET]), single(numbers[row, NO_NET])
    hour, no_hour = single(numbers[row, HOUR]), single(numbers[row, NO_HOUR])
    net_over_median, hour_over_median = (
        single(numbers[row, NET + 1]) * step_up,
        single(numbers[row, HOUR + 1]) * step_up,
    )
    cash, open_net = single(numbers[row, CASH]) * step_up, net - closed * no_net
    start, last_day = single(numbers[row, FIRST_DAY]), single(numbers[row, LAST_DAY])
    least_hours, most_hours = single(numbers[row, LEAST_HOURS]), single(numbers[row, MOST_HOURS])
    days, no_hours, no_days = single(numbers[row, DAYS]), single(numbers[row, NO_HOURS]), single(numbers[row, NO_DAYS])
    for lane in range(len(into)):
        total, silent, floor = into[lane], aim[SILENT, lane], aim[NET_FLOOR, lane]
        total += closed if last_day < aim[CAN_FROM, lane] else zero
        total += closed if start > aim[CAN_UNTIL, lane] else zero
        total += closed if open_net < floor else zero
        total += aim[CASH_GAIN, lane] * cash
        value = _pay_value(net, net_over_median, floor, aim[NET_SLOPE, lane], silent * no_net)
        total += aim[NET_GAIN, lane] * value
        vague = max(silent * no_hour, aim[HOUR_VAGUE, lane])
        value = _pay_value(hour, hour_over_median, aim[HOUR_FLOOR, lane], aim[HOUR_SLOPE, lane], vague)
        total += aim[HOUR_GAIN, lane] * value
        outside = max(aim[HOURS_LOW, lane] - most_hours, zero) + max(least_hours - aim[HOURS_HIGH, lane], zero)
        total += aim[HOURS_GAIN, lane] * max(one - outside * aim[HOURS_STEP, lane], silent * no_hours)
        covered = min(aim[LENGTH_WANTED, lane] - max(start - aim[LENGTH_FROM, lane], zero), days)
        into[lane] = total + aim[LENGTH_GAIN, lane] * max(covered * aim[LENGTH_SHARE, lane], silent * no_days)


@compiled
def fill_classes(aim: Singles, class_numbers: Smalls, into: Singles) -> None:
    """Write the gains of each group of posts alike in numbers."""
    for group in range(len(class_numbers)):
        into[group] = 0
        add_numbers(aim, class_numbers, group, into[group])
