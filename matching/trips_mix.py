"""How many coaches of each type to which sites: an integer programme over heads alone, to set the routing on its way.

Of the cost of a trip far the most is driven between the county and the sites, whoever sits in which coach. So the fleet
is chosen first, over all types and orders of sites at once, as if people were grains; the search then divides real
people among these vehicles. Left to itself, a local search hardly ever gives a coach up for another type or sites.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from matching.trips_problem import TripProblem
from matching.trips_routing import Offer
from matching.trips_units import Unit

GAP, NODES = 0.0005, 5_000
LEFT = 10
"""Leaving somebody behind costs so many times a seat of the dearest offer."""


def likely_fleet(
    problem: TripProblem,
    units: Sequence[Unit],
    offers: Sequence[Offer],
    available: Mapping[int, int],
    *,
    fill: float = 1,
) -> list[Offer]:
    """Cut offers down to those that serve the heads of these units at least cost.

    Parameters
    ----------
    problem
        The day.
    units
        Who is to be taken, each by at least one offer.
    offers
        What there is.
    available
        Row of ``VehicleTypes`` → how many of it there are, over all its offers.
    fill
        The part of the seats that is counted on, in (0, 1]; groups may not fill a coach to the last.

    Returns: offers with how many of each to use, of each with the largest crew; all of them where the programme has
    no answer.

    References: the fleet size and mix problem: Golden, Assad, Levy, Gheysens 1984, doi:10.1016/0305-0548(84)90007-8.
    """
    smallest, largest = _crews(offers)
    bounded = {kind: available[kind] for kind in {offer.kind for offer in offers}}
    chosen = _solved(problem, units, smallest, _cells(problem, units, smallest), bounded, fill)
    if chosen is None:
        return list(offers)
    counts = zip(smallest, chosen, strict=True)
    return [replace(largest[offer.kind, offer.drops], count=count) for offer, count in counts if count]


def _crews(offers: Sequence[Offer]) -> tuple[list[Offer], dict[tuple[int, tuple[int, ...]], Offer]]:
    """Of offers that differ in their crew alone, those with the smallest crew, and by type and sites the largest."""
    small: dict[tuple[int, tuple[int, ...]], Offer] = {}
    large: dict[tuple[int, tuple[int, ...]], Offer] = {}
    for offer in sorted(offers, key=lambda offer: offer.fixed):
        small.setdefault((offer.kind, offer.drops), offer)
        large[offer.kind, offer.drops] = offer
    return list(small.values()), large


def _cells(problem: TripProblem, units: Sequence[Unit], offers: Sequence[Offer]) -> dict[tuple[int, ...], int]:
    """Heads by the offers that may take them."""
    cells: dict[tuple[int, ...], int] = {}
    for unit in units:
        able = tuple(at for at, offer in enumerate(offers) if offer.takes(problem, unit))
        cells[able] = cells.get(able, 0) + unit.size
    return cells


def _solved(
    problem: TripProblem,
    units: Sequence[Unit],
    offers: Sequence[Offer],
    cells: Mapping[tuple[int, ...], int],
    available: Mapping[int, int],
    fill: float,
) -> list[int] | None:
    """How many of each offer. Variables: their numbers; heads of a cell in an offer that may take them; heads left."""
    kinds = problem.vehicles
    flows = [(cell, at) for cell, able in enumerate(cells) for at in able]
    n, left = len(offers), len(offers) + len(flows)
    m = left + len(cells)
    types = sorted({offer.kind for offer in offers})
    rows = lil_array((len(cells) + n + len(types), m))
    low = np.zeros(rows.shape[0])
    high = np.zeros(rows.shape[0])
    for cell, heads in enumerate(cells.values()):
        low[cell] = high[cell] = heads
        rows[cell, left + cell] = 1.0
    for at, offer in enumerate(offers):
        rows[len(cells) + at, at] = -fill * float(kinds.seats[offer.kind])
        rows[len(cells) + n + types.index(offer.kind), at] = 1.0
        low[len(cells) + at] = -np.inf
    for at, kind in enumerate(types):
        high[len(cells) + n + at] = available[kind]
    for column, (cell, at) in enumerate(flows, start=n):
        rows[cell, column] = 1.0
        rows[len(cells) + at, column] = 1.0
    cost = np.zeros(m)  # yuan
    cost[:n] = [_cost(problem, units, offer) / 100 for offer in offers]
    cost[left:] = LEFT * cost.max()
    found = milp(
        cost,
        constraints=LinearConstraint(rows.tocsr(), low, high),
        integrality=np.arange(m) < n,
        bounds=Bounds(0, np.inf),
        options={"mip_rel_gap": GAP, "node_limit": NODES},
    )
    return None if found.x is None else [round(value) for value in found.x[:n]]


def _cost(problem: TripProblem, units: Sequence[Unit], offer: Offer) -> float:
    """Fixed cost and way of one vehicle, with a tour about the centre of the usual length."""
    heads = sum(unit.size for unit in units)
    tour = sum(2 * problem.way(problem.centre, unit.visits[0].place)[0] * unit.size for unit in units) / max(1, heads)
    line, _ = problem.way(int(problem.vehicles.yard[offer.kind]), problem.centre, *offer.ends)
    return offer.fixed + (line + tour) * int(problem.vehicles.km_fen[offer.kind]) / 1_000
