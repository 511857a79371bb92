"""County codes no longer in force, with what became of them, and the key counties known."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from app.localities.reference import DATA, Localities, load_localities

ABOLISHED: Final = DATA / "divisions_abolished.csv"
KEY_COUNTIES: Final = DATA / "key_counties.json"
KEY_COUNTIES_IN_ALL: Final = 160
"""Counties on the list of August 2021; the press copy shipped names fewer, so absence proves nothing."""


@dataclass(frozen=True, slots=True)
class Abolished:
    """One period of a county code: its name then, and the present code where one is in force."""

    code: str
    name: str
    first_year: int
    last_year: int
    province: str
    successor: str | None


class History:
    """Codes abolished, by code; a code may have had several names over the years."""

    def __init__(self, entries: Iterable[Abolished]) -> None:
        self._by_code: dict[str, list[Abolished]] = {}
        for entry in entries:
            self._by_code.setdefault(entry.code, []).append(entry)
        for held in self._by_code.values():
            held.sort(key=lambda entry: entry.last_year)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def entries(self) -> tuple[Abolished, ...]:
        """All periods, by code and year."""
        return tuple(entry for code in sorted(self._by_code) for entry in self._by_code[code])

    def name(self, code: str, year: int | None = None) -> str | None:
        """The name the code had in a year (without one, its last); None for a code never seen."""
        held = self._by_code.get(code)
        if not held:
            return None
        if year is not None:
            return next((entry.name for entry in held if entry.first_year <= year <= entry.last_year), held[-1].name)
        return held[-1].name

    def successor(self, code: str) -> str | None:
        """The code in force that took its place, as far as known."""
        return next((entry.successor for entry in reversed(self._by_code.get(code, [])) if entry.successor), None)


@dataclass(frozen=True, slots=True)
class KeyCounties:
    """Key counties for rural revitalisation, as far as known."""

    codes: frozenset[str]
    in_all: int

    @property
    def complete(self) -> bool:
        return len(self.codes) >= self.in_all

    def __contains__(self, code: object) -> bool:
        return code in self.codes


def county_now(code: str, localities: Localities | None = None) -> str | None:
    """A county code in force for one from an ID number or an old sheet: itself, its successor, or None (unknown)."""
    known = localities or load_localities()
    return code if code in known.divisions else load_history().successor(code)


def county_ever(code: str) -> bool:
    """Whether the code is or ever was one of a county: what an ID number may begin with."""
    return code in load_localities().divisions or code in load_history()


@cache
def load_history() -> History:
    """The shipped abolished codes, read once; successors that are not in force themselves are left out."""
    divisions = load_localities().divisions
    with ABOLISHED.open(encoding="utf-8-sig", newline="") as file:
        return History(
            Abolished(
                row["code"],
                row["name"],
                int(row["first_year"]),
                int(row["last_year"]),
                row["province"],
                row["successor_code"] if row["successor_code"] in divisions else None,
            )
            for row in csv.DictReader(file)
            if row["code"]
        )


@cache
def key_counties() -> KeyCounties:
    """The key counties shipped: a part of the list."""
    content = json.loads(KEY_COUNTIES.read_text(encoding="utf-8"))
    return KeyCounties(frozenset(entry["code"] for entry in content["counties"]), KEY_COUNTIES_IN_ALL)
