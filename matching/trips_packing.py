"""People packed into a fleet that has hardly a seat to spare, as a start for the search of routes."""

from collections.abc import Mapping, Sequence

from matching.codes import UNKNOWN
from matching.trips_mix import likely_fleet
from matching.trips_problem import TripProblem
from matching.trips_routing import Draft, Offer, routed
from matching.trips_units import Unit, single

FAR = 2**40
FILLS = (1.0, 0.96, 0.88)
"""Parts of the seats counted on, tried in turn."""


def divided(
    problem: TripProblem,
    units: Sequence[Unit],
    offers: Sequence[Offer],
    available: Mapping[int, int],
    *,
    seed: int,
    iterations: int,
) -> tuple[list[Draft], list[Unit]]:
    """Divide units among vehicles at little cost: the likely fleet, people packed into it, then the search of routes.

    Parameters
    ----------
    problem
        The day.
    units, offers
        Who is to be taken, each by at least one offer; and what there is.
    available
        Row of ``VehicleTypes`` → how many of it, over all its offers.
    seed, iterations
        Of the search.

    Returns: drafts, seldom overfull, and the units left out. A fleet with more room is taken where people cannot be
    packed into the one that would do for their number.
    """
    drafts: list[Draft] = []
    left = list(units)
    likely: list[Offer] = []
    for fill in FILLS:
        likely = likely_fleet(problem, units, offers, available, fill=fill)
        drafts, left = packed(problem, units, likely)
        if not left:
            break
    inside = [unit for draft in drafts for unit in draft.units]
    if not inside:
        return [], left
    found, out = routed(problem, inside, likely, seed=seed, iterations=iterations, start=drafts)
    return found, left + out


def packed(problem: TripProblem, units: Sequence[Unit], offers: Sequence[Offer]) -> tuple[list[Draft], list[Unit]]:
    """Put units into vehicles, never more than there are seats.

    Large units first, of these the farthest from the centre; each into a vehicle of as few sites as may be, then to
    where it lies nearest. Vehicles of several sites are so left to those whom no other serves. Who is left displaces a
    unit that has another place to go; people who are no group go one by one at last.

    Parameters
    ----------
    problem
        The day.
    units
        Who is to be taken.
    offers
        The fleet: ``count`` vehicles of each.

    Returns: vehicles with their units in the order of joining, and the units left. Equal input, equal output.
    """
    drafts = [Draft(offer) for offer in offers for _ in range(offer.count)]
    free = [int(problem.vehicles.seats[draft.offer.kind]) for draft in drafts]
    able = {id(unit): [at for at, draft in enumerate(drafts) if draft.offer.takes(problem, unit)] for unit in units}
    left = []
    uid = problem.travellers.uid
    waiting = sorted(units, key=lambda unit: (-unit.size, -_from_centre(problem, unit), int(uid[unit.rows[0]])))
    while waiting:
        unit = waiting.pop(0)
        fits = [at for at in able[id(unit)] if free[at] >= unit.size]
        if fits:
            at = min(fits, key=lambda at: (len(drafts[at].offer.drops), _nearest(problem, drafts[at], unit), at))
            _move(drafts, free, unit, at)
        elif _displaced(drafts, free, able, unit):
            continue
        elif unit.size > 1 and problem.travellers.group[unit.rows[0]] == UNKNOWN:
            ones = single(unit)
            able.update({id(one): able[id(unit)] for one in ones})
            waiting = ones + waiting
        else:
            left.append(unit)
    return [draft for draft in drafts if draft.units], left


def _displaced(drafts: list[Draft], free: list[int], able: dict[int, list[int]], unit: Unit) -> bool:
    """Make room for a unit by moving one other to a vehicle that has room for it."""
    for at in able[id(unit)]:
        for other in sorted(drafts[at].units, key=lambda one: one.size):
            if free[at] + other.size < unit.size:
                continue
            to = next((to for to in able[id(other)] if to != at and free[to] >= other.size), None)
            if to is not None:
                drafts[at].units.remove(other)
                free[at] += other.size
                _move(drafts, free, other, to)
                _move(drafts, free, unit, at)
                return True
    return False


def _move(drafts: list[Draft], free: list[int], unit: Unit, at: int) -> None:
    drafts[at].units.append(unit)
    free[at] -= unit.size


def _from_centre(problem: TripProblem, unit: Unit) -> int:
    return problem.way(unit.visits[0].place, problem.centre)[0]


def _nearest(problem: TripProblem, draft: Draft, unit: Unit) -> int:
    """Metres to the nearest unit in the vehicle; an empty one is as far as the centre."""
    place = unit.visits[-1].place
    others = [problem.way(place, other.visits[0].place)[0] for other in draft.units]
    known = [metres for metres in others if metres >= 0]
    return min(known) if known else FAR if others else _from_centre(problem, unit)
