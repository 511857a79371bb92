"""The door to matching/ for departures: routing problems of elsewhere, solved within a time."""

import time
from dataclasses import dataclass

from app.departures.vrp_files import VrpFile
from matching.routing import CapacitatedProblem, solve_capacitated

SEED = 1


@dataclass(frozen=True)
class Routes:
    """Routes in the numbers of CVRPLIB's solutions: customers from 1, in the order of the file without its depot."""

    routes: tuple[tuple[int, ...], ...]
    cost: float
    left: tuple[int, ...]
    seconds: float


def route(file: VrpFile, *, seconds: float, seed: int = SEED) -> Routes:
    """Solve a problem as well as the time allows; another run of as many seconds may find another answer."""
    began = time.monotonic()
    problem = CapacitatedProblem(
        file.distance, file.demand, file.capacity, vehicles=file.vehicles, longest=file.longest, service=file.service
    )
    found = solve_capacitated(problem, seed=seed, halt=lambda: time.monotonic() - began >= seconds)
    return Routes(found.routes, found.cost / file.scale, found.left, time.monotonic() - began)
