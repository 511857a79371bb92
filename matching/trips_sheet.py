"""From timed vehicles to a plan: seats, everybody's times, and what it comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matching.trips_calls import Calls
from matching.trips_params import TripParams
from matching.trips_problem import TripProblem
from matching.trips_result import NOBODY, Figures, Limit, Run, TripPlan
from matching.trips_times import Trial, as_run, early_minutes


@dataclass
class Vehicle:
    """A timed vehicle with the seats of its riders; ``seats`` maps rows to numbers from 1."""

    number: int
    kind: int
    calls: Calls
    trial: Trial
    seats: dict[int, int]

    @property
    def riders(self) -> list[int]:
        """Rows of everybody who gets on, in order."""
        return [row for call in self.calls for row in call.boards]

    def seat_everybody(self, order: Sequence[int] = ()) -> None:
        """Give a seat to those who have none: the lowest free ones, in the given order, then as they get on."""
        riders = self.riders
        self.seats = {row: seat for row, seat in self.seats.items() if row in set(riders)}
        taken = set(self.seats.values())
        free = (seat for seat in range(1, len(riders) + len(taken) + 1) if seat not in taken)
        for row in [*(row for row in order if row in set(riders)), *riders]:
            if row not in self.seats:
                self.seats[row] = next(free)


def plan_of(
    problem: TripProblem,
    params: TripParams,
    coaches: Iterable[Vehicle],
    feeders: Iterable[Vehicle],
    refused: dict[int, Limit],
) -> TripPlan:
    """Put vehicles together to a plan.

    Parameters
    ----------
    problem, params
        The day, and what weighs how much.
    coaches, feeders
        Timed and with seats.
    refused
        Limit of each traveller without a seat.
    """
    n = len(problem.travellers)
    coach, seat, feeder, feeder_seat, picked_up, arrives = (np.full(n, NOBODY, dtype=np.int64) for _ in range(6))
    limit = np.zeros(n, dtype=np.int64)
    coaches, feeders = list(coaches), list(feeders)
    for vehicle in coaches:
        for stop in vehicle.trial.stops:
            picked_up[list(stop.boards)] = stop.arrives
            arrives[list(stop.alights)] = stop.arrives
        for row, number in vehicle.seats.items():
            coach[row], seat[row] = vehicle.number, number
    for vehicle in feeders:
        for stop in vehicle.trial.stops:
            picked_up[list(stop.boards)] = stop.arrives
        for row, number in vehicle.seats.items():
            feeder[row], feeder_seat[row] = vehicle.number, number
    for row, why in refused.items():
        limit[row] = why
    runs = tuple(_run(problem, vehicle) for vehicle in [*coaches, *feeders])
    figures = figures_of(problem, params, runs, picked_up, arrives)
    for array in (coach, seat, feeder, feeder_seat, picked_up, arrives, limit):
        array.flags.writeable = False
    return TripPlan(problem.travellers.uid, runs, coach, seat, feeder, feeder_seat, picked_up, arrives, limit, figures)


def _run(problem: TripProblem, vehicle: Vehicle) -> Run:
    return as_run(problem, vehicle.kind, vehicle.calls, vehicle.trial, vehicle.number)


def figures_of(
    problem: TripProblem,
    params: TripParams,
    runs: Sequence[Run],
    picked_up: np.ndarray[tuple[int], np.dtype[np.int64]],
    arrives: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> Figures:
    """What vehicles and times come to."""
    placed = picked_up >= 0
    own = problem.travellers.own_fen[placed]
    early = sum(early_minutes(params, int(time)) for time in picked_up[placed])
    ride = int((arrives[placed] - picked_up[placed]).sum())
    empty = sum(int(problem.vehicles.seats[run.kind]) - len(run.riders) for run in runs)
    fen = sum(run.fen for run in runs)
    burdens = (params.early_fen * early + params.ride_fen * ride) // 60 + params.empty_fen * empty
    return Figures(
        placed=int(placed.sum()),
        unplaced=int((~placed).sum()),
        fen=fen,
        own_fen=int(own[own >= 0].sum()),
        own_known=int((own >= 0).sum()),
        earliest=int(picked_up[placed].min()) if placed.any() else NOBODY,
        early_minutes=early,
        ride_minutes=ride,
        empty_seats=empty,
        coaches=sum(1 for run in runs if not run.local),
        feeders=sum(1 for run in runs if run.local),
        drivers=sum(run.drivers for run in runs),
        objective=fen + burdens,
    )
