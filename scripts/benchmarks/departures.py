"""Departures that look like a county's, and the plan an experienced clerk makes by hand: nearest village first.

The county is invented: some 60 by 60 km of hills, its seat in the middle, six plants in three regions 850 to 1,000 km
away by road. Prices and speeds are assumptions: what matters is that both plans are charged the same.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from matching.trips_calls import calls_of, feeder_calls
from matching.trips_params import TripParams
from matching.trips_problem import Gates, Points, Travellers, TripProblem, VehicleTypes
from matching.trips_times import Trial, as_run, best_time
from matching.trips_units import Unit, Visit

DAY, HOUR = 1_440, 60
SITES_KM = ((690, 210), (720, 225), (735, 190), (560, -310), (585, -340), (-90, -760))
"""East, north of the county's seat: three plants in one delta, two in another, one far in the south."""
DETOUR_HILLS, DETOUR_PLAIN = 1.5, 1.3
LOCAL_KMH, LINE_KMH, LOCAL_KM = 38, 78, 60


def county_day(people: int, villages: int, seed: int) -> TripProblem:
    """Draw a day: so many people in so many villages for six sites, a third of them in groups of two to five."""
    draw = np.random.default_rng(seed)
    at = np.vstack([[0.0, 0.0], draw.uniform(-30, 30, (villages, 2)), SITES_KM])
    metres, minutes = _ways(at)
    weight = draw.pareto(1.5, villages) + 0.4
    point = draw.choice(villages, people, p=weight / weight.sum())
    favourite = draw.integers(0, 6, villages)
    site = np.where(draw.random(people) < 0.4, favourite[point], draw.integers(0, 6, people))
    group = _groups(draw, point, site)
    return TripProblem(
        travellers=Travellers.of(
            people,
            uid=draw.permutation(people * 3)[:people],
            point=point,
            site=site,
            group=group,
            own_fen=(metres[0, villages + 1 + site] * 36 // 1_000) + 4_000,
        ),
        points=Points.of(
            villages,
            place=np.arange(1, villages + 1),
            coach_access=(draw.random(villages) < 0.8).astype(int),
            earliest=np.full(villages, 5 * HOUR),
            latest=np.full(villages, 22 * HOUR),
        ),
        gates=Gates.of(
            6, place=villages + 1 + np.arange(6), opens=np.full(6, DAY + 7 * HOUR), closes=np.full(6, DAY + 18 * HOUR)
        ),
        vehicles=fleet(),
        metres=metres,
        minutes=minutes,
        hub=0,
    )


def fleet() -> VehicleTypes:
    """Coaches of 53, 37 and 19 seats and feeders of 19, all at the county's seat."""
    return VehicleTypes.of(
        4,
        seats=[53, 37, 19, 19],
        available=[30, 30, 30, 30],
        fixed_fen=[90_000, 70_000, 50_000, 12_000],
        km_fen=[640, 520, 350, 300],
        driver_fen=[50_000, 50_000, 50_000, 18_000],
        drivers=[3, 3, 3, 1],
        local=[0, 0, 0, 1],
        yard=[0, 0, 0, 0],
    )


def _ways(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Straight lines times a detour: hills for the first kilometres, motorways beyond."""
    apart = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    local = np.minimum(apart, LOCAL_KM) * DETOUR_HILLS
    line = np.maximum(apart - LOCAL_KM, 0) * DETOUR_PLAIN
    minutes = np.ceil(local / LOCAL_KMH * 60 + line / LINE_KMH * 60)
    near = apart <= LOCAL_KM
    minutes = np.where(near, minutes, np.ceil((local + line) / (LINE_KMH - 6) * 60))
    return np.rint((local + line) * 1_000).astype(np.int64), minutes.astype(np.int64)


def _groups(draw: np.random.Generator, point: np.ndarray, site: np.ndarray) -> np.ndarray:
    group = np.full(len(point), -1)
    number = 0
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, (one, other) in enumerate(zip(point, site, strict=True)):
        cells[int(one), int(other)].append(row)
    for rows in cells.values():
        while len(rows) >= 2 and draw.random() < 0.45:
            size = min(len(rows), int(draw.integers(2, 6)))
            for _ in range(size):
                group[rows.pop()] = number
            number += 1
    return group


@dataclass
class Handmade:
    """What the plan by hand comes to; ``parted`` counts people no vehicle could take lawfully."""

    fen: int = 0
    vehicles: int = 0
    empty: int = 0
    parted: int = 0
    riders: set[int] = field(default_factory=set)


def nearest_first(problem: TripProblem, params: TripParams) -> Handmade:
    """Plan by hand: site by site, from the seat to the nearest village left, then the next, until the coach is full.

    Groups stay whole. The largest coach is sent while it can be filled, the smallest that holds the rest at the end.
    Villages no coach gets to are fetched to the seat by feeders in the same manner. Times and drivers come from the
    planner's own clock, so both plans drive under the same rules and prices.
    """
    made = Handmade()
    parties = _parties(problem)
    for site in range(len(problem.gates)):
        left = [unit for unit in parties if unit.sites == {site}]
        while left:
            kind = _coach_for(problem, sum(unit.size for unit in left))
            load = _filled(problem, left, kind)
            _send(problem, params, made, kind, load, site)
            left = [unit for unit in left if unit not in load]
    _send_feeders(problem, params, made, [unit for unit in parties if unit.visits[0].hub])
    return made


def _parties(problem: TripProblem) -> list[Unit]:
    people, points = problem.travellers, problem.points
    parties: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row in range(len(people)):
        group = int(people.group[row])
        parties[(0, group) if group >= 0 else (1, row)].append(row)
    units = []
    for rows in parties.values():
        point = int(people.point[rows[0]])
        hub = not points.coach_access[point]
        place = problem.hub if hub else int(points.place[point])
        units.append(Unit((Visit(place, tuple(rows), hub),), frozenset({int(people.site[rows[0]])}), 0))
    return units


def _coach_for(problem: TripProblem, heads: int) -> int:
    coaches = [kind for kind in range(len(problem.vehicles)) if not problem.vehicles.local[kind]]
    fits = [kind for kind in coaches if problem.vehicles.seats[kind] >= heads]
    by_seats = lambda kind: int(problem.vehicles.seats[kind])  # noqa: E731
    return min(fits, key=by_seats) if fits else max(coaches, key=by_seats)


def _filled(problem: TripProblem, left: list[Unit], kind: int) -> list[Unit]:
    place, room, load, rest = int(problem.vehicles.yard[kind]), int(problem.vehicles.seats[kind]), [], list(left)
    while fits := [unit for unit in rest if unit.size <= room]:
        near = place
        unit = min(fits, key=lambda unit: (int(problem.metres[near, unit.visits[0].place]), -unit.size, unit.rows))
        load.append(unit)
        rest.remove(unit)
        place, room = unit.visits[0].place, room - unit.size
    return load


def _send(problem: TripProblem, params: TripParams, made: Handmade, kind: int, load: list[Unit], site: int) -> None:
    calls = calls_of(problem, params, load, [site])
    trial = best_time(problem, params, kind, calls)
    if isinstance(trial, Trial):
        made.fen += as_run(problem, kind, calls, trial, 0).fen
        made.vehicles += 1
        made.empty += int(problem.vehicles.seats[kind]) - sum(unit.size for unit in load)
        made.riders |= {row for unit in load for row in unit.rows}
    elif len(load) > 1:  # too far a round: half of it each
        for part in (load[: len(load) // 2], load[len(load) // 2 :]):
            _send(problem, params, made, kind, part, site)
    else:
        made.parted += load[0].size


def _send_feeders(problem: TripProblem, params: TripParams, made: Handmade, hub: list[Unit]) -> None:
    people, points = problem.travellers, problem.points
    kind = next(kind for kind in range(len(problem.vehicles)) if problem.vehicles.local[kind])
    left = [Unit((Visit(int(points.place[people.point[unit.rows[0]]]), unit.rows),), unit.sites, 0) for unit in hub]
    deadline = 20 * HOUR
    while left:
        load = _filled(problem, left, kind)
        calls = feeder_calls(problem, params, load, deadline)
        while not isinstance(trial := best_time(problem, params, kind, calls, before=deadline), Trial):
            load = load[: len(load) // 2]
            calls = feeder_calls(problem, params, load, deadline)
        made.fen += as_run(problem, kind, calls, trial, 0).fen
        made.vehicles += 1
        made.empty += int(problem.vehicles.seats[kind]) - sum(unit.size for unit in load)
        left = [unit for unit in left if unit not in load]
