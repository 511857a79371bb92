"""Coaches for a day's people: what could be sent, who goes in which, when each leaves, and who stays, for what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.codes import UNKNOWN
from matching.trips_calls import Call, Calls, calls_of, length, with_unit
from matching.trips_packing import divided
from matching.trips_params import TripParams
from matching.trips_problem import TripProblem
from matching.trips_result import Limit
from matching.trips_routing import Draft, Offer
from matching.trips_times import Trial, best_time, seats_left
from matching.trips_units import Unit, drop_orders

SLACK = 30
"""Minutes of a crew's driving kept free, as breaks do not divide it without loss."""

MOST_TRIED = 6
"""So many of the least lengthening ways to take a unit along are driven through."""


@dataclass
class Load:
    """A coach with its people, timed."""

    kind: int
    units: list[Unit]
    calls: Calls
    trial: Trial


@dataclass
class Loading:
    """All coaches, and the limit of each traveller that no coach takes."""

    loads: list[Load]
    refused: dict[int, Limit]


def load_coaches(
    problem: TripProblem,
    params: TripParams,
    units: Sequence[Unit],
    available: Mapping[int, int],
    *,
    seed: int,
    iterations: int,
) -> Loading:
    """Send coaches for these units.

    Parameters
    ----------
    problem, params
        The day, and its rules and weights.
    units
        Who is to be taken.
    available
        Row of ``VehicleTypes`` → how many of it may still be used.
    seed, iterations
        Of the search.

    Returns: lawful, timed coaches within their seats and numbers, and why the others stay.
    """
    offers = coach_offers(problem, params, list(units), available)
    able = [
        unit for unit in units if _accessible(problem, unit) and any(offer.takes(problem, unit) for offer in offers)
    ]
    loads, left = _sent(problem, params, able, offers, available, seed, iterations)
    left = [unit for unit in left if not taken_along(problem, params, loads, unit)]
    if left:
        rest = rest_of(available, Counter(load.kind for load in loads))
        more, left = _sent(problem, params, left, offers, rest, seed, max(1, iterations // 4))
        loads += more
    missing = [unit for unit in units if id(unit) not in {id(one) for one in able}] + left
    rest = rest_of(available, Counter(load.kind for load in loads))
    refused = {row: limit for unit in missing for limit in [why_not(problem, params, unit, rest)] for row in unit.rows}
    return Loading(loads, refused)


def rest_of(available: Mapping[int, int], used: Mapping[int, int]) -> dict[int, int]:
    """How many of each type are left."""
    return {kind: count - used.get(kind, 0) for kind, count in available.items()}


def coach_offers(
    problem: TripProblem, params: TripParams, units: list[Unit], available: Mapping[int, int]
) -> list[Offer]:
    """Coaches by type, order of sites and crew that could lawfully go from the centre."""
    kinds, offers = problem.vehicles, []
    probes: dict[tuple[int, int, int, tuple[int, ...]], Trial | Limit] = {}
    for drops in drop_orders(problem, params, units):
        ends = tuple(int(problem.gates.place[site]) for site in drops)
        for kind, count in available.items():
            if kinds.local[kind] or count < 1:
                continue
            yard, most = int(kinds.yard[kind]), int(kinds.drivers[kind])
            key = (yard, int(kinds.relay[kind]), most, drops)
            if key not in probes:
                probes[key] = best_time(problem, params, kind, _probe(problem, drops))
            probe = probes[key]
            if isinstance(probe, Limit):
                continue
            line = problem.way(yard, problem.centre, *ends)[1]
            for drivers in range(probe.drivers, most + 1):
                room = max(line, drivers * params.driver_limit - SLACK)
                fixed = int(kinds.fixed_fen[kind]) + drivers * int(kinds.driver_fen[kind])
                fixed += params.empty_fen * int(kinds.seats[kind])
                offers.append(Offer(kind, ends, drops, count, fixed, min(room, line + params.coach_tour)))
                if room >= line + params.coach_tour:
                    break
    return offers


def _probe(problem: TripProblem, drops: tuple[int, ...]) -> Calls:
    gates = problem.gates
    ends = [Call(int(gates.place[site]), (), (), int(gates.opens[site]), int(gates.closes[site])) for site in drops]
    return (Call(problem.centre), *ends)


def _accessible(problem: TripProblem, unit: Unit) -> bool:
    point = problem.travellers.point
    return all(visit.hub or all(problem.points.coach_access[point[row]] for row in visit.rows) for visit in unit.visits)


def _sent(
    problem: TripProblem,
    params: TripParams,
    units: list[Unit],
    offers: list[Offer],
    available: Mapping[int, int],
    seed: int,
    iterations: int,
) -> tuple[list[Load], list[Unit]]:
    offers = [offer for offer in offers if available[offer.kind] > 0]
    if not units or not offers:
        return [], units
    drafts, left = divided(problem, units, offers, available, seed=seed, iterations=iterations)
    loads: list[Load] = []
    for draft in drafts:
        load, out = _timed(problem, params, draft)
        left = left + out
        if load is not None:
            loads.append(load)
    return loads, left


def _timed(problem: TripProblem, params: TripParams, draft: Draft) -> tuple[Load | None, list[Unit]]:
    """The draft with its time; units that keep it from being lawful are left out one by one."""
    kind, drops, units = draft.offer.kind, draft.offer.drops, list(draft.units)
    out: list[Unit] = []
    yard = int(problem.vehicles.yard[kind])
    while units:
        calls = calls_of(problem, params, units, drops)
        trial = best_time(problem, params, kind, calls)
        if isinstance(trial, Trial) and seats_left(problem, kind, calls) >= 0:
            return Load(kind, units, calls, trial), out
        shorter = [length(problem, calls_of(problem, params, _but(units, at), drops), yard) for at in range(len(units))]
        out.append(units.pop(shorter.index(min(shorter))))
    return None, out


def _but(units: list[Unit], at: int) -> list[Unit]:
    return units[:at] + units[at + 1 :]


def taken_along(problem: TripProblem, params: TripParams, loads: list[Load], unit: Unit) -> bool:
    """Put the unit into the coach it lengthens least, if one may take it; others' order and seats stay."""
    ways = []
    for at, load in enumerate(loads):
        if may_ride(problem, load.kind, load.calls, unit):
            yard = int(problem.vehicles.yard[load.kind])
            km = int(problem.vehicles.km_fen[load.kind])
            for more, calls in with_unit(problem, params, load.calls, unit, yard):
                if _sites(calls) <= max(params.drops, _sites(load.calls)):
                    ways.append((more * km, at, calls))
    for _, at, calls in sorted(ways, key=lambda way: way[:2])[:MOST_TRIED]:
        trial = best_time(problem, params, loads[at].kind, calls)
        if isinstance(trial, Trial):
            loads[at] = Load(loads[at].kind, [*loads[at].units, unit], calls, trial)
            return True
    return False


def _sites(calls: Calls) -> int:
    return sum(1 for call in calls if call.alights)


def may_ride(problem: TripProblem, kind: int, calls: Calls, unit: Unit) -> bool:
    """Whether a coach with these calls has the seats, what the unit needs, and gets to where it is."""
    offers = int(problem.vehicles.offers[kind])
    seats = seats_left(problem, kind, calls) >= unit.size
    return seats and unit.needs & ~offers == 0 and _accessible(problem, unit)


def why_not(problem: TripProblem, params: TripParams, unit: Unit, rest: Mapping[int, int]) -> Limit:
    """The limit that keeps a unit from being taken by the vehicles that are left."""
    kinds = problem.vehicles
    if not _accessible(problem, unit):
        return Limit.NO_ACCESS
    coaches = [kind for kind in rest if not kinds.local[kind]]
    able = [kind for kind in coaches if unit.needs & ~int(kinds.offers[kind]) == 0]
    if coaches and not able:
        return Limit.NEEDS
    large = [kind for kind in able if kinds.seats[kind] >= unit.size]
    if able and not large:
        return Limit.GROUP_SEATS
    found = [_alone(problem, params, kind, unit) for kind in large]
    return max(found, default=Limit.VEHICLES)


def _alone(problem: TripProblem, params: TripParams, kind: int, unit: Unit) -> Limit:
    order = sorted(unit.sites, key=lambda site: problem.way(problem.centre, int(problem.gates.place[site])))
    calls = calls_of(problem, params, [unit], order)
    if length(problem, calls, int(problem.vehicles.yard[kind])) == UNKNOWN:
        return Limit.NO_WAY
    trial = best_time(problem, params, kind, calls)
    return trial if isinstance(trial, Limit) else Limit.VEHICLES
