"""A day's departures on one page: people and vehicles in, a plan out; and a plan made again with some coaches kept."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from matching.codes import UNKNOWN
from matching.trips_calls import calls_again, without
from matching.trips_feeders import feed
from matching.trips_fleet import Load, load_coaches, rest_of
from matching.trips_params import TripParams
from matching.trips_problem import LAST_MINUTE, TripProblem
from matching.trips_result import Limit, Run, TripPlan
from matching.trips_sheet import Vehicle, plan_of
from matching.trips_times import Trial, best_time
from matching.trips_units import make_units

SMALL = 8
"""Points with at most so many people are small."""


def plan_trips(
    problem: TripProblem,
    params: TripParams,
    *,
    seed: int,
    kept: TripPlan | None = None,
    locked: frozenset[int] = frozenset(),
) -> TripPlan:
    """Plan the departures of a day.

    Parameters
    ----------
    problem
        People, points, sites, vehicles, ways.
    params
        Rules, weights, length of the search.
    seed
        Of the search, in [0, 2**32). Equal problem, parameters and seed give an equal plan.
    kept, locked
        An earlier plan and the numbers of its coaches that stay as they are: people, seats and times. Nobody is added
        to them; who is no longer a traveller leaves.

    Returns: a plan in which no seat is sold twice, no group parted, no rule of driving and resting broken; people who
    cannot be taken so have no seat and the limit that binds. The most people are placed first, then cost and burdens
    weigh least among the ways of using feeders that were planned.

    Raises: KeyError, a locked number is not a coach of the kept plan.
    """
    coaches, feeders = kept_vehicles(problem, params, kept, locked)
    plans: dict[str, TripPlan] = {}
    for name, fed in ways_of_feeding(problem, params)[: params.restarts]:
        plans[name] = _planned(problem, params, fed, seed, coaches, feeders)
    best = min(plans, key=lambda name: (plans[name].figures.unplaced, plans[name].figures.objective))
    others = tuple((name, plan.figures) for name, plan in plans.items())
    return replace(plans[best], others=others)


def ways_of_feeding(problem: TripProblem, params: TripParams) -> list[tuple[str, frozenset[int]]]:
    """Points from which feeders take people to the hub: where no coach gets to; small ones also; all."""
    kinds, points = problem.vehicles, problem.points
    feeders = any(kinds.local[kind] and kinds.available[kind] for kind in range(len(kinds)))
    if problem.hub == UNKNOWN or not feeders:
        return [("coaches", frozenset())]
    heads = np.bincount(problem.travellers.point, minlength=len(points))
    elsewhere = {point for point in range(len(points)) if points.place[point] != problem.hub and heads[point]}
    least = frozenset(point for point in elsewhere if not points.coach_access[point])
    near = {point for point in elsewhere if _round(problem, int(points.place[point])) <= params.feeder_tour}
    small = least | {point for point in near if heads[point] <= SMALL}
    named = [("least", least), ("small", small), ("all", least | near)]
    return [one for at, one in enumerate(named) if one[1] not in [other for _, other in named[:at]]]


def _round(problem: TripProblem, place: int) -> int:
    """Minutes the nearest feeder drives to take people from a place to the hub."""
    kinds = problem.vehicles
    yards = {int(kinds.yard[kind]) for kind in range(len(kinds)) if kinds.local[kind] and kinds.available[kind]}
    known = [minutes for yard in yards if (minutes := problem.way(yard, place, problem.hub)[1]) >= 0]
    return min(known, default=LAST_MINUTE)


def kept_vehicles(
    problem: TripProblem, params: TripParams, kept: TripPlan | None, locked: Iterable[int]
) -> tuple[list[Vehicle], list[Vehicle]]:
    """The locked coaches of an earlier plan, and what of its feeders serves them, with their times and seats."""
    if kept is None:
        return [], []
    numbers = set(locked)
    if strange := numbers - {run.number for run in kept.runs if not run.local}:
        raise KeyError(min(strange))
    row_of = {row: problem.row_of.get(int(uid), UNKNOWN) for row, uid in enumerate(kept.uid)}
    coaches: list[Vehicle] = []
    feeders: list[Vehicle] = []
    fed = frozenset(row_of[int(row)] for row in np.flatnonzero(kept.feeder >= 0))
    for run in kept.runs:
        staying = {row for row in run.riders if int(kept.coach[row]) in numbers and row_of[row] != UNKNOWN}
        if staying and (run.local or run.number in numbers):
            seat = kept.feeder_seat if run.local else kept.seat
            seats = {row_of[row]: int(seat[row]) for row in staying}
            (feeders if run.local else coaches).append(again(problem, params, run, row_of, seats, fed))
    return coaches, feeders


def again(
    problem: TripProblem,
    params: TripParams,
    run: Run,
    row_of: Mapping[int, int],
    seats: dict[int, int],
    fed: frozenset[int],
) -> Vehicle:
    """A run with those of its people who have a seat in ``seats``, at the times it had."""
    stops = []
    for stop in run.stops:
        boards = tuple(row_of[row] for row in stop.boards if row_of[row] in seats)
        alights = tuple(row_of[row] for row in stop.alights if row_of[row] in seats)
        stops.append(replace(stop, boards=boards, alights=alights))
    full = replace(run, stops=tuple(stop for stop in stops if stop.boards or stop.alights))
    calls = calls_again(problem, params, full, fed)
    trial = Trial(run.begins, full.stops, run.spells, run.drivers, 0)
    if len(full.stops) < len(run.stops):
        timed = best_time(problem, params, run.kind, calls, before=calls[-1].closes if run.local else None)
        trial = timed if isinstance(timed, Trial) else trial
    return Vehicle(run.number, run.kind, calls, trial, seats)


def _planned(
    problem: TripProblem,
    params: TripParams,
    fed: frozenset[int],
    seed: int,
    coaches: list[Vehicle],
    feeders: list[Vehicle],
) -> TripPlan:
    seated = {row for vehicle in coaches for row in vehicle.seats}
    rows = [row for row in range(len(problem.travellers)) if row not in seated]
    kinds = {kind: int(count) for kind, count in enumerate(problem.vehicles.available)}
    available = rest_of(kinds, Counter(vehicle.kind for vehicle in [*coaches, *feeders]))
    units = make_units(problem, rows, fed)
    loading = load_coaches(problem, params, units, available, seed=seed, iterations=params.iterations)
    used = max([0, *(vehicle.number for vehicle in [*coaches, *feeders])])
    new, new_feeders, refused = with_feeders(problem, params, loading.loads, available, used, seed)
    return plan_of(problem, params, [*coaches, *new], [*feeders, *new_feeders], loading.refused | refused)


def with_feeders(
    problem: TripProblem,
    params: TripParams,
    loads: list[Load],
    available: Mapping[int, int],
    used: int,
    seed: int,
) -> tuple[list[Vehicle], list[Vehicle], dict[int, Limit]]:
    """Coaches and the feeders they need, numbered from ``used`` on; whom no feeder takes leaves the coach."""
    feeds, refused = feed(problem, params, loads, available, seed=seed, iterations=max(1, params.iterations // 2))
    numbers = iter(range(used + 1, used + 1 + len(loads) + len(feeds)))
    coaches = []
    for load in loads:
        parted = {row for unit in load.units if any(row in refused for row in unit.rows) for row in unit.rows}
        for row in parted:
            refused.setdefault(row, next(refused[other] for other in sorted(parted) if other in refused))
        calls = load.calls
        if parted:  # the feeders are timed: the hub is not left sooner
            stops = zip(calls, load.trial.stops, strict=True)
            pinned = tuple(replace(call, leaves=stop.leaves) if call.hub else call for call, stop in stops)
            calls = without(problem, params, pinned, parted)
        trial = load.trial if not parted else best_time(problem, params, load.kind, calls) if calls else Limit.NO_WAY
        if isinstance(trial, Trial):
            order = [row for unit in load.units for row in unit.rows]
            coaches.append(_seated(Vehicle(next(numbers), load.kind, calls, trial, {}), order))
    riding = {row for vehicle in coaches for row in vehicle.seats}
    feeders = []
    for one in feeds:
        calls = without(
            problem, params, one.calls, [row for call in one.calls for row in call.boards if row not in riding]
        )
        if calls:
            feeders.append(_seated(Vehicle(next(numbers), one.kind, calls, one.trial, {}), []))
    return coaches, feeders, refused


def _seated(vehicle: Vehicle, order: list[int]) -> Vehicle:
    vehicle.seat_everybody(order)
    return vehicle
