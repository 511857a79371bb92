"""The tables of a problem as plain matrices for the kernels: one row of 64-bit integers per person, post or site.

``PERSON``, ``POST`` and ``SITE`` say in which column a field begins; a field of several values takes as many columns
as it may have at most. ``World`` is everything a kernel reads.
"""

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.codes import NO_CODE, PlaceKind
from matching.columns import Ints, Longs, Table
from matching.params import ONE, MatchingParams
from matching.problem import MatchingProblem
from matching.scoring import labourer_weights
from matching.skills import is_skilled_trade
from matching.tables import Labourers, Sites, Vacancies

PERSON_EXTRA = (
    "skilled", "townsfolk_first", "townsfolk_last", "wish_slots", "excluded_slots", "return_slots", "skill_slots",
)  # fmt: skip
POST_EXTRA = ("median_net_month", "median_net_hour")
SITE_EXTRA = ("openings", "city_openings")


def _starts(table: type[Table], extra: tuple[str, ...]) -> Any:
    """Return a tuple, named by the table's columns, of the column in which each begins, ``width`` last."""
    starts, at = {}, 0
    for name, spec in table.columns().items():
        starts[name] = at
        at += max(spec.width, 1)
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
    """Everything the kernels read about a problem; ``people`` may be a run of rows, the rest is whole.

    ``weights`` and ``score_weights`` belong to ``people`` row by row. ``townsfolk`` rows are (site, count), in the
    order of the problem; a person's run of them begins and ends at two columns of theirs. ``nearness`` is the value of
    the part from door to door between two zones, −1 where travel time is not known.
    """

    people: Longs
    weights: Longs
    score_weights: Longs
    posts: Longs
    sites: Longs
    family_affinity: Ints
    occupation_affinity: Ints
    nearness: Ints
    townsfolk: Ints
    settings: Longs


def make_world(problem: MatchingProblem, params: MatchingParams, people: Longs | None = None) -> World:
    """Lay out a problem, with all labourers or the given rows of them."""
    rows = np.arange(len(problem.labourers)) if people is None else people
    empty = np.zeros((0, 0), dtype=np.int64)
    posts, sites = pack_posts(problem, problem.vacancies), pack_sites(problem.sites)
    sites[:, SITE.openings], sites[:, SITE.city_openings] = problem.site_openings, problem.city_openings
    townsfolk = np.stack([problem.townsfolk.site, problem.townsfolk.count], axis=1)
    trades = problem.trades
    world = World(
        empty, empty, empty, posts, sites, trades.family_affinity, trades.occupation_affinity,
        nearness(problem.travel_minutes, params),
        np.ascontiguousarray(townsfolk), _settings(problem, params),
    )  # fmt: skip
    return with_people(world, problem, params, rows)


def with_people(world: World, problem: MatchingProblem, params: MatchingParams, rows: Longs) -> World:
    """Return the same world with the given labourers, in the given order."""
    chosen = problem.labourers.take(rows)
    people = _packed(chosen, PERSON.width, PERSON_EXTRA)
    people[:, PERSON.skilled] = is_skilled_trade(chosen, params)
    people[:, PERSON.townsfolk_first] = np.searchsorted(problem.townsfolk.township, chosen.home_township, "left")
    people[:, PERSON.townsfolk_last] = np.searchsorted(problem.townsfolk.township, chosen.home_township, "right")
    people[:, PERSON.wish_slots] = _slots_used(chosen.wish_kind != PlaceKind.NONE)
    people[:, PERSON.skill_slots] = _slots_used((chosen.skill_trade >= 0) | (chosen.skill_occupation >= 0))
    people[:, PERSON.excluded_slots] = _slots_used(chosen.excluded_kind != PlaceKind.NONE)
    people[:, PERSON.return_slots] = _slots_used(chosen.return_place != NO_CODE)
    weights, score_weights = labourer_weights(chosen, params)
    return world._replace(people=people, weights=weights, score_weights=score_weights)


def _slots_used(used: NDArray[np.bool_]) -> Longs:
    """Return for each row how many slots reach up to the last used one."""
    slots: Longs = np.where(used, np.arange(1, used.shape[1] + 1), 0).max(axis=1).astype(np.int64)
    return slots


def pack_sites(sites: Sites) -> Longs:
    """Lay out sites without their openings."""
    return _packed(sites, SITE.width, SITE_EXTRA)


def pack_posts(problem: MatchingProblem, vacancies: Vacancies) -> Longs:
    """Lay out vacancies of a problem, each with the medians of its trade."""
    posts = _packed(vacancies, POST.width, POST_EXTRA)
    trade, trades = vacancies.trade, problem.trades
    for name, medians in (("median_net_month", trades.median_net_month), ("median_net_hour", trades.median_net_hour)):
        of_trade = np.where(trade >= 0, medians[trade], -1)
        posts[:, getattr(POST, name)] = np.where(of_trade >= 0, of_trade, medians[-1])
    return posts


def _packed(table: Table, width: int, extra: tuple[str, ...]) -> Longs:
    packed = np.zeros((len(table), width), dtype=np.int64)
    at = 0
    for name, spec in table.columns().items():
        values = getattr(table, name) if spec.width else getattr(table, name)[:, None]
        span = max(spec.width, 1)
        packed[:, at : at + span] = spec.blank
        packed[:, at : at + values.shape[1]] = values
        at += span
    assert at + len(extra) == width
    return packed


def nearness(minutes: NDArray[np.number[Any]], params: MatchingParams) -> Ints:
    """Return the value of the part from door to door for each travel time, −1 where that is not known."""
    left = np.clip(params.minutes_zero - minutes.astype(np.int64), 0, params.minutes_span)
    return np.where(minutes < 0, -1, left * ONE // params.minutes_span).astype(np.int32)


def _settings(problem: MatchingProblem, params: MatchingParams) -> Longs:
    values = [getattr(params, name) for name in SETTING_NAMES]
    for name in RANK_NAMES:
        values.extend(getattr(params, name))
    return np.array([*values, problem.as_of, nearness(np.zeros(1), params)[0]], dtype=np.int64)
