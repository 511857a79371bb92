"""Feeders: local vehicles that take people from their villages to the hub in time for their coaches."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from matching.trips_calls import Call, feeder_calls
from matching.trips_fleet import Load, rest_of
from matching.trips_packing import divided
from matching.trips_params import TripParams
from matching.trips_problem import TripProblem
from matching.trips_result import Limit
from matching.trips_routing import Draft, Offer
from matching.trips_times import Trial, best_time, seats_left
from matching.trips_units import Unit, as_unit

WAVE = 180
"""Coaches that leave the hub within so many minutes are served by the same feeders."""


@dataclass
class Feed:
    """A feeder with its calls, timed."""

    kind: int
    calls: tuple[Call, ...]
    trial: Trial


def feed(
    problem: TripProblem,
    params: TripParams,
    loads: list[Load],
    available: Mapping[int, int],
    *,
    seed: int,
    iterations: int,
) -> tuple[list[Feed], dict[int, Limit]]:
    """Send feeders for everybody who boards a coach at the hub by feeder.

    Parameters
    ----------
    problem, params
        The day, and its rules.
    loads
        Coaches, timed.
    available
        Row of ``VehicleTypes`` → how many of it may still be used; each makes one journey.
    seed, iterations
        Of the search.

    Returns: feeders that arrive in time, and the limit of each traveller none can take.
    """
    feeds: list[Feed] = []
    refused: dict[int, Limit] = {}
    for deadline, units in _waves(problem, params, loads):
        rest = rest_of(available, Counter(one.kind for one in feeds))
        offers = feeder_offers(problem, params, rest)
        able = [unit for unit in units if any(offer.takes(problem, unit) for offer in offers)]
        drafts, left = divided(problem, able, offers, rest, seed=seed, iterations=iterations) if able else ([], [])
        for draft in drafts:
            one, out = _timed(problem, params, draft, deadline)
            left = left + out
            feeds += [one] if one else []
        taken = {id(unit) for unit in able}
        for unit in [unit for unit in units if id(unit) not in taken] + left:
            refused.update(dict.fromkeys(unit.rows, _why_not(problem, params, unit, deadline)))
    return feeds, refused


def feeder_offers(problem: TripProblem, params: TripParams, rest: Mapping[int, int]) -> list[Offer]:
    """One offer for each type of feeder of which some are left."""
    kinds, offers = problem.vehicles, []
    for kind, count in rest.items():
        if kinds.local[kind] and count > 0:
            fixed = int(kinds.fixed_fen[kind]) + int(kinds.driver_fen[kind])
            fixed += params.empty_fen * int(kinds.seats[kind])
            offers.append(Offer(kind, (problem.hub,), (), count, fixed, params.feeder_tour))
    return offers


def _waves(problem: TripProblem, params: TripParams, loads: list[Load]) -> list[tuple[int, list[Unit]]]:
    """Units to be at the hub by a time, grouped by time; a unit of a coach stays a unit."""
    due: list[tuple[int, Unit]] = []
    for load in loads:
        for call, stop in zip(load.calls, load.trial.stops, strict=True):
            if not (call.hub and call.boards):
                continue
            for unit in load.units:
                rows = [row for visit in unit.visits if visit.hub for row in visit.rows]
                if rows:
                    due.append((stop.leaves - params.transfer, as_unit(problem, rows, frozenset())))
    waves: list[tuple[int, list[Unit]]] = []
    for deadline, unit in sorted(due, key=lambda one: (one[0], int(problem.travellers.uid[one[1].rows[0]]))):
        if not waves or deadline - waves[-1][0] > WAVE:
            waves.append((deadline, []))
        waves[-1][1].append(unit)
    return waves


def _timed(problem: TripProblem, params: TripParams, draft: Draft, deadline: int) -> tuple[Feed | None, list[Unit]]:
    units, kind = list(draft.units), draft.offer.kind
    out: list[Unit] = []
    while units:
        calls = feeder_calls(problem, params, units, deadline)
        trial = best_time(problem, params, kind, calls, before=deadline)
        if isinstance(trial, Trial) and seats_left(problem, kind, calls) >= 0:
            return Feed(kind, calls, trial), out
        out.append(units.pop(0))  # picked up first
    return None, out


def _why_not(problem: TripProblem, params: TripParams, unit: Unit, deadline: int) -> Limit:
    kinds = problem.vehicles
    feeders = [kind for kind in range(len(kinds)) if kinds.local[kind]]
    able = [kind for kind in feeders if unit.needs & ~int(kinds.offers[kind]) == 0]
    large = [kind for kind in able if kinds.seats[kind] >= unit.size]
    if not large:
        return Limit.NO_ACCESS if not feeders else Limit.GROUP_SEATS if able else Limit.NEEDS
    calls = feeder_calls(problem, params, [unit], deadline)
    trials = [best_time(problem, params, kind, calls, before=deadline) for kind in large]
    if all(isinstance(trial, Limit) for trial in trials):
        return max(trial for trial in trials if isinstance(trial, Limit))
    way = min(problem.way(int(kinds.yard[kind]), *(call.place for call in calls))[1] for kind in large)
    return Limit.NO_ACCESS if way > params.feeder_tour else Limit.VEHICLES
