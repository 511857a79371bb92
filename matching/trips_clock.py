"""Driving under the rules: a journey in time with its breaks, and the drivers it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.trips_params import DAY, TripParams


@dataclass(frozen=True)
class Spell:
    """The wheels turn. ``driver`` counts from 0 within the vehicle."""

    begins: int
    ends: int
    driver: int = 0


class Journey:
    """A vehicle's time as it drives and stands; breaks are put in where the rules ask for them, as late as they allow.

    Parameters
    ----------
    params
        The rules.
    relay
        Whether crews change under way, so that driving goes on at the hours of standstill.
    begins
        When it leaves its yard.
    """

    def __init__(self, params: TripParams, *, relay: bool, begins: int) -> None:
        self.params = params
        self.relay = relay
        self.now = begins
        self.spells: list[Spell] = []
        self._driven = 0  # since the last break
        self._stood = 0  # since the wheels stopped
        self._block_began = begins  # the first driving since the last break

    def drive(self, minutes: int) -> None:
        """Drive so many minutes, with the breaks that fall into them."""
        params, left = self.params, minutes
        while left > 0:
            if params.is_still(self.now):
                if not self.relay:
                    self.stand(params.still_until - self.now % DAY)
                    continue
                if self._driven and self._block_began < self.now - self.now % DAY + params.still_from:
                    self.stand(params.rest - self._stood)  # a fresh crew takes over
                    continue
            allowed = (params.night_drive if params.is_night(self.now) else params.day_drive) - self._driven
            if allowed <= 0:
                self.stand(params.rest - self._stood)
                continue
            step = min(left, allowed, self._to_boundary())
            self._turn(step)
            left -= step

    def stand(self, minutes: int) -> None:
        """Stand so many minutes; long enough, it is a break."""
        if minutes <= 0:
            return
        self._stood += minutes
        self.now += minutes
        if self._stood >= self.params.rest:
            self._driven = 0

    def stand_until(self, time: int) -> None:
        """Stand until a time; one that has passed changes nothing."""
        self.stand(time - self.now)

    def _turn(self, minutes: int) -> None:
        if not self._driven:
            self._block_began = self.now
        begins = self.now
        if self._driven and not self._stood:
            begins = self.spells.pop().begins
        self.now += minutes
        self.spells.append(Spell(begins, self.now))
        self._driven += minutes
        self._stood = 0

    def _to_boundary(self) -> int:
        """Minutes until the rules change."""
        params, day = self.params, self.now % DAY
        for edge in (params.still_from, params.still_until, params.night_until, params.night_from):
            if day < edge:
                return edge - day
        return DAY + params.still_from - day


def manned(spells: Sequence[Spell], params: TripParams, *, relay: bool) -> tuple[tuple[Spell, ...], int]:
    """Give each spell a driver; returns the spells and the number of drivers.

    One driver keeps the wheel from break to break. The longest of these blocks first, each to the first driver whose
    day still has room (first fit decreasing: near the least number, not always it). With relays, the crew changes at
    the first block of a night's standstill, and nobody of an earlier crew drives again.
    """
    blocks = _blocks(spells, params)
    driver_of: dict[int, int] = {}
    drivers = 0
    for crew in _crews([spells[block[0]] for block in blocks], params, relay=relay):
        driven: list[int] = []
        lengths = {at: sum(spells[one].ends - spells[one].begins for one in blocks[at]) for at in crew}
        for at in sorted(crew, key=lambda at: (-lengths[at], at)):
            fits = (one for one, done in enumerate(driven) if done + lengths[at] <= params.driver_limit)
            driver = next(fits, len(driven))
            if driver == len(driven):
                driven.append(0)
            driven[driver] += lengths[at]
            driver_of.update(dict.fromkeys(blocks[at], drivers + driver))
        drivers += len(driven)
    return tuple(Spell(one.begins, one.ends, driver_of[at]) for at, one in enumerate(spells)), drivers


def _blocks(spells: Sequence[Spell], params: TripParams) -> list[list[int]]:
    """Spells from break to break."""
    blocks: list[list[int]] = []
    for at, spell in enumerate(spells):
        if not at or spell.begins - spells[at - 1].ends >= params.rest:
            blocks.append([])
        blocks[-1].append(at)
    return blocks


def _crews(firsts: Sequence[Spell], params: TripParams, *, relay: bool) -> list[list[int]]:
    """Blocks by crew; ``firsts`` holds the first spell of each block."""
    crews: list[list[int]] = [[]]
    night = -1
    for at, spell in enumerate(firsts):
        if relay and params.is_still(spell.begins) and spell.begins // DAY != night:
            night = spell.begins // DAY
            if crews[-1]:
                crews.append([])
        crews[-1].append(at)
    return crews
