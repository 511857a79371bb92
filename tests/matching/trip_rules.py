"""An independent reading of the rules of a departure: minute by minute, from the plan and the tables alone.

It shares no code with the planner. The rules stand here in figures of their own, on purpose.
"""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

DAY = 24 * 60
REST, BY_DAY, BY_NIGHT, A_DRIVERS_DAY = 20, 4 * 60, 2 * 60, 8 * 60
NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60
STILL_FROM, STILL_TO = 2 * 60, 5 * 60
TRANSFER = 15


def broken(problem: Any, plan: Any) -> list[str]:
    """Every rule the plan breaks, in words; empty for a lawful plan."""
    found = [f"vehicle {run.number}: {what}" for run in plan.runs for what in of_vehicle(problem, run)]
    found += of_fleet(problem, plan)
    for row in range(len(problem.travellers.uid)):
        found += [f"traveller {row}: {what}" for what in of_traveller(problem, plan, row)]
    return found + of_groups(problem, plan) + of_money(problem, plan)


def of_vehicle(problem: Any, run: Any) -> list[str]:
    return [*of_way(problem, run), *of_seats(problem, run), *of_driving(problem, run)]


def of_way(problem: Any, run: Any) -> list[str]:
    found, place, left = [], int(problem.vehicles.yard[run.kind]), run.begins
    metres = 0
    for stop in run.stops:
        if stop.arrives > stop.leaves or stop.arrives < left:
            found.append(f"is at {stop.place} before it can be")
        driven = sum(max(0, min(spell.ends, stop.arrives) - max(spell.begins, left)) for spell in run.spells)
        if driven != problem.minutes[place, stop.place]:
            found.append(f"drives {driven} of {problem.minutes[place, stop.place]} minutes to {stop.place}")
        if any(spell.begins < stop.leaves and spell.ends > stop.arrives for spell in run.spells):
            found.append(f"drives while people get on or off at {stop.place}")
        metres += int(problem.metres[place, stop.place])
        place, left = stop.place, stop.leaves
    if run.stops and any(spell.ends > run.stops[-1].arrives for spell in run.spells):
        found.append("drives on after its last stop")
    if metres != run.metres:
        found.append(f"is said to drive {run.metres} of {metres} metres")
    return found


def of_seats(problem: Any, run: Any) -> list[str]:
    found, aboard = [], set()
    for stop in run.stops:
        if not stop.boards and not stop.alights:
            found.append(f"stops at {stop.place} for nobody")
        if not set(stop.alights) <= aboard:
            found.append("lets off who is not in it")
        aboard = (aboard - set(stop.alights)) | set(stop.boards)
        if len(aboard) > problem.vehicles.seats[run.kind]:
            found.append(f"holds {len(aboard)} people")
    if aboard:
        found.append("keeps people in it")
    if run.local != bool(problem.vehicles.local[run.kind]):
        found.append("is not the kind it is said to be")
    return found


def of_driving(problem: Any, run: Any) -> list[str]:
    found = []
    relay = bool(problem.vehicles.relay[run.kind])
    for one, other in pairwise(run.spells):
        if other.begins < one.ends:
            found.append("drives twice at once")
    at_wheel = {minute: spell.driver for spell in run.spells for minute in range(spell.begins, spell.ends)}
    driven = stood = 0
    for minute in range(run.begins, max(at_wheel, default=run.begins) + 1):
        if minute not in at_wheel:
            stood += 1
            driven = 0 if stood >= REST else driven
            continue
        stood, driven = 0, driven + 1
        day = minute % DAY
        if driven > (BY_NIGHT if day >= NIGHT_FROM or day < NIGHT_TO else BY_DAY):
            found.append(f"{driven} minutes without a break at {minute}")
        if STILL_FROM <= day < STILL_TO:
            before = any(
                at_wheel.get(past) == at_wheel[minute] for past in range(run.begins, minute - day + STILL_FROM)
            )
            if not relay or before:
                found.append(f"drives at {minute}, in the hours of standstill")
    return found + of_drivers(problem, run, at_wheel)


def of_drivers(problem: Any, run: Any, at_wheel: dict[int, int]) -> list[str]:
    found = []
    if set(at_wheel.values()) - set(range(run.drivers)) or run.drivers > problem.vehicles.drivers[run.kind]:
        found.append(f"has {run.drivers} drivers")
    for driver in range(run.drivers):
        minutes = sorted(minute for minute, who in at_wheel.items() if who == driver)
        first = 0
        for at, minute in enumerate(minutes):
            while minutes[first] <= minute - DAY:
                first += 1
            if at - first + 1 > A_DRIVERS_DAY:
                found.append(f"driver {driver} drives {at - first + 1} minutes in 24 hours")
                break
    return found


def of_fleet(problem: Any, plan: Any) -> list[str]:
    used = Counter(run.kind for run in plan.runs)
    found = [
        f"{count} vehicles of type {kind}" for kind, count in used.items() if count > problem.vehicles.available[kind]
    ]
    if len({run.number for run in plan.runs}) < len(plan.runs):
        found.append("two vehicles of one number")
    return found


def of_traveller(problem: Any, plan: Any, row: int) -> list[str]:
    people, points, gates = problem.travellers, problem.points, problem.gates
    point, site = int(people.point[row]), int(people.site[row])
    if plan.coach[row] < 0:
        stray = [run.number for run in plan.runs if row in run.riders]
        return (["has no seat and no reason"] if plan.limit[row] == 0 else []) + [f"rides in {one}" for one in stray]
    found = [] if plan.limit[row] == 0 else ["has a seat and a reason to have none"]
    legs = [number for number in (int(plan.feeder[row]), int(plan.coach[row])) if number >= 0]
    riding = sorted(run.number for run in plan.runs if row in run.riders)
    if riding != sorted(legs):
        return [*found, f"rides in {riding}, is told {legs}"]
    place, ready = int(points.place[point]), None
    for number in legs:
        run = plan.run(number)
        on = [stop for stop in run.stops if row in stop.boards]
        off = [stop for stop in run.stops if row in stop.alights]
        if len(on) != 1 or len(off) != 1:
            return [*found, "gets on or off more than once"]
        if on[0].place != place or (ready is not None and on[0].leaves < ready + TRANSFER):
            found.append(f"cannot board {number}")
        if not run.local and ready is None and not points.coach_access[point]:
            found.append("waits where no coach gets to")
        if int(people.needs[row]) & ~int(problem.vehicles.offers[run.kind]):
            found.append("is in a vehicle without what is needed")
        if ready is None and not points.earliest[point] <= on[0].arrives <= points.latest[point]:
            found.append(f"is picked up at {on[0].arrives}")
        if ready is None and plan.picked_up[row] != on[0].arrives:
            found.append("is told another time")
        place, ready = off[0].place, off[0].arrives
    if place != gates.place[site] or not gates.opens[site] <= ready <= gates.closes[site] or plan.arrives[row] != ready:
        found.append(f"arrives at place {place} at {ready}")
    return found


def of_groups(problem: Any, plan: Any) -> list[str]:
    found = []
    members: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(problem.travellers.group):
        if group >= 0:
            members[int(group)].append(row)
    for group, rows in members.items():
        if len({int(plan.coach[row]) for row in rows if plan.coach[row] >= 0}) > 1:
            found.append(f"group {group} is parted")
        if len({int(plan.feeder[row]) for row in rows if plan.feeder[row] >= 0}) > 1:
            found.append(f"group {group} is parted on the way to the hub")
    seats = [(int(plan.coach[row]), int(plan.seat[row])) for row in range(len(plan.coach)) if plan.coach[row] >= 0]
    seats += [
        (int(plan.feeder[row]), int(plan.feeder_seat[row])) for row in range(len(plan.coach)) if plan.feeder[row] >= 0
    ]
    found += [f"seat {seat} is sold twice" for seat, sold in Counter(seats).items() if sold > 1]
    for number, seat in seats:
        if not 1 <= seat <= problem.vehicles.seats[plan.run(number).kind]:
            found.append(f"there is no seat {seat} in {number}")
    return found


def of_money(problem: Any, plan: Any) -> list[str]:
    kinds, total = problem.vehicles, 0
    for run in plan.runs:
        kilometres = round(run.metres * int(kinds.km_fen[run.kind]) / 1000 + 1e-9)
        total += int(kinds.fixed_fen[run.kind]) + kilometres + run.drivers * int(kinds.driver_fen[run.kind])
    found = [] if abs(total - plan.figures.fen) <= len(plan.runs) else [f"costs {total}, not {plan.figures.fen}"]
    if plan.figures.placed != sum(1 for coach in plan.coach if coach >= 0):
        found.append("counts its people wrong")
    return found
