"""Which unit goes in which vehicle, in what order: handed to PyVRP as a routing problem of one dimension, seats.

Every unit is a client. A vehicle that serves certain sites in a certain order is a vehicle type whose end is the first
of them, with the way on to the others added; units that go elsewhere, or need what it lacks, lie out of its reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.routing import SearchEnd, search, tables
from matching.trips_problem import TripProblem
from matching.trips_units import Unit

MILLI = 1_000
"""Costs are thousandths of a fen: metres times fen per kilometre."""

DEAR = 4
"""See ``_dear``."""

UNREACHABLE = 10**9
"""Metres; far beyond every way."""


@dataclass(frozen=True)
class Offer:
    """Vehicles of one kind that end their way in one manner.

    Parameters
    ----------
    kind
        Row of ``VehicleTypes``.
    ends
        Places at the end, in order; sites, or the hub.
    drops
        Rows of the sites it serves in that order; empty for feeders, which take everybody.
    count
        How many at most.
    fixed
        Cost of using one, fen.
    minutes
        Longest driving.
    """

    kind: int
    ends: tuple[int, ...]
    drops: tuple[int, ...]
    count: int
    fixed: int
    minutes: int

    def takes(self, problem: TripProblem, unit: Unit) -> bool:
        """Whether the unit may be in it."""
        offers = int(problem.vehicles.offers[self.kind])
        goes = not self.drops or unit.sites <= set(self.drops)
        return goes and unit.needs & ~offers == 0 and unit.size <= int(problem.vehicles.seats[self.kind])


@dataclass
class Draft:
    """A vehicle with its units in order, not timed yet."""

    offer: Offer
    units: list[Unit] = field(default_factory=list)


def routed(
    problem: TripProblem,
    units: Sequence[Unit],
    offers: Sequence[Offer],
    *,
    seed: int,
    iterations: int,
    start: Sequence[Draft] = (),
) -> tuple[list[Draft], list[Unit]]:
    """Divide the units among the vehicles at least cost.

    Parameters
    ----------
    problem
        The day.
    units
        Clients, at least one.
    offers
        What there is; ``count`` holds for each offer by itself.
    seed, iterations
        Of the search; equal ones give equal drafts.
    start
        Where the search begins: all the units in vehicles of these offers, within their seats.

    Returns: drafts, and the units in none. Every unit is to be taken: where the vehicles do not suffice, some are
    overfull, for the caller to put right. None is if there is a start.
    """
    from pyvrp import Client, Depot, Location, ProblemData, Route, Solution, VehicleType  # noqa: PLC0415 (start-up time)

    places = _Places(problem, units, offers)
    kinds = problem.vehicles
    types = [
        VehicleType(
            num_available=min(offer.count, places.useful(offer)),
            capacity=[int(kinds.seats[offer.kind])],
            start_depot=places.start[int(kinds.yard[offer.kind])],
            end_depot=places.end[offer.ends],
            fixed_cost=offer.fixed * MILLI,
            shift_duration=offer.minutes,
            unit_distance_cost=int(kinds.km_fen[offer.kind]),
            profile=places.profile_of(offer),
        )
        for offer in offers
    ]
    data = ProblemData(
        [Location(float(x), float(y)) for x, y in places.points()],
        [Client(at, pickup=[unit.size]) for at, unit in enumerate(units)],
        [Depot(len(units) + at) for at in range(places.depots)],
        types,
        tables(places.metres),
        tables(places.minutes),
    )
    index = {id(unit): at for at, unit in enumerate(units)}
    first = [
        Route(data, [index[id(unit)] for unit in draft.units], vehicle_type=offers.index(draft.offer))
        for draft in start
    ]
    dear = _dear(problem, offers, places)
    found = search(data, SearchEnd(iterations), seed, dear, Solution(data, first) if start else None)
    drafts = [Draft(offers[kind], [units[at] for at in visits]) for kind, visits in found]
    taken = {id(unit) for draft in drafts for unit in draft.units}
    return drafts, [unit for unit in units if id(unit) not in taken]


def _dear(problem: TripProblem, offers: Sequence[Offer], places: "_Places") -> int:
    """What a seat too many costs the search: some times the share of a seat in the dearest vehicle's cost."""
    metres = places.metres_between
    longest = int(metres[metres < UNREACHABLE].max(initial=1))
    kinds = problem.vehicles
    costs = [
        (offer.fixed * MILLI + longest * int(kinds.km_fen[offer.kind])) / kinds.seats[offer.kind] for offer in offers
    ]
    return int(DEAR * max(costs))


class _Places:
    """Locations of the routing problem: one for each unit, then yards, then ends; tables by what a vehicle may take."""

    def __init__(self, problem: TripProblem, units: Sequence[Unit], offers: Sequence[Offer]) -> None:
        self.problem, self.units = problem, units
        yards = sorted({int(problem.vehicles.yard[offer.kind]) for offer in offers})
        ends = sorted({offer.ends for offer in offers})
        self.start = {yard: at for at, yard in enumerate(yards)}
        self.end = {places: len(yards) + at for at, places in enumerate(ends)}
        self.depots = len(yards) + len(ends)
        self.metres: list[NDArray[np.int64]] = []
        self.minutes: list[NDArray[np.int64]] = []
        self._profiles: dict[tuple[Any, ...], int] = {}
        self.metres_between = self._ways(problem.metres, UNREACHABLE)
        self.minutes_between = self._ways(problem.minutes, 0)

    def points(self) -> list[tuple[int, int]]:
        """Places have no coordinates here; the search looks at the tables alone."""
        return [(0, 0)] * (len(self.units) + self.depots)

    def useful(self, offer: Offer) -> int:
        """More vehicles of an offer than this cannot be of use: what it may take, at two thirds full, and one."""
        heads = sum(unit.size for unit in self.units if offer.takes(self.problem, unit))
        return heads * 3 // (2 * int(self.problem.vehicles.seats[offer.kind])) + 2

    def profile_of(self, offer: Offer) -> int:
        """The tables in which units the offer may not take lie out of reach."""
        takes = tuple(offer.takes(self.problem, unit) for unit in self.units)
        if takes not in self._profiles:
            self._profiles[takes] = len(self.metres)
            barred = np.flatnonzero(~np.array(takes, dtype=bool))
            metres = self.metres_between.copy()
            metres[barred, :] = UNREACHABLE
            metres[:, barred] = UNREACHABLE
            np.fill_diagonal(metres, 0)
            self.metres.append(metres)
            self.minutes.append(self.minutes_between)
        return self._profiles[takes]

    def _ways(self, table: NDArray[np.int64], blocked: int) -> NDArray[np.int64]:
        """Ways between the locations; a unit's own way from its first to its last point counts with the way on."""
        ways = np.where(table < 0, blocked, table)
        first = [unit.visits[0].place for unit in self.units]
        last = [unit.visits[-1].place for unit in self.units]
        inner = np.array([_along(ways, [visit.place for visit in unit.visits]) for unit in self.units])
        n = len(self.units)
        full = np.full((n + self.depots, n + self.depots), blocked, dtype=np.int64)
        full[:n, :n] = ways[np.ix_(last, first)] + inner[:, None]
        for yard, at in self.start.items():
            full[n + at, :n] = ways[yard, first]
        for places, at in self.end.items():
            full[:n, n + at] = ways[last, places[0]] + inner + _along(ways, list(places))
            full[n : n + len(self.start), n + at] = 0  # an empty vehicle stays in its yard
        np.fill_diagonal(full, 0)
        return full


def _along(ways: NDArray[np.int64], places: list[int]) -> int:
    return sum(int(ways[one, other]) for one, other in pairwise(places))
