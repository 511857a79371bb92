"""A plan made again after people dropped out, joined or were dragged to another coach: nobody else's seat changes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.codes import UNKNOWN
from matching.trips import again, with_feeders
from matching.trips_calls import Calls, feeder_calls, with_unit, without
from matching.trips_fleet import Load, load_coaches, may_ride, rest_of, taken_along
from matching.trips_params import TripParams
from matching.trips_problem import TripProblem
from matching.trips_result import Limit, TripPlan
from matching.trips_sheet import Vehicle, plan_of
from matching.trips_times import Trial, best_time, seats_left
from matching.trips_units import Unit, as_unit


@dataclass(frozen=True, eq=False)
class Replanned:
    """The new plan, and whom it could not move to the coach that was asked for (uid → limit); they keep their seat."""

    plan: TripPlan
    not_moved: dict[int, Limit]


def replan(
    problem: TripProblem,
    params: TripParams,
    plan: TripPlan,
    *,
    seed: int,
    moves: Mapping[int, int] | None = None,
    locked: frozenset[int] = frozenset(),
) -> Replanned:
    """Make a plan again with as few changes as can be.

    Parameters
    ----------
    problem
        The day as it is now: drop-outs are gone, joiners are there. Points, sites and vehicles keep their rows.
    params
        Rules and weights.
    plan
        The plan so far.
    seed
        Of the search, where joiners need further vehicles.
    moves
        Uid → number of the coach the person is to ride in; the rest of a group goes along.
    locked
        Numbers of coaches nobody is added to, and whose times stay.

    Returns: the new plan. Everybody who stays and is not moved keeps vehicle and seat; times of a coach change only
    where its stops do. Drop-outs' seats are free; joiners fill free seats where that is lawful, the least detour
    first, else further vehicles are sent. Where a joiner's group has no seat more in its coach, the group moves.
    """
    desk = _Desk(problem, params, plan, locked)
    not_moved: dict[int, Limit] = {}
    for uid, number in sorted((moves or {}).items()):
        if (limit := desk.move(uid, number)) != Limit.NONE:
            not_moved[uid] = limit
    refused = desk.seat_the_rest(seed)
    return Replanned(plan_of(problem, params, desk.coaches, desk.feeders, refused), not_moved)


class _Desk:
    """The vehicles while they are changed."""

    def __init__(self, problem: TripProblem, params: TripParams, plan: TripPlan, locked: frozenset[int]) -> None:
        self.problem, self.params, self.locked = problem, params, locked
        self.row_of = {row: self._still(plan, row, int(uid)) for row, uid in enumerate(plan.uid)}
        self.fed = frozenset(self.row_of[int(row)] for row in np.flatnonzero(plan.feeder >= 0)) - {UNKNOWN}
        self.points_fed = frozenset(int(problem.travellers.point[row]) for row in self.fed)
        self.coaches: list[Vehicle] = []
        self.feeders: list[Vehicle] = []
        for run in plan.runs:
            seat = plan.feeder_seat if run.local else plan.seat
            seats = {self.row_of[row]: int(seat[row]) for row in run.riders if self.row_of[row] != UNKNOWN}
            if seats:
                vehicle = again(problem, params, run, self.row_of, seats, self.fed)
                (self.feeders if run.local else self.coaches).append(vehicle)
        self.used = max([0, *(run.number for run in plan.runs)])

    def _still(self, plan: TripPlan, row: int, uid: int) -> int:
        """The person's row now; −1 for who is gone, or goes from or to elsewhere."""
        now = self.problem.row_of.get(uid, UNKNOWN)
        if now == UNKNOWN or plan.coach[row] < 0:
            return UNKNOWN
        point, site = (int(getattr(self.problem.travellers, name)[now]) for name in ("point", "site"))
        first = plan.run(int(plan.feeder[row] if plan.feeder[row] >= 0 else plan.coach[row]))
        starts = {stop.place for stop in first.stops if row in stop.boards}
        ends = {stop.place for stop in plan.run(int(plan.coach[row])).stops if row in stop.alights}
        same = starts == {int(self.problem.points.place[point])} and ends == {int(self.problem.gates.place[site])}
        return now if same else UNKNOWN

    def available(self) -> dict[int, int]:
        """Row of the type → how many are left."""
        kinds = {kind: int(count) for kind, count in enumerate(self.problem.vehicles.available)}
        return rest_of(kinds, Counter(vehicle.kind for vehicle in [*self.coaches, *self.feeders]))

    def party(self, row: int) -> list[int]:
        """Rows of a person's group."""
        group = self.problem.travellers.group
        return [row] if group[row] == UNKNOWN else [int(one) for one in np.flatnonzero(group == group[row])]

    def move(self, uid: int, number: int) -> Limit:
        """Move a person and their group to a coach. Feeders stay: the hub is left after they have come."""
        row = self.problem.row_of.get(uid, UNKNOWN)
        target = next((one for one in self.coaches if one.number == number), None)
        if row == UNKNOWN or target is None or number in self.locked:
            return Limit.VEHICLES
        rows = self.party(row)
        if all(one in target.seats for one in rows):
            return Limit.NONE
        sources = [one for one in self.coaches if one is not target and set(rows) & set(one.seats)]
        if any(one.number in self.locked for one in sources):
            return Limit.VEHICLES
        limit = self._join(
            target, as_unit(self.problem, [one for one in rows if one not in target.seats], self._fed(rows))
        )
        if limit == Limit.NONE:
            for source in sources:
                self._leave(source, rows)
        return limit

    def _fed(self, rows: Sequence[int]) -> frozenset[int]:
        """Points from which these come by feeder: as they do already, or where no coach gets to."""
        points, point = self.problem.points, self.problem.travellers.point
        return frozenset(int(point[row]) for row in rows if row in self.fed or not points.coach_access[point[row]])

    def _join(self, target: Vehicle, unit: Unit) -> Limit:
        """Put a unit that has no need of a new feeder into a coach."""
        if not may_ride(self.problem, target.kind, target.calls, unit):
            full = seats_left(self.problem, target.kind, target.calls) < unit.size
            return Limit.VEHICLES if full else Limit.NEEDS
        found: Trial | Limit = Limit.NO_WAY
        yard = int(self.problem.vehicles.yard[target.kind])
        for _, way in with_unit(self.problem, self.params, target.calls, unit, yard):
            calls = self._hub_after_feeders(way)
            found = best_time(self.problem, self.params, target.kind, calls)
            if isinstance(found, Trial):
                target.calls, target.trial = calls, found
                target.seat_everybody()
                return Limit.NONE
        return found if isinstance(found, Limit) else Limit.NONE

    def _hub_after_feeders(self, calls: Calls) -> Calls:
        """The hub is not left before the feeders of those who board there have come."""
        comes = {row: feeder.trial.ends for feeder in self.feeders for row in feeder.seats}
        return tuple(
            replace(
                call,
                leaves=max([call.leaves, *(comes[row] + self.params.transfer for row in call.boards if row in comes)]),
            )
            if call.hub and call.boards
            else call
            for call in calls
        )

    def _leave(self, source: Vehicle, rows: Sequence[int]) -> None:
        feeder = source in self.feeders
        source.calls = without(self.problem, self.params, source.calls, rows)
        if not source.calls:
            (self.feeders if feeder else self.coaches).remove(source)
            return
        before = source.trial.ends if feeder else None
        trial = best_time(self.problem, self.params, source.kind, source.calls, before=before)
        if isinstance(trial, Trial):
            source.trial = trial
        source.seat_everybody()

    def seat_the_rest(self, seed: int) -> dict[int, Limit]:
        """Seats for everybody who has none; the limits of those who get none."""
        seated = {row for vehicle in self.coaches for row in vehicle.seats}
        parties: dict[int, list[int]] = defaultdict(list)
        for row in range(len(self.problem.travellers)):
            if row not in seated:
                group = int(self.problem.travellers.group[row])
                parties[row if group == UNKNOWN else -2 - group].append(row)
        left = [rows for rows in parties.values() if not self._fits_in(rows)]
        # A joiner whose group's coach is full moves the group to another, or waits rather than ride apart from it.
        apart = [rows for rows in left if any(mate in seated for mate in self.party(rows[0]))]
        waiting = {row: Limit.VEHICLES for rows in apart if not self._regrouped(self.party(rows[0])) for row in rows}
        units = [self._unit(rows) for rows in left if rows not in apart]
        if not units:
            return waiting
        available = self.available()
        loading = load_coaches(
            self.problem, self.params, units, available, seed=seed, iterations=max(1, self.params.iterations // 6)
        )
        new = with_feeders(self.problem, self.params, loading.loads, available, self.used, seed)
        self.coaches += new[0]
        self.feeders += new[1]
        return waiting | loading.refused | new[2]

    def _unit(self, rows: list[int]) -> Unit:
        return as_unit(self.problem, rows, self._fed(rows))

    def _fits_in(self, rows: list[int]) -> bool:
        """Take joiners along: with the group they belong to, else in the coach they lengthen least."""
        unit = self._unit(rows)
        mates = {mate for row in rows for mate in self.party(row)}
        theirs = [one for one in self.coaches if mates & set(one.seats)]
        open_ = [one for one in self.coaches if one.number not in self.locked and (not theirs or one in theirs)]
        loads = [Load(one.kind, [], one.calls, one.trial) for one in open_]
        if not loads or not taken_along(self.problem, self.params, loads, unit):
            return False
        at = next(at for at, load in enumerate(loads) if load.units)
        target, before = open_[at], (open_[at].calls, open_[at].trial)
        target.calls, target.trial = loads[at].calls, loads[at].trial
        hub = [row for visit in unit.visits if visit.hub for row in visit.rows]
        if hub and not self._fed_in_time(target, hub):
            target.calls, target.trial = before
            return False
        target.seat_everybody()
        return True

    def _regrouped(self, rows: list[int]) -> bool:
        """Move a whole group to a coach with room for all of it; without one everything stays as it was."""
        before = [[replace(one, seats=dict(one.seats)) for one in side] for side in (self.coaches, self.feeders)]
        for source in [one for one in self.coaches if set(rows) & set(one.seats)]:
            if source.number in self.locked:
                return False
            self._leave(source, rows)
        for feeder in [one for one in self.feeders if set(rows) & set(one.seats)]:
            self._leave(feeder, rows)
        if self._fits_in(rows):
            return True
        self.coaches, self.feeders = before
        return False

    def _fed_in_time(self, coach: Vehicle, rows: list[int]) -> bool:
        """A feeder that takes these to the hub before the coach leaves: one that drives anyway, else a further one."""
        leaves = next(stop.leaves for stop in coach.trial.stops if set(rows) <= set(stop.boards))
        deadline = leaves - self.params.transfer
        unit = as_unit(self.problem, rows, frozenset())
        mates = {mate for row in rows for mate in self.party(row)}
        theirs = [feeder for feeder in self.feeders if mates & set(feeder.seats)]
        for feeder in theirs or self.feeders:
            if feeder.trial.ends <= deadline and self._boards_feeder(feeder, unit):
                return True
        if theirs:
            return False
        for kind, count in self.available().items():
            kinds = self.problem.vehicles
            if not kinds.local[kind] or count < 1 or kinds.seats[kind] < unit.size:
                continue
            if unit.needs & ~int(kinds.offers[kind]):
                continue
            calls = feeder_calls(self.problem, self.params, [unit], deadline)
            trial = best_time(self.problem, self.params, kind, calls, before=deadline)
            if isinstance(trial, Trial):
                self.used += 1
                self.feeders.append(Vehicle(self.used, kind, calls, trial, {}))
                self.feeders[-1].seat_everybody()
                return True
        return False

    def _boards_feeder(self, feeder: Vehicle, unit: Unit) -> bool:
        """Take a unit along in a feeder that still comes no later than it did."""
        kinds = self.problem.vehicles
        if seats_left(self.problem, feeder.kind, feeder.calls) < unit.size or unit.needs & ~int(
            kinds.offers[feeder.kind]
        ):
            return False
        yard, comes = int(kinds.yard[feeder.kind]), feeder.trial.ends
        gone = [call for call in feeder.calls if call.boards]
        rows = tuple(row for call in gone for row in call.boards)
        on_board = as_unit(self.problem, list(rows), frozenset())
        plain = replace(unit, sites=frozenset())
        ways = with_unit(self.problem, self.params, tuple(gone), plain, yard)
        for _, calls in ways:
            end = feeder_calls(self.problem, self.params, [on_board, unit], comes)[-1]
            trial = best_time(self.problem, self.params, feeder.kind, (*calls, end), before=comes)
            driving = sum(spell.ends - spell.begins for spell in trial.spells) if isinstance(trial, Trial) else 0
            if isinstance(trial, Trial) and driving <= self.params.feeder_tour:
                feeder.calls, feeder.trial = (*calls, end), trial
                feeder.seat_everybody()
                return True
        return False
