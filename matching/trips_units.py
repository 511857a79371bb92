"""People who travel as one, and the orders in which a coach may serve sites."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, permutations

from matching.codes import UNKNOWN
from matching.trips_params import TripParams
from matching.trips_problem import TripProblem

MOST_UNITS = 240
CHUNKS = (1, 2, 3, 4, 6, 8, 12, 16)
MOST_ORDERS = 24


@dataclass(frozen=True)
class Visit:
    """Rows of travellers who get on at one place; at the hub they have come by feeder."""

    place: int
    rows: tuple[int, ...]
    hub: bool = False


@dataclass(frozen=True)
class Unit:
    """People who are not parted: a group, or some of those who go from one point to one site."""

    visits: tuple[Visit, ...]
    sites: frozenset[int]
    needs: int

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows of all of them, in the order of getting on."""
        return tuple(row for visit in self.visits for row in visit.rows)

    @property
    def size(self) -> int:
        """How many they are."""
        return sum(len(visit.rows) for visit in self.visits)


def make_units(problem: TripProblem, rows: list[int], fed: frozenset[int]) -> list[Unit]:
    """Travellers as units: groups whole, the others of a point, site and need in small parts.

    Parameters
    ----------
    problem
        The day.
    rows
        Travellers to be planned.
    fed
        Rows of the points from which feeders take people to the hub.

    Returns: units, ordered by the uid of their first traveller. Parts are as large as keeps their number below
    ``MOST_UNITS``, so that every size of coach can still be filled.
    """
    people = problem.travellers
    groups: dict[int, list[int]] = defaultdict(list)
    loose: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: int(people.uid[row])):
        if people.group[row] != UNKNOWN:
            groups[int(people.group[row])].append(row)
        else:
            loose[int(people.point[row]), int(people.site[row]), int(people.needs[row])].append(row)
    room = MOST_UNITS - len(groups)
    fits = (size for size in CHUNKS if sum(-(-len(cell) // size) for cell in loose.values()) <= room)
    size = next(fits, CHUNKS[-1])
    parts = [cell[at : at + size] for cell in loose.values() for at in range(0, len(cell), size)]
    units = [_unit(problem, part, fed) for part in [*groups.values(), *parts]]
    return sorted(units, key=lambda unit: min(int(people.uid[row]) for row in unit.rows))


def as_unit(problem: TripProblem, rows: list[int], fed: frozenset[int]) -> Unit:
    """These travellers as one unit, by uid."""
    return _unit(problem, sorted(rows, key=lambda row: int(problem.travellers.uid[row])), fed)


def _unit(problem: TripProblem, rows: list[int], fed: frozenset[int]) -> Unit:
    """Members board from the farthest point to the nearest to the hub, which comes last."""
    people, points = problem.travellers, problem.points
    at: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for row in rows:
        point = int(people.point[row])
        at[(problem.hub, True) if point in fed else (int(points.place[point]), False)].append(row)
    order = sorted(at, key=lambda stop: (stop[1], -int(problem.metres[stop[0], problem.centre]), stop[0]))
    needs = 0
    for row in rows:
        needs |= int(people.needs[row])
    visits = tuple(Visit(place, tuple(at[place, hub]), hub) for place, hub in order)
    return Unit(visits, frozenset(int(people.site[row]) for row in rows), needs)


def single(unit: Unit) -> list[Unit]:
    """The people of a unit that is no group, each for themselves."""
    return [
        Unit((Visit(visit.place, (row,), visit.hub),), unit.sites, unit.needs)
        for visit in unit.visits
        for row in visit.rows
    ]


def drop_orders(problem: TripProblem, params: TripParams, units: list[Unit]) -> list[tuple[int, ...]]:
    """Sites a coach may serve together, in the order of least way from the centre; each site alone comes first.

    Kept are sets whose way is at most ``detour_percent`` longer than that to the farthest of them, the least detours
    first, ``MOST_ORDERS`` in all; sets that a unit needs are always kept.
    """
    wanted = sorted({site for unit in units for site in unit.sites})
    needed = {tuple(sorted(unit.sites)) for unit in units if len(unit.sites) > 1}
    alone = [(site,) for site in wanted]
    found: list[tuple[int, tuple[int, ...]]] = []
    for size in range(2, min(params.drops, len(wanted)) + 1):
        for sites in combinations(wanted, size):
            metres, order = _shortest(problem, sites)
            farthest = max(problem.way(problem.centre, int(problem.gates.place[site]))[0] for site in sites)
            if metres != UNKNOWN and metres * 100 <= farthest * (100 + params.detour_percent):
                found.append((metres - farthest, order))
    found.sort()
    kept = [order for _, order in found[: max(0, MOST_ORDERS - len(alone))]]
    kept += [order for sites in sorted(needed) if (order := _shortest(problem, sites)[1]) not in kept]
    return alone + kept


def _shortest(problem: TripProblem, sites: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    """The shortest order of sites from the centre, (−1, the given order) where there is no way."""
    if len(sites) > 5:
        orders = [tuple(sorted(sites, key=lambda site: problem.way(problem.centre, int(problem.gates.place[site]))))]
    else:
        orders = list(permutations(sites))
    ways = [
        (problem.way(problem.centre, *(int(problem.gates.place[site]) for site in order))[0], order) for order in orders
    ]
    known = [way for way in ways if way[0] != UNKNOWN]
    return min(known) if known else (UNKNOWN, sites)
