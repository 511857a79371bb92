"""A day's departures: 500 people, 30 villages, six sites planned in one act, beside nearest village first.

Both plans use the same vehicles, prices, rules and clock, and the planner's are checked by the tests' own reading of
the rules. Then the same days after ten drop-outs and five joiners; instances whose least cost is known; and
capacitated routing problems drawn like the X set of CVRPLIB, measured by longer searches (the set is not at hand).
"""

import argparse
import statistics
import time
from dataclasses import dataclass, replace

import numpy as np

from matching.routing import CapacitatedProblem, solve_capacitated
from matching.trips import plan_trips
from matching.trips_again import replan
from matching.trips_params import TripParams
from matching.trips_problem import TripProblem
from matching.trips_result import TripPlan
from scripts.benchmarks.departures import county_day, nearest_first
from scripts.benchmarks.report import machine, put_section
from tests.matching.trip_problems import planted
from tests.matching.trip_rules import broken

PEOPLE, VILLAGES, DAYS = 500, 30, 5
OUT, IN = 10, 5


@dataclass(frozen=True)
class Day:
    """One drawn day, planned three ways."""

    seconds: float
    processor: float
    fen: int
    by_hand: int
    coaches: int
    feeders: int
    empty: int
    own: int
    again_seconds: float
    kept: float


def planned_day(seed: int, params: TripParams) -> Day:
    everybody = county_day(PEOPLE + IN, VILLAGES, seed)
    problem = taken(everybody, range(PEOPLE))
    warm_up()
    began, at_work = time.perf_counter(), time.process_time()
    plan = plan_trips(problem, params, seed=1)
    seconds, processor = time.perf_counter() - began, time.process_time() - at_work
    lawful(problem, plan)
    hand = nearest_first(problem, params)
    assert not hand.parted, "by hand somebody stays behind, so the plans cannot be compared"
    changed = taken(everybody, range(OUT, PEOPLE + IN))
    began = time.perf_counter()
    again = replan(changed, params, plan, seed=1).plan
    again_seconds = time.perf_counter() - began
    lawful(changed, again)
    before, after = seats(plan), seats(again)
    staying = [uid for uid in before if uid in changed.row_of]
    return Day(
        seconds=seconds,
        processor=processor,
        fen=plan.figures.fen,
        by_hand=hand.fen,
        coaches=plan.figures.coaches,
        feeders=plan.figures.feeders,
        empty=plan.figures.empty_seats,
        own=plan.figures.own_fen,
        again_seconds=again_seconds,
        kept=sum(after.get(uid) == before[uid] for uid in staying) / len(staying),
    )


def warm_up() -> None:
    """Load the solver, which takes some seconds the first time."""
    solve_capacitated(like_x(3, 0), seed=1, steps=1)


def taken(problem: TripProblem, rows: range) -> TripProblem:
    return replace(problem, travellers=problem.travellers.take(np.array(rows)))


def lawful(problem: TripProblem, plan: TripPlan) -> None:
    assert plan.figures.unplaced == 0, f"{plan.figures.unplaced} people have no seat"
    assert (faults := broken(problem, plan)) == [], faults[:5]


def seats(plan: TripPlan) -> dict[int, tuple[int, int]]:
    return {int(uid): (int(coach), int(seat)) for uid, coach, seat in zip(plan.uid, plan.coach, plan.seat, strict=True)}


def like_x(customers: int, seed: int) -> CapacitatedProblem:
    """Drawn as the X set is: on a grid of 1000 by 1000, customers anywhere or in clusters, demands 1 to 100."""
    draw = np.random.default_rng(seed)
    if seed % 2:
        centres = draw.integers(0, 1_001, (6, 2))
        at = np.clip(centres[draw.integers(0, 6, customers)] + draw.normal(0, 70, (customers, 2)), 0, 1_000).round()
    else:
        at = draw.integers(0, 1_001, (customers, 2)).astype(float)
    at = np.vstack([draw.integers(0, 1_001, (1, 2)), at])
    demand = draw.integers(1, 101, customers)
    apart = np.hypot(*(at[:, None] - at[None, :]).transpose(2, 0, 1))
    stops = int(draw.integers(4, 16))
    return CapacitatedProblem(np.floor(apart + 0.5).astype(np.int64), demand, max(100, int(demand.mean() * stops)))


def in_time(problem: CapacitatedProblem, seconds: float, seed: int) -> int:
    ends = time.perf_counter() + seconds
    return solve_capacitated(problem, seed=seed, halt=lambda: time.perf_counter() >= ends).cost


def trips_table(days: list[Day]) -> list[str]:
    rows = []
    for at, day in enumerate(days, start=1):
        used = f"{day.seconds:.1f} | {day.processor:.1f} | {day.coaches} + {day.feeders} | {day.empty}"
        money = (
            f"{day.fen / 100:,.0f} | {day.by_hand / 100:,.0f} | {day.fen / day.by_hand:.3f} | {day.fen / day.own:.2f}"
        )
        rows.append(f"| {at} | {used} | {money} | {day.again_seconds:.2f} | {day.kept:.1%} |")
    mean = statistics.mean(day.fen / day.by_hand for day in days)
    slowest, again = max(day.seconds for day in days), max(day.again_seconds for day in days)
    said = "Every plan passes the tests' own reading of the rules."
    columns = "| day | seconds | of one processor | coaches + feeders | empty seats | yuan"
    columns += " | by hand, nearest first | share | of own travel |"
    most = f"**{slowest:.1f}** (at most 15) | | | | | | **{mean:.3f}** (at most 0.9) | | **{again:.2f}** (at most 3)"
    return [
        f"{PEOPLE} people, {VILLAGES} villages, six sites, {len(days)} drawn days. {machine()}. {said}",
        "",
        f"{columns} {OUT} out, {IN} in: seconds | others' seats kept |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        f"| **all** | {most} | |",
    ]


def planted_lines(params: TripParams) -> list[str]:
    gaps = []
    for seed, (coaches, roads) in enumerate([(3, 1), (2, 3), (5, 2), (3, 6), (8, 2)]):
        one = planted(seed, coaches=coaches, roads=roads)
        plan = plan_trips(one.problem, params, seed=1)
        lawful(one.problem, plan)
        gaps.append(plan.figures.fen / one.least - 1)
    told = ", ".join(f"{gap:.2%}" for gap in gaps)
    return ["", f"Above a planted optimum (2 to 18 coaches filled to the last seat; at most 3 %): {told}."]


def routing_lines(seconds: float, longer: float) -> list[str]:
    lines = [
        "",
        f"`duijie route`, {seconds:.0f} s, drawn like the X set, beside the best of two of {longer:.0f} s each:",
        "",
        "| customers | cost | longer search | above the best known here |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for at, customers in enumerate((100, 150, 200, 250, 300)):
        problem = like_x(customers, at)
        cost = in_time(problem, seconds, 1)
        others = [in_time(problem, longer, seed) for seed in (2, 3)]
        lines.append(f"| {customers} | {cost} | {min(others)} | {cost / min(cost, *others) - 1:.2%} |")
        print(lines[-1], flush=True)
    return lines


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench trips", description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS, help=f"drawn days (default {DAYS})")
    parser.add_argument("--seconds", type=float, default=30, help="a search of a routing problem (default 30)")
    parser.add_argument("--longer", type=float, default=120, help="the searches it is measured by (default 120)")
    parser.add_argument("--no-routing", action="store_true", help="leave the routing problems out")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    options = parser.parse_args(arguments)
    params = TripParams()
    days = []
    for seed in range(options.days):
        days.append(planned_day(seed, params))
        print(days[-1], flush=True)
    lines = trips_table(days) + planted_lines(params)
    if not options.no_routing:
        lines += routing_lines(options.seconds, options.longer)
    print("\n".join(lines))
    if options.write:
        put_section("trips", "Departures: `scripts/bench trips`", lines)


if __name__ == "__main__":
    main()
