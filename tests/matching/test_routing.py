"""The capacitated problem: exact where the optimum is known, honest where vehicles do not suffice."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.exceptions import InvalidColumnError
from matching.routing import CapacitatedProblem, CapacitatedRoutes, solve_capacitated


def in_the_plane(points: list[tuple[int, int]], demand: list[int], capacity: int, **given: int) -> CapacitatedProblem:
    at = np.array(points, dtype=float)
    distance = np.floor(np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1)) + 0.5).astype(np.int64)
    return CapacitatedProblem(distance, np.array(demand), capacity, **given)


def check(problem: CapacitatedProblem, found: CapacitatedRoutes) -> None:
    served = sorted(customer for route in found.routes for customer in route)
    assert sorted([*served, *found.left]) == list(range(1, len(problem.demand) + 1))
    cost = 0
    for route in found.routes:
        assert sum(int(problem.demand[customer - 1]) for customer in route) <= problem.capacity
        length = sum(int(problem.distance[one, other]) for one, other in zip((0, *route), (*route, 0), strict=True))
        if problem.longest is not None:
            assert length + problem.service * len(route) <= problem.longest
        cost += length
    assert cost == found.cost


def best_by_hand(problem: CapacitatedProblem) -> int:
    """The least over every order of customers, cut where it is cheapest."""
    n, least = len(problem.demand), 10**9
    for order in permutations(range(1, n + 1)):
        until = [0] + [10**9] * n
        for first in range(n):
            load = length = 0
            for last in range(first, n):
                load += int(problem.demand[order[last] - 1])
                if load > problem.capacity:
                    break
                before = order[last - 1] if last > first else 0
                length += int(problem.distance[before, order[last]])
                until[last + 1] = min(until[last + 1], until[first] + length + int(problem.distance[order[last], 0]))
        least = min(least, until[n])
    return least


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_small_problems_are_solved_to_the_optimum(seed: int) -> None:
    draw = np.random.default_rng(seed)
    points = [(int(x), int(y)) for x, y in draw.integers(0, 100, (7, 2))]
    problem = in_the_plane(points, draw.integers(1, 5, 6).tolist(), 8)
    found = solve_capacitated(problem, seed=1, steps=200)
    check(problem, found)
    assert found.cost == best_by_hand(problem)


def test_equal_seeds_and_steps_give_equal_routes() -> None:
    draw = np.random.default_rng(4)
    points = [(int(x), int(y)) for x, y in draw.integers(0, 1_000, (41, 2))]
    problem = in_the_plane(points, draw.integers(1, 20, 40).tolist(), 60)
    assert solve_capacitated(problem, seed=2, steps=300) == solve_capacitated(problem, seed=2, steps=300)


def test_customers_no_vehicle_is_left_for_are_named() -> None:
    problem = in_the_plane([(0, 0), (0, 9), (9, 0), (5, 5)], [4, 4, 4], 4, vehicles=2)
    found = solve_capacitated(problem, seed=1, steps=200)
    check(problem, found)
    assert len(found.left) == 1


def test_routes_keep_the_longest_length() -> None:
    problem = in_the_plane([(0, 0), (0, 10), (0, 12), (10, 0)], [1, 1, 1], 9, longest=40, service=5)
    found = solve_capacitated(problem, seed=1, steps=200)
    check(problem, found)
    assert found.left == ()
    assert len(found.routes) == 2


def test_a_search_ends_when_told() -> None:
    problem = in_the_plane([(0, 0), (0, 9), (9, 0)], [1, 1], 1)
    asked = []
    check(problem, solve_capacitated(problem, seed=1, halt=lambda: len(asked) > 3 or asked.append(1) is not None))
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("demand", "distance", "message"),
    [
        ([5], [[0, 1], [1, 0]], "capacity of 4"),
        ([-1], [[0, 1], [1, 0]], "capacity of 4"),
        ([1], [[0, -1], [1, 0]], "from 0 on"),
        ([1], [[0, 1, 1], [1, 0, 1], [1, 1, 0]], "2 × 2"),
        ([], [[0]], "0 customers"),
    ],
)
def test_what_is_no_problem_is_refused(demand: list[int], distance: list[list[int]], message: str) -> None:
    with pytest.raises(InvalidColumnError, match=message):
        CapacitatedProblem(np.array(distance), np.array(demand, dtype=np.int64), 4)
