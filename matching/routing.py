"""The routing solver behind one function: PyVRP's iterated local search, ended by count or by the caller's word.

Also the capacitated problem in its plain form (one depot, equal vehicles), to compare with instances from elsewhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from matching.exceptions import InvalidColumnError

Halt = Callable[[], bool]
"""Asked after every step of a search; true ends it."""

MOST_CUSTOMERS = 5_000


class SearchEnd:
    """Ends a search after so many steps, or when the caller says so; counting alone makes a result repeatable."""

    def __init__(self, steps: int | None, halt: Halt | None = None) -> None:
        self.steps, self.halt, self.done = steps, halt, 0

    def __call__(self, best_cost: int) -> bool:
        """Whether to end now; what the best costs does not matter."""
        del best_cost
        self.done += 1
        return (self.steps is not None and self.done > self.steps) or (self.halt is not None and self.halt())


def search(
    data: Any, end: SearchEnd, seed: int, dear: float | None = None, start: Any = None
) -> list[tuple[int, list[int]]]:
    """The best routes found, as (vehicle type, clients in order); those without clients are left out.

    ``dear`` is what breaking a limit by one costs at first; it should be of the order of what that could save.
    ``start`` is a solution to begin with.
    """
    from pyvrp import PenaltyParams, SolveParams, solve  # noqa: PLC0415 (start-up time)
    from pyvrp.exceptions import PenaltyBoundWarning  # noqa: PLC0415

    penalty = PenaltyParams() if dear is None else PenaltyParams(max_penalty=2.0 * dear, solutions_between_updates=100)
    with catch_warnings():
        simplefilter("ignore", PenaltyBoundWarning)  # vehicles may not suffice; the caller looks at what came out
        params = SolveParams(penalty=penalty)
        found = solve(data, end, seed, collect_stats=False, display=False, params=params, initial_solution=start)
    return [(route.vehicle_type(), _clients(route)) for route in found.best.routes() if len(route)]


def tables(arrays: list[NDArray[np.int64]]) -> Any:
    """Tables as the solver takes them: its own annotation of arrays is not one numpy knows."""
    return arrays


def _clients(route: Any) -> list[int]:
    return [activity.idx for activity in route if activity.is_client()]


@dataclass(frozen=True, eq=False)
class CapacitatedProblem:
    """Customers with demands, vehicles of one capacity, one depot.

    Parameters
    ----------
    distance
        Whole numbers from place to place, shape (n + 1, n + 1), place 0 is the depot.
    demand
        Of each customer, shape (n,), at least 0.
    capacity
        Of a vehicle, at least the largest demand.
    vehicles
        How many there are; None: as many as are useful.
    longest, service
        Longest route, None: unlimited; and what each customer adds to its length, but not to the cost.

    Raises: InvalidColumnError.
    """

    distance: NDArray[np.int64]
    demand: NDArray[np.int64]
    capacity: int
    vehicles: int | None = None
    longest: int | None = None
    service: int = 0

    def __post_init__(self) -> None:
        """Check shapes and domains."""
        n = len(self.demand)
        if not 1 <= n <= MOST_CUSTOMERS:
            raise InvalidColumnError("CapacitatedProblem", "demand", f"{n} customers, expected 1 to {MOST_CUSTOMERS}")
        if self.distance.shape != (n + 1, n + 1) or (self.distance < 0).any() or np.diagonal(self.distance).any():
            raise InvalidColumnError(
                "CapacitatedProblem", "distance", f"expected {n + 1} × {n + 1} numbers from 0 on, 0 on the diagonal"
            )
        if (self.demand < 0).any() or int(self.demand.max()) > self.capacity:
            raise InvalidColumnError("CapacitatedProblem", "demand", f"expected 0 to the capacity of {self.capacity}")


@dataclass(frozen=True)
class CapacitatedRoutes:
    """Customers (from 1) by route, and the sum of distances; ``left`` are those no route takes."""

    routes: tuple[tuple[int, ...], ...]
    cost: int
    left: tuple[int, ...]


def solve_capacitated(
    problem: CapacitatedProblem, *, seed: int, steps: int | None = None, halt: Halt | None = None
) -> CapacitatedRoutes:
    """Find routes of little distance that serve every customer once.

    Parameters
    ----------
    problem
        What is to be served.
    seed
        Of the search, in [0, 2**32).
    steps, halt
        When it ends; at least one of them. With steps alone the result is repeatable.

    Returns: the best found. ``left`` is empty unless vehicles or their reach do not suffice.
    """
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType  # noqa: PLC0415 (start-up time)

    n = len(problem.demand)
    kind = VehicleType(problem.vehicles or n, [problem.capacity])
    if problem.longest is not None:
        kind = kind.replace(max_distance=problem.longest)
    every = problem.vehicles is None and problem.longest is None
    distance = problem.distance.astype(np.int64)
    distance[1:] += problem.service  # on leaving a customer: as many times in every answer
    np.fill_diagonal(distance, 0)
    prize = 2 * int(distance.max()) * (n + 1) + 1
    data = ProblemData(
        [Location(0, 0) for _ in range(n + 1)],
        [
            Client(at + 1, delivery=[int(amount)], prize=prize, required=every)
            for at, amount in enumerate(problem.demand)
        ],
        [Depot(0)],
        [kind],
        tables([distance]),
        tables([np.zeros_like(distance)]),
    )
    found = search(data, SearchEnd(steps, halt), seed)
    routes = tuple(tuple(client + 1 for client in clients) for _, clients in found)
    served = {customer for route in routes for customer in route}
    left = tuple(customer for customer in range(1, n + 1) if customer not in served)
    return CapacitatedRoutes(routes, sum(_length(problem.distance, route) for route in routes), left)


def _length(distance: NDArray[np.int64], route: Sequence[int]) -> int:
    stops = (0, *route, 0)
    return sum(int(distance[one, other]) for one, other in pairwise(stops))
