"""Departures for tests: small ones by hand, drawn ones, and ones whose least cost is known because it was put there."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matching.trips_params import TripParams
from matching.trips_problem import Gates, Points, Travellers, TripProblem, VehicleTypes

DAY, HOUR = 1_440, 60
QUICK = replace(TripParams(), iterations=300)


def on_a_line(
    kilometres: list[float],
    *,
    points: list[int],
    sites: list[int],
    people: list[tuple[int, int]],
    kmh: int = 60,
    opens: int = 0,
    closes: int = 3 * DAY,
    **given: Any,
) -> TripProblem:
    """Places along one road; ``people`` are pairs of point row and site row. ``given`` replaces columns and the hub."""
    at = np.array(kilometres)
    metres = np.rint(np.abs(at[:, None] - at[None, :]) * 1_000).astype(np.int64)
    minutes = np.ceil(metres / 1_000 / kmh * 60).astype(np.int64)
    columns = {name: given.pop(name) for name in ("group", "needs", "own_fen") if name in given}
    spots = {name: given.pop(name) for name in ("earliest", "latest", "coach_access") if name in given}
    hub = given.pop("hub", -1)
    kinds = {"seats": [50], "fixed_fen": [100_000], "km_fen": [600], "driver_fen": [50_000], "drivers": [3]} | given
    count = len(people)
    return TripProblem(
        Travellers.of(
            count,
            uid=np.arange(1, count + 1),
            point=[point for point, _ in people],
            site=[site for _, site in people],
            **columns,
        ),
        Points.of(len(points), place=points, **spots),
        Gates.of(len(sites), place=sites, opens=np.full(len(sites), opens), closes=np.full(len(sites), closes)),
        VehicleTypes.of(len(kinds["seats"]), **kinds),
        metres,
        minutes,
        hub,
    )


@dataclass(frozen=True)
class Planted:
    """A problem and the least cost any lawful plan can have, fen."""

    problem: TripProblem
    least: int


def planted(seed: int, *, coaches: int, roads: int, far: int = 300) -> Planted:
    """Roads from one yard, on each villages in a row and a plant at the end, so that no way is longer than the road.

    Parties fill ``coaches`` coaches of each road to the last seat. At least people ÷ seats coaches must drive at least
    the road each, so their cost is the least there can be.
    """
    draw = np.random.default_rng(seed)
    seats, villages = 30, 8
    roads_of, at = [-1], [0]
    points, sites, people, group, parties = [], [], [], [], 0
    for road in range(roads):
        stretch = np.sort(draw.integers(2_000, 40_000, villages))
        first = len(points)
        for metres_out in (*stretch, far * 1_000):
            (points if metres_out < far * 1_000 else sites).append(len(at))
            roads_of.append(road)
            at.append(int(metres_out))
        for _ in range(coaches):
            left = seats
            while left:
                size = min(left, int(draw.integers(1, 5)))
                village = first + int(draw.integers(villages))
                people += [(village, road)] * size
                group += [parties if size > 1 else -1] * size
                parties, left = parties + 1, left - size
    out, on = np.array(at, dtype=np.int64), np.array(roads_of)
    metres = np.where(on[:, None] == on[None, :], abs(out[:, None] - out[None, :]), out[:, None] + out[None, :])
    order = draw.permutation(len(people))
    problem = TripProblem(
        Travellers.of(
            len(people),
            uid=np.arange(1, len(people) + 1),
            point=[people[at][0] for at in order],
            site=[people[at][1] for at in order],
            group=np.array(group)[order],
        ),
        Points.of(len(points), place=points),
        Gates.of(len(sites), place=sites, opens=np.full(len(sites), 8 * HOUR), closes=np.full(len(sites), DAY)),
        VehicleTypes.of(
            2,
            seats=[seats, seats // 2],
            fixed_fen=[90_000, 80_000],
            km_fen=[600, 500],
            driver_fen=[50_000, 50_000],
            drivers=[2, 2],
        ),
        metres,
        np.ceil(metres / 1_000 / 70 * 60).astype(np.int64),
    )
    each = 90_000 + int(metres[0, sites[0]]) * 600 // 1_000 + 50_000
    return Planted(problem, each * coaches * roads)


def drawn(seed: int, *, people: int = 40, hub: bool = True) -> TripProblem:
    """A small day with everything in it: groups, needs, feeders, windows, bad roads, two kinds of coach."""
    draw = np.random.default_rng(seed)
    villages, plants = int(draw.integers(2, 9)), int(draw.integers(1, 4))
    at = np.vstack(
        [[0.0, 0.0], draw.uniform(-25, 25, (villages, 2)), draw.uniform(-1, 1, (plants, 2)) * (80, 60) + (500, 0)]
    )
    apart = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1)) * 1.3
    metres = np.rint(apart * 1_000).astype(np.int64)
    minutes = np.ceil(np.where(apart < 90, apart / 40, apart / 75) * 60).astype(np.int64)
    opens = draw.integers(12 * HOUR, DAY + 12 * HOUR, plants)
    return TripProblem(
        Travellers.of(
            people,
            uid=draw.permutation(people * 2)[:people],
            point=draw.integers(0, villages, people),
            site=draw.integers(0, plants, people),
            group=np.where(draw.random(people) < 0.4, draw.integers(0, max(1, people // 4), people), -1),
            needs=(draw.random(people) < 0.05).astype(int),
        ),
        Points.of(
            villages,
            place=np.arange(1, villages + 1),
            coach_access=(draw.random(villages) < 0.7).astype(int),
            earliest=draw.integers(0, 8 * HOUR, villages),
            latest=draw.integers(14 * HOUR, DAY, villages),
        ),
        Gates.of(
            plants, place=villages + 1 + np.arange(plants), opens=opens, closes=opens + draw.integers(60, 900, plants)
        ),
        VehicleTypes.of(
            4,
            seats=[35, 19, 12, 8],
            available=[int(draw.integers(0, 4)), 3, 2, 4],
            fixed_fen=[80_000, 50_000, 60_000, 9_000],
            km_fen=[600, 350, 400, 300],
            driver_fen=[50_000, 50_000, 60_000, 15_000],
            drivers=[3, 2, 4, 1],
            relay=[0, 0, 1, 0],
            local=[0, 0, 0, 1],
            offers=[1, 0, 1, 1],
        ),
        metres,
        minutes,
        0 if hub else -1,
    )
