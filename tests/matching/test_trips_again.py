"""Drop-outs, joiners and drags change what they must and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.trips import plan_trips
from matching.trips_again import replan
from matching.trips_problem import Travellers, TripProblem
from matching.trips_result import Limit, TripPlan
from tests.matching.trip_problems import QUICK, drawn, on_a_line
from tests.matching.trip_rules import broken


def with_rows(problem: TripProblem, rows: list[int]) -> TripProblem:
    return replace(problem, travellers=problem.travellers.take(np.array(rows, dtype=int)))


def seats(plan: TripPlan) -> dict[int, tuple[int, int]]:
    return {
        int(uid): (int(coach), int(seat))
        for uid, coach, seat in zip(plan.uid, plan.coach, plan.seat, strict=True)
        if coach >= 0
    }


def two_coaches() -> TripProblem:
    """Thirty people for either of two plants in opposite directions, and five with feet on both roads."""
    return on_a_line(
        [0, 5, 10, 300, 305],
        points=[1, 2],
        sites=[3, 4],
        people=[(0, 0)] * 30 + [(1, 1)] * 30,
        seats=[40],
        available=[2],
    )


def test_drop_outs_free_their_seats_and_nobody_moves() -> None:
    problem = two_coaches()
    plan = plan_trips(problem, QUICK, seed=1)
    now = with_rows(problem, [row for row in range(60) if row not in (3, 33)])
    again = replan(now, QUICK, plan, seed=1).plan
    assert broken(now, again) == []
    assert seats(again) == {uid: seat for uid, seat in seats(plan).items() if uid not in (4, 34)}


def test_joiners_take_free_seats() -> None:
    problem = two_coaches()
    some = with_rows(problem, list(range(1, 60)))
    plan = plan_trips(some, QUICK, seed=1)
    again = replan(problem, QUICK, plan, seed=1).plan
    assert broken(problem, again) == []
    assert again.figures.unplaced == 0
    assert seats(again).items() >= seats(plan).items()


def test_a_joiner_for_whom_no_seat_is_left_gets_a_further_coach() -> None:
    problem = on_a_line([0, 5, 200], points=[1], sites=[2], people=[(0, 0)] * 41, seats=[40])
    plan = plan_trips(with_rows(problem, list(range(40))), QUICK, seed=1)
    again = replan(problem, QUICK, plan, seed=1).plan
    assert broken(problem, again) == []
    assert again.figures.coaches == 2
    assert seats(again).items() >= seats(plan).items()


def test_nobody_is_added_to_a_locked_coach() -> None:
    problem = on_a_line([0, 5, 200], points=[1], sites=[2], people=[(0, 0)] * 31, seats=[40], available=[1])
    plan = plan_trips(with_rows(problem, list(range(30))), QUICK, seed=1)
    again = replan(problem, QUICK, plan, seed=1, locked=frozenset({plan.runs[0].number})).plan
    assert Limit(again.limit[30]) == Limit.VEHICLES
    assert seats(again) == seats(plan)


def test_a_dragged_person_rides_where_asked_and_the_group_along() -> None:
    problem = on_a_line(
        [0, 5, 200], points=[1], sites=[2], people=[(0, 0)] * 50, group=[3, 3] + [-1] * 48, seats=[30], available=[2]
    )
    plan = plan_trips(problem, QUICK, seed=1)
    other = next(run.number for run in plan.runs if run.number != plan.coach[0])
    done = replan(problem, QUICK, plan, seed=1, moves={1: other})
    assert broken(problem, done.plan) == []
    assert done.not_moved == {}
    assert done.plan.coach[:2].tolist() == [other, other]
    assert sum(seats(done.plan)[uid] != seats(plan)[uid] for uid in range(1, 51)) == 2


def test_a_drag_into_a_full_coach_says_so_and_leaves_the_seat() -> None:
    problem = on_a_line([0, 5, 200], points=[1], sites=[2], people=[(0, 0)] * 45, seats=[30], available=[2])
    plan = plan_trips(problem, QUICK, seed=1)
    full = next(run for run in plan.runs if len(run.riders) == 30)
    row = next(row for row in range(45) if plan.coach[row] != full.number)
    done = replan(problem, QUICK, plan, seed=1, moves={int(plan.uid[row]): full.number})
    assert done.not_moved == {int(plan.uid[row]): Limit.VEHICLES}
    assert seats(done.plan) == seats(plan)


def test_who_now_goes_elsewhere_is_seated_anew() -> None:
    problem = two_coaches()
    plan = plan_trips(problem, QUICK, seed=1)
    people = problem.travellers
    site = people.site.copy()
    site[0] = 1
    columns = {name: getattr(people, name) for name in Travellers.columns()} | {"site": site}
    now = replace(problem, travellers=Travellers(**columns))
    again = replan(now, QUICK, plan, seed=1).plan
    assert broken(now, again) == []
    assert seats(again)[1][0] > 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_drawn_changes_keep_every_other_seat(seed: int) -> None:
    everybody = drawn(seed, people=45)
    draw = np.random.default_rng(seed)
    before, after = (sorted(draw.permutation(45)[:40].tolist()) for _ in range(2))
    first, now = with_rows(everybody, before), with_rows(everybody, after)
    plan = plan_trips(first, QUICK, seed=1)
    again = replan(now, QUICK, plan, seed=1).plan
    assert broken(now, again) == []
    uid, group = everybody.travellers.uid, everybody.travellers.group
    joined = {int(group[row]) for row in set(after) - set(before)} - {-1}  # such a group may move together
    staying = {int(uid[row]) for row in after if group[row] not in joined}
    kept = {uid: seat for uid, seat in seats(plan).items() if uid in staying}
    assert seats(again).items() >= kept.items()


@pytest.mark.parametrize("seed", range(6))
def test_drawn_drags_are_lawful_or_refused(seed: int) -> None:
    problem = drawn(seed)
    plan = plan_trips(problem, QUICK, seed=1)
    draw = np.random.default_rng(seed)
    numbers = [run.number for run in plan.runs if not run.local]
    if not numbers:
        return
    moves = {int(plan.uid[row]): int(draw.choice(numbers)) for row in draw.integers(0, 40, 3)}
    done = replan(problem, QUICK, plan, seed=1, moves=moves)
    assert broken(problem, done.plan) == []
    for uid, number in moves.items():
        if uid not in done.not_moved and uid in seats(done.plan):
            assert number in {seats(done.plan)[uid][0]} | set(moves.values())
