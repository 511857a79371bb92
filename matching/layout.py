"""The tables of a problem as plain matrices for the kernels: one row of 32-bit integers per person, post or site.

``PERSON``, ``POST`` and ``SITE`` say in which column a field begins; a field of several values takes as many columns
as it may have at most, and a number of 64 bits takes two. ``World`` is everything a kernel reads.
"""

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.codes import NO_CODE, UNKNOWN, PlaceKind
from matching.columns import Column, Ints, Longs, Table
from matching.params import ONE, MatchingParams
from matching.problem import MatchingProblem
from matching.scoring import labourer_weights
from matching.skills import is_skilled_trade
from matching.tables import Labourers, Sites, Vacancies

ROWS_AT_A_TIME = 1_024

PERSON_EXTRA = (
    "skilled", "townsfolk_first", "townsfolk_last", "wish_slots", "excluded_slots", "return_slots", "skill_slots",
)  # fmt: skip
POST_EXTRA = ("median_net_month", "median_net_hour")
SITE_EXTRA = ("openings", "city_openings")


def _span(spec: Column) -> int:
    """Count the columns a field takes: a number of 64 bits takes two, the lower half first."""
    return 2 if spec.long else max(spec.width, 1)


def _starts(table: type[Table], extra: tuple[str, ...]) -> Any:
    """Return a tuple, named by the table's columns, of the column in which each begins, ``width`` last."""
    starts, at = {}, 0
    for name, spec in table.columns().items():
        starts[name] = at
        at += _span(spec)
    for name in extra:
        starts[name] = at
        at += 1
    starts["width"] = at
    kind = namedtuple(f"{table.__name__}Columns", list(starts))  # type: ignore[misc]  # noqa: PYI024 -- fields come from the table
    return kind(**starts)


PERSON, POST, SITE = _starts(Labourers, PERSON_EXTRA), _starts(Vacancies, POST_EXTRA), _starts(Sites, SITE_EXTRA)

SETTING_NAMES = (
    "vacancy_silent", "months_full_general", "months_full_trade", "level_one_below", "place_class", "townsfolk_full",
    "minutes_zero", "minutes_span", "pay_span", "hours_step", "lodging_acceptable", "shift_acceptable", "same_city",
    "cash_days_full", "cash_days_zero",
)  # fmt: skip
RANK_NAMES = ("place_ranks", "trade_ranks")


def _setting_starts() -> Any:
    starts = {name: at for at, name in enumerate(SETTING_NAMES)}
    starts |= {name: len(SETTING_NAMES) + 3 * at for at, name in enumerate(RANK_NAMES)}
    starts["as_of"] = len(SETTING_NAMES) + 3 * len(RANK_NAMES)
    starts["nearest_door"] = starts["as_of"] + 1
    kind = namedtuple("SettingColumns", list(starts))  # type: ignore[misc]  # noqa: PYI024 -- fields are listed above
    return kind(**starts)


SETTING = _setting_starts()


class World(NamedTuple):
    """Everything the kernels read about a problem.

    ``weights`` and ``score_weights`` belong to ``people`` row by row. ``townsfolk`` rows are (site, count), in the
    order of the problem; a person's run of them begins and ends at two columns of theirs. ``nearness`` is the value of
    the part from door to door between two zones, −1 where travel time is not known.
    """

    people: Ints
    weights: Longs
    score_weights: Longs
    posts: Ints
    sites: Ints
    family_affinity: Ints
    occupation_affinity: Ints
    nearness: Ints
    townsfolk: Ints
    settings: Longs


def make_world(problem: MatchingProblem, params: MatchingParams) -> World:
    """Lay out a problem."""
    posts, sites = pack_posts(problem, problem.vacancies), pack_sites(problem.sites)
    sites[:, SITE.openings], sites[:, SITE.city_openings] = problem.site_openings, problem.city_openings
    townsfolk = np.stack([problem.townsfolk.site, problem.townsfolk.count], axis=1)
    weights, score_weights = labourer_weights(problem.labourers, params)
    return World(
        _pack_people(problem, params),
        weights,
        score_weights,
        posts,
        sites,
        problem.trades.family_affinity,
        problem.trades.occupation_affinity,
        nearness(problem.travel_minutes, params),
        np.ascontiguousarray(townsfolk),
        _settings(problem, params),
    )


def _pack_people(problem: MatchingProblem, params: MatchingParams) -> Ints:
    people = problem.labourers
    first, last = _runs(problem.townsfolk.township, people.home_township)
    extra = {
        "skilled": is_skilled_trade(people, params),
        "townsfolk_first": first,
        "townsfolk_last": last,
        "wish_slots": _slots_used(people.wish_kind != PlaceKind.NONE),
        "excluded_slots": _slots_used(people.excluded_kind != PlaceKind.NONE),
        "return_slots": _slots_used(people.return_place != NO_CODE),
        "skill_slots": _slots_used((people.skill_trade >= 0) | (people.skill_occupation >= 0)),
    }
    return _packed(people, PERSON.width, tuple(values.astype(np.int32) for values in extra.values()))


def _runs(ordered: Ints, wanted: Ints) -> tuple[Longs, Longs]:
    """Return where the run of each wanted value begins and ends among ordered ones."""
    values, starts = np.unique(ordered, return_index=True)
    starts, at = np.append(starts, len(ordered)), np.searchsorted(values, wanted)
    there = np.append(values, UNKNOWN)[at] == wanted
    return starts[at], starts[at + there]


def _slots_used(used: NDArray[np.bool_]) -> Longs:
    """Return for each row how many slots reach up to the last used one."""
    slots = np.zeros(len(used), dtype=np.int64)
    for at, column in enumerate(used.T, start=1):
        slots[column] = at
    return slots


def pack_sites(sites: Sites) -> Ints:
    """Lay out sites without their openings."""
    nothing = np.zeros(len(sites), dtype=np.int32)
    return _packed(sites, SITE.width, (nothing,) * len(SITE_EXTRA))


def pack_posts(problem: MatchingProblem, vacancies: Vacancies) -> Ints:
    """Lay out vacancies of a problem, each with the medians of its trade."""
    trade, trades = vacancies.trade, problem.trades
    extra = []
    for medians in (trades.median_net_month, trades.median_net_hour):
        of_trade = np.where(trade >= 0, medians[trade], -1)
        extra.append(np.where(of_trade >= 0, of_trade, medians[-1]).astype(np.int32))
    return _packed(vacancies, POST.width, tuple(extra))


def _packed(table: Table, width: int, extra: tuple[NDArray[Any], ...]) -> Ints:
    """Lay out a table, and further columns after its own; some rows at a time, which then stay near the processor."""
    packed, room = np.empty((len(table), width), dtype=np.int32), np.empty((width, ROWS_AT_A_TIME), dtype=np.int32)
    columns = [(_columns(getattr(table, name)), spec.blank, _span(spec)) for name, spec in table.columns().items()]
    columns += [(_columns(values), 0, 1) for values in extra]
    for start in range(0, len(table), ROWS_AT_A_TIME):
        rows, at = slice(start, min(start + ROWS_AT_A_TIME, len(table))), 0
        some = room[:, : rows.stop - start]
        for values, blank, span in columns:
            some[at : at + len(values)], some[at + len(values) : at + span] = values[:, rows], blank
            at += span
        assert at == width
        packed[rows] = some.T
    return packed


def _columns(values: NDArray[Any]) -> NDArray[Any]:
    """Return the columns of a field of 32 or 64 bits, shape (columns, rows)."""
    halves = values.view("<i4").reshape(len(values), 2) if values.dtype == np.int64 else values
    return np.atleast_2d(halves.T)


def nearness(minutes: NDArray[np.number[Any]], params: MatchingParams) -> Ints:
    """Return the value of the part from door to door for each travel time, −1 where that is not known."""
    left = np.clip(params.minutes_zero - minutes.astype(np.int64), 0, params.minutes_span)
    return np.where(minutes < 0, -1, left * ONE // params.minutes_span).astype(np.int32)


def _settings(problem: MatchingProblem, params: MatchingParams) -> Longs:
    values = [getattr(params, name) for name in SETTING_NAMES]
    for name in RANK_NAMES:
        values.extend(getattr(params, name))
    return np.array([*values, problem.as_of, nearness(np.zeros(1), params)[0]], dtype=np.int64)
