"""What a plan says: vehicles with stops, times and drivers, everybody's seat, and why somebody has none."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from matching.trips_clock import Spell

NOBODY = -1


class Limit(IntEnum):
    """Why a traveller has no seat: of all ways tried, the limit that bound the one that came furthest."""

    NONE = 0
    NO_WAY = 1
    """No known way leads from the pick-up point to the site."""
    NO_ACCESS = 2
    """No coach gets to the pick-up point, and no feeder takes people from there."""
    NEEDS = 3
    """No vehicle offers what is needed."""
    GROUP_SEATS = 4
    """The group is larger than any vehicle that may take it."""
    DRIVERS = 5
    """The way takes more drivers than a vehicle carries."""
    PICK_UP = 6
    """No lawful journey picks up between the earliest and the latest time."""
    ARRIVAL = 7
    """No lawful journey arrives while the gate is open."""
    VEHICLES = 8
    """All vehicles that could take them are full or used."""


@dataclass(frozen=True)
class Stop:
    """A place where people get on or off; rows of travellers, in order."""

    place: int
    arrives: int
    leaves: int
    boards: tuple[int, ...] = ()
    alights: tuple[int, ...] = ()


@dataclass(frozen=True)
class Run:
    """One vehicle's journey.

    Parameters
    ----------
    number
        Names the vehicle within the plan, kept when the plan is made again.
    kind
        Row of ``VehicleTypes``.
    local
        A feeder to the hub.
    begins
        When it leaves its yard.
    stops
        In order of time, the last one where the last people get off.
    spells
        Driving, in order of time; gaps of at least the shortest break are breaks.
    drivers
        How many it takes along.
    metres
        From the yard to the last stop.
    fen
        What it costs: for the trip, by the kilometre, by the driver.
    """

    number: int
    kind: int
    local: bool
    begins: int
    stops: tuple[Stop, ...]
    spells: tuple[Spell, ...]
    drivers: int
    metres: int
    fen: int

    @property
    def riders(self) -> tuple[int, ...]:
        """Rows of everybody who gets on, in order."""
        return tuple(row for stop in self.stops for row in stop.boards)


@dataclass(frozen=True)
class Figures:
    """What a plan comes to. Money is fen, times are minutes.

    Parameters
    ----------
    placed, unplaced
        People with and without a seat.
    fen
        All vehicles.
    own_fen, own_known
        What those with a seat would pay travelling alone, over the ``own_known`` of whom that is known.
    earliest
        The first pick-up of the plan, −1 without one.
    early_minutes, ride_minutes
        Over all people: time before the decent hour, time from pick-up to arrival.
    empty_seats
        Of the coaches and feeders used.
    coaches, feeders, drivers
        Used.
    objective
        Cost and weighted burdens, fen; what was minimised.
    """

    placed: int
    unplaced: int
    fen: int
    own_fen: int
    own_known: int
    earliest: int
    early_minutes: int
    ride_minutes: int
    empty_seats: int
    coaches: int
    feeders: int
    drivers: int
    objective: int

    @property
    def fen_per_head(self) -> int:
        """Cost per person with a seat, rounded up; 0 where there is none."""
        return -(-self.fen // self.placed) if self.placed else 0


@dataclass(frozen=True, eq=False)
class TripPlan:
    """A plan. Equal for equal problem, parameters and seed.

    Parameters
    ----------
    uid
        Of each traveller, shape (n,).
    runs
        Vehicles: coaches, then feeders, by number.
    coach, seat
        Number of each traveller's coach and the seat in it (from 1), shape (n,), −1 without one.
    feeder, feeder_seat
        The same of the feeder that takes them to the hub, −1 where none does.
    picked_up, arrives
        When they are picked up first, and arrive at the site, shape (n,), −1 without a seat.
    limit
        A member of ``Limit`` each, shape (n,).
    figures
        What it comes to.
    others
        Figures of the other ways of using feeders that were planned, by name.
    """

    uid: NDArray[np.int64]
    runs: tuple[Run, ...]
    coach: NDArray[np.int64]
    seat: NDArray[np.int64]
    feeder: NDArray[np.int64]
    feeder_seat: NDArray[np.int64]
    picked_up: NDArray[np.int64]
    arrives: NDArray[np.int64]
    limit: NDArray[np.int64]
    figures: Figures
    others: tuple[tuple[str, Figures], ...] = field(default=())

    def run(self, number: int) -> Run:
        """The vehicle of that number. Raises: KeyError."""
        for run in self.runs:
            if run.number == number:
                return run
        raise KeyError(number)
