"""Departures are planned lawfully and cheaply, and what cannot be says why."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.exceptions import InvalidColumnError
from matching.trips import plan_trips
from matching.trips_problem import TripProblem
from matching.trips_result import Limit, TripPlan
from tests.matching.trip_problems import DAY, HOUR, QUICK, drawn, on_a_line, planted
from tests.matching.trip_rules import broken


def lawful(problem: TripProblem, *, seed: int = 1) -> TripPlan:
    plan = plan_trips(problem, QUICK, seed=seed)
    assert broken(problem, plan) == []
    group = problem.travellers.group
    for one in np.unique(group[group >= 0]):
        assert len(np.unique(plan.coach[group == one])) == 1, "all of a group have a seat, or none"
    return plan


def limits(plan: TripPlan) -> list[str]:
    return [Limit(limit).name for limit in plan.limit]


def test_one_coach_takes_two_villages_to_one_site() -> None:
    problem = on_a_line([0, 10, 20, 200], points=[1, 2], sites=[3], people=[(0, 0)] * 3 + [(1, 0)] * 2)
    plan = lawful(problem)
    (run,) = plan.runs
    assert [stop.place for stop in run.stops] == [1, 2, 3]
    assert run.metres == 200_000
    assert run.fen == 100_000 + 200 * 600 + 50_000
    assert sorted(plan.seat) == [1, 2, 3, 4, 5]
    assert plan.figures.fen_per_head == 54_000


def test_sites_on_one_way_share_a_coach() -> None:
    problem = on_a_line([0, 10, 200, 210], points=[1], sites=[2, 3], people=[(0, 0)] * 20 + [(0, 1)] * 20)
    plan = lawful(problem)
    assert [[stop.place for stop in run.stops] for run in plan.runs] == [[1, 2, 3]]


def test_full_coaches_are_not_oversold() -> None:
    plan = lawful(on_a_line([0, 10, 200], points=[1], sites=[2], people=[(0, 0)] * 120))
    assert max(len(run.riders) for run in plan.runs) <= 50
    assert len(plan.runs) == 3


def test_a_group_stays_whole_across_villages_and_sites() -> None:
    people = [(0, 0)] * 30 + [(1, 1)] * 30
    group = [7] * 5 + [-1] * 25 + [7] * 5 + [-1] * 25
    plan = lawful(on_a_line([0, 10, 30, 300, 320], points=[1, 2], sites=[3, 4], people=people, group=group))
    assert len({plan.coach[row] for row in (0, 4, 30, 34)}) == 1


def test_people_whom_no_coach_reaches_come_by_feeder_in_time() -> None:
    problem = on_a_line(
        [0, 15, 25, 300],
        points=[1, 2],
        sites=[3],
        people=[(0, 0)] * 10 + [(1, 0)] * 10,
        coach_access=[1, 0],
        hub=0,
        seats=[50, 10],
        fixed_fen=[100_000, 10_000],
        km_fen=[600, 300],
        driver_fen=[50_000, 10_000],
        drivers=[2, 1],
        local=[0, 1],
    )
    plan = lawful(problem)
    assert (plan.feeder[10:] >= 0).all()
    assert limits(plan) == ["NONE"] * 20


@pytest.mark.parametrize(
    ("given", "limit"),
    [
        ({"coach_access": [0]}, "NO_ACCESS"),
        ({"needs": [2, 2, 2]}, "NEEDS"),
        ({"group": [1, 1, 1], "seats": [2]}, "GROUP_SEATS"),
        ({"drivers": [1], "kilometres": [0, 10, 900]}, "DRIVERS"),
        ({"latest": [5]}, "PICK_UP"),
        ({"earliest": [3 * HOUR], "closes": 5 * HOUR}, "ARRIVAL"),
        ({"kilometres": [0, 10, 600], "closes": 5 * HOUR}, "ARRIVAL"),
        ({"available": [0]}, "VEHICLES"),
        ({"available": [1], "seats": [1]}, "VEHICLES"),
    ],
)
def test_who_cannot_be_taken_learns_what_binds(given: dict[str, object], limit: str) -> None:
    given = dict(given)
    kilometres = given.pop("kilometres", [0, 10, 200])
    plan = lawful(on_a_line(kilometres, points=[1], sites=[2], people=[(0, 0)] * 3, **given))  # type: ignore[arg-type]
    assert limit in limits(plan)
    assert plan.figures.unplaced >= 2


def test_without_a_way_nobody_goes() -> None:
    problem = on_a_line([0, 10, 200], points=[1], sites=[2], people=[(0, 0)])
    cut = np.where(np.eye(3, dtype=bool), 0, -1)
    plan = lawful(TripProblem(problem.travellers, problem.points, problem.gates, problem.vehicles, cut, cut))
    assert limits(plan) == ["NO_WAY"]


def test_nobody_to_take_is_a_plan_too() -> None:
    plan = lawful(on_a_line([0, 10, 200], points=[1], sites=[2], people=[]))
    assert plan.runs == ()
    assert plan.figures.placed == 0


def test_an_early_pick_up_weighs_against_a_driver() -> None:
    """600 km take ten hours and more: by two drivers in one day, leaving before dawn, or by night."""
    problem = on_a_line(
        [0, 5, 605], points=[1], sites=[2], people=[(0, 0)] * 40, opens=14 * HOUR, closes=DAY + 12 * HOUR
    )
    gentle = plan_trips(problem, replace(QUICK, early_fen=100_000), seed=1)
    assert gentle.figures.early_minutes == 0
    assert broken(problem, gentle) == []


def test_empty_seats_weigh_when_asked() -> None:
    kinds = {"seats": [50, 20], "fixed_fen": [100_000, 99_000], "km_fen": [600, 600], "driver_fen": [50_000] * 2}
    problem = on_a_line([0, 10, 200], points=[1], sites=[2], people=[(0, 0)] * 40, drivers=[2, 2], **kinds)
    assert plan_trips(problem, QUICK, seed=1).figures.empty_seats == 10
    full = plan_trips(problem, replace(QUICK, empty_fen=100_000), seed=1)
    assert full.figures.empty_seats == 0
    assert len(full.runs) == 2


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_drawn_days_are_planned_lawfully(seed: int, hub: bool) -> None:
    problem = drawn(seed, hub=hub)
    lawful(problem)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_the_same_day_and_seed_give_the_same_plan_in_any_order_of_rows(seed: int) -> None:
    problem = drawn(seed)
    order = np.random.default_rng(seed).permutation(len(problem.travellers))
    turned = replace(problem, travellers=problem.travellers.take(order))
    first, again, other = (plan_trips(one, QUICK, seed=3) for one in (problem, problem, turned))
    assert first.runs == again.runs
    assert first.figures == other.figures
    assert first.coach[order].tolist() == other.coach.tolist()
    assert first.seat[order].tolist() == other.seat.tolist()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("coaches", "roads"), [(3, 1), (2, 3)])
def test_within_three_percent_of_a_planted_optimum(seed: int, coaches: int, roads: int) -> None:
    one = planted(seed, coaches=coaches, roads=roads)
    plan = plan_trips(one.problem, replace(QUICK, iterations=2_000), seed=1)
    assert broken(one.problem, plan) == []
    assert plan.figures.unplaced == 0
    assert one.least <= plan.figures.fen <= 1.03 * one.least


def test_locked_coaches_stay_as_they_are() -> None:
    problem = drawn(5)
    plan = lawful(problem)
    number = plan.runs[0].number
    again = plan_trips(problem, QUICK, seed=9, kept=plan, locked=frozenset({number}))
    assert broken(problem, again) == []
    inside = plan.coach == number
    assert (again.coach[inside] == number).all()
    assert again.seat[inside].tolist() == plan.seat[inside].tolist()
    assert again.picked_up[inside].tolist() == plan.picked_up[inside].tolist()
    with pytest.raises(KeyError):
        plan_trips(problem, QUICK, seed=9, kept=plan, locked=frozenset({999}))


def test_tables_that_do_not_fit_are_refused() -> None:
    problem = on_a_line([0, 10, 200], points=[1], sites=[2], people=[(0, 0)])
    with pytest.raises(InvalidColumnError, match=r"Travellers\.point: row 0: points beyond 0 rows"):
        replace(problem, points=problem.points.take(np.array([], dtype=int)))
    with pytest.raises(InvalidColumnError, match="diagonal"):
        replace(problem, metres=problem.metres + 1)
    with pytest.raises(InvalidColumnError, match="other ways"):
        replace(problem, metres=np.where(np.eye(3, dtype=bool), 0, -1))
    with pytest.raises(InvalidColumnError, match="hub"):
        replace(problem, hub=3)
