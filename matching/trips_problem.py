"""Who is to be taken where, by which vehicles: the tables of one day's departures, validated as a whole.

Lengths used in docstrings: n travellers, q pick-up points, s sites, t vehicle types, r trains, p places. A place is an
index into the tables of distances; points, sites, yards, stations and the hub stand at places, several may share one.
A time is minutes after 00:00 of the first day, a length of time is minutes, money is fen.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from matching.codes import UNKNOWN
from matching.columns import Column, Ints, Longs, Table
from matching.exceptions import InvalidColumnError
from matching.tables import Uid, require_rows

LAST_MINUTE = 6 * 1_440
"""Times lie within six days."""

MOST_FEN = 100_000_000

Place = Annotated[Ints, Column(0, 100_000)]
Row = Annotated[Ints, Column(0, 1_000_000)]
RowOrNone = Annotated[Ints, Column(UNKNOWN, 1_000_000, blank=UNKNOWN)]
From = Annotated[Ints, Column(0, LAST_MINUTE)]
Until = Annotated[Ints, Column(0, LAST_MINUTE, blank=LAST_MINUTE)]
Flag = Annotated[Ints, Column(0, 1)]
Bits = Annotated[Ints, Column(0, 2**30 - 1)]
Money = Annotated[Ints, Column(0, MOST_FEN)]
MoneyOrUnknown = Annotated[Ints, Column(UNKNOWN, MOST_FEN, blank=UNKNOWN)]


@dataclass(frozen=True, eq=False)
class Travellers(Table):
    """People who have confirmed that they go, one row each.

    Parameters
    ----------
    uid
        Number of the person, unlike all others; plans are stable in it.
    point, site
        Row of the pick-up point and of the site.
    group
        People of one number travel in one vehicle; −1: alone. Members may board at different points.
    needs
        Bits of what the vehicle must offer (a low step, room for a wheelchair); the caller gives them a meaning.
    own_fen
        What travelling alone by ordinary means would cost, −1 unknown.
    """

    uid: Uid
    point: Row
    site: Row
    group: RowOrNone
    needs: Bits
    own_fen: MoneyOrUnknown


@dataclass(frozen=True, eq=False)
class Points(Table):
    """Pick-up points.

    Parameters
    ----------
    place
        Where.
    earliest, latest
        Nobody is picked up before or after.
    coach_access
        1: a coach gets there; 0: only a local vehicle does.
    """

    place: Place
    earliest: From
    latest: Until
    coach_access: Annotated[Ints, Column(0, 1, blank=1)]


@dataclass(frozen=True, eq=False)
class Gates(Table):
    """Sites and when they receive people: a vehicle that comes before ``opens`` waits, none comes after ``closes``."""

    place: Place
    opens: From
    closes: Until


@dataclass(frozen=True, eq=False)
class VehicleTypes(Table):
    """Vehicles that can be had, by type.

    Parameters
    ----------
    seats
        For passengers, at least 1.
    available
        How many there are.
    fixed_fen, km_fen, driver_fen
        Cost of one for the trip, of a kilometre (at least 1), of each driver.
    drivers
        The most drivers one takes along, at least 1.
    relay
        1: licensed to change crews under way, so that it may drive at the hours of standstill.
    local
        1: a feeder, which takes people to the hub alone; 0: a coach.
    offers
        Bits of ``Travellers.needs`` it meets.
    yard
        Place it starts from.
    """

    seats: Annotated[Ints, Column(1, 2_000, blank=1)]
    available: Annotated[Ints, Column(0, 10_000, blank=10_000)]
    fixed_fen: Money
    km_fen: Annotated[Ints, Column(1, 1_000_000, blank=1)]
    driver_fen: Money
    drivers: Annotated[Ints, Column(1, 9, blank=1)]
    relay: Flag
    local: Flag
    offers: Bits
    yard: Place


@dataclass(frozen=True, eq=False)
class TripProblem:
    """One day's departures, validated as a whole.

    Parameters
    ----------
    travellers, points, gates, vehicles
        The tables.
    metres, minutes
        Distance and driving time from place to place, shape (p, p), −1 where there is no way; diagonal 0. They need not
        be symmetric but should keep the triangle inequality, as shortest ways do.
    hub
        Place where feeders hand over to coaches, −1 where there is none.

    Raises: InvalidColumnError, a table does not fit another.
    """

    travellers: Travellers
    points: Points
    gates: Gates
    vehicles: VehicleTypes
    metres: NDArray[Any]
    minutes: NDArray[Any]
    hub: int = UNKNOWN

    def __post_init__(self) -> None:
        """Check that the tables fit each other."""
        for name in ("metres", "minutes"):
            object.__setattr__(self, name, _ways(name, getattr(self, name)))
        if self.metres.shape != self.minutes.shape or ((self.metres < 0) != (self.minutes < 0)).any():
            raise InvalidColumnError("TripProblem", "minutes", "knows other ways than metres")
        people, places = self.travellers, len(self.metres)
        if not UNKNOWN <= self.hub < places:
            raise InvalidColumnError("TripProblem", "hub", f"is place {self.hub} of {places}")
        for table, name, values, limit in (
            ("Travellers", "point", people.point, len(self.points)),
            ("Travellers", "site", people.site, len(self.gates)),
            ("Points", "place", self.points.place, places),
            ("Gates", "place", self.gates.place, places),
            ("VehicleTypes", "yard", self.vehicles.yard, places),
        ):
            require_rows(table, name, np.asarray(values < limit), f"points beyond {limit} rows")
        if len(np.unique(people.uid)) != len(people):
            raise InvalidColumnError("Travellers", "uid", "holds a number twice; each row needs its own")
        for table, name, holds in (
            ("Points", "latest", self.points.earliest <= self.points.latest),
            ("Gates", "closes", self.gates.opens <= self.gates.closes),
        ):
            require_rows(table, name, np.asarray(holds), "lies before the time from which")

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Uid → row of the traveller."""
        return {int(uid): row for row, uid in enumerate(self.travellers.uid)}

    @cached_property
    def centre(self) -> int:
        """Place most people leave from: the hub, else the point with the most travellers (the first of equals)."""
        if self.hub != UNKNOWN:
            return self.hub
        heads = np.bincount(self.travellers.point, minlength=len(self.points))
        return int(self.points.place[int(np.argmax(heads))]) if len(heads) else 0

    @cached_property
    def between(self) -> tuple[list[list[int]], list[list[int]]]:
        """Metres and minutes as plain lists, which are read one by one much faster than arrays."""
        return self.metres.tolist(), self.minutes.tolist()

    @cached_property
    def place_of_site(self) -> list[int]:
        """Place of the site of each traveller."""
        return [int(self.gates.place[site]) for site in self.travellers.site]

    def way(self, *places: int) -> tuple[int, int]:
        """Metres and minutes along the places in turn; (−1, −1) where there is no way."""
        metres = minutes = 0
        far, long = self.between
        for one, other in pairwise(places):
            if far[one][other] < 0:
                return UNKNOWN, UNKNOWN
            metres += far[one][other]
            minutes += long[one][other]
        return metres, minutes


def _ways(name: str, given: NDArray[Any]) -> Longs:
    values = np.array(given)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or values.dtype.kind not in "iu":
        raise InvalidColumnError("TripProblem", name, "expected a square table of whole numbers")
    if (values < UNKNOWN).any() or (values > 100_000_000).any() or np.diagonal(values).any():
        raise InvalidColumnError("TripProblem", name, "expected -1 to 100000000, and 0 on the diagonal")
    values = values.astype(np.int64)
    values.flags.writeable = False
    return values
