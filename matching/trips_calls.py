"""A vehicle's calls: where it stops in turn, who gets on and off, and between which times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.trips_params import DAY, TripParams
from matching.trips_problem import LAST_MINUTE, TripProblem
from matching.trips_result import Run
from matching.trips_units import Unit


@dataclass(frozen=True)
class Call:
    """One stop to be made: rows of who gets on and off, the times between which it may begin, when not to leave yet."""

    place: int
    boards: tuple[int, ...] = ()
    alights: tuple[int, ...] = ()
    opens: int = 0
    closes: int = LAST_MINUTE
    hub: bool = False
    leaves: int = 0


Calls = tuple[Call, ...]


def calls_of(problem: TripProblem, params: TripParams, units: Iterable[Unit], drops: Sequence[int]) -> Calls:
    """Calls of a coach that takes these units in turn and then serves the sites in this order."""
    chosen = list(units)
    boards: dict[tuple[int, bool], list[int]] = {}
    for unit in chosen:
        for visit in unit.visits:
            boards.setdefault((visit.place, visit.hub), []).extend(visit.rows)
    rows = [row for unit in chosen for row in unit.rows]
    calls = [_boarding(problem, params, place, hub, tuple(at)) for (place, hub), at in boards.items()]
    off: dict[int, list[int]] = {int(problem.gates.place[site]): [] for site in drops}
    for row in rows:
        off[problem.place_of_site[row]].append(row)
    calls += [_alighting(problem, place, tuple(leaving)) for place, leaving in off.items() if leaving]
    return tuple(calls)


def feeder_calls(problem: TripProblem, params: TripParams, units: Iterable[Unit], deadline: int) -> Calls:
    """Calls of a feeder that takes these units in turn to the hub by the deadline."""
    boards: dict[int, list[int]] = {}
    for unit in units:
        for visit in unit.visits:
            boards.setdefault(visit.place, []).extend(visit.rows)
    calls = [_boarding(problem, params, place, False, tuple(at)) for place, at in boards.items()]
    rows = tuple(row for at in boards.values() for row in at)
    return (*calls, Call(problem.hub, alights=rows, closes=deadline, hub=True))


def calls_again(problem: TripProblem, params: TripParams, run: Run, fed: frozenset[int]) -> Calls:
    """The calls of a planned run, in rows of the problem; ``fed`` come by feeder, so the hub is not left sooner."""
    calls = []
    for stop in run.stops:
        if stop.boards:
            hub = not run.local and all(row in fed for row in stop.boards)
            call = _boarding(problem, params, stop.place, hub, stop.boards)
            calls.append(replace(call, leaves=stop.leaves) if hub else call)
        elif run.local:
            calls.append(Call(stop.place, alights=stop.alights, closes=stop.arrives, hub=True))
        else:
            calls.append(_alighting(problem, stop.place, stop.alights))
    return tuple(calls)


def without(problem: TripProblem, params: TripParams, calls: Calls, rows: Iterable[int]) -> Calls:
    """The calls without these travellers; a call nobody is left at falls away."""
    gone = set(rows)
    kept = []
    for call in calls:
        boards = tuple(row for row in call.boards if row not in gone)
        alights = tuple(row for row in call.alights if row not in gone)
        if boards and len(boards) < len(call.boards):
            kept.append(replace(_boarding(problem, params, call.place, call.hub, boards), leaves=call.leaves))
        elif boards or alights:
            kept.append(replace(call, boards=boards, alights=alights))
    return tuple(kept)


def with_unit(problem: TripProblem, params: TripParams, calls: Calls, unit: Unit, yard: int) -> list[tuple[int, Calls]]:
    """Every way of taking a unit along without another order of what is called at, as (metres more, calls).

    People get on at a call that is made already, else each place where it lengthens the way least is one way; sites
    likewise. Least way first.
    """
    found = calls
    for visit in unit.visits:
        found = _boarded(problem, params, found, visit.place, visit.hub, visit.rows, yard)
    ways = [found]
    for site in sorted(unit.sites):
        rows = tuple(row for row in unit.rows if problem.travellers.site[row] == site)
        ways = [way for before in ways for way in _alighted(problem, before, int(problem.gates.place[site]), rows)]
    before = length(problem, calls, yard)
    costed = [(metres - before, at, way) for at, way in enumerate(ways) if (metres := length(problem, way, yard)) >= 0]
    return [(more, way) for more, _, way in sorted(costed, key=lambda one: one[:2])]


def _boarded(
    problem: TripProblem, params: TripParams, calls: Calls, place: int, hub: bool, rows: tuple[int, ...], yard: int
) -> Calls:
    for at, call in enumerate(calls):
        if call.boards and call.place == place and call.hub == hub:
            merged = _boarding(problem, params, place, hub, call.boards + rows)
            return (*calls[:at], replace(merged, leaves=call.leaves), *calls[at + 1 :])
    new = _boarding(problem, params, place, hub, rows)
    last = sum(1 for call in calls if call.boards)
    ways = [(*calls[:at], new, *calls[at:]) for at in range(last + 1)]
    return min(ways, key=lambda way: _sort_length(length(problem, way, yard)))


def _alighted(problem: TripProblem, calls: Calls, place: int, rows: tuple[int, ...]) -> list[Calls]:
    for at, call in enumerate(calls):
        if call.alights and call.place == place:
            merged = _alighting(problem, place, call.alights + rows)
            return [(*calls[:at], merged, *calls[at + 1 :])]
    new = _alighting(problem, place, rows)
    first = sum(1 for call in calls if call.boards)
    return [(*calls[:at], new, *calls[at:]) for at in range(first, len(calls) + 1)]


def _sort_length(metres: int) -> int:
    return metres if metres >= 0 else 2**62


def length(problem: TripProblem, calls: Calls, yard: int) -> int:
    """Metres from the yard along the calls, −1 where there is no way."""
    return problem.way(yard, *(call.place for call in calls))[0]


def _boarding(problem: TripProblem, params: TripParams, place: int, hub: bool, rows: tuple[int, ...]) -> Call:
    points, point = problem.points, problem.travellers.point[list(rows)]
    opens = int(points.earliest[point].max())
    if hub:  # a feeder sets out when its people may be picked up, and its way takes time
        return Call(place, boards=rows, opens=opens + params.feeder_tour + params.transfer, hub=True)
    return Call(place, boards=rows, opens=opens, closes=int(points.latest[point].min()))


def _alighting(problem: TripProblem, place: int, rows: tuple[int, ...]) -> Call:
    gates = problem.gates
    sites = np.unique(problem.travellers.site[list(rows)])
    opens, closes = int(gates.opens[sites].max()), int(gates.closes[sites].min())
    return Call(place, alights=rows, opens=opens, closes=closes)


def fed_by(params: TripParams, leaves: int) -> int:
    """The first time from ``leaves`` on at which a coach may leave the hub: feeders do not drive at standstill."""
    day = (leaves - params.transfer) % DAY
    ready = params.still_until + params.feeder_tour
    return leaves + ready - day if params.still_from < day < ready else leaves
