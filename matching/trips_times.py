"""When a vehicle leaves: every departure of the grid is driven through under the rules, and the least burden wins."""

from dataclasses import dataclass

from matching.trips_calls import Calls, fed_by
from matching.trips_clock import Journey, Spell, manned
from matching.trips_params import DAY, TripParams
from matching.trips_problem import TripProblem
from matching.trips_result import Limit, Run, Stop

COARSE = 3
"""First every so many steps of the grid are tried, then those beside the best; all of them where none was lawful."""


@dataclass(frozen=True)
class Trial:
    """One departure driven through."""

    begins: int
    stops: tuple[Stop, ...]
    spells: tuple[Spell, ...]
    drivers: int
    burden: int

    @property
    def ends(self) -> int:
        """When the last stop is reached."""
        return self.stops[-1].arrives


def best_time(
    problem: TripProblem, params: TripParams, kind: int, calls: Calls, *, before: int | None = None
) -> Trial | Limit:
    """Find the lawful departure with the least burden; the latest of equals.

    Parameters
    ----------
    problem, params
        The day and the rules.
    kind
        Row of the vehicle's type.
    calls
        Where it stops.
    before
        The vehicle arrives at its last call at this time at the latest and not much sooner (feeders).

    Returns: the departure, or the limit that bound where none is lawful.
    """
    _, minutes = problem.way(int(problem.vehicles.yard[kind]), *(call.place for call in calls))
    if minutes < 0:
        return Limit.NO_WAY
    last = (calls[-1].closes if before is None else before) - minutes
    first = 0 if before is None else max(0, last - DAY // 3)
    grid = params.grid if before is None else max(1, params.grid // 2)
    found = _scan(problem, params, kind, calls, range(last, first - 1, -grid * COARSE))
    if isinstance(found, Limit):
        return _scan(problem, params, kind, calls, range(last, first - 1, -grid))
    near = range(min(last, found.begins + grid * (COARSE - 1)), max(first, found.begins - grid * COARSE) - 1, -grid)
    finer = _scan(problem, params, kind, calls, near)
    return finer if isinstance(finer, Trial) and finer.burden < found.burden else found


def _scan(problem: TripProblem, params: TripParams, kind: int, calls: Calls, starts: range) -> Trial | Limit:
    best: Trial | None = None
    limit = Limit.ARRIVAL if not starts else Limit.PICK_UP
    for begins in starts:
        trial = driven(problem, params, kind, calls, begins)
        if isinstance(trial, Limit):
            limit = trial if trial == Limit.DRIVERS or limit == Limit.PICK_UP else limit
        elif best is None or trial.burden < best.burden:
            best = trial
    return limit if best is None else best


def driven(problem: TripProblem, params: TripParams, kind: int, calls: Calls, begins: int) -> Trial | Limit:
    """Drive a departure through; the limit that is broken first where it is not lawful."""
    vehicles, relay = problem.vehicles, bool(problem.vehicles.relay[kind])
    journey = Journey(params, relay=relay, begins=begins)
    place, burden, stops = int(vehicles.yard[kind]), 0, []
    minutes = problem.between[1]
    for call in calls:
        journey.drive(minutes[place][call.place])
        place = call.place
        journey.stand_until(call.opens)
        if journey.now > call.closes:
            return Limit.PICK_UP if call.boards else Limit.ARRIVAL
        starts = journey.now
        boards, alights = len(call.boards), len(call.alights)
        journey.stand(params.standing(boards + alights))
        journey.stand_until(call.leaves)
        if call.hub and call.boards:
            journey.stand_until(fed_by(params, journey.now))
            starts = max(starts, journey.now - params.transfer)
        burden += params.early_fen * early_minutes(params, starts) * boards + params.ride_fen * starts * (
            alights - boards
        )
        stops.append(Stop(place, starts, journey.now, call.boards, call.alights))
    spells, drivers = manned(journey.spells, params, relay=relay)
    if drivers > vehicles.drivers[kind]:
        return Limit.DRIVERS
    burden = burden // 60 + drivers * int(vehicles.driver_fen[kind])
    return Trial(begins, tuple(stops), spells, drivers, burden)


def early_minutes(params: TripParams, time: int) -> int:
    """How much too early, or too late in the evening, a pick-up at this time is, minutes."""
    day = time % DAY
    return params.decent_from - day if day < params.decent_from else max(0, day - params.night_from)


def as_run(problem: TripProblem, kind: int, calls: Calls, trial: Trial, number: int) -> Run:
    """The vehicle's journey as planned, with its cost."""
    vehicles = problem.vehicles
    metres, _ = problem.way(int(vehicles.yard[kind]), *(call.place for call in calls))
    fen = int(vehicles.fixed_fen[kind]) + trial.drivers * int(vehicles.driver_fen[kind])
    fen += (metres * int(vehicles.km_fen[kind]) + 500) // 1_000
    return Run(
        number=number,
        kind=kind,
        local=bool(vehicles.local[kind]),
        begins=trial.begins,
        stops=trial.stops,
        spells=trial.spells,
        drivers=trial.drivers,
        metres=metres,
        fen=fen,
    )


def seats_left(problem: TripProblem, kind: int, calls: Calls) -> int:
    """Seats that stay free."""
    return int(problem.vehicles.seats[kind]) - sum(len(call.boards) for call in calls)
